using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// Where an avatar's hips bone goes, in the axes of its root (Python: avatar/pose.py, hips_world_m).
    /// </summary>
    static class HipsPlace
    {
        static readonly int[] s_leg =
        {
            TPose.Row("LeftLowerLeg"), TPose.Row("LeftFoot"), TPose.Row("RightLowerLeg"), TPose.Row("RightFoot"),
        };

        internal static Vector3 Of(RigPose pose, AvatarFit fit, RootMotion motion)
        {
            Vector3 pelvis = pose.HipsWorldM.ToUnity();
            if (motion != RootMotion.Full)
                pelvis *= fit.PelvisHeightM / PerformerHeightM(pose.BoneLengthsM);
            if (motion == RootMotion.InPlace)
                pelvis = new Vector3(0f, pelvis.y, 0f);
            return pelvis - pose.RotationsXyzw[0].ToUnity() * fit.PelvisM;
        }

        /// <summary>
        /// Of the hip joints above the floor when standing; a length of 0, unmeasured, is that of the rest pose.
        /// </summary>
        internal static float PerformerHeightM(float[] boneLengthsM)
        {
            float measured = 0f, rest = 0f;
            foreach (int bone in s_leg)
            {
                float restM = Skeleton.RestOffsetsM[bone].Length;
                measured += boneLengthsM[bone] > 0f ? boneLengthsM[bone] : restM;
                rest += restM;
            }
            return Skeleton.HipsHeightM * measured / rest;
        }
    }
}
