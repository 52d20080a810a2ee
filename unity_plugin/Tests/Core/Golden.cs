using System;
using System.IO;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    /// <summary>The scene that the golden packets tell, read from the golden take.</summary>
    static class Golden
    {
        public static Scene Scene() => Of(GoldenPackets.One());

        /// <summary>
        /// Nobody, and events of every kind: a pair, a counted one, one that points, one of the room.
        /// </summary>
        public static Scene Events() => Of(GoldenPackets.Events());

        /// <summary>One person of whom another program tells eyes, jaw, fingers and expressions.</summary>
        public static Scene Guest() => Of(GoldenPackets.Guest());

        static Scene Of(byte[] take)
        {
            var scene = new Scene();
            using (var reader = new TakeReader(new MemoryStream(take), "golden.take.jsonl"))
                Assert.That(reader.Read(scene), Is.True);
            return scene;
        }

        /// <summary>Every field of both; numbers within the tolerance, pixels within theirs.</summary>
        public static void AssertSame(Scene scene, Scene truth, float tolerance, float pixels)
        {
            Assert.That(scene.FrameIndex, Is.EqualTo(truth.FrameIndex));
            Assert.That(scene.TimeS, Is.EqualTo(truth.TimeS).Within(1e-6));
            Assert.That(scene.Camera.WorldFromCamera, Is.EqualTo(truth.Camera.WorldFromCamera).Within(tolerance));
            Assert.That(new[] { scene.Camera.WidthPx, scene.Camera.HeightPx, scene.Camera.FocalXPx,
                scene.Camera.CenterYPx },
                Is.EqualTo(new[] { truth.Camera.WidthPx, truth.Camera.HeightPx, truth.Camera.FocalXPx,
                    truth.Camera.CenterYPx }).Within(1e-3f));
            Assert.That(scene.Poses.Count, Is.EqualTo(truth.Poses.Count));
            Assert.That(scene.Bodies.Count, Is.EqualTo(truth.Bodies.Count));
            Assert.That(scene.Events.Count, Is.EqualTo(truth.Events.Count));
            for (int row = 0; row < truth.Poses.Count; row++)
                AssertSame(scene.PoseOf(truth.Poses[row].PersonId), truth.Poses[row], tolerance);
            for (int row = 0; row < truth.Bodies.Count; row++)
                AssertSame(scene.BodyOf(truth.Bodies[row].PersonId), truth.Bodies[row], tolerance, pixels);
            for (int row = 0; row < truth.Events.Count; row++)
            {
                ActiveEvent one = scene.Events[row], other = truth.Events[row];
                Assert.That(one.IsSameAs(other), Is.True, one.Name + " against " + other.Name);
                Assert.That(one.Count, Is.EqualTo(other.Count));
                AssertNear(one.DirectionWorld, other.DirectionWorld, tolerance);
                Assert.That(one.Strength, Is.EqualTo(other.Strength).Within(tolerance));
                Assert.That(one.SinceS, Is.EqualTo(other.SinceS).Within(1e-6));
                AssertNear(one.AnchorWorldM, other.AnchorWorldM, tolerance);
            }
        }

        static void AssertSame(RigPose pose, RigPose truth, float tolerance)
        {
            AssertNear(pose.HipsWorldM, truth.HipsWorldM, tolerance);
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
                Assert.That(Quat.AngleRad(pose.RotationsXyzw[bone], truth.RotationsXyzw[bone]), Is.LessThan(tolerance),
                    Skeleton.Bones[bone]);
            Assert.That(pose.Visibility, Is.EqualTo(truth.Visibility).Within(tolerance));
            Assert.That(pose.BoneLengthsM, Is.EqualTo(truth.BoneLengthsM).Within(tolerance));
            Assert.That(pose.CapsuleRadiiM, Is.EqualTo(truth.CapsuleRadiiM).Within(tolerance));
            Assert.That(pose.Contacts, Is.EqualTo(truth.Contacts).Within(tolerance));
            Assert.That(pose.ExtraKnown, Is.EqualTo(truth.ExtraKnown));
            for (int extra = 0; extra < Skeleton.ExtraBoneCount; extra++)
                Assert.That(Quat.AngleRad(pose.ExtraRotationsXyzw[extra], truth.ExtraRotationsXyzw[extra]),
                    Is.LessThan(tolerance), Skeleton.ExtraBones[extra]);
            Assert.That(pose.Blends.Count, Is.EqualTo(truth.Blends.Count));
            for (int row = 0; row < truth.Blends.Count; row++)
            {
                Assert.That(pose.Blends[row].Name, Is.EqualTo(truth.Blends[row].Name));
                Assert.That(pose.Blends[row].Value, Is.EqualTo(truth.Blends[row].Value).Within(tolerance));
            }
        }

        static void AssertSame(Body body, Body truth, float tolerance, float pixels)
        {
            for (int joint = 0; joint < Skeleton.JointCount; joint++)
                AssertNear(body.JointsWorldM[joint], truth.JointsWorldM[joint], tolerance);
            Assert.That(body.Visibility, Is.EqualTo(truth.Visibility).Within(tolerance));
            Assert.That(body.JointsPx, Is.EqualTo(truth.JointsPx).Within(pixels));
            Assert.That(body.BoxPx, Is.EqualTo(truth.BoxPx).Within(pixels));
        }

        static void AssertNear(Vec3 one, Vec3 other, float tolerance) =>
            Assert.That((one - other).Length, Is.LessThan(2f * tolerance), one + " against " + other);
    }
}
