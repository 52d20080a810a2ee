using UnityEngine;

namespace MocapBridge.Samples
{
    /// <summary>
    /// Add this to an empty object and press Play: a ring of particles round everybody's hips passes behind and before
    /// the
    /// body, and trails follow the hands as long as the camera sees them. Made for the camera's picture as background.
    /// </summary>
    public sealed class OcclusionEffects : MonoBehaviour
    {
        [Tooltip("Empty: listen to the bridge")]
        public TextAsset take;

        [Tooltip("Shows the capsules that hide")]
        public bool debugView = true;

        public MocapDispatcher Dispatcher { get; private set; }

        public Camera Eye { get; private set; }

        void Awake()
        {
            var stage = new GameObject("Mocap Bridge");
            stage.SetActive(false);
            Dispatcher = stage.AddComponent<MocapDispatcher>();
            if (take != null)
            {
                Dispatcher.transport = MocapTransport.None;
                stage.AddComponent<MocapPlayback>().take = take;
            }
            stage.AddComponent<BodyOccluder>().debugView = debugView;
            Eye = Child(stage, "Camera").AddComponent<Camera>();
            Eye.nearClipPlane = 0.1f;
            Eye.gameObject.AddComponent<MocapCamera>();
            Child(stage, "Ring").AddComponent<HipsRing>();
            HandTrail(stage, "L_Hand");
            HandTrail(stage, "R_Hand");
            stage.SetActive(true);
        }

        static void HandTrail(GameObject stage, string joint)
        {
            GameObject hand = Child(stage, "Trail of " + joint);
            var trail = hand.AddComponent<TrailRenderer>();
            trail.time = 0.6f;
            trail.startWidth = 0.05f;
            trail.endWidth = 0f;
            trail.sharedMaterial = new Material(Shader.Find("Mocap Bridge/Particle Fade"));
            hand.AddComponent<JointFollower>().joint = joint;
            hand.AddComponent<VisibilityFade>().joints = new[] { joint };
        }

        static GameObject Child(GameObject stage, string called)
        {
            var child = new GameObject(called);
            child.transform.SetParent(stage.transform, false);
            return child;
        }
    }
}
