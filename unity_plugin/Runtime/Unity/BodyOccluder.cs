using System.Collections.Generic;
using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// Everybody's body as capsules that are drawn into the depth buffer only, before the effects: what of an effect
    /// lies behind a body is hidden, the rest stays. For effects over the camera's picture, with a
    /// <see cref="MocapCamera"/>.
    /// </summary>
    [AddComponentMenu("Mocap Bridge/Body Occluder")]
    [DefaultExecutionOrder(-80)]
    public sealed class BodyOccluder : MonoBehaviour
    {
        public const string DepthShader = "Mocap Bridge/Depth Only", DebugShader = "Mocap Bridge/Body Debug";

        [Tooltip("Empty: the one above this object, or the scene's only one")]
        public MocapDispatcher dispatcher;

        [Tooltip("Writes depth and no colour; set when the component is added, so that it is part of builds")]
        public Shader depthShader;

        [Tooltip("Shows the capsules")]
        public Shader debugShader;

        [Tooltip("Show the capsules instead of only hiding what is behind them")]
        public bool debugView;

        [Range(0.5f, 2f), Tooltip("Thicker or thinner bodies")]
        public float girth = 1f;

        readonly List<BodyShape> _bodies = new List<BodyShape>();
        Material _depth, _debug;

        void Reset()
        {
            depthShader = Shader.Find(DepthShader);
            debugShader = Shader.Find(DebugShader);
        }

        void OnEnable()
        {
            dispatcher = DispatcherFinder.For(this, dispatcher);
            if (_depth == null)
                _depth = NewMaterial(ref depthShader, DepthShader);
            if (_debug == null)
                _debug = NewMaterial(ref debugShader, DebugShader);
        }

        void OnDisable()
        {
            foreach (BodyShape body in _bodies)
                body.Hide();
        }

        void OnDestroy()
        {
            foreach (BodyShape body in _bodies)
                body.Destroy();
            Destroy(_depth);
            Destroy(_debug);
        }

        void LateUpdate() => Step();

        internal void Step()
        {
            if (dispatcher == null)
                return;
            Rows<RigPose> poses = dispatcher.Scene.Poses;
            Material material = debugView ? _debug : _depth;
            while (_bodies.Count < poses.Count)
                _bodies.Add(new BodyShape(dispatcher.transform, gameObject.layer));
            for (int row = 0; row < _bodies.Count; row++)
            {
                if (row < poses.Count && material != null)
                    _bodies[row].Show(poses[row], girth, material);
                else
                    _bodies[row].Hide();
            }
        }

        Material NewMaterial(ref Shader shader, string called)
        {
            if (shader == null)
                shader = Shader.Find(called);
            if (shader != null)
                return new Material(shader) { hideFlags = HideFlags.DontSave };
            Debug.LogError("Mocap Bridge: the shader '" + called
                + "' is not part of this build; set it on the Body Occluder", this);
            return null;
        }
    }
}
