using System;

namespace MocapBridge
{
    /// <summary>
    /// How the capture clock and the local clock relate: the smallest (arrival - capture time) of the last ten seconds,
    /// because what came fastest was delayed least.
    /// </summary>
    public sealed class ClockOffset
    {
        public bool Known => throw new NotImplementedException();

        /// <summary>Local clock minus capture clock for what came fastest, seconds.</summary>
        public double OffsetS => throw new NotImplementedException();

        /// <summary>True if sender and receiver evidently read the same clock (same machine): then latency is absolute.</summary>
        public bool SameClock => throw new NotImplementedException();

        public void Add(double timeS, double arrivedS, int run) => throw new NotImplementedException();

        /// <summary>Seconds from the picture to now; with different clocks, only the part above the fastest delivery.</summary>
        public double LatencyS(double timeS, double nowS) => throw new NotImplementedException();

        public void Clear() => throw new NotImplementedException();
    }
}
