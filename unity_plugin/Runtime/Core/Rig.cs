namespace MocapBridge
{
    /// <summary>Where a pose puts bones and joints: forward kinematics in the world's axes.</summary>
    public static class Rig
    {
        static readonly float[] RestLengthsM = LengthsOf(Skeleton.RestOffsetsM);

        // What a bone carries (a nose, a heel) grows with the bone that measures that part of the body.
        static readonly int[] SizedBy = MakeSizedBy();

        /// <summary>
        /// Fills 22 heads and, relative to the T-pose, world rotations of the bones at the person's own size.
        /// </summary>
        public static void Bones(RigPose pose, Vec3[] headsWorldM, Quat[] worldRotations)
        {
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
            {
                int parent = Skeleton.Parents[bone];
                if (parent < 0)
                {
                    headsWorldM[bone] = pose.HipsWorldM;
                    worldRotations[bone] = pose.RotationsXyzw[bone];
                    continue;
                }
                Vec3 offset = Skeleton.RestOffsetsM[bone] * Scale(pose, bone);
                headsWorldM[bone] = headsWorldM[parent] + worldRotations[parent] * offset;
                worldRotations[bone] = worldRotations[parent] * pose.RotationsXyzw[bone];
            }
        }

        /// <summary>
        /// Where the pose puts a joint (a row of Skeleton.Joints), from what <see cref="Bones"/> has filled.
        /// </summary>
        public static Vec3 Joint(RigPose pose, int joint, Vec3[] headsWorldM, Quat[] worldRotations)
        {
            int bone = Skeleton.JointBones[joint];
            return headsWorldM[bone]
                + worldRotations[bone] * (Skeleton.JointOffsetsM[joint] * Scale(pose, SizedBy[bone]));
        }

        /// <summary>
        /// Capsules (22) of a body with these bone lengths (22, 0 = not measured): the table's, by size.
        /// </summary>
        public static void CapsuleRadii(float[] boneLengthsM, float[] radiiM)
        {
            float size = Size(boneLengthsM);
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
                radiiM[bone] = Skeleton.CapsuleRadiiM[bone] * size;
        }

        /// <summary>How thick the pose's capsules are, as a share of the table's for a body of its size.</summary>
        public static float Girth(RigPose pose)
        {
            const int hips = 0;
            float usual = Skeleton.CapsuleRadiiM[hips] * Size(pose.BoneLengthsM);
            return pose.CapsuleRadiiM[hips] > 0f && usual > 0f ? pose.CapsuleRadiiM[hips] / usual : 1f;
        }

        /// <summary>
        /// How large a body with these bone lengths is; 1 = the rest skeleton, also if nothing was measured.
        /// </summary>
        static float Size(float[] boneLengthsM)
        {
            float own = 0f, rest = 0f;
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
                if (boneLengthsM[bone] > 0f)
                {
                    own += boneLengthsM[bone];
                    rest += RestLengthsM[bone];
                }
            return rest > 0f ? own / rest : 1f;
        }

        static float Scale(RigPose pose, int bone) =>
            pose.BoneLengthsM[bone] > 0f ? pose.BoneLengthsM[bone] / RestLengthsM[bone] : 1f;

        static float[] LengthsOf(Vec3[] offsetsM)
        {
            var lengths = new float[offsetsM.Length];
            for (int row = 0; row < lengths.Length; row++)
                lengths[row] = offsetsM[row].Length;
            return lengths;
        }

        static int[] MakeSizedBy()
        {
            var rows = new int[Skeleton.BoneCount];
            for (int bone = 0; bone < rows.Length; bone++)
                rows[bone] = bone;
            rows[Row("Hips")] = Row("Spine");
            rows[Row("LeftFoot")] = Row("LeftToes");
            rows[Row("RightFoot")] = Row("RightToes");
            return rows;
        }

        static int Row(string bone) => System.Array.IndexOf(Skeleton.Bones, bone);
    }
}
