using NUnit.Framework;
using UnityEngine;

namespace MocapBridge.Tests
{
    public sealed class AvatarDriverTests
    {
        TestAvatar _avatar;
        AvatarDriver _driver;

        [SetUp]
        public void Begin()
        {
            _avatar = Make.Avatar("tpose");
            _driver = Make.Driver(_avatar);
        }

        [TearDown]
        public void CleanUp() => Make.CleanUp();

        [Test]
        public void A_masked_arm_stays_where_it_was()
        {
            _driver.parts.leftArm = 0f;
            _driver.Apply(ArmsUp());
            Near.Turns(Quaternion.identity, Node("LeftUpperArm").localRotation);
            Near.Turns(Quaternion.AngleAxis(80f, Vector3.forward), Node("RightUpperArm").localRotation);
        }

        [TestCase("Hips", BodyPart.Hips)]
        [TestCase("UpperChest", BodyPart.Torso)]
        [TestCase("Jaw", BodyPart.Head)]
        [TestCase("LeftEye", BodyPart.Head)]
        [TestCase("LeftShoulder", BodyPart.LeftArm)]
        [TestCase("RightIndexDistal", BodyPart.RightArm)]
        [TestCase("LeftToes", BodyPart.LeftLeg)]
        [TestCase("RightUpperLeg", BodyPart.RightLeg)]
        public void Every_bone_belongs_to_a_part(string bone, BodyPart part) =>
            Assert.That(BodyPartWeights.PartOf(bone), Is.EqualTo(part));

        [Test]
        public void Half_a_weight_goes_half_the_way_and_stays_there()
        {
            _driver.weight = 0.5f;
            for (int frame = 0; frame < 5;
                frame++) // again and again: what was written must not be taken for an animation
                _driver.Apply(ArmsUp());
            Near.Turns(Quaternion.AngleAxis(-40f, Vector3.forward), Node("LeftUpperArm").localRotation);
        }

        [Test]
        public void An_animation_lies_under_the_performance()
        {
            _driver.weight = 0.5f;
            for (int frame = 0; frame < 3; frame++)
            {
                Node("LeftUpperArm").localRotation = Quaternion.Euler(0f, 0f, 20f + frame); // the Animator
                _driver.Apply(ArmsUp());
            }
            Near.Turns(Quaternion.Euler(0f, 0f, -29f), Node("LeftUpperArm").localRotation);
        }

        [Test]
        public void An_animation_that_ends_leaves_its_last_pose_below()
        {
            _driver.weight = 0.25f;
            Node("Head").localRotation = Quaternion.Euler(0f, 40f, 0f);
            for (int frame = 0; frame < 3; frame++)
                _driver.Apply(Make.Pose());
            Near.Turns(Quaternion.Euler(0f, 30f, 0f), Node("Head").localRotation);
        }

        [Test]
        public void Bones_that_nobody_sees_are_left_to_the_animation_if_that_is_wanted()
        {
            RigPose pose = ArmsUp();
            pose.Visibility[Make.Row("LeftUpperArm")] = 0f;
            _driver.yieldWhenHidden = 1f;
            _driver.Apply(pose);
            Near.Turns(Quaternion.identity, Node("LeftUpperArm").localRotation);
            _driver.yieldWhenHidden = 0f;
            _driver.Apply(pose);
            Near.Turns(Quaternion.AngleAxis(-80f, Vector3.forward), Node("LeftUpperArm").localRotation);
        }

        [Test]
        public void Full_motion_puts_the_hips_where_the_performers_are()
        {
            _driver.Apply(Make.Pose().At(0.7f, 0.8f, -3f));
            Near.Points(new Vector3(0.7f, 0.8f, -3f), Node("Hips").position);
        }

        [Test]
        public void In_place_only_the_height_changes()
        {
            _driver.rootMotion = RootMotion.InPlace;
            _driver.Apply(Make.Pose().At(0.7f, 0.8f, -3f));
            Near.Points(new Vector3(0f, 0.8f, 0f), Node("Hips").position);
        }

        [Test]
        public void Scaled_motion_fits_steps_to_the_legs()
        {
            TestAvatar tall = Make.Avatar("tall");
            Make.Driver(tall, RootMotion.Scaled).Apply(Make.Pose().At(1f, 0.92f, -3f));
            Near.Points(new Vector3(1.3f, 1.3f * 0.92f, -3.9f), tall.Nodes[0].position, 1e-3f);
        }

        [Test]
        public void A_child_performer_fills_a_grown_avatar()
        {
            RigPose pose = Make.Pose().At(0f, 0.46f, -1f);
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
                pose.BoneLengthsM[bone] *= 0.5f;
            _driver.rootMotion = RootMotion.Scaled;
            _driver.Apply(pose);
            Near.Points(new Vector3(0f, 0.92f, -2f), Node("Hips").position, 1e-3f);
        }

        [Test]
        public void Hip_joints_are_where_the_performers_are_also_if_the_hips_bone_lies_above_them()
        {
            Transform hips = Node("Hips");
            foreach (string bone in new[] { "LeftUpperLeg", "RightUpperLeg", "Spine" })
                Node(bone).localPosition += new Vector3(0f, -0.08f, 0.02f);
            hips.localPosition += new Vector3(0f, 0.08f, -0.02f);
            _avatar.Animator.avatar = HumanoidAvatar.Build(_avatar.Root, _avatar.Nodes);
            _driver.Renew();
            _driver.Apply(Make.Pose().At(0.3f, 0.7f, -2f).Turned("Hips", 60f, Vector3.right));
            Vector3 joints = (Node("LeftUpperLeg").position + Node("RightUpperLeg").position) * 0.5f;
            Near.Points(new Vector3(0.3f, 0.7f, -2f), joints);
        }

        [Test]
        public void The_avatars_object_is_the_origin_of_its_world()
        {
            _avatar.Root.transform.SetPositionAndRotation(new Vector3(10f, 0f, 0f), Quaternion.Euler(0f, 90f, 0f));
            _driver.Apply(Make.Pose().At(0f, 0.9f, 2f).Turned("Hips", 90f, Vector3.up));
            Near.Points(new Vector3(12f, 0.9f, 0f), Node("Hips").position);
            Near.Points(Vector3.back, Node("Hips").forward);
        }

        [Test]
        public void An_avatar_may_begin_where_it_stands()
        {
            _driver.startsAtRoot = true;
            _driver.Apply(Make.Pose().At(0.7f, 0.9f, -3f));
            Near.Points(new Vector3(0f, 0.9f, 0f), Node("Hips").position);
            _driver.Apply(Make.Pose().At(0.9f, 0.9f, -2f));
            Near.Points(new Vector3(0.2f, 0.9f, 1f), Node("Hips").position);
            _driver.Recentre();
            _driver.Apply(Make.Pose().At(0.9f, 0.9f, -2f));
            Near.Points(new Vector3(0f, 0.9f, 0f), Node("Hips").position);
        }

        [Test]
        public void Another_person_begins_where_the_avatar_stands_too()
        {
            _driver.startsAtRoot = true;
            _driver.Apply(Make.Pose(1).At(0.7f, 0.9f, -3f));
            _driver.Apply(Make.Pose(2).At(-0.7f, 0.9f, -4f));
            Near.Points(new Vector3(0f, 0.9f, 0f), Node("Hips").position);
            Assert.That(_driver.PersonId, Is.EqualTo(2));
        }

        [Test]
        public void Raw_rotations_are_taken_as_they_are()
        {
            TestAvatar rolled = Make.Avatar("rolled");
            AvatarDriver driver = Make.Driver(rolled);
            driver.rawRotations = true;
            driver.Apply(ArmsUp());
            Near.Turns(Quaternion.AngleAxis(-80f, Vector3.forward),
                rolled.Nodes[Make.Row("LeftUpperArm")].localRotation);
        }

        [Test]
        public void Feet_tell_where_they_are_and_how_firmly_they_stand()
        {
            RigPose pose = Make.Pose().At(0f, 0.92f, 0f);
            pose.Contacts[0] = 0.3f;
            pose.Contacts[1] = 0.9f;
            _driver.Apply(pose);
            Assert.That(_driver.LeftFoot.Contact, Is.EqualTo(0.9f));
            Assert.That(_driver.RightFoot.Contact, Is.EqualTo(0f));
            Near.Points(Node("LeftFoot").position, _driver.LeftFoot.Position);
        }

        RigPose ArmsUp() =>
            Make.Pose().Turned("LeftUpperArm", -80f, Vector3.forward).Turned("RightUpperArm", 80f, Vector3.forward);

        Transform Node(string bone) => _avatar.Nodes[Make.Row(bone)];
    }
}
