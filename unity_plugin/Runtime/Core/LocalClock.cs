using System.Diagnostics;

namespace MocapBridge
{
    /// <summary>
    /// The monotonic clock of this machine. Only the ends of the line read it; everything else is given a time.
    /// </summary>
    public static class LocalClock
    {
        /// <summary>
        /// Seconds since some fixed moment; on Linux and Windows that of the bridge's clock on the same machine.
        /// </summary>
        public static double NowS => (double)Stopwatch.GetTimestamp() / Stopwatch.Frequency;
    }
}
