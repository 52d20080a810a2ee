using NUnit.Framework;
using UnityEngine;
using UnityEngine.TestTools;

namespace MocapBridge.Tests
{
    /// <summary>Any humanoid takes the same pose, however its bones are turned at rest.</summary>
    public sealed class AvatarFitTests
    {
        [TearDown]
        public void CleanUp()
        {
            Make.CleanUp();
            LogAssert.ignoreFailingMessages = false;
        }

        static string[] Kinds() => TestAvatar.Kinds;

        [TestCaseSource("Kinds")]
        public void The_T_pose_is_taken_by_every_avatar(string kind)
        {
            TestAvatar avatar = Make.Avatar(kind);
            Make.Driver(avatar).Apply(Make.Pose());
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
                if (avatar.Nodes[bone] != null)
                    Near.Turns(avatar.InTPose[bone], avatar.Nodes[bone].rotation);
        }

        [TestCaseSource("Kinds")]
        public void A_raised_arm_points_up_on_every_avatar(string kind)
        {
            TestAvatar avatar = Make.Avatar(kind);
            Make.Driver(avatar).Apply(Make.Pose().Turned("LeftUpperArm", -90f, Vector3.forward));
            Vector3 arm = Node(avatar, "LeftHand").position - Node(avatar, "LeftUpperArm").position;
            Near.Points(Vector3.up, arm.normalized, 1e-3f);
        }

        [TestCaseSource("Kinds")]
        public void Every_bone_turns_in_the_world_as_the_performers(string kind)
        {
            var random = new System.Random(5);
            TestAvatar avatar = Make.Avatar(kind);
            RigPose pose = Make.Pose();
            var world = new Quaternion[Skeleton.BoneCount];
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
            {
                var axis = new Vector3(
                    (float)random.NextDouble() - 0.5f, (float)random.NextDouble(), (float)random.NextDouble());
                float degrees = (float)random.NextDouble() * 60f;
                pose.Turned(Skeleton.Bones[bone], degrees, axis);
                Quaternion above = bone == 0 ? Quaternion.identity : world[Skeleton.Parents[bone]];
                world[bone] = above * Quaternion.AngleAxis(degrees, axis);
            }
            Make.Driver(avatar).Apply(pose);
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
            {
                // The spine of one that has no chest bends for chest and upper chest too.
                bool acts = kind == "sparse" && Skeleton.Bones[bone] == "Spine";
                if (avatar.Nodes[bone] != null)
                    Near.Turns(world[acts ? Make.Row("UpperChest") : bone] * avatar.InTPose[bone],
                        avatar.Nodes[bone].rotation);
            }
        }

        [Test]
        public void An_avatar_is_driven_the_same_however_it_stood_when_it_was_switched_on()
        {
            TestAvatar avatar = Make.Avatar("rolled");
            Node(avatar, "LeftUpperArm").localRotation = Quaternion.Euler(10f, 70f, 30f);
            Node(avatar, "Spine").localRotation = Quaternion.Euler(40f, 0f, 0f);
            Make.Driver(avatar).Apply(Make.Pose());
            Near.Turns(avatar.InTPose[Make.Row("LeftHand")], Node(avatar, "LeftHand").rotation);
        }

        [Test]
        public void Fingers_follow_where_a_sender_tells_them()
        {
            TestAvatar avatar = Make.Avatar("apose");
            Transform finger = new GameObject("Finger").transform;
            finger.SetParent(Node(avatar, "LeftHand"), false);
            HumanDescription told = avatar.Animator.avatar.humanDescription;
            var human = new System.Collections.Generic.List<HumanBone>(told.human)
            {
                new HumanBone { boneName = "Finger", humanName = "Left Index Proximal",
                    limit = new HumanLimit { useDefaultValues = true } },
            };
            var skeleton = new System.Collections.Generic.List<SkeletonBone>(told.skeleton)
            {
                new SkeletonBone { name = "Finger", rotation = Quaternion.identity, scale = Vector3.one },
            };
            told.human = human.ToArray();
            told.skeleton = skeleton.ToArray();
            avatar.Animator.avatar = AvatarBuilder.BuildHumanAvatar(avatar.Root, told);
            RigPose pose = Make.Pose();
            int row = System.Array.IndexOf(Skeleton.ExtraBones, "LeftIndexProximal");
            pose.ExtraKnown[row] = true;
            Quaternion bent = Quaternion.Euler(0f, 0f, 50f);
            pose.ExtraRotationsXyzw[row] = UnityAxes.Rotation(new Quat(bent.x, bent.y, bent.z, bent.w));
            Make.Driver(avatar).Apply(pose);
            Near.Turns(bent, finger.rotation);
        }

        [Test]
        public void An_object_without_an_Animator_is_refused_with_advice() =>
            Refused(Make.Object(), "put the driver on the object");

        [Test]
        public void An_Animator_without_an_Avatar_is_refused_with_advice()
        {
            GameObject thing = Make.Object();
            thing.AddComponent<Animator>();
            Refused(thing, "Animation Type: Humanoid");
        }

        [Test]
        public void An_avatar_that_lies_is_refused()
        {
            TestAvatar avatar = Make.Avatar("tpose");
            Rebuilt(avatar, Quaternion.Euler(90f, 0f, 0f));
            Refused(avatar.Root, "head is not above its hips");
        }

        [Test]
        public void An_avatar_that_faces_backwards_is_refused()
        {
            TestAvatar avatar = Make.Avatar("tpose");
            Rebuilt(avatar, Quaternion.Euler(0f, 180f, 0f));
            Refused(avatar.Root, "does not face its root's Z axis");
        }

        [Test]
        public void A_giant_is_refused()
        {
            TestAvatar avatar = Make.Avatar("tpose");
            avatar.Root.transform.GetChild(0).localScale = new Vector3(100f, 100f, 100f);
            Rebuilt(avatar, Quaternion.identity);
            Refused(avatar.Root, "scale in metres");
        }

        [Test]
        public void An_avatar_that_is_mended_is_driven_after_all()
        {
            LogAssert.ignoreFailingMessages = true;
            TestAvatar avatar = Make.Avatar("tpose");
            Avatar sound = avatar.Animator.avatar;
            avatar.Animator.avatar = null;
            AvatarDriver driver = Make.Driver(avatar);
            Assert.That(driver.Problem, Is.Not.Null);
            avatar.Animator.avatar = sound;
            driver.Apply(Make.Pose().Turned("Head", 30f, Vector3.up));
            Assert.That(driver.Problem, Is.Null);
            Near.Turns(Quaternion.AngleAxis(30f, Vector3.up), Node(avatar, "Head").rotation);
        }

        /// <summary>With the armature turned, and a Unity Avatar that knows of it.</summary>
        static void Rebuilt(TestAvatar avatar, Quaternion turn)
        {
            avatar.Root.transform.GetChild(0).localRotation = turn;
            avatar.Animator.avatar = HumanoidAvatar.Build(avatar.Root, avatar.Nodes);
        }

        static void Refused(GameObject thing, string advice)
        {
            LogAssert.ignoreFailingMessages = true;
            var driver = thing.AddComponent<AvatarDriver>();
            Assert.That(driver.Prepare(), Is.False);
            Assert.That(driver.Problem.Contains(advice), Is.True, driver.Problem);
            driver.Apply(Make.Pose()); // and nothing happens
        }

        static Transform Node(TestAvatar avatar, string bone) => avatar.Nodes[Make.Row(bone)];
    }
}
