using UnityEngine;
using UnityEngine.Events;

namespace MocapBridge
{
    /// <summary>
    /// An event of the bridge, by its name, as UnityEvents: begin, stay, end. Hook onBegin to PlayableDirector.Play,
    /// VisualEffect.Play, AudioSource.Play, and set <see cref="anchor"/> to the object that should be where it happens.
    /// </summary>
    [AddComponentMenu("Mocap Bridge/Mocap Event Trigger")]
    public sealed class MocapEventTrigger : MonoBehaviour
    {
        [Tooltip("Empty: the one above this object, or the scene's only one")]
        public MocapDispatcher dispatcher;

        [Tooltip("As the bridge's settings name it, for instance hands_up")]
        public string eventName = "hands_up";

        [Tooltip("Only of the person in this slot, or a pair with that person; -1: of anybody")]
        public int slot = -1;

        [Range(0f, 1f), Tooltip("Weaker events do not begin")]
        public float leastStrength;

        [Min(0f), Tooltip("Seconds of the capture clock after a begin in which there is no other")]
        public float cooldownS;

        [Tooltip("Moved to where the event happens, and turned to where it points; may be empty")]
        public Transform anchor;

        public EventStrength onBegin = new EventStrength();
        public EventStrength onStay = new EventStrength();
        public UnityEvent onEnd = new UnityEvent();

        readonly ActiveEvent _event = new ActiveEvent();
        double _begunS = double.NegativeInfinity;
        MocapDispatcher _heard;

        /// <summary>Between onBegin and onEnd.</summary>
        public bool Active { get; private set; }

        /// <summary>Whose event it is; -1 while there is none.</summary>
        public int PersonId => Active ? _event.PersonId : -1;

        /// <summary>The second person, of an event between two; -1 otherwise.</summary>
        public int OtherId => Active ? _event.OtherId : -1;

        /// <summary>How often it has begun, where the bridge counts it; else 0.</summary>
        public int Count => _event.Count;

        /// <summary>0..1, for Timeline and VFX bindings; 0 while there is none.</summary>
        public float Strength => Active ? _event.Strength : 0f;

        /// <summary>In Unity's world.</summary>
        public Vector3 AnchorPosition { get; private set; }

        /// <summary>Where it points in Unity's world, a unit vector; zeros where it points nowhere.</summary>
        public Vector3 Direction { get; private set; }

        void OnEnable()
        {
            _heard = dispatcher = DispatcherFinder.For(this, dispatcher);
            if (_heard != null)
                _heard.EventChanged += OnChange;
        }

        void OnDisable()
        {
            if (_heard != null)
                _heard.EventChanged -= OnChange;
            End();
        }

        void OnChange(EventChange change)
        {
            ActiveEvent told = change.Event;
            if (told.Name != eventName || (Active && !told.IsSameAs(_event)))
                return;
            if (Active && change.Phase == EventPhase.End)
                End();
            else if (Active)
                Stay(told);
            else if (change.Phase != EventPhase.End)
                Begin(told);
        }

        /// <summary>
        /// Also of an event that has been going on: it may have grown strong, or the one before it ended.
        /// </summary>
        void Begin(ActiveEvent told)
        {
            bool ofAnother = slot >= 0 && dispatcher.SlotOf(told.PersonId) != slot
                && dispatcher.SlotOf(told.OtherId) != slot;
            if (ofAnother || told.Strength < leastStrength
                || System.Math.Abs(dispatcher.Scene.TimeS - _begunS) < cooldownS)
                return;
            Active = true;
            _begunS = dispatcher.Scene.TimeS;
            Take(told);
            onBegin.Invoke(Strength);
        }

        void Stay(ActiveEvent told)
        {
            Take(told);
            onStay.Invoke(Strength);
        }

        void End()
        {
            if (!Active)
                return;
            Active = false;
            onEnd.Invoke();
        }

        void Take(ActiveEvent told)
        {
            _event.CopyFrom(told);
            AnchorPosition = dispatcher.PointInScene(told.AnchorWorldM);
            Direction = dispatcher.transform.TransformDirection(told.DirectionWorld.ToUnity());
            if (anchor == null)
                return;
            anchor.position = AnchorPosition;
            if (Direction != Vector3.zero)
                anchor.rotation = Quaternion.LookRotation(Direction);
        }
    }
}
