namespace MocapBridge
{
    /// <summary>
    /// An event that is true now. Begin and end are found by comparing sets: see <see cref="EventEdges"/>.
    /// </summary>
    public sealed class ActiveEvent
    {
        public string Name = "";

        /// <summary>0 where it belongs to the room.</summary>
        public int PersonId;

        /// <summary>0..1.</summary>
        public float Strength;

        /// <summary>When it began, capture clock.</summary>
        public double SinceS;

        public Vec3 AnchorWorldM;

        /// <summary>The second person of a pair; -1 where there is none.</summary>
        public int OtherId = Nobody;

        /// <summary>How often it has begun, where that is counted; else 0.</summary>
        public int Count;

        /// <summary>Where it points, a unit vector; zeros where it points nowhere.</summary>
        public Vec3 DirectionWorld;

        internal const int Nobody = -1;

        /// <summary>Whether both are the same event of the same people, at whatever moment.</summary>
        public bool IsSameAs(ActiveEvent other) =>
            PersonId == other.PersonId && OtherId == other.OtherId && Name == other.Name;

        /// <summary>What only some events say, as the others have it.</summary>
        internal void SayNoMore()
        {
            OtherId = Nobody;
            Count = 0;
            DirectionWorld = Vec3.Zero;
        }

        internal void CopyFrom(ActiveEvent other)
        {
            Name = other.Name;
            PersonId = other.PersonId;
            Strength = other.Strength;
            SinceS = other.SinceS;
            AnchorWorldM = other.AnchorWorldM;
            OtherId = other.OtherId;
            Count = other.Count;
            DirectionWorld = other.DirectionWorld;
        }
    }
}
