using NUnit.Framework;
using UnityEngine;

namespace MocapBridge.Tests
{
    public sealed class FootIkTests
    {
        TestAvatar _avatar;
        AvatarDriver _driver;
        FootIk _feet;

        [SetUp]
        public void Begin()
        {
            _avatar = Make.Avatar("tpose");
            _driver = Make.Driver(_avatar);
            _feet = _avatar.Root.AddComponent<FootIk>();
        }

        [TearDown]
        public void CleanUp() => Make.CleanUp();

        [Test]
        public void A_standing_foot_stays_while_the_hips_move()
        {
            Show(0f, 1f);
            Vector3 stood = Foot.position;
            for (int step = 1; step <= 5; step++)
                Show(0.02f * step, 1f);
            Near.Points(stood, Foot.position, 2e-3f);
        }

        [Test]
        public void A_lifted_foot_goes_back_to_the_performers()
        {
            Show(0f, 1f);
            Show(0.1f, 1f);
            for (int step = 0; step < 10; step++)
                Show(0.1f, 0f);
            Near.Points(_driver.LeftFoot.Position, Foot.position, 2e-3f);
        }

        [Test]
        public void A_foot_that_is_dragged_too_far_is_let_go()
        {
            Show(0f, 1f);
            for (int step = 0; step < 10; step++)
                Show(0.6f, 1f);
            Assert.That(Vector3.Distance(Foot.position, _driver.LeftFoot.Position), Is.LessThan(0.05f));
        }

        [Test]
        public void The_knee_bends_forwards_when_the_hips_sink()
        {
            Show(0f, 1f);
            Vector3 stood = Foot.position;
            _driver.Apply(Pose(0f, 1f, 0.75f));
            _feet.Step(0.033f);
            Assert.That(_avatar.Nodes[Make.Row("LeftLowerLeg")].position.z, Is.GreaterThan(0.05f));
            Assert.That(Foot.position.y, Is.EqualTo(stood.y).Within(2e-3f));
        }

        [Test]
        public void A_target_for_another_solver_moves_along_and_the_leg_is_left_alone()
        {
            _feet.weight = 0f;
            _feet.leftTarget = Make.Object("target").transform;
            Show(0f, 1f);
            Vector3 stood = Foot.position;
            Show(0.1f, 1f);
            Near.Points(stood, _feet.leftTarget.position);
            Near.Points(stood + new Vector3(0.1f, 0f, 0f), Foot.position);
        }

        [Test]
        public void What_inverse_kinematics_did_is_not_taken_for_an_animation()
        {
            _driver.weight = 0.9f;
            Show(0f, 1f);
            for (int step = 0; step < 20; step++)
                Show(0.05f, 1f);
            Quaternion settled = _avatar.Nodes[Make.Row("LeftUpperLeg")].localRotation;
            for (int step = 0; step < 20; step++)
                Show(0.05f, 1f);
            Near.Turns(settled, _avatar.Nodes[Make.Row("LeftUpperLeg")].localRotation, 0.2f);
        }

        Transform Foot => _avatar.Nodes[Make.Row("LeftFoot")];

        void Show(float x, float contact)
        {
            // Knees bent: a stretched leg reaches no farther.
            RigPose pose = Pose(x, contact, 0.85f).Turned("LeftUpperLeg", -25f, Vector3.right).Turned(
                "LeftLowerLeg", 50f, Vector3.right);
            _driver.Apply(pose);
            _feet.Step(0.033f);
        }

        static RigPose Pose(float x, float contact, float height)
        {
            RigPose pose = Make.Pose().At(x, height, 0f);
            pose.Contacts[0] = pose.Contacts[1] = contact;
            return pose;
        }
    }
}
