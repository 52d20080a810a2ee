using System;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    [TestFixture]
    public sealed class UnityAxesTests
    {
        [Test]
        public void Turning_handedness_twice_changes_nothing()
        {
            var point = new Vec3(1f, 2f, 3f);
            Quat turn = new Quat(0.1f, 0.2f, 0.3f, 0.9f).Normalized;
            Assert.That(UnityAxes.Position(UnityAxes.Position(point)), Is.EqualTo(point));
            Assert.That(UnityAxes.Rotation(UnityAxes.Rotation(turn)), Is.EqualTo(turn));
        }

        [Test]
        public void A_turned_point_is_the_turned_point_in_both_worlds()
        {
            var random = new Random(3);
            for (int round = 0; round < 50; round++)
            {
                Quat turn = Draw.Rotation(random);
                Vec3 point = Draw.Point(random, 2f);
                Vec3 there = UnityAxes.Position(turn * point);
                Vec3 here = UnityAxes.Rotation(turn) * UnityAxes.Position(point);
                Assert.That((there - here).Length, Is.LessThan(1e-5f));
            }
        }

        [Test]
        public void Who_faces_the_camera_faces_plus_z_in_Unity_too()
        {
            Assert.That(UnityAxes.Position(new Vec3(0f, 0f, 1f)), Is.EqualTo(new Vec3(0f, 0f, 1f)));
            Assert.That(UnityAxes.Position(new Vec3(1f, 0f, 0f)), Is.EqualTo(new Vec3(-1f, 0f, 0f)),
                "the left hand is at -X in Unity");
        }

        [Test]
        public void A_level_camera_looks_along_minus_z()
        {
            var camera = new CameraView { Known = true };
            camera.WorldFromCamera[7] = 1.2f;
            UnityAxes.CameraPose(camera, out Vec3 position, out Quat rotation);
            Assert.That((position - new Vec3(0f, 1.2f, 0f)).Length, Is.LessThan(1e-6f));
            Assert.That((rotation * new Vec3(0f, 0f, 1f) - new Vec3(0f, 0f, -1f)).Length, Is.LessThan(1e-6f));
            Assert.That((rotation * new Vec3(0f, 1f, 0f) - new Vec3(0f, 1f, 0f)).Length, Is.LessThan(1e-6f));
        }

        [Test]
        public void A_point_lands_on_the_same_pixel_in_both_cameras()
        {
            var random = new Random(5);
            for (int round = 0; round < 50; round++)
            {
                CameraView camera = Draw.Camera(random);
                Vec3 inCamera = new Vec3((float)random.NextDouble() - 0.5f, (float)random.NextDouble() - 0.5f,
                    1f + 3f * (float)random.NextDouble());
                float px = camera.CenterXPx + camera.FocalXPx * inCamera.X / inCamera.Z;
                float py = camera.CenterYPx + camera.FocalYPx * inCamera.Y / inCamera.Z;
                Assert.That(PixelInUnity(camera, Draw.World(camera, inCamera)).X, Is.EqualTo(px).Within(0.01));
                Assert.That(PixelInUnity(camera, Draw.World(camera, inCamera)).Y, Is.EqualTo(py).Within(0.01));
            }
        }

        [Test]
        public void The_field_of_view_is_that_of_the_picture()
        {
            var camera = new CameraView { HeightPx = 480f, FocalYPx = 240f };
            Assert.That(UnityAxes.VerticalFieldOfViewDeg(camera), Is.EqualTo(90f).Within(1e-4));
        }

        /// <summary>What Unity does: view (z backwards), projection, then the picture with y from above.</summary>
        static Vec3 PixelInUnity(CameraView camera, Vec3 world)
        {
            UnityAxes.CameraPose(camera, out Vec3 position, out Quat rotation);
            Vec3 local = rotation.Inverse * (UnityAxes.Position(world) - position);
            var view = new Vec3(local.X, local.Y, -local.Z);
            var p = new float[16];
            UnityAxes.Projection(camera, 0.1f, 100f, p);
            float w = p[14] * view.Z;
            float x = (p[0] * view.X + p[2] * view.Z) / w, y = (p[5] * view.Y + p[6] * view.Z) / w;
            return new Vec3((x + 1f) / 2f * camera.WidthPx, (1f - y) / 2f * camera.HeightPx, 0f);
        }
    }
}
