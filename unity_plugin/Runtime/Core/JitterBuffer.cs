using System;

namespace MocapBridge
{
    /// <summary>Newest: the latest scene as it came. Smooth: one frame behind, between two scenes.</summary>
    public enum JitterMode
    {
        Newest,
        Smooth,
    }

    /// <summary>From scenes as they come in to a scene for every rendered frame. For one thread.</summary>
    public sealed class JitterBuffer
    {
        public JitterMode Mode { get; set; }

        /// <summary>How far a movement is continued when scenes fail to come (Smooth only).</summary>
        public double MostExtrapolationS { get; set; } = 0.05;

        /// <summary>Takes a copy. Scenes of the same run that are not newer than the newest are ignored.</summary>
        public void Add(Scene scene) => throw new NotImplementedException();

        /// <summary>What to show at nowS (LocalClock); false until a scene has come. The same object every time.</summary>
        public bool TrySample(double nowS, out Scene scene) => throw new NotImplementedException();

        /// <summary>Forgets everything.</summary>
        public void Clear() => throw new NotImplementedException();

        /// <summary>The clocks' relation as learned from the scenes added.</summary>
        public ClockOffset Clock { get; } = new ClockOffset();
    }
}
