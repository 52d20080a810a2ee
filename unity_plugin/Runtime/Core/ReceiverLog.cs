namespace MocapBridge
{
    /// <summary>Counts on the receiving thread what the main thread shows.</summary>
    sealed class ReceiverLog
    {
        const double WindowS = 1.0;

        readonly object _turn = new object();
        ReceiverStatus _status;
        double _windowBeganS = double.NegativeInfinity;
        long _windowFrames, _windowMissing, _windowExpected;

        public ReceiverLog(string address)
        {
            _status.Address = address;
            _status.LastFrameS = -1.0;
        }

        public ReceiverStatus Status
        {
            get
            {
                lock (_turn)
                    return _status;
            }
        }

        public void Connected(bool connected, bool again = false)
        {
            lock (_turn)
            {
                _status.Connected = connected;
                if (connected)
                    _status.Trouble = null;
                if (again)
                    _status.Reconnections++;
            }
        }

        public void Tell(string trouble)
        {
            lock (_turn)
                _status.Trouble = trouble;
        }

        public void Packet(bool refused, string trouble)
        {
            lock (_turn)
            {
                _status.Packets++;
                if (!refused)
                    return;
                _status.PacketsRefused++;
                _status.Trouble = trouble;
            }
        }

        public void Frame(double nowS)
        {
            lock (_turn)
            {
                _status.Frames++;
                _status.LastFrameS = nowS;
            }
        }

        /// <summary>Called again and again: totals so far, and once per window what became of them.</summary>
        public void Measure(double nowS, IPackets packets)
        {
            lock (_turn)
            {
                long missing = packets.PacketsMissing, expected = packets.PacketsExpected;
                _status.PacketsMissing = missing;
                _status.FramesMissing = packets.FramesMissing;
                _status.Warning = packets.Warning(nowS);
                double passedS = nowS - _windowBeganS;
                if (passedS < WindowS)
                    return;
                long expectedNow = expected - _windowExpected;
                _status.FramesPerSecond = passedS < 5.0 * WindowS
                    ? (float)((_status.Frames - _windowFrames) / passedS) : 0f;
                _status.Loss = expectedNow > 0 ? (float)(missing - _windowMissing) / expectedNow : 0f;
                _windowBeganS = nowS;
                _windowFrames = _status.Frames;
                _windowMissing = missing;
                _windowExpected = expected;
            }
        }
    }
}
