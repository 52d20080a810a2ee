namespace MocapBridge
{
    /// <summary>The bridge's own /mocap language, whatever brought it.</summary>
    sealed class MocapPackets : IPackets
    {
        const string TwoSenders = "two bridges send to this port at once, and the avatars jump between them: stop one, "
            + "or give each a port and a dispatcher of its own";

        readonly MocapAssembler _assembler;

        public MocapPackets(ISceneSink sink)
        {
            _assembler = new MocapAssembler(sink);
        }

        public string Trouble => _assembler.Trouble;

        public string Warning(double nowS) => _assembler.Flaps(nowS) ? TwoSenders : null;

        public long PacketsMissing => _assembler.PacketsMissing;

        public long PacketsExpected => _assembler.PacketsExpected;

        public long FramesMissing => _assembler.FramesMissing;

        public bool Feed(int port, byte[] bytes, int at, int length, double nowS) =>
            _assembler.Feed(bytes, at, length, nowS);

        public void Silent(int port)
        {
            // Frames say themselves when they are whole.
        }
    }
}
