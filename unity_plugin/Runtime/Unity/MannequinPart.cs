using System.Collections.Generic;

namespace MocapBridge
{
    /// <summary>One limb of the mannequin, from its bone's head, in the T-pose and the world's axes.</summary>
    readonly struct MannequinPart
    {
        internal readonly int Bone;
        internal readonly Vec3 StartM, EndM;
        internal readonly float RadiusM;

        MannequinPart(int bone, Vec3 startM, Vec3 endM, float radiusM)
        {
            Bone = bone;
            StartM = startM;
            EndM = endM;
            RadiusM = radiusM;
        }

        internal static readonly MannequinPart[] All = Parts();

        static MannequinPart[] Parts()
        {
            var parts = new List<MannequinPart>();
            for (int bone = 1; bone < Skeleton.BoneCount; bone++)
            {
                int parent = Skeleton.Parents[bone];
                parts.Add(new MannequinPart(parent, Vec3.Zero, Skeleton.RestOffsetsM[bone], Slim(parent)));
            }
            foreach (string end in new[] { "Head:Head_top", "LeftHand:L_Hand", "RightHand:R_Hand" })
            {
                int bone = TPose.Row(end.Split(':')[0]);
                int joint = System.Array.IndexOf(Skeleton.Joints, end.Split(':')[1]);
                parts.Add(new MannequinPart(bone, Vec3.Zero, Skeleton.JointOffsetsM[joint], Slim(bone)));
            }
            return parts.ToArray();
        }

        /// <summary>Slimmer than a clothed body, so that limbs are told apart.</summary>
        static float Slim(int bone) => 0.75f * Skeleton.CapsuleRadiiM[bone];
    }
}
