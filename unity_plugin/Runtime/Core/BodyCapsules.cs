using System;

namespace MocapBridge
{
    /// <summary>A person's body as capsules: from each bone to its children, and the skull, hands and feet.</summary>
    public sealed class BodyCapsules
    {
        public const int Count = 26;

        static readonly int Head = Bone("Head"), LeftHand = Bone("LeftHand"), RightHand = Bone("RightHand");
        static readonly int LeftFoot = Bone("LeftFoot"), RightFoot = Bone("RightFoot");
        static readonly int HeadTop = Joint("Head_top"), LeftKnuckles = Joint("L_Hand"),
            RightKnuckles = Joint("R_Hand");
        static readonly int LeftHeel = Joint("L_Heel"), LeftToe = Joint("L_Toe");
        static readonly int RightHeel = Joint("R_Heel"), RightToe = Joint("R_Toe");

        readonly Vec3[] _headsM = new Vec3[Skeleton.BoneCount];
        readonly Quat[] _rotations = new Quat[Skeleton.BoneCount];

        /// <summary>World axes, metres; in the same order always.</summary>
        public readonly Capsule[] CapsulesWorld = new Capsule[Count];

        /// <summary>Puts the capsules where the pose is.</summary>
        public void Update(RigPose pose)
        {
            Rig.Bones(pose, _headsM, _rotations);
            int row = 0;
            for (int bone = 1; bone < Skeleton.BoneCount; bone++)
            {
                int parent = Skeleton.Parents[bone];
                CapsulesWorld[row++] = new Capsule(_headsM[parent], _headsM[bone], pose.CapsuleRadiiM[parent], parent);
            }
            CapsulesWorld[row++] = From(pose, Head, _headsM[Head], HeadTop);
            CapsulesWorld[row++] = From(pose, LeftHand, _headsM[LeftHand], LeftKnuckles);
            CapsulesWorld[row++] = From(pose, RightHand, _headsM[RightHand], RightKnuckles);
            CapsulesWorld[row++] = From(pose, LeftFoot, Of(pose, LeftHeel), LeftToe);
            CapsulesWorld[row] = From(pose, RightFoot, Of(pose, RightHeel), RightToe);
        }

        Capsule From(RigPose pose, int bone, Vec3 startM, int joint) =>
            new Capsule(startM, Of(pose, joint), pose.CapsuleRadiiM[bone], bone);

        Vec3 Of(RigPose pose, int joint) => Rig.Joint(pose, joint, _headsM, _rotations);

        static int Bone(string name) => Array.IndexOf(Skeleton.Bones, name);

        static int Joint(string name) => Array.IndexOf(Skeleton.Joints, name);
    }
}
