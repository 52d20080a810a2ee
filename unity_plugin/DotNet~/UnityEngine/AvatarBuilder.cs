using System;

namespace UnityEngine
{
    public class AvatarBuilder
    {
        static readonly string[] s_required =
        {
            "Hips", "Spine", "Head",
            "LeftUpperArm", "LeftLowerArm", "LeftHand", "RightUpperArm", "RightLowerArm", "RightHand",
            "LeftUpperLeg", "LeftLowerLeg", "LeftFoot", "RightUpperLeg", "RightLowerLeg", "RightFoot",
        };

        /// <summary>Invalid, as in Unity, when one of the 15 required bones is not told or not there.</summary>
        public static Avatar BuildHumanAvatar(GameObject go, HumanDescription humanDescription)
        {
            var avatar = new Avatar { name = go.name, humanDescription = humanDescription, isValid = true };
            foreach (string required in s_required)
            {
                int row = Array.FindIndex(humanDescription.human, bone => bone.humanName == required);
                if (row < 0 || Animator.Named(go.transform, humanDescription.human[row].boneName) == null)
                {
                    Debug.LogError($"AvatarBuilder '{go.name}': Required human bone '{required}' not found");
                    avatar.isValid = false;
                }
            }
            avatar.isHuman = avatar.isValid;
            return avatar;
        }
    }
}
