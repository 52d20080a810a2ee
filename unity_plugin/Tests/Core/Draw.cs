using System;

namespace MocapBridge.Tests
{
    /// <summary>Random things, the same for the same seed.</summary>
    static class Draw
    {
        public static float Number(Random random, float reach) => reach * (2f * (float)random.NextDouble() - 1f);

        public static Vec3 Point(Random random, float reach) =>
            new Vec3(Number(random, reach), Number(random, reach), Number(random, reach));

        public static Quat Rotation(Random random)
        {
            while (true)
            {
                var drawn = new Quat(Number(random, 1f), Number(random, 1f), Number(random, 1f), Number(random, 1f));
                if (Quat.Dot(drawn, drawn) > 0.1f)
                    return drawn.Normalized;
            }
        }

        /// <summary>A standing person, every bone turned a little.</summary>
        public static void Pose(Random random, RigPose pose)
        {
            pose.Rest();
            pose.HipsWorldM = new Vec3(Number(random, 1f), 0.9f, -3f + Number(random, 1f));
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
            {
                pose.RotationsXyzw[bone] = Quat.Slerp(Quat.Identity, Rotation(random), 0.3f);
                pose.BoneLengthsM[bone] = bone == 0 ? 0f : Skeleton.RestOffsetsM[bone].Length * 1.05f;
                pose.Visibility[bone] = (float)random.NextDouble();
            }
            Rig.CapsuleRadii(pose.BoneLengthsM, pose.CapsuleRadiiM);
        }

        public static CameraView Camera(Random random)
        {
            var camera = new CameraView { Known = true, WidthPx = 1280f, HeightPx = 720f,
                FocalXPx = 900f + Number(random, 200f) };
            camera.FocalYPx = camera.FocalXPx + Number(random, 5f);
            camera.CenterXPx = 640f + Number(random, 40f);
            camera.CenterYPx = 360f + Number(random, 40f);
            Quat turn = Rotation(random);
            Vec3 right = turn * new Vec3(1f, 0f, 0f), down = turn * new Vec3(0f, 1f, 0f),
                ahead = turn * new Vec3(0f, 0f, 1f);
            Vec3 place = Point(random, 2f);
            float[] rows = { right.X, down.X, ahead.X, place.X, right.Y, down.Y, ahead.Y, place.Y, right.Z, down.Z,
                ahead.Z, place.Z };
            Array.Copy(rows, camera.WorldFromCamera, rows.Length);
            return camera;
        }

        /// <summary>A point of the camera's axes in the world.</summary>
        public static Vec3 World(CameraView camera, Vec3 point)
        {
            float[] m = camera.WorldFromCamera;
            return new Vec3(m[0] * point.X + m[1] * point.Y + m[2] * point.Z + m[3],
                m[4] * point.X + m[5] * point.Y + m[6] * point.Z + m[7],
                    m[8] * point.X + m[9] * point.Y + m[10] * point.Z + m[11]);
        }
    }
}
