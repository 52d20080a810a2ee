using NUnit.Framework;

namespace MocapBridge.Tests
{
    /// <summary>A receiver of /mocap that is fed packet by packet.</summary>
    public abstract class MocapFeeding
    {
        internal SceneList _out;
        internal MocapAssembler _assembler;
        internal double _nowS;

        [SetUp]
        public void Begin()
        {
            _out = new SceneList();
            _assembler = new MocapAssembler(_out);
            _nowS = 100.0;
        }

        internal bool Feed(byte[] packet)
        {
            _nowS += 0.001;
            return _assembler.Feed(packet, 0, packet.Length, _nowS);
        }

        /// <summary>A frame of person 1: head and pose.</summary>
        internal void Frame(int frame, float hipsM = 1f, params string[] events)
        {
            double timeS = frame / 30.0;
            Feed(Packets.Head(frame, timeS, 2, new[] { 1 }, events));
            Feed(Packets.Pose(frame, timeS, 1, 2, 1, hipsM));
        }
    }
}
