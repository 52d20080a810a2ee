using System;

namespace MocapBridge
{
    /// <summary>One person's joints in the world and in the picture (Python: BodyJoints).</summary>
    public sealed class Body
    {
        public int PersonId;

        /// <summary>Capture clock; earlier than the scene's if this person's packet of the frame was lost.</summary>
        public double TimeS;

        /// <summary>In the order of <see cref="Skeleton.Joints"/>.</summary>
        public readonly Vec3[] JointsWorldM = new Vec3[Skeleton.JointCount];

        /// <summary>0..1 of each joint; 0 = hidden, and the position is then a guess.</summary>
        public readonly float[] Visibility = new float[Skeleton.JointCount];

        /// <summary>x y of each joint in the picture, 60 numbers.</summary>
        public readonly float[] JointsPx = new float[2 * Skeleton.JointCount];

        /// <summary>x0 y0 x1 y1 in the picture.</summary>
        public readonly float[] BoxPx = new float[4];

        internal void CopyFrom(Body other)
        {
            PersonId = other.PersonId;
            TimeS = other.TimeS;
            Array.Copy(other.JointsWorldM, JointsWorldM, JointsWorldM.Length);
            Array.Copy(other.Visibility, Visibility, Visibility.Length);
            Array.Copy(other.JointsPx, JointsPx, JointsPx.Length);
            Array.Copy(other.BoxPx, BoxPx, BoxPx.Length);
        }
    }
}
