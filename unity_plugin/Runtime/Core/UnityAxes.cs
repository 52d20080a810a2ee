using System;

namespace MocapBridge
{
    /// <summary>
    /// The only place where handedness turns. World (right-handed) to Unity (left-handed): x turns round, so that who
    /// faces the camera faces +Z in both. Each of Position and Rotation is its own inverse.
    /// </summary>
    public static class UnityAxes
    {
        /// <summary>Points and directions, world to Unity and back: (-x, y, z).</summary>
        public static Vec3 Position(Vec3 world) => new Vec3(-world.X, world.Y, world.Z);

        /// <summary>Rotations, world to Unity and back: (x, -y, -z, w).</summary>
        public static Quat Rotation(Quat world) => new Quat(world.X, -world.Y, -world.Z, world.W);

        /// <summary>
        /// Where a Unity camera (looking along +Z, Y up) must stand to see what the bridge's camera sees.
        /// </summary>
        public static void CameraPose(CameraView camera, out Vec3 position, out Quat rotation)
        {
            float[] m = camera.WorldFromCamera;
            position = Position(camera.PositionWorldM);
            // Columns: the camera's right, up (OpenCV's y is down) and forward, each in Unity's axes.
            rotation = FromAxes(Position(new Vec3(m[0], m[4], m[8])), Position(new Vec3(-m[1], -m[5], -m[9])),
                Position(new Vec3(m[2], m[6], m[10])));
        }

        /// <summary>Degrees from the picture's lower edge to its upper one: Unity's Camera.fieldOfView.</summary>
        public static float VerticalFieldOfViewDeg(CameraView camera) =>
            (float)(2.0 * Math.Atan2(0.5 * camera.HeightPx, camera.FocalYPx) * 180.0 / Math.PI);

        /// <summary>
        /// Unity's Camera.projectionMatrix (OpenGL form, row by row, 16 numbers) that shows exactly the camera's
        /// picture.
        /// </summary>
        public static void Projection(CameraView camera, float nearM, float farM, float[] rows)
        {
            Array.Clear(rows, 0, 16);
            rows[0] = 2f * camera.FocalXPx / camera.WidthPx;
            rows[2] = 1f - 2f * camera.CenterXPx / camera.WidthPx;
            rows[5] = 2f * camera.FocalYPx / camera.HeightPx;
            rows[6] = 2f * camera.CenterYPx / camera.HeightPx - 1f;
            rows[10] = -(farM + nearM) / (farM - nearM);
            rows[11] = -2f * farM * nearM / (farM - nearM);
            rows[14] = -1f;
        }

        static Quat FromAxes(Vec3 x, Vec3 y, Vec3 z)
        {
            float trace = x.X + y.Y + z.Z;
            // The largest of the four is taken first: dividing by it is safe.
            if (trace > 0f)
                return new Quat(y.Z - z.Y, z.X - x.Z, x.Y - y.X, 1f + trace).Normalized;
            if (x.X >= y.Y && x.X >= z.Z)
                return new Quat(1f + x.X - y.Y - z.Z, x.Y + y.X, z.X + x.Z, y.Z - z.Y).Normalized;
            if (y.Y >= z.Z)
                return new Quat(x.Y + y.X, 1f + y.Y - x.X - z.Z, y.Z + z.Y, z.X - x.Z).Normalized;
            return new Quat(z.X + x.Z, y.Z + z.Y, 1f + z.Z - x.X - y.Y, x.Y - y.X).Normalized;
        }
    }
}
