namespace MocapBridge
{
    /// <summary>
    /// VRM 1 calls a thumb's bones Metacarpal, Proximal, Distal; Unity calls the same three Proximal, Intermediate,
    /// Distal. Some senders of VRM 1 avatars (XR Animator) tell the former, and then "Proximal" is another bone.
    /// </summary>
    sealed class VrmThumbs
    {
        static readonly ByteNames Metacarpals =
            new ByteNames(new[] { "LeftThumbMetacarpal", "RightThumbMetacarpal" });
        static readonly int[] Proximals = { Row("LeftThumbProximal"), Row("RightThumbProximal") };
        static readonly int[] Intermediates = { Row("LeftThumbIntermediate"), Row("RightThumbIntermediate") };

        bool _spoken; // a metacarpal has been told: this sender uses VRM 1's names

        /// <summary>Row of Skeleton.HumanBones for a name that was found there (or not: -1).</summary>
        public int Bone(byte[] bytes, int at, int length, int found)
        {
            int side = found < 0 ? Metacarpals.Find(bytes, at, length) : -1;
            if (side >= 0)
            {
                _spoken = true;
                return Proximals[side];
            }
            side = _spoken ? System.Array.IndexOf(Proximals, found) : -1;
            return side >= 0 ? Intermediates[side] : found;
        }

        static int Row(string bone) => System.Array.IndexOf(Skeleton.HumanBones, bone);
    }
}
