namespace MocapBridge
{
    /// <summary>What a transport hands its datagrams to: one of the two languages.</summary>
    interface IPackets
    {
        /// <summary>A datagram has come to the port with this number (0 is the first). False: it was refused.</summary>
        bool Feed(int port, byte[] bytes, int at, int length, double nowS);

        /// <summary>Nothing more has come to this port for a moment.</summary>
        void Silent(int port);

        /// <summary>Why a packet was refused.</summary>
        string Trouble { get; }

        /// <summary>What is odd although packets are taken; null if nothing is.</summary>
        string Warning(double nowS);

        long PacketsMissing { get; }

        long PacketsExpected { get; }

        long FramesMissing { get; }
    }
}
