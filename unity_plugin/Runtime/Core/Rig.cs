using System;

namespace MocapBridge
{
    /// <summary>Where a pose puts bones and joints: forward kinematics in the world's axes.</summary>
    public static class Rig
    {
        /// <summary>Fills 22 heads and, relative to the T-pose, world rotations of the bones at the person's own size.</summary>
        public static void Bones(RigPose pose, Vec3[] headsWorldM, Quat[] worldRotations) => throw new NotImplementedException();
    }
}
