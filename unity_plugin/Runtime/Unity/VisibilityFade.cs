using System;
using UnityEngine;
using UnityEngine.Events;

namespace MocapBridge
{
    /// <summary>
    /// Fades an effect by how well the camera sees a joint: trails of a hand that goes behind the back vanish instead
    /// of following a guess. Gives renderers (particles too) _MocapFade or the alpha of their colour, and a property by
    /// choice.
    /// </summary>
    [AddComponentMenu("Mocap Bridge/Visibility Fade")]
    public sealed class VisibilityFade : MonoBehaviour
    {
        [Tooltip("Empty: the one above this object, or the scene's only one")]
        public MocapDispatcher dispatcher;

        [Tooltip("Slot of the person")]
        public int slot;

        [Tooltip("The least visible of these joints counts; names as in a take, for instance L_Hand")]
        public string[] joints = { "L_Hand" };

        [Range(0f, 1f), Tooltip("Invisible up to this visibility of the joint")]
        public float hiddenBelow = 0.2f;

        [Range(0f, 1f), Tooltip("Wholly there from this visibility on")]
        public float shownFrom = 0.6f;

        [Min(0f), Tooltip("Seconds from wholly there to gone")]
        public float smoothS = 0.15f;

        [Tooltip("Empty: all renderers of this object")]
        public Renderer[] renderers = new Renderer[0];

        [Tooltip("A float property of the materials that gets the share as well; may be empty")]
        public string property = "";

        [Tooltip("Told the share when it changes: for VFX graphs, lights, sounds")]
        public EventStrength onChange = new EventStrength();

        int[] _rows;
        int _property;
        FadedRenderers _faded;

        /// <summary>0..1: how much of the effect is there.</summary>
        public float Share { get; private set; }

        void OnEnable()
        {
            dispatcher = DispatcherFinder.For(this, dispatcher);
            _rows = Array.ConvertAll(joints, RowOf);
            _property = property.Length > 0 ? Shader.PropertyToID(property) : 0;
            if (renderers.Length == 0)
                renderers = GetComponentsInChildren<Renderer>(true);
            _faded = new FadedRenderers(renderers);
            Show(0f);
        }

        int RowOf(string joint)
        {
            int row = Array.IndexOf(Skeleton.Joints, joint);
            if (row < 0)
                Debug.LogError("Mocap Bridge: no joint '" + joint + "'; choose from "
                    + string.Join(", ", Skeleton.Joints), this);
            return row;
        }

        void LateUpdate() => Step(Time.deltaTime);

        internal void Step(float deltaS)
        {
            float target = dispatcher == null ? 0f
                : Mathf.Clamp01((Seen() - hiddenBelow) / Mathf.Max(1e-3f, shownFrom - hiddenBelow));
            Show(smoothS > 0f ? Mathf.MoveTowards(Share, target, deltaS / smoothS) : target);
        }

        /// <summary>0 of nobody; of who sends no joints (VMC) 1.</summary>
        float Seen()
        {
            int person = dispatcher.PersonIn(slot);
            if (person < 0 || dispatcher.Scene.PoseOf(person) == null)
                return 0f;
            Body body = dispatcher.Scene.BodyOf(person);
            float least = 1f;
            foreach (int row in _rows)
                if (body != null && row >= 0)
                    least = Mathf.Min(least, body.Visibility[row]);
            return least;
        }

        void Show(float share)
        {
            bool changed = share != Share;
            Share = share;
            _faded.Set(share, _property);
            if (changed)
                onChange.Invoke(share);
        }
    }
}
