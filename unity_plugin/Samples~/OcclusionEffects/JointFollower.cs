using System;
using UnityEngine;

namespace MocapBridge.Samples
{
    /// <summary>Stays at a joint of the person in a slot.</summary>
    [DefaultExecutionOrder(10)]
    public sealed class JointFollower : MonoBehaviour
    {
        public int slot;
        public string joint = "L_Hand";

        MocapDispatcher _dispatcher;
        int _row;

        void OnEnable()
        {
            _dispatcher = GetComponentInParent<MocapDispatcher>();
            _row = Array.IndexOf(Skeleton.Joints, joint);
        }

        void LateUpdate()
        {
            int person = _dispatcher.PersonIn(slot);
            Body body = person < 0 ? null : _dispatcher.Scene.BodyOf(person);
            if (body != null && _row >= 0)
                transform.position = _dispatcher.PointInScene(body.JointsWorldM[_row]);
        }
    }
}
