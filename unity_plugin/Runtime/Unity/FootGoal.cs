using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// Where the avatar's foot is by rotation alone, and how much of it the performer stands on: for foot IK.
    /// </summary>
    public readonly struct FootGoal
    {
        /// <summary>Of the foot bone (the ankle), in Unity's world.</summary>
        public readonly Vector3 Position;
        public readonly Quaternion Rotation;

        /// <summary>0..1: heel and ball of the performer's foot on the floor.</summary>
        public readonly float HeelContact, ToeContact;

        FootGoal(Vector3 position, Quaternion rotation, float heel, float toe)
        {
            Position = position;
            Rotation = rotation;
            HeelContact = heel;
            ToeContact = toe;
        }

        /// <summary>The stronger of heel and ball.</summary>
        public float Contact => Mathf.Max(HeelContact, ToeContact);

        internal static FootGoal Of(Animator animator, HumanBodyBones foot, float heel, float toe)
        {
            Transform node = animator.GetBoneTransform(foot);
            return new FootGoal(node.position, node.rotation, heel, toe);
        }
    }
}
