namespace MocapBridge
{
    /// <summary>VMC, which numbers nothing: loss cannot be seen.</summary>
    sealed class VmcPackets : IPackets
    {
        const string TwoSenders = "two programs send VMC to this port at once, and the avatar jumps between them: stop "
            + "one, or raise Vmc People and give each a port of its own";

        readonly VmcAssembler _assembler;

        public VmcPackets(ISceneSink sink, int people)
        {
            _assembler = new VmcAssembler(sink, people);
        }

        public string Trouble => _assembler.Trouble;

        public string Warning(double nowS) => _assembler.Flaps(nowS) ? TwoSenders : null;

        public long PacketsMissing => 0;

        public long PacketsExpected => 0;

        public long FramesMissing => 0;

        public bool Feed(int port, byte[] bytes, int at, int length, double nowS) =>
            _assembler.Feed(port, bytes, at, length, nowS);

        public void Silent(int port) => _assembler.Silent(port);
    }
}
