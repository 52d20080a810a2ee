using System;

namespace MocapBridge
{
    /// <summary>
    /// People between scenes (or a little beyond the last), each by the times of their own poses: whose packet was lost
    /// in a scene goes on as before.
    /// </summary>
    static class SceneMix
    {
        const double LongestGapS = 0.5; // no movement is made up across more

        /// <summary>
        /// Overwrites the people of <paramref name="mixed"/>, a copy of scenes[to], by where they are at timeS, at most
        /// mostBeyondS after their own last pose. Scenes are in order of time.
        /// </summary>
        public static void Mix(Scene[] scenes, int to, double timeS, double mostBeyondS, Scene mixed)
        {
            for (int row = 0; row < scenes[to].Poses.Count; row++)
            {
                RigPose end = scenes[to].Poses[row], begin = Before(scenes, to, end);
                double atS = Math.Min(timeS, end.TimeS + mostBeyondS);
                if (begin != null && TryShare(begin.TimeS, end.TimeS, atS, out float share))
                    Mix(begin, end, share, atS, mixed.Poses[row]);
            }
            for (int row = 0; row < scenes[to].Bodies.Count; row++)
            {
                Body end = scenes[to].Bodies[row], begin = Before(scenes, to, end);
                double atS = Math.Min(timeS, end.TimeS + mostBeyondS);
                if (begin != null && TryShare(begin.TimeS, end.TimeS, atS, out float share))
                    Mix(begin, end, share, atS, mixed.Bodies[row]);
            }
        }

        /// <summary>The person's last pose that is older; null if they have just come.</summary>
        static RigPose Before(Scene[] scenes, int to, RigPose end)
        {
            RigPose begin = null;
            for (int earlier = to - 1; earlier >= 0; earlier--)
            {
                begin = scenes[earlier].PoseOf(end.PersonId);
                if (begin == null || begin.TimeS < end.TimeS)
                    break;
            }
            return begin;
        }

        static Body Before(Scene[] scenes, int to, Body end)
        {
            Body begin = null;
            for (int earlier = to - 1; earlier >= 0; earlier--)
            {
                begin = scenes[earlier].BodyOf(end.PersonId);
                if (begin == null || begin.TimeS < end.TimeS)
                    break;
            }
            return begin;
        }

        static bool TryShare(double beginS, double endS, double timeS, out float share)
        {
            share = 1f;
            if (!(endS - beginS > 1e-6 && endS - beginS < LongestGapS))
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
                    into.ExtraRotationsXyzw[extra] =
                        Quat.Slerp(begin.ExtraRotationsXyzw[extra], end.ExtraRotationsXyzw[extra], share);
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
