using System;

namespace MocapBridge
{
    /// <summary>
    /// Receives scenes on a thread of its own. Make one with <see cref="OverUdp"/>, <see cref="OverZeroMq"/> or
    /// <see cref="FromVmc"/>, call <see cref="Start"/>, then <see cref="TryTake"/> once per rendered frame.
    /// Nothing that a packet or a network does throws: look at <see cref="Status"/>.
    /// </summary>
    public sealed class SceneReceiver : IDisposable
    {
        /// <summary>The bridge's own /mocap OSC; port 39600 unless changed, bindAddress 0.0.0.0 to be reached from other machines.
        /// Throws ArgumentException if the port or address is none.</summary>
        public static SceneReceiver OverUdp(int port, string bindAddress = "127.0.0.1") => throw new NotImplementedException();

        /// <summary>The bridge's ZeroMQ publisher, "tcp://host:5556". Throws ArgumentException if it is no such address.</summary>
        public static SceneReceiver OverZeroMq(string endpoint) => throw new NotImplementedException();

        /// <summary>Any VMC sender: people ports from the first one up, one person each, whose id is the number of the port from 0.
        /// Throws ArgumentException as OverUdp.</summary>
        public static SceneReceiver FromVmc(int port, int people = 1, string bindAddress = "127.0.0.1") => throw new NotImplementedException();

        /// <summary>Called on the receiving thread for every scene, for recorders; set before Start, do not keep the scene.</summary>
        public Action<Scene> EveryScene { get; set; }

        /// <summary>Opens the socket and begins to receive. A port that is in use is tried again until it is free.</summary>
        public void Start() => throw new NotImplementedException();

        /// <summary>The newest scene, once. It stays untouched until the next call that returns true.</summary>
        public bool TryTake(out Scene newest) => throw new NotImplementedException();

        public ReceiverStatus Status => throw new NotImplementedException();

        /// <summary>Ends the thread and closes the socket; returns within half a second.</summary>
        public void Dispose() => throw new NotImplementedException();
    }
}
