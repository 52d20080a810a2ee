using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// Keeps feet where they stand: while the performer's foot is in contact, the avatar's stays, and the leg is bent
    /// for it. For avatars whose legs differ from the performer's. Other IK may take over instead: give it the two
    /// targets.
    /// </summary>
    [AddComponentMenu("Mocap Bridge/Foot IK")]
    [RequireComponent(typeof(AvatarDriver))]
    [DefaultExecutionOrder(-50)]
    public sealed class FootIk : MonoBehaviour
    {
        [Range(0f, 1f), Tooltip("0: legs are left as they are, and only the targets move")]
        public float weight = 1f;

        [Range(0f, 1f), Tooltip("A foot stands from this contact on")]
        public float standsFrom = 0.5f;

        [Min(0.01f), Tooltip("Seconds in which a foot that is lifted gets back to where the performer has it")]
        public float releaseS = 0.15f;

        [Min(0.01f), Tooltip("Metres that a standing foot may be dragged before it is let go")]
        public float mostDragM = 0.25f;

        [Tooltip("Moved to where the foot should be, for another IK solver; may be empty")]
        public Transform leftTarget;

        [Tooltip("Moved to where the foot should be, for another IK solver; may be empty")]
        public Transform rightTarget;

        readonly FootPin _left = new FootPin(), _right = new FootPin();
        AvatarDriver _driver;
        int _applied;

        void OnEnable()
        {
            _driver = GetComponent<AvatarDriver>();
            _left.Release();
            _right.Release();
        }

        void LateUpdate() => Step(Time.deltaTime);

        internal void Step(float deltaS)
        {
            // Where no pose has been written, the legs are as we left them.
            if (_driver.Applied == _applied)
                return;
            _applied = _driver.Applied;
            Foot(_left, _driver.LeftFoot, leftTarget, HumanBodyBones.LeftUpperLeg, HumanBodyBones.LeftLowerLeg,
                HumanBodyBones.LeftFoot, deltaS);
            Foot(_right, _driver.RightFoot, rightTarget, HumanBodyBones.RightUpperLeg, HumanBodyBones.RightLowerLeg,
                HumanBodyBones.RightFoot, deltaS);
            _driver.Settle();
        }

        void Foot(
            FootPin pin, FootGoal goal, Transform target, HumanBodyBones upper, HumanBodyBones lower,
                HumanBodyBones foot, float deltaS)
        {
            Vector3 place = pin.Update(goal, standsFrom, mostDragM, deltaS / releaseS);
            if (target != null)
                target.SetPositionAndRotation(place, goal.Rotation);
            if (weight > 0f)
                TwoBoneIk.Reach(_driver.animator.GetBoneTransform(upper), _driver.animator.GetBoneTransform(lower),
                    _driver.animator.GetBoneTransform(foot), Vector3.Lerp(goal.Position, place, weight), goal.Rotation);
        }
    }
}
