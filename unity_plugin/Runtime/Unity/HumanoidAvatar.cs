using System.Collections.Generic;
using UnityEngine;

namespace MocapBridge
{
    /// <summary>Makes a Unity Avatar of bones that stand in a T-pose: for what has no import settings.</summary>
    public static class HumanoidAvatar
    {
        /// <summary>
        /// nodes: by rows of Skeleton.Bones, null where there is none. All transforms below root need names of their
        /// own.
        /// </summary>
        public static Avatar Build(GameObject root, Transform[] nodes)
        {
            var human = new List<HumanBone>();
            for (int bone = 0; bone < nodes.Length; bone++)
                if (nodes[bone] != null)
                    human.Add(new HumanBone
                    {
                        boneName = nodes[bone].name,
                        humanName = Skeleton.Bones[bone],
                        limit = new HumanLimit { useDefaultValues = true },
                    });
            var skeleton = new List<SkeletonBone>();
            Collect(root.transform, skeleton);
            Avatar avatar = AvatarBuilder.BuildHumanAvatar(root, new HumanDescription
            {
                human = human.ToArray(),
                skeleton = skeleton.ToArray(),
                upperArmTwist = 0.5f,
                lowerArmTwist = 0.5f,
                upperLegTwist = 0.5f,
                lowerLegTwist = 0.5f,
                armStretch = 0.05f,
                legStretch = 0.05f,
            });
            avatar.name = root.name;
            return avatar;
        }

        static void Collect(Transform node, List<SkeletonBone> skeleton)
        {
            skeleton.Add(new SkeletonBone
            {
                name = node.name,
                position = node.localPosition,
                rotation = node.localRotation,
                scale = node.localScale,
            });
            for (int child = 0; child < node.childCount; child++)
                Collect(node.GetChild(child), skeleton);
        }
    }
}
