using NUnit.Framework;
using UnityEngine;

namespace MocapBridge.Tests
{
    /// <summary>Unity's conventions by known values: they hold in Unity, and hold our stand-in to Unity.</summary>
    public sealed class EngineMathTests
    {
        [TearDown]
        public void CleanUp() => Make.CleanUp();

        [TestCase(90f, 0f, 0f, 0f, -1f, 0f)]
        [TestCase(0f, 90f, 0f, 1f, 0f, 0f)]
        [TestCase(0f, 0f, 90f, 0f, 0f, 1f)]
        [TestCase(-45f, 90f, 0f, 0.70711f, 0.70711f, 0f)]
        public void Euler_angles_turn_forward_as_Unity_does(
            float x, float y, float z, float toX, float toY, float toZ) =>
            Near.Points(new Vector3(toX, toY, toZ), Quaternion.Euler(x, y, z) * Vector3.forward);

        [Test]
        public void Euler_angles_are_applied_in_the_order_z_x_y()
        {
            Quaternion q = Quaternion.Euler(30f, 60f, 90f);
            Assert.That(q.x, Is.EqualTo(0.5f).Within(1e-5f));
            Assert.That(q.y, Is.EqualTo(0.1830127f).Within(1e-5f));
            Assert.That(q.z, Is.EqualTo(0.5f).Within(1e-5f));
            Assert.That(q.w, Is.EqualTo(0.6830127f).Within(1e-5f));
        }

        [Test]
        public void A_turn_about_up_goes_from_forward_to_right() =>
            Near.Points(Vector3.right, Quaternion.AngleAxis(90f, Vector3.up) * Vector3.forward);

        [Test]
        public void The_right_product_is_applied_first()
        {
            Quaternion q = Quaternion.Euler(0f, 90f, 0f) * Quaternion.Euler(90f, 0f, 0f);
            Near.Points(Vector3.down, q * Vector3.forward);
            Near.Points(Vector3.right, q * Vector3.up);
        }

        [Test]
        public void Euler_angles_come_back()
        {
            Near.Points(new Vector3(20f, 130f, 300f), Quaternion.Euler(20f, 130f, 300f).eulerAngles, 1e-2f);
        }

        [Test]
        public void LookRotation_looks_along_z_with_y_up()
        {
            Quaternion q = Quaternion.LookRotation(new Vector3(1f, 0f, 0f), Vector3.up);
            Near.Points(Vector3.right, q * Vector3.forward);
            Near.Points(Vector3.up, q * Vector3.up);
            Near.Points(Vector3.back, q * Vector3.right);
        }

        [Test]
        public void FromToRotation_finds_a_way_round_to_the_opposite() =>
            Near.Points(Vector3.left, Quaternion.FromToRotation(Vector3.right, Vector3.left) * Vector3.right);

        [Test]
        public void Slerp_takes_the_shorter_way()
        {
            Quaternion q = Quaternion.AngleAxis(80f, Vector3.up);
            var other = new Quaternion(-q.x, -q.y, -q.z, -q.w);
            Near.Turns(Quaternion.AngleAxis(40f, Vector3.up), Quaternion.Slerp(Quaternion.identity, other, 0.5f));
        }

        [Test]
        public void The_angle_between_turns_is_in_degrees() =>
            Assert.That(Quaternion.Angle(Quaternion.Euler(0f, 10f, 0f), Quaternion.Euler(0f, 55f, 0f)),
                Is.EqualTo(45f).Within(1e-2f));

        [Test]
        public void Cross_follows_the_left_hand() =>
            Near.Points(Vector3.forward, Vector3.Cross(Vector3.right, Vector3.up));

        [Test]
        public void A_matrix_scales_then_turns_then_moves()
        {
            Matrix4x4 m = Matrix4x4.TRS(
                new Vector3(1f, 2f, 3f), Quaternion.Euler(0f, 90f, 0f), new Vector3(2f, 2f, 2f));
            Near.Points(new Vector3(3f, 2f, 3f), m.MultiplyPoint3x4(Vector3.forward));
            Near.Points(Vector3.forward, m.inverse.MultiplyPoint3x4(new Vector3(3f, 2f, 3f)));
        }

        [Test]
        public void A_child_moves_with_its_parent()
        {
            GameObject parent = Make.Object(), child = Make.Object("child", parent.transform);
            parent.transform.SetPositionAndRotation(new Vector3(1f, 0f, 0f), Quaternion.Euler(0f, 90f, 0f));
            parent.transform.localScale = new Vector3(2f, 2f, 2f);
            child.transform.localPosition = new Vector3(0f, 1f, 1f);
            Near.Points(new Vector3(3f, 2f, 0f), child.transform.position);
            Near.Points(new Vector3(0f, 1f, 1f), parent.transform.InverseTransformPoint(new Vector3(3f, 2f, 0f)));
            Near.Points(Vector3.right, child.transform.forward);
        }

        [Test]
        public void SetParent_keeps_the_place_in_the_world_unless_told_otherwise()
        {
            GameObject parent = Make.Object(), kept = Make.Object("kept"), moved = Make.Object("moved");
            parent.transform.position = new Vector3(5f, 0f, 0f);
            kept.transform.position = moved.transform.position = new Vector3(1f, 1f, 1f);
            kept.transform.SetParent(parent.transform);
            moved.transform.SetParent(parent.transform, false);
            Near.Points(new Vector3(1f, 1f, 1f), kept.transform.position);
            Near.Points(new Vector3(6f, 1f, 1f), moved.transform.position);
        }

        [Test]
        public void A_camera_sees_what_is_before_it_in_the_middle()
        {
            var camera = Make.Object().AddComponent<Camera>();
            camera.transform.SetPositionAndRotation(new Vector3(0f, 1f, 0f), Quaternion.Euler(0f, 180f, 0f));
            Near.Points(new Vector3(0.5f, 0.5f, 4f), camera.WorldToViewportPoint(new Vector3(0f, 1f, -4f)));
            // A camera that looks along -Z has +X on its left.
            Assert.That(camera.WorldToViewportPoint(new Vector3(1f, 1f, -4f)).x, Is.LessThan(0.5f));
            Assert.That(camera.WorldToViewportPoint(new Vector3(0f, 2f, -4f)).y, Is.GreaterThan(0.5f));
        }

        [Test]
        public void What_is_destroyed_equals_null()
        {
            GameObject thing = Make.Object();
            UnityEngine.Object.DestroyImmediate(thing);
            Assert.That(thing == null, Is.True);
        }

        [Test]
        public void A_copy_refers_to_its_own_parts()
        {
            TestAvatar avatar = Make.Avatar("tpose");
            AvatarDriver driver = Make.Driver(avatar);
            driver.animator = avatar.Animator;
            GameObject stage = Make.Object("stage");
            AvatarDriver copy = UnityEngine.Object.Instantiate(driver, stage.transform);
            Assert.That(copy.animator, Is.Not.EqualTo(avatar.Animator));
            Assert.That(copy.animator.gameObject, Is.EqualTo(copy.gameObject));
            Assert.That(copy.animator.GetBoneTransform(HumanBodyBones.Head).IsChildOf(copy.transform), Is.True);
        }
    }
}
