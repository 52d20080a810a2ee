using System;

namespace MocapBridge
{
    public enum EventPhase
    {
        Begin,
        Stay,
        End,
    }

    /// <summary>What happened to one event between two scenes.</summary>
    public sealed class EventChange
    {
        public EventPhase Phase;

        /// <summary>The event as it is now; at its end, as it was last.</summary>
        public readonly ActiveEvent Event = new ActiveEvent();
    }

    /// <summary>Begin, stay and end of events, found by comparing what is active now with what was: each exactly once.</summary>
    public sealed class EventEdges
    {
        /// <summary>Ends first, then begins and stays. The rows are valid until the next call.</summary>
        public Rows<EventChange> Update(Scene scene) => throw new NotImplementedException();

        /// <summary>Ends everything that is active: the sender is gone, or the receiver is switched off.</summary>
        public Rows<EventChange> EndAll() => throw new NotImplementedException();
    }
}
