using System.Collections.Generic;

namespace MocapBridge
{
    /// <summary>
    /// Who turns for bones that an avatar lacks (Unity asks for 15 of 55). A bone also does the turns of those that are
    /// missing between it and its parent, and right above it in the trunk.
    /// </summary>
    static class MissingBones
    {
        static readonly int[] s_trunk = { TPose.Row("Spine"), TPose.Row("Chest"), TPose.Row("UpperChest") };

        /// <summary>Row of the nearest bone that there is and this one hangs on; -1 for the hips.</summary>
        internal static int ParentIn(int bone, bool[] has)
        {
            int row = Skeleton.Parents[bone];
            while (row >= 0 && !has[row])
                row = Skeleton.Parents[row];
            return row;
        }

        /// <summary>Rows of the pose whose turns, one after the other, are this bone's.</summary>
        internal static int[] RowsFor(int bone, bool[] has)
        {
            int upper = ParentIn(bone, has);
            int end = upper < 0 ? -1 : ActingFor(upper, has);
            var line = new List<int> { ActingFor(bone, has) };
            while (Skeleton.Parents[line[0]] != end)
                line.Insert(0, Skeleton.Parents[line[0]]);
            return line.ToArray();
        }

        /// <summary>The highest bone of the trunk that is missing right above this one, or the bone itself.</summary>
        static int ActingFor(int bone, bool[] has)
        {
            int at = System.Array.IndexOf(s_trunk, bone);
            if (at < 0)
                return bone;
            while (at + 1 < s_trunk.Length && !has[s_trunk[at + 1]])
                at++;
            return s_trunk[at];
        }
    }
}
