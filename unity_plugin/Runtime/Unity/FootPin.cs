using UnityEngine;

namespace MocapBridge
{
    /// <summary>One foot that stands still while it stands, and is let go softly.</summary>
    sealed class FootPin
    {
        Vector3 _place;
        float _held;

        internal void Release() => _held = 0f;

        /// <summary>
        /// Where the foot should be. easing: share of the way back that a lifted foot goes in this frame.
        /// </summary>
        internal Vector3 Update(FootGoal goal, float standsFrom, float mostDragM, float easing)
        {
            bool dragged = Vector3.Distance(goal.Position, _place) > mostDragM;
            if (goal.Contact < standsFrom || (_held > 0f && dragged))
            {
                _held = Mathf.Max(0f, _held - easing);
            }
            else
            {
                if (_held <= 0f)
                    _place = goal.Position;
                _held = 1f;
            }
            return Vector3.Lerp(goal.Position, _place, _held);
        }
    }
}
