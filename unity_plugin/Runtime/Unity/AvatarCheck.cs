using System.Collections.Generic;
using UnityEngine;

namespace MocapBridge
{
    /// <summary>Can this avatar be driven, and if not, what would help?</summary>
    public static class AvatarCheck
    {
        const float SmallestM = 0.02f, LargestM = 20f;

        static readonly HumanBodyBones[] s_required =
        {
            HumanBodyBones.Hips, HumanBodyBones.Spine, HumanBodyBones.Head,
            HumanBodyBones.LeftUpperArm, HumanBodyBones.LeftLowerArm, HumanBodyBones.LeftHand,
            HumanBodyBones.RightUpperArm, HumanBodyBones.RightLowerArm, HumanBodyBones.RightHand,
            HumanBodyBones.LeftUpperLeg, HumanBodyBones.LeftLowerLeg, HumanBodyBones.LeftFoot,
            HumanBodyBones.RightUpperLeg, HumanBodyBones.RightLowerLeg, HumanBodyBones.RightFoot,
        };

        /// <summary>Null if it can be driven; otherwise what is wrong and what to do.</summary>
        public static string Problem(Animator animator)
        {
            if (animator == null)
                return "there is no Animator; put the driver on the object that has the avatar's Animator";
            string called = "'" + animator.name + "' ";
            if (animator.avatar == null)
                return called
                    + "has an Animator without an Avatar; select the model file, Rig, Animation Type: Humanoid, Apply";
            if (!animator.avatar.isValid)
                return called + "has an Avatar that Unity calls invalid; open Rig, Configure..., and map the red bones";
            if (!animator.isHuman)
                return called + "is not humanoid; select the model file, Rig, Animation Type: Humanoid, Apply";
            if (!animator.hasTransformHierarchy)
                return called + "has no bones in the scene; untick Rig, Optimize Game Objects";
            var missing = new List<string>();
            foreach (HumanBodyBones bone in s_required)
                if (animator.GetBoneTransform(bone) == null)
                    missing.Add(bone.ToString());
            if (missing.Count > 0)
                return called + "lacks " + string.Join(", ", missing) + "; open Rig, Configure..., and map them";
            return null;
        }

        internal static void Demand(Animator animator)
        {
            string problem = Problem(animator);
            if (problem != null)
                throw new AvatarException(problem);
        }

        /// <summary>Heads in the root's axes, by rows of Skeleton.Bones.</summary>
        internal static void DemandUpright(Vector3[] heads)
        {
            Vector3 trunk = heads[TPose.Row("Head")] - heads[0];
            if (trunk.y < 0.5f * trunk.magnitude)
                throw new AvatarException(
                    "its head is not above its hips at rest; the avatar must stand along its root's Y axis");
            float left = 0f;
            foreach (string pair in new[] { "UpperLeg", "UpperArm", "LowerArm" })
                left -= heads[TPose.Row("Left" + pair)].x - heads[TPose.Row("Right" + pair)].x;
            if (left <= 0f)
                throw new AvatarException(
                    "it does not face its root's Z axis (its left is not on its left); turn the model "
                    + "by its import settings, or put it below an object with the Animator that faces Z");
        }

        internal static void DemandSize(float pelvisHeightM)
        {
            if (!(pelvisHeightM > SmallestM && pelvisHeightM < LargestM))
                throw new AvatarException(
                    "its hips are " + pelvisHeightM + " m above the floor; is the model's scale in metres?");
        }
    }
}
