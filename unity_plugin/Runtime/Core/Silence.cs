namespace MocapBridge
{
    /// <summary>Notices when a line that was busy has had nothing to say for a moment: once.</summary>
    sealed class Silence
    {
        readonly double _momentS;
        double _heardS;

        public Silence(double momentS)
        {
            _momentS = momentS;
        }

        /// <summary>Something has come that might not be all.</summary>
        public bool Awaited { get; private set; }

        /// <summary>True once, when nothing has been heard for the moment.</summary>
        public bool Begins(bool heard, double nowS)
        {
            if (heard)
            {
                _heardS = nowS;
                Awaited = true;
                return false;
            }
            if (!Awaited || nowS - _heardS < _momentS)
                return false;
            Awaited = false;
            return true;
        }
    }
}
