using System;

namespace MocapBridge
{
    /// <summary>
    /// How the capture clock and the local clock relate: the smallest (arrival - capture time) of the last ten seconds,
    /// because what came fastest was delayed least.
    /// </summary>
    public sealed class ClockOffset
    {
        const int Buckets = 10;
        const double BucketS = 1.0;
        const double SameClockS = 1.0; // no two machines happen to have started within a second, and no latency is more

        readonly double[] _smallest = new double[Buckets];
        double _bucketBeganS;
        int _bucket;
        int _run;

        public ClockOffset()
        {
            Clear();
        }

        public bool Known { get; private set; }

        /// <summary>Local clock minus capture clock for what came fastest, seconds.</summary>
        public double OffsetS { get; private set; }

        /// <summary>
        /// True if sender and receiver evidently read the same clock (same machine): then latency is absolute.
        /// </summary>
        public bool SameClock => Known && OffsetS >= 0.0 && OffsetS < SameClockS;

        /// <summary>A scene of this capture time has come; another run is another clock.</summary>
        public void Add(double timeS, double arrivedS, int run)
        {
            double offset = arrivedS - timeS;
            // A take that is repeated, or a paused one, shifts for good: no old minimum may outlive that by ten
            // seconds.
            if (Known && (run != _run || arrivedS - _bucketBeganS > Buckets * BucketS || arrivedS < _bucketBeganS))
                Clear();
            if (!Known)
                _bucketBeganS = arrivedS;
            _run = run;
            while (arrivedS - _bucketBeganS >= BucketS)
            {
                _bucketBeganS += BucketS;
                _bucket = (_bucket + 1) % Buckets;
                _smallest[_bucket] = double.PositiveInfinity;
            }
            _smallest[_bucket] = Math.Min(_smallest[_bucket], offset);
            Known = true;
            OffsetS = double.PositiveInfinity;
            for (int bucket = 0; bucket < Buckets; bucket++)
                OffsetS = Math.Min(OffsetS, _smallest[bucket]);
        }

        /// <summary>
        /// Seconds from the picture to now; with different clocks, only the part above the fastest delivery.
        /// </summary>
        public double LatencyS(double timeS, double nowS)
        {
            if (!Known)
                return 0.0;
            return Math.Max(0.0, SameClock ? nowS - timeS : nowS - timeS - OffsetS);
        }

        public void Clear()
        {
            Known = false;
            OffsetS = 0.0;
            _bucket = 0;
            for (int bucket = 0; bucket < Buckets; bucket++)
                _smallest[bucket] = double.PositiveInfinity;
        }
    }
}
