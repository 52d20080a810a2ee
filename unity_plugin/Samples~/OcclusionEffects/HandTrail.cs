using System;
using UnityEngine;

namespace MocapBridge.Samples
{
    /// <summary>
    /// A trail that follows a joint of the person in a slot. A VisibilityFade beside it lets it fade while the camera
    /// does not see the joint.
    /// </summary>
    [DefaultExecutionOrder(-10)] // the trail is there before VisibilityFade looks for what it fades
    public sealed class HandTrail : MonoBehaviour
    {
        public int slot;
        public string joint = "L_Hand";

        MocapDispatcher _dispatcher;
        int _row;

        void Awake()
        {
            var trail = gameObject.AddComponent<TrailRenderer>();
            trail.time = 0.6f;
            trail.startWidth = 0.05f;
            trail.endWidth = 0f;
            trail.sharedMaterial = new Material(Shader.Find("Mocap Bridge/Particle Fade"));
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
