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

    /// <summary>
    /// Begin, stay and end of events, found by comparing what is active now with what was: each exactly once. An event
    /// is told apart by name and people; one that began again while packets were lost ends and begins.
    /// </summary>
    public sealed class EventEdges
    {
        const double SameBeginS = 1e-4; // takes and packets round to microseconds

        readonly Rows<EventChange> _changes = new Rows<EventChange>(2 * Scene.MostEvents);
        Rows<ActiveEvent> _active = new Rows<ActiveEvent>(Scene.MostEvents);
        Rows<ActiveEvent> _before = new Rows<ActiveEvent>(Scene.MostEvents);
        int _run;

        /// <summary>Ends first, then begins and stays. The rows are valid until the next call.</summary>
        public Rows<EventChange> Update(Scene scene)
        {
            _changes.Clear();
            Rows<ActiveEvent> spare = _before;
            _before = _active;
            _active = spare;
            _active.Clear();
            for (int row = 0; row < scene.Events.Count; row++)
                if (Find(_active, scene.Events[row]) == null)
                    _active.Add().CopyFrom(scene.Events[row]);
            // Another run has another clock: an event that was active before cannot be the same one.
            bool sameRun = scene.Run == _run;
            _run = scene.Run;
            for (int row = 0; row < _before.Count; row++)
                if (!(sameRun && GoesOn(_before[row], Find(_active, _before[row]))))
                    Tell(EventPhase.End, _before[row]);
            for (int row = 0; row < _active.Count; row++)
            {
                bool goesOn = sameRun && GoesOn(_active[row], Find(_before, _active[row]));
                Tell(goesOn ? EventPhase.Stay : EventPhase.Begin, _active[row]);
            }
            return _changes;
        }

        /// <summary>Ends everything that is active: the sender is gone, or the receiver is switched off.</summary>
        public Rows<EventChange> EndAll()
        {
            _changes.Clear();
            for (int row = 0; row < _active.Count; row++)
                Tell(EventPhase.End, _active[row]);
            _active.Clear();
            return _changes;
        }

        void Tell(EventPhase phase, ActiveEvent what)
        {
            EventChange change = _changes.Add();
            change.Phase = phase;
            change.Event.CopyFrom(what);
        }

        static bool GoesOn(ActiveEvent one, ActiveEvent other) =>
            other != null && one.Count == other.Count && Math.Abs(one.SinceS - other.SinceS) < SameBeginS;

        static ActiveEvent Find(Rows<ActiveEvent> events, ActiveEvent like)
        {
            for (int row = 0; row < events.Count; row++)
                if (events[row].IsSameAs(like))
                    return events[row];
            return null;
        }
    }
}
