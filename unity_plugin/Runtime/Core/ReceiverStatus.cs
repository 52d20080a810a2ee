namespace MocapBridge
{
    /// <summary>How a receiver is doing: a copy, taken at one moment.</summary>
    public struct ReceiverStatus
    {
        /// <summary>Where it listens or what it connects to, as a user would write it.</summary>
        public string Address;

        /// <summary>
        /// UDP: the port is open. ZeroMQ: connected and subscribed. Says nothing about whether scenes come.
        /// </summary>
        public bool Connected;

        /// <summary>What went wrong last and what would be right; null if nothing did.</summary>
        public string Trouble;

        /// <summary>What is odd although scenes come, and what would be right; null if nothing is.</summary>
        public string Warning;

        public long Packets;

        /// <summary>Packets that were no OSC, or of which a message we know was damaged.</summary>
        public long PacketsRefused;

        /// <summary>Packets that frames announced and that never came.</summary>
        public long PacketsMissing;

        /// <summary>Scenes handed on.</summary>
        public long Frames;

        /// <summary>Frames that never came at all, as far as their numbers tell.</summary>
        public long FramesMissing;

        /// <summary>Over the last second or so.</summary>
        public float FramesPerSecond;

        /// <summary>Share (0..1) of packets lost over the last second or so.</summary>
        public float Loss;

        /// <summary>ZeroMQ: connections made after the first.</summary>
        public int Reconnections;

        /// <summary>When the last scene came, by <see cref="LocalClock"/>; negative if none has.</summary>
        public double LastFrameS;
    }
}
