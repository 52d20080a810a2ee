using System;

namespace MocapBridge
{
    /// <summary>People between two scenes (or a little beyond the second), each by the times of their own poses.</summary>
    static class SceneMix
    {
        /// <summary>Overwrites the people of <paramref name="mixed"/>, which is a copy of <paramref name="to"/>.</summary>
        public static void Mix(Scene from, Scene to, double timeS, Scene mixed)
        {
            for (int row = 0; row < to.Poses.Count; row++)
            {
                RigPose end = to.Poses[row], begin = from.PoseOf(end.PersonId);
                if (begin != null && TryShare(begin.TimeS, end.TimeS, timeS, out float share))
                    Mix(begin, end, share, timeS, mixed.Poses[row]);
            }
            for (int row = 0; row < to.Bodies.Count; row++)
            {
                Body end = to.Bodies[row], begin = from.BodyOf(end.PersonId);
                if (begin != null && TryShare(begin.TimeS, end.TimeS, timeS, out float share))
                    Mix(begin, end, share, timeS, mixed.Bodies[row]);
            }
        }

        static bool TryShare(double beginS, double endS, double timeS, out float share)
        {
            share = 1f;
            if (!(endS - beginS > 1e-6)) // this person's packet was lost: what is known stays
                return false;
            share = (float)Math.Max(0.0, (timeS - beginS) / (endS - beginS));
            return true;
        }

        static void Mix(RigPose begin, RigPose end, float share, double timeS, RigPose into)
        {
            into.TimeS = timeS;
            into.HipsWorldM = Vec3.Lerp(begin.HipsWorldM, end.HipsWorldM, share);
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
                into.RotationsXyzw[bone] = Quat.Slerp(begin.RotationsXyzw[bone], end.RotationsXyzw[bone], share);
            for (int extra = 0; extra < Skeleton.ExtraBoneCount; extra++)
                if (begin.ExtraKnown[extra] && end.ExtraKnown[extra])
                    into.ExtraRotationsXyzw[extra] = Quat.Slerp(begin.ExtraRotationsXyzw[extra], end.ExtraRotationsXyzw[extra], share);
            float held = Math.Min(share, 1f); // shares and expressions are not continued beyond what was seen
            Mix(begin.Visibility, end.Visibility, held, into.Visibility);
            Mix(begin.Contacts, end.Contacts, held, into.Contacts);
            for (int row = 0; row < end.Blends.Count; row++)
                if (row < begin.Blends.Count && begin.Blends[row].Name == end.Blends[row].Name)
                    into.Blends[row].Value += (begin.Blends[row].Value - end.Blends[row].Value) * (1f - held);
        }

        static void Mix(Body begin, Body end, float share, double timeS, Body into)
        {
            into.TimeS = timeS;
            for (int joint = 0; joint < Skeleton.JointCount; joint++)
                into.JointsWorldM[joint] = Vec3.Lerp(begin.JointsWorldM[joint], end.JointsWorldM[joint], share);
            Mix(begin.JointsPx, end.JointsPx, share, into.JointsPx);
            Mix(begin.BoxPx, end.BoxPx, share, into.BoxPx);
            Mix(begin.Visibility, end.Visibility, Math.Min(share, 1f), into.Visibility);
        }

        static void Mix(float[] begin, float[] end, float share, float[] into)
        {
            for (int row = 0; row < into.Length; row++)
                into[row] = begin[row] + (end[row] - begin[row]) * share;
        }
    }
}
