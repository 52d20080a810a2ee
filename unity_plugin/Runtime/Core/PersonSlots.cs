using System;

namespace MocapBridge
{
    /// <summary>A small stable number per person: the lowest free one, given back a while after the person was last seen.</summary>
    public sealed class PersonSlots
    {
        public PersonSlots(int count, double keepS = 2.0)
        {
            Count = count;
            KeepS = keepS;
        }

        public int Count { get; }

        public double KeepS { get; set; }

        /// <summary>Updates who is where; nowS is the local clock. People beyond Count get no slot.</summary>
        public void Assign(Scene scene, double nowS) => throw new NotImplementedException();

        /// <summary>The id of the person in this slot, or for whom it is kept; -1 if it is free.</summary>
        public int PersonIn(int slot) => throw new NotImplementedException();

        /// <summary>Whether the person of this slot was in the last scene.</summary>
        public bool Present(int slot) => throw new NotImplementedException();

        /// <summary>The slot of a person; -1 without one.</summary>
        public int SlotOf(int personId) => throw new NotImplementedException();

        public void Clear() => throw new NotImplementedException();
    }
}
