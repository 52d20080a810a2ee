using System;
using UnityEngine;

namespace MocapBridge.Tests
{
    /// <summary>
    /// Humanoids of all sorts, with the truth about each: how its bones are turned in the world when it stands in a
    /// T-pose.
    /// </summary>
    public sealed class TestAvatar
    {
        public static readonly string[] Kinds = { "tpose", "rolled", "apose", "sparse", "tall" };

        static readonly string[] s_spared =
        {
            "Chest", "UpperChest", "Neck", "LeftShoulder", "RightShoulder", "LeftToes", "RightToes",
        };

        public readonly GameObject Root;
        public readonly Animator Animator;

        /// <summary>By rows of Skeleton.Bones; null where the avatar lacks the bone.</summary>
        public readonly Transform[] Nodes = new Transform[Skeleton.BoneCount];

        /// <summary>World rotations in the T-pose, relative to the root.</summary>
        public readonly Quaternion[] InTPose = new Quaternion[Skeleton.BoneCount];

        public TestAvatar(string kind)
        {
            if (Array.IndexOf(Kinds, kind) < 0)
                throw new ArgumentException("no avatar '" + kind + "'; choose from " + string.Join(", ", Kinds));
            Root = new GameObject(kind);
            Transform armature = new GameObject("Armature").transform;
            armature.SetParent(Root.transform, false);
            if (kind == "rolled") // as Blender's FBX come in: Z up and centimetres above the bones
            {
                armature.localRotation = Quaternion.Euler(-90f, 0f, 0f);
                armature.localScale = new Vector3(100f, 100f, 100f);
            }
            float scale = kind == "tall" ? 1.3f : 1f;
            var random = new System.Random(7);
            for (int bone = 0; bone < Nodes.Length; bone++)
            {
                if (kind == "sparse" && Array.IndexOf(s_spared, Skeleton.Bones[bone]) >= 0)
                    continue;
                Nodes[bone] = new GameObject(Skeleton.Bones[bone]).transform;
                Nodes[bone].SetParent(bone == 0 ? armature : Nodes[Above(bone)], false);
                Nodes[bone].position = HeadAt(bone) * scale;
                Nodes[bone].rotation = kind == "rolled" ? Random(random) : Quaternion.identity;
                InTPose[bone] = Nodes[bone].rotation;
            }
            if (kind == "apose")
                BendIntoAPose();
            Animator = Root.AddComponent<Animator>();
            Animator.avatar = HumanoidAvatar.Build(Root, Nodes);
        }

        int Above(int bone)
        {
            do
                bone = Skeleton.Parents[bone];
            while (Nodes[bone] == null);
            return bone;
        }

        static Vector3 HeadAt(int bone)
        {
            Vector3 head = Vector3.zero;
            for (; bone >= 0; bone = Skeleton.Parents[bone])
                head += Skeleton.RestOffsetsM[bone].ToUnity();
            return head;
        }

        static Quaternion Random(System.Random random)
        {
            var axis = new Vector3(
                (float)random.NextDouble() - 0.5f, (float)random.NextDouble() - 0.5f,
                    (float)random.NextDouble() - 0.5f);
            return Quaternion.AngleAxis(360f * (float)random.NextDouble(), axis);
        }

        /// <summary>Arms half down, elbows and knees a little bent, legs and feet splayed.</summary>
        void BendIntoAPose()
        {
            Turn("LeftUpperArm", Quaternion.Euler(0f, 0f, 45f));
            Turn("RightUpperArm", Quaternion.Euler(0f, 0f, -45f));
            Turn("LeftLowerArm", Quaternion.Euler(0f, 15f, 0f));
            Turn("RightLowerArm", Quaternion.Euler(0f, -15f, 0f));
            Turn("LeftUpperLeg", Quaternion.Euler(0f, 0f, -8f));
            Turn("RightUpperLeg", Quaternion.Euler(0f, 0f, 8f));
            Turn("LeftLowerLeg", Quaternion.Euler(6f, 0f, 0f));
            Turn("RightLowerLeg", Quaternion.Euler(6f, 0f, 0f));
            Level("LeftFoot", -20f);
            Level("RightFoot", 20f);
        }

        void Turn(string bone, Quaternion turn)
        {
            Transform node = Nodes[Array.IndexOf(Skeleton.Bones, bone)];
            // About the bone's own axes: a hinge does not twist the limb.
            node.localRotation = node.localRotation * turn;
        }

        /// <summary>A sole on the floor whose toes point aside.</summary>
        void Level(string bone, float yaw)
        {
            int row = Array.IndexOf(Skeleton.Bones, bone);
            Nodes[row].rotation = Quaternion.Euler(0f, yaw, 0f) * InTPose[row];
        }
    }
}
