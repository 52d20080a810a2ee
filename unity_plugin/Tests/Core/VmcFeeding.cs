using NUnit.Framework;

namespace MocapBridge.Tests
{
    /// <summary>A receiver of VMC that is fed packet by packet.</summary>
    public abstract class VmcFeeding
    {
        internal SceneList _out;
        internal VmcAssembler _assembler;
        internal double _nowS;

        [SetUp]
        public void Begin()
        {
            _out = new SceneList();
            _assembler = new VmcAssembler(_out, 1);
            _nowS = 50.0;
        }

        internal bool Feed(byte[] packet)
        {
            _nowS += 0.0001;
            return _assembler.Feed(0, packet, 0, packet.Length, _nowS);
        }

        internal void Silence()
        {
            _assembler.Silent(0);
            _nowS += 0.005;
        }

        internal static readonly Quat Turn = new Quat(0.1f, 0.2f, 0.3f, 0.9f).Normalized;
    }
}
