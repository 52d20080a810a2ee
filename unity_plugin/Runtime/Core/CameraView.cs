using System;

namespace MocapBridge
{
    /// <summary>
    /// A pinhole camera and where it stands (Python: Camera). Camera axes are OpenCV's: x right, y down, z forward.
    /// </summary>
    public sealed class CameraView
    {
        /// <summary>False until a packet has told of the camera (VMC never does).</summary>
        public bool Known;
        public float WidthPx, HeightPx;
        public float FocalXPx, FocalYPx;
        public float CenterXPx, CenterYPx;

        /// <summary>Upper three rows of the 4x4 matrix from the camera to the world, row by row.</summary>
        public readonly float[] WorldFromCamera = { 1f, 0f, 0f, 0f, 0f, -1f, 0f, 0f, 0f, 0f, -1f, 0f };

        /// <summary>Where the camera stands, metres in the world.</summary>
        public Vec3 PositionWorldM => new Vec3(WorldFromCamera[3], WorldFromCamera[7], WorldFromCamera[11]);

        internal void CopyFrom(CameraView other)
        {
            Known = other.Known;
            WidthPx = other.WidthPx;
            HeightPx = other.HeightPx;
            FocalXPx = other.FocalXPx;
            FocalYPx = other.FocalYPx;
            CenterXPx = other.CenterXPx;
            CenterYPx = other.CenterYPx;
            Array.Copy(other.WorldFromCamera, WorldFromCamera, WorldFromCamera.Length);
        }
    }
}
