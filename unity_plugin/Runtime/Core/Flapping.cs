namespace MocapBridge
{
    /// <summary>
    /// Notices that a sender begins anew again and again: that is not one sender but two, who send to one port by
    /// turns.
    /// </summary>
    sealed class Flapping
    {
        const int Runs = 5;
        const double WithinS = 1.0; // nobody starts a bridge so often, and hardly any take is that short
        const double RememberedS = 3.0;

        readonly double[] _begunS = new double[Runs];
        double _untilS = double.NegativeInfinity;
        int _next;

        public Flapping()
        {
            for (int run = 0; run < Runs; run++)
                _begunS[run] = double.NegativeInfinity;
        }

        /// <summary>A run has begun.</summary>
        public void Begun(double nowS)
        {
            if (nowS - _begunS[_next] < WithinS) // the oldest that is remembered
                _untilS = nowS + RememberedS;
            _begunS[_next] = nowS;
            _next = (_next + 1) % Runs;
        }

        public bool GoesOn(double nowS) => nowS < _untilS;
    }
}
