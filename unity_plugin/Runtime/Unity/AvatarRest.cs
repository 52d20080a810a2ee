using System.Collections.Generic;
using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// An avatar's rest pose in the axes of its root: that of its Unity Avatar (the T-pose of the import settings), and
    /// where that does not tell of a transform, as the transform stands now. So it does not matter how the avatar is
    /// posed in the scene, or whether an animation already plays.
    /// </summary>
    sealed class AvatarRest
    {
        readonly Transform _root;
        readonly Dictionary<string, SkeletonBone> _told = new Dictionary<string, SkeletonBone>();

        internal AvatarRest(Animator animator)
        {
            _root = animator.transform;
            SkeletonBone[] skeleton = animator.avatar.humanDescription.skeleton;
            if (skeleton == null)
                return;
            foreach (SkeletonBone bone in skeleton)
                _told[bone.name] = bone;
        }

        internal Quaternion LocalRotation(Transform node)
        {
            SkeletonBone told;
            return _told.TryGetValue(node.name, out told) ? Quaternion.Normalize(told.rotation) : node.localRotation;
        }

        internal Vector3 LocalPosition(Transform node)
        {
            SkeletonBone told;
            return _told.TryGetValue(node.name, out told) ? told.position : node.localPosition;
        }

        /// <summary>
        /// W: the rest rotation relative to the root; the identity for the root itself and what is above it.
        /// </summary>
        internal Quaternion Rotation(Transform node) =>
            Below(node) ? Rotation(node.parent) * LocalRotation(node) : Quaternion.identity;

        /// <summary>Metres from the root, in the root's axes.</summary>
        internal Vector3 Position(Transform node)
        {
            Vector3 position = Vector3.zero;
            for (; Below(node); node = node.parent)
                position = LocalPosition(node) + LocalRotation(node) * Vector3.Scale(position, LocalScale(node));
            return position;
        }

        Vector3 LocalScale(Transform node)
        {
            SkeletonBone told;
            return _told.TryGetValue(node.name, out told) ? told.scale : node.localScale;
        }

        bool Below(Transform node) => node != null && node != _root;
    }
}
