namespace MocapBridge
{
    /// <summary>
    /// A small stable number per person: the lowest free one, given back a while after the person was last seen.
    /// </summary>
    public sealed class PersonSlots
    {
        const int Free = -1;

        readonly int[] _ids;
        readonly double[] _seenS;
        readonly bool[] _present;
        int _run;

        public PersonSlots(int count, double keepS = 2.0)
        {
            Count = count;
            KeepS = keepS;
            _ids = new int[count];
            _seenS = new double[count];
            _present = new bool[count];
            Clear();
        }

        public int Count { get; }

        /// <summary>Seconds for which the slot of somebody who has vanished is kept.</summary>
        public double KeepS { get; set; }

        /// <summary>Updates who is where; nowS is the local clock. People beyond Count get no slot.</summary>
        public void Assign(Scene scene, double nowS)
        {
            if (scene.Run != _run)
                Clear(); // ids begin anew
            _run = scene.Run;
            for (int slot = 0; slot < Count; slot++)
            {
                _present[slot] = _ids[slot] != Free && scene.PoseOf(_ids[slot]) != null;
                if (_present[slot])
                    _seenS[slot] = nowS;
                else if (nowS - _seenS[slot] >= KeepS)
                    _ids[slot] = Free;
            }
            for (int row = 0; row < scene.Poses.Count; row++)
                if (SlotOf(scene.Poses[row].PersonId) < 0)
                    Seat(scene.Poses[row].PersonId, nowS);
        }

        /// <summary>The id of the person in this slot, or for whom it is kept; -1 if it is free.</summary>
        public int PersonIn(int slot) => _ids[slot];

        /// <summary>Whether the person of this slot was in the last scene.</summary>
        public bool Present(int slot) => _present[slot];

        /// <summary>The slot of a person; -1 without one.</summary>
        public int SlotOf(int personId)
        {
            for (int slot = 0; slot < Count; slot++)
                if (_ids[slot] == personId && personId != Free)
                    return slot;
            return -1;
        }

        /// <summary>Everybody out.</summary>
        public void Clear()
        {
            for (int slot = 0; slot < Count; slot++)
            {
                _ids[slot] = Free;
                _present[slot] = false;
            }
        }

        void Seat(int personId, double nowS)
        {
            int slot = 0;
            while (slot < Count && _ids[slot] != Free)
                slot++;
            if (slot == Count || personId == Free)
                return;
            _ids[slot] = personId;
            _seenS[slot] = nowS;
            _present[slot] = true;
        }
    }
}
