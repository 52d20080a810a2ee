using System;

namespace MocapBridge
{
    /// <summary>
    /// The events of the last frame whose events all came. They may lie in several bundles; while one is missing nobody
    /// can say what has ended.
    /// </summary>
    sealed class MocapEvents
    {
        readonly bool[] _here = new bool[Scene.MostEvents];
        Rows<ActiveEvent> _coming = new Rows<ActiveEvent>(Scene.MostEvents);
        Rows<ActiveEvent> _active = new Rows<ActiveEvent>(Scene.MostEvents);
        int _total = -1;

        public void Clear()
        {
            _active.Clear();
            BeginFrame();
        }

        public void BeginFrame()
        {
            _coming.Clear();
            _total = -1;
            Array.Clear(_here, 0, _here.Length);
        }

        public void Take(MocapBundle bundle)
        {
            if (bundle.EventsTotal >= 0)
                _total = bundle.EventsTotal;
            for (int row = 0; row < bundle.Events.Count; row++)
            {
                int number = bundle.EventNumbers[row];
                if (_here[number])
                    continue;
                _here[number] = true;
                _coming.Add().CopyFrom(bundle.Events[row]);
            }
            if (_total < 0 || _coming.Count != _total)
                return;
            Rows<ActiveEvent> spare = _active;
            _active = _coming;
            _coming = spare;
            BeginFrame();
        }

        public void Fill(Scene scene)
        {
            for (int row = 0; row < _active.Count; row++)
                scene.Events.Add().CopyFrom(_active[row]);
        }
    }
}
