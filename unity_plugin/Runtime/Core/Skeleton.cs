// Written by DotNet~/tables.py from mocap_bridge/skeleton.py; edit there and run it again.

namespace MocapBridge
{
    /// <summary>The body as tables, the same rows as on the Python side. Do not write to these arrays.
    /// World axes (right-handed, Y up, metres); the rest pose is the T-pose that faces +Z.
    /// </summary>
    public static class Skeleton
    {
        public const int JointCount = 30;
        public const int BoneCount = 22;
        public const int ContactCount = 4;
        public const int HumanBoneCount = 55;
        public const int ExtraBoneCount = 33;
        public const float HeightM = 1.7f;
        public const float HipsHeightM = 0.92f;

        /// <summary>Names of the joints: the order of <see cref="Body"/>.</summary>
        public static readonly string[] Joints =
        {
            "Head_top", "Thorax", "R_Shoulder", "R_Elbow", "R_Wrist", "L_Shoulder", "L_Elbow", "L_Wrist",
            "R_Hip", "R_Knee", "R_Ankle", "L_Hip", "L_Knee", "L_Ankle", "Pelvis", "Spine", "Head", "R_Hand",
            "L_Hand", "R_Toe", "L_Toe", "Nose", "R_Ear", "L_Ear", "R_Index", "L_Index", "R_Pinky",
            "L_Pinky", "R_Heel", "L_Heel",
        };

        /// <summary>Joint that each joint hangs on; -1 for the pelvis.</summary>
        public static readonly int[] JointParents =
        {
            16, 15, 1, 2, 3, 1, 5, 6, 14, 8, 9, 14, 11, 12, -1, 14, 1, 4, 7, 10, 13, 16, 16, 16, 4, 7, 4, 7,
            10, 13,
        };

        /// <summary>Row of the bone that carries each joint.</summary>
        public static readonly int[] JointBones =
        {
            5, 4, 15, 16, 17, 7, 8, 9, 18, 19, 20, 10, 11, 12, 0, 2, 5, 17, 9, 21, 13, 5, 5, 5, 17, 9, 17,
            9, 20, 12,
        };

        /// <summary>Each joint from its bone's head in the T-pose.</summary>
        public static readonly Vec3[] JointOffsetsM =
        {
            new Vec3(0.0f, 0.16f, 0.03f), new Vec3(0.0f, 0.0f, 0.0f), new Vec3(0.0f, 0.0f, 0.0f),
            new Vec3(0.0f, 0.0f, 0.0f), new Vec3(0.0f, 0.0f, 0.0f), new Vec3(0.0f, 0.0f, 0.0f),
            new Vec3(0.0f, 0.0f, 0.0f), new Vec3(0.0f, 0.0f, 0.0f), new Vec3(0.0f, 0.0f, 0.0f),
            new Vec3(0.0f, 0.0f, 0.0f), new Vec3(0.0f, 0.0f, 0.0f), new Vec3(0.0f, 0.0f, 0.0f),
            new Vec3(0.0f, 0.0f, 0.0f), new Vec3(0.0f, 0.0f, 0.0f), new Vec3(0.0f, 0.0f, 0.0f),
            new Vec3(0.0f, 0.06f, -0.015f), new Vec3(0.0f, 0.0f, 0.07f), new Vec3(-0.1f, 0.0f, 0.0f),
            new Vec3(0.1f, 0.0f, 0.0f), new Vec3(0.0f, 0.0f, 0.0f), new Vec3(0.0f, 0.0f, 0.0f),
            new Vec3(0.0f, 0.015f, 0.155f), new Vec3(-0.074f, 0.04f, 0.05f), new Vec3(0.074f, 0.04f, 0.05f),
            new Vec3(-0.1f, 0.0f, 0.03f), new Vec3(0.1f, 0.0f, 0.03f), new Vec3(-0.09f, 0.0f, -0.03f),
            new Vec3(0.09f, 0.0f, -0.03f), new Vec3(0.0f, -0.07f, -0.05f), new Vec3(0.0f, -0.07f, -0.05f),
        };

        /// <summary>Names of the bones, Unity's own: the order of <see cref="RigPose"/>.</summary>
        public static readonly string[] Bones =
        {
            "Hips", "Spine", "Chest", "UpperChest", "Neck", "Head", "LeftShoulder", "LeftUpperArm",
            "LeftLowerArm", "LeftHand", "LeftUpperLeg", "LeftLowerLeg", "LeftFoot", "LeftToes",
            "RightShoulder", "RightUpperArm", "RightLowerArm", "RightHand", "RightUpperLeg",
            "RightLowerLeg", "RightFoot", "RightToes",
        };

        /// <summary>Row of each bone's parent, always an earlier one; -1 for the hips.</summary>
        public static readonly int[] Parents =
        {
            -1, 0, 1, 2, 3, 4, 3, 6, 7, 8, 0, 10, 11, 12, 3, 14, 15, 16, 0, 18, 19, 20,
        };

        /// <summary>Each bone's head from its parent's in the T-pose.</summary>
        public static readonly Vec3[] RestOffsetsM =
        {
            new Vec3(0.0f, 0.92f, 0.0f), new Vec3(0.0f, 0.08f, 0.0f), new Vec3(0.0f, 0.12f, 0.0f),
            new Vec3(0.0f, 0.12f, 0.0f), new Vec3(0.0f, 0.17f, 0.0f), new Vec3(0.0f, 0.09f, 0.0f),
            new Vec3(0.03f, 0.12f, 0.0f), new Vec3(0.14f, 0.0f, 0.0f), new Vec3(0.27f, 0.0f, 0.0f),
            new Vec3(0.25f, 0.0f, 0.0f), new Vec3(0.09f, 0.0f, 0.0f), new Vec3(0.0f, -0.41f, 0.0f),
            new Vec3(0.0f, -0.42f, 0.0f), new Vec3(0.0f, -0.07f, 0.13f), new Vec3(-0.03f, 0.12f, 0.0f),
            new Vec3(-0.14f, 0.0f, 0.0f), new Vec3(-0.27f, 0.0f, 0.0f), new Vec3(-0.25f, 0.0f, 0.0f),
            new Vec3(-0.09f, 0.0f, 0.0f), new Vec3(0.0f, -0.41f, 0.0f), new Vec3(0.0f, -0.42f, 0.0f),
            new Vec3(0.0f, -0.07f, 0.13f),
        };

        /// <summary>Radius of each bone's capsule of an average body.</summary>
        public static readonly float[] CapsuleRadiiM =
        {
            0.13f, 0.12f, 0.13f, 0.13f, 0.06f, 0.1f, 0.06f, 0.05f, 0.04f, 0.04f, 0.08f, 0.055f, 0.04f,
            0.035f, 0.06f, 0.05f, 0.04f, 0.04f, 0.08f, 0.055f, 0.04f, 0.035f,
        };

        /// <summary>The order of <see cref="RigPose.Contacts"/>.</summary>
        public static readonly string[] Contacts =
        {
            "L_Heel", "L_Toe", "R_Heel", "R_Toe",
        };

        /// <summary>Unity's HumanBodyBones by value (55, without LastBone).</summary>
        public static readonly string[] HumanBones =
        {
            "Hips", "LeftUpperLeg", "RightUpperLeg", "LeftLowerLeg", "RightLowerLeg", "LeftFoot",
            "RightFoot", "Spine", "Chest", "Neck", "Head", "LeftShoulder", "RightShoulder", "LeftUpperArm",
            "RightUpperArm", "LeftLowerArm", "RightLowerArm", "LeftHand", "RightHand", "LeftToes",
            "RightToes", "LeftEye", "RightEye", "Jaw", "LeftThumbProximal", "LeftThumbIntermediate",
            "LeftThumbDistal", "LeftIndexProximal", "LeftIndexIntermediate", "LeftIndexDistal",
            "LeftMiddleProximal", "LeftMiddleIntermediate", "LeftMiddleDistal", "LeftRingProximal",
            "LeftRingIntermediate", "LeftRingDistal", "LeftLittleProximal", "LeftLittleIntermediate",
            "LeftLittleDistal", "RightThumbProximal", "RightThumbIntermediate", "RightThumbDistal",
            "RightIndexProximal", "RightIndexIntermediate", "RightIndexDistal", "RightMiddleProximal",
            "RightMiddleIntermediate", "RightMiddleDistal", "RightRingProximal", "RightRingIntermediate",
            "RightRingDistal", "RightLittleProximal", "RightLittleIntermediate", "RightLittleDistal",
            "UpperChest",
        };

        /// <summary>For each row of Bones: the value of UnityEngine.HumanBodyBones.</summary>
        public static readonly int[] HumanBoneOfBone =
        {
            0, 7, 8, 54, 9, 10, 11, 13, 15, 17, 1, 3, 5, 19, 12, 14, 16, 18, 2, 4, 6, 20,
        };

        /// <summary>Bones that only another program can tell: eyes, jaw, fingers.</summary>
        public static readonly string[] ExtraBones =
        {
            "LeftEye", "RightEye", "Jaw", "LeftThumbProximal", "LeftThumbIntermediate", "LeftThumbDistal",
            "LeftIndexProximal", "LeftIndexIntermediate", "LeftIndexDistal", "LeftMiddleProximal",
            "LeftMiddleIntermediate", "LeftMiddleDistal", "LeftRingProximal", "LeftRingIntermediate",
            "LeftRingDistal", "LeftLittleProximal", "LeftLittleIntermediate", "LeftLittleDistal",
            "RightThumbProximal", "RightThumbIntermediate", "RightThumbDistal", "RightIndexProximal",
            "RightIndexIntermediate", "RightIndexDistal", "RightMiddleProximal", "RightMiddleIntermediate",
            "RightMiddleDistal", "RightRingProximal", "RightRingIntermediate", "RightRingDistal",
            "RightLittleProximal", "RightLittleIntermediate", "RightLittleDistal",
        };

        /// <summary>For each row of ExtraBones: the value of UnityEngine.HumanBodyBones.</summary>
        public static readonly int[] HumanBoneOfExtra =
        {
            21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44,
            45, 46, 47, 48, 49, 50, 51, 52, 53,
        };
    }
}
