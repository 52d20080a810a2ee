using System;
using System.Collections.Generic;
using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// Receives scenes and hands them on: people to avatars, events to triggers. Its transform is the performers'
    /// world: the origin lies on the floor below their camera, which looks along -Z. Everything happens in LateUpdate.
    /// </summary>
    [AddComponentMenu("Mocap Bridge/Mocap Dispatcher")]
    [DisallowMultipleComponent]
    [DefaultExecutionOrder(-100)]
    public sealed class MocapDispatcher : MonoBehaviour
    {
        public const int OscPort = SceneReceiver.DefaultUdpPort, VmcPort = SceneReceiver.DefaultVmcPort;
        const float LeastKeepS = 2f;

        [Header("Where scenes come from")]
        public MocapTransport transport = MocapTransport.Osc;

        [Min(0), Tooltip("OSC, VMC: UDP port to listen on; 0: 39600 for OSC, 39539 for VMC")]
        public int port;

        [Tooltip("OSC, VMC: also listen to other machines, not only to this one")]
        public bool fromOtherMachines;

        [Tooltip("ZeroMQ: what the bridge publishes at")]
        public string address = SceneReceiver.DefaultZeroMqEndpoint;

        [Range(1, 16), Tooltip("VMC: how many ports in a row to listen on, one person each")]
        public int vmcPeople = 1;

        [Tooltip("Newest: least delay. Smooth: one frame later, even where frames are late or lost")]
        public JitterMode jitter = JitterMode.Newest;

        [Min(0.1f), Tooltip("Seconds without a packet after which nobody is there any more")]
        public float timeoutS = 1f;

        [Header("Who is shown by whom")]
        public List<AvatarBinding> avatars = new List<AvatarBinding>();

        [Tooltip("Copied for everybody without an avatar; may be empty")]
        public AvatarDriver prefab;

        [Range(0, 16)]
        public int mostSpawned = 8;

        [Header("When somebody leaves")]
        public WhenGone whenGone = WhenGone.KeepPose;

        [Min(0f), Tooltip("Seconds from nothing to the performer's pose when somebody appears")]
        public float appearS;

        [Min(0f), Tooltip("Seconds that the last pose is held")]
        public float holdS = 0.5f;

        [Min(0f), Tooltip("Seconds of blending or fading after that")]
        public float fadeS = 0.5f;

        readonly JitterBuffer _buffer = new JitterBuffer();
        readonly EventEdges _edges = new EventEdges();
        readonly AvatarCast _cast = new AvatarCast();
        readonly Scene _nobody = new Scene(), _pushed = new Scene();
        SceneReceiver _receiver;
        double _arrivedS = double.NegativeInfinity, _liveS = double.NegativeInfinity;

        /// <summary>
        /// Every scene that comes in, also those that no rendered frame shows. On the receiving thread: be quick, touch
        /// nothing of Unity, keep a copy and not the reference.
        /// </summary>
        public event Action<Scene> SceneReceived;

        /// <summary>Begin, stay and end of every event, in LateUpdate.</summary>
        public event Action<EventChange> EventChanged;

        /// <summary>
        /// Somebody without an avatar gets this copy of the prefab; it is not switched on yet unless the prefab is.
        /// </summary>
        public event Action<AvatarDriver> Spawned;

        /// <summary>What is shown in this frame; nobody is there while nothing comes in.</summary>
        public Scene Scene { get; private set; } = new Scene();

        /// <summary>Scenes have come within timeoutS, from the network or pushed.</summary>
        public bool Receiving { get; private set; }

        /// <summary>Scenes have come over the network within timeoutS: pushed ones wait.</summary>
        public bool Live => _receiver != null && LocalClock.NowS - _liveS <= timeoutS;

        /// <summary>
        /// From the picture to this frame, seconds; see <see cref="ClockOffset.LatencyS"/>. 0 without a network.
        /// </summary>
        public double LatencyS { get; private set; }

        /// <summary>
        /// A setting that cannot be; null if there is none. What the network says is in <see cref="Status"/>.
        /// </summary>
        public string Problem { get; private set; }

        public ReceiverStatus Status => _receiver == null ? default(ReceiverStatus) : _receiver.Status;

        internal AvatarCast Cast => _cast;

        void OnEnable()
        {
            DispatcherFinder.Add(this);
            _cast.Bind(avatars);
            Open();
        }

        void OnDisable()
        {
            DispatcherFinder.Remove(this);
            Close();
            Tell(_edges.EndAll());
            _cast.Clear();
            Scene = _nobody;
            Receiving = false;
        }

        void LateUpdate()
        {
            Scene newest;
            if (_receiver != null && _receiver.TryTake(out newest))
            {
                _arrivedS = _liveS = newest.ArrivedS;
                _buffer.Add(newest);
            }
            Step(LocalClock.NowS, Time.deltaTime);
        }

        /// <summary>One rendered frame: the line from scene to avatars and triggers.</summary>
        internal void Step(double nowS, float deltaS)
        {
            _buffer.Mode = jitter;
            Scene sampled;
            Receiving = _buffer.TrySample(nowS, out sampled) && nowS - _arrivedS <= timeoutS;
            _nobody.Run = Scene.Run; // who comes back in time has not begun anew
            Scene = Receiving ? sampled : _nobody;
            LatencyS = Receiving && Live && _buffer.Clock.Known
                ? _buffer.Clock.LatencyS(Scene.TimeS, nowS) : 0.0;
            _cast.Slots.KeepS = Mathf.Max(LeastKeepS, holdS + fadeS);
            _cast.Slots.Assign(Scene, nowS);
            if (prefab != null)
                _cast.Spawn(prefab, mostSpawned, transform, Spawned);
            _cast.Update(Scene, deltaS, new Leaving(whenGone, appearS, holdS, fadeS));
            Tell(_edges.Update(Scene));
        }

        /// <summary>
        /// A scene of a file, a test, another network. It is copied, and passed over while <see cref="Live"/>.
        /// </summary>
        public void Push(Scene scene)
        {
            if (Live)
                return;
            _arrivedS = LocalClock.NowS;
            _pushed.CopyFrom(scene);
            _pushed.Run = ~scene.Run; // never the number of a run that came over the network
            _buffer.Add(_pushed);
            SceneReceived?.Invoke(scene);
        }

        /// <summary>Nothing new to push, but nobody has left either.</summary>
        public void StillThere()
        {
            if (!Live)
                _arrivedS = LocalClock.NowS;
        }

        /// <summary>Shows somebody by this avatar from now on.</summary>
        public void Bind(AvatarDriver avatar, PersonBy by, int number) => _cast.Bind(avatar, by, number);

        /// <summary>The slot of a person: the lowest number that was free; -1 for who has none.</summary>
        public int SlotOf(int personId) => _cast.Slots.SlotOf(personId);

        /// <summary>Id of the person in a slot, or for whom it is kept; -1 if it is free.</summary>
        public int PersonIn(int slot) => _cast.Slots.PersonIn(slot);

        /// <summary>A point of the performers' world in Unity's.</summary>
        public Vector3 PointInScene(Vec3 worldM) => transform.TransformPoint(worldM.ToUnity());

        /// <summary>After transport, port or address have been changed by a script.</summary>
        public void Reconnect()
        {
            Close();
            Open();
        }

        void Open()
        {
            _buffer.Clear();
            _arrivedS = _liveS = double.NegativeInfinity;
            Problem = null;
            try
            {
                _receiver = NewReceiver();
            }
            catch (ArgumentException error)
            {
                Problem = error.Message;
                Debug.LogError("Mocap Bridge: " + error.Message, this);
            }
            if (_receiver == null)
                return;
            _receiver.EveryScene = scene => SceneReceived?.Invoke(scene);
            _receiver.Start();
        }

        SceneReceiver NewReceiver()
        {
            string bind = fromOtherMachines ? "0.0.0.0" : "127.0.0.1";
            switch (transport)
            {
                case MocapTransport.Osc: return SceneReceiver.OverUdp(port > 0 ? port : OscPort, bind);
                case MocapTransport.ZeroMq: return SceneReceiver.OverZeroMq(address);
                case MocapTransport.Vmc: return SceneReceiver.FromVmc(port > 0 ? port : VmcPort, vmcPeople, bind);
                default: return null;
            }
        }

        void Close()
        {
            _receiver?.Dispose();
            _receiver = null;
        }

        void Tell(Rows<EventChange> changes)
        {
            for (int row = 0; row < changes.Count; row++)
                EventChanged?.Invoke(changes[row]);
        }
    }
}
