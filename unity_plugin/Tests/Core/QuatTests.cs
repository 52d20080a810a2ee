using System;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    [TestFixture]
    public sealed class QuatTests
    {
        static readonly float Half = (float)Math.Sqrt(0.5);

        static Quat AboutY(double angleRad) =>
            new Quat(0f, (float)Math.Sin(angleRad / 2), 0f, (float)Math.Cos(angleRad / 2));

        [Test]
        public void A_quarter_turn_about_y_takes_z_to_x()
        {
            Vec3 turned = new Quat(0f, Half, 0f, Half) * new Vec3(0f, 0f, 1f);
            Assert.That((turned - new Vec3(1f, 0f, 0f)).Length, Is.LessThan(1e-6f));
        }

        [Test]
        public void A_product_turns_by_the_right_one_first()
        {
            var x = new Quat(Half, 0f, 0f, Half);
            var y = new Quat(0f, Half, 0f, Half);
            var vector = new Vec3(0.3f, -0.7f, 1.1f);
            Assert.That(((x * y) * vector - x * (y * vector)).Length, Is.LessThan(1e-6f));
        }

        [Test]
        public void A_rotation_and_its_inverse_are_nothing()
        {
            Quat turn = new Quat(0.1f, -0.5f, 0.3f, 0.7f).Normalized;
            Assert.That(Quat.AngleRad(turn * turn.Inverse, Quat.Identity), Is.LessThan(1e-6));
        }

        [Test]
        public void The_angle_is_the_same_for_a_quaternion_and_its_negative()
        {
            Quat turn = AboutY(0.8);
            var negative = new Quat(-turn.X, -turn.Y, -turn.Z, -turn.W);
            Assert.That(Quat.AngleRad(Quat.Identity, negative), Is.EqualTo(0.8).Within(1e-6));
        }

        [TestCase(0f, 0.2)]
        [TestCase(0.25f, 0.4)]
        [TestCase(1f, 1.0)]
        [TestCase(1.5f, 1.4)]
        public void Slerp_turns_evenly_and_goes_on_beyond_the_end(float share, double angleRad)
        {
            Assert.That(Quat.AngleRad(Quat.Slerp(AboutY(0.2), AboutY(1.0), share), AboutY(angleRad)),
                Is.LessThan(1e-5));
        }

        [Test]
        public void Slerp_takes_the_shorter_way()
        {
            Quat end = AboutY(0.4);
            Quat mixed = Quat.Slerp(Quat.Identity, new Quat(-end.X, -end.Y, -end.Z, -end.W), 0.5f);
            Assert.That(Quat.AngleRad(mixed, AboutY(0.2)), Is.LessThan(1e-5));
        }

        [Test]
        public void Slerp_between_equals_stays()
        {
            Assert.That(Quat.AngleRad(Quat.Slerp(AboutY(0.3), AboutY(0.3), 0.7f), AboutY(0.3)), Is.LessThan(1e-6));
        }

        [Test]
        public void Nothing_normalised_is_the_identity()
        {
            Assert.That(new Quat(0f, 0f, 0f, 0f).Normalized, Is.EqualTo(Quat.Identity));
            Assert.That(new Quat(float.NaN, 0f, 0f, 0f).Normalized, Is.EqualTo(Quat.Identity));
        }
    }
}
