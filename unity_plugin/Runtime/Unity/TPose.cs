using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// From an avatar's rest pose to the T-pose that all rotations are relative to (Python: avatar/tpose.py), in the
    /// axes of the avatar's root. Rows are those of <see cref="Skeleton.Bones"/>.
    /// </summary>
    static class TPose
    {
        /// <summary>
        /// From parent to child at rest. A bone that is missing lies where the next one begins: it takes no room. A
        /// missing part of the spine lies at the part below it, so that what bends there bends; a missing neck or
        /// shoulder lies at the head or arm that hangs on it.
        /// </summary>
        internal static Vector3[] Offsets(Vector3[] heads, bool[] has)
        {
            var placed = (Vector3[])heads.Clone();
            for (int bone = 0; bone < placed.Length; bone++)
            {
                if (has[bone])
                    continue;
                string name = Skeleton.Bones[bone];
                int child = name == "Neck" ? Row("Head") : Row(name.Replace("Shoulder", "UpperArm"));
                placed[bone] = child != bone ? heads[child] : placed[Skeleton.Parents[bone]];
            }
            var offsets = new Vector3[placed.Length];
            for (int bone = 1; bone < placed.Length; bone++)
                offsets[bone] = placed[bone] - placed[Skeleton.Parents[bone]];
            return offsets;
        }

        /// <summary>
        /// Rotations after which arms point sideways, legs down and feet forward, so that limbs run parallel to the
        /// performer's, whether the avatar rests in an A-pose, with splayed legs or bent knees. Trunk and head keep
        /// their posture, soles their pitch: high heels stay high.
        /// </summary>
        internal static Quaternion[] Turns(Vector3[] offsets, bool[] has)
        {
            var turns = new Quaternion[offsets.Length];
            for (int bone = 0; bone < turns.Length; bone++)
                turns[bone] = Quaternion.identity;
            foreach (string side in new[] { "Left", "Right" })
            {
                Straighten(turns, offsets, side + "UpperArm", side + "LowerArm", side + "Hand");
                Straighten(turns, offsets, side + "UpperLeg", side + "LowerLeg", side + "Foot");
                turns[Row(side + "Hand")] = turns[Row(side + "LowerArm")];
                int toes = Row(side + "Toes");
                if (has[toes])
                    turns[Row(side + "Foot")] = turns[toes] = Forwards(offsets[toes]);
            }
            return turns;
        }

        static void Straighten(Quaternion[] turns, Vector3[] offsets, string upper, string lower, string end)
        {
            int u = Row(upper), l = Row(lower), e = Row(end);
            turns[u] = Quaternion.FromToRotation(offsets[l], Skeleton.RestOffsetsM[l].ToUnity());
            turns[l] = Quaternion.FromToRotation(turns[u] * offsets[e], Skeleton.RestOffsetsM[e].ToUnity()) * turns[u];
        }

        static Quaternion Forwards(Vector3 toes) =>
            Quaternion.AngleAxis(-Mathf.Atan2(toes.x, toes.z) * Mathf.Rad2Deg, Vector3.up);

        internal static int Row(string bone) => System.Array.IndexOf(Skeleton.Bones, bone);
    }
}
