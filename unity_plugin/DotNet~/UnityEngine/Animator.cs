using System;

namespace UnityEngine
{
    public class Animator : Behaviour
    {
        Avatar _avatar;
        Transform[] _bones;

        public Avatar avatar
        {
            get => _avatar;
            set
            {
                _avatar = value;
                _bones = null;
            }
        }

        public bool isHuman => _avatar != null && _avatar.isHuman;
        public bool hasTransformHierarchy => true;
        public bool applyRootMotion { get; set; }

        public Transform GetBoneTransform(HumanBodyBones humanBoneId)
        {
            if (humanBoneId < 0 || humanBoneId >= HumanBodyBones.LastBone)
            {
                throw new IndexOutOfRangeException("humanBoneId must be between 0 and " + HumanBodyBones.LastBone);
            }
            if (!isHuman)
            {
                throw new InvalidOperationException("Avatar is not of type humanoid.");
            }
            return (_bones ?? (_bones = Find()))[(int)humanBoneId];
        }

        Transform[] Find()
        {
            var bones = new Transform[(int)HumanBodyBones.LastBone];
            foreach (HumanBone bone in _avatar.humanDescription.human)
            {
                // HumanTrait writes fingers with spaces: "Left Thumb Proximal".
                var id = (HumanBodyBones)Enum.Parse(typeof(HumanBodyBones), bone.humanName.Replace(" ", ""));
                bones[(int)id] = Named(transform, bone.boneName);
            }
            return bones;
        }

        internal static Transform Named(Transform node, string name)
        {
            if (node.gameObject.name == name)
            {
                return node;
            }
            for (int index = 0; index < node.childCount; index++)
            {
                Transform found = Named(node.GetChild(index), name);
                if (found != null)
                {
                    return found;
                }
            }
            return null;
        }
    }
}
