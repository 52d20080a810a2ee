using System;
using UnityEngine;

namespace MocapBridge
{
    /// <summary>How much of each part of the body follows the performer: 1 wholly, 0 not at all (masked).</summary>
    [Serializable]
    public sealed class BodyPartWeights
    {
        [Range(0f, 1f), Tooltip("Where the hips are and how they are turned")]
        public float hips = 1f;

        [Range(0f, 1f), Tooltip("Spine, chest, upper chest")]
        public float torso = 1f;

        [Range(0f, 1f), Tooltip("Neck, head, eyes, jaw")]
        public float head = 1f;

        [Range(0f, 1f), Tooltip("Left shoulder, arm, hand and fingers")]
        public float leftArm = 1f;

        [Range(0f, 1f), Tooltip("Right shoulder, arm, hand and fingers")]
        public float rightArm = 1f;

        [Range(0f, 1f), Tooltip("Left leg and foot")]
        public float leftLeg = 1f;

        [Range(0f, 1f), Tooltip("Right leg and foot")]
        public float rightLeg = 1f;

        public float Of(BodyPart part)
        {
            switch (part)
            {
                case BodyPart.Hips: return hips;
                case BodyPart.Torso: return torso;
                case BodyPart.Head: return head;
                case BodyPart.LeftArm: return leftArm;
                case BodyPart.RightArm: return rightArm;
                case BodyPart.LeftLeg: return leftLeg;
                default: return rightLeg;
            }
        }

        /// <summary>The part that a bone belongs to, by its name among Unity's HumanBodyBones.</summary>
        public static BodyPart PartOf(string bone)
        {
            if (bone == "Hips")
                return BodyPart.Hips;
            if (bone == "Neck" || bone == "Head" || bone == "Jaw" || bone.EndsWith("Eye", StringComparison.Ordinal))
                return BodyPart.Head;
            bool left = bone.StartsWith("Left", StringComparison.Ordinal);
            if (!left && !bone.StartsWith("Right", StringComparison.Ordinal))
                return BodyPart.Torso;
            bool leg = bone.EndsWith("Leg", StringComparison.Ordinal) || bone.EndsWith("Foot", StringComparison.Ordinal)
                || bone.EndsWith("Toes", StringComparison.Ordinal);
            if (leg)
                return left ? BodyPart.LeftLeg : BodyPart.RightLeg;
            return left ? BodyPart.LeftArm : BodyPart.RightArm;
        }
    }
}
