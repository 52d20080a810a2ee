namespace MocapBridge
{
    /// <summary>How scenes come in.</summary>
    public enum MocapTransport
    {
        /// <summary>
        /// The bridge's own OSC over UDP (mocap-bridge run 0 --output osc:HOST:39600): several people and events.
        /// </summary>
        Osc,

        /// <summary>
        /// The bridge's ZeroMQ publisher (--output zeromq:tcp://127.0.0.1:5556): the same, and it reconnects by itself.
        /// </summary>
        ZeroMq,

        /// <summary>
        /// Any VMC sender (VirtualMotionCapture, XR Animator, VMagicMirror, SlimeVR, the bridge): bones only.
        /// </summary>
        Vmc,

        /// <summary>Nothing is opened; a MocapPlayback or a script hands scenes over.</summary>
        None,
    }
}
