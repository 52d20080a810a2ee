namespace MocapBridge
{
    /// <summary>
    /// An event that is true now. Begin and end are found by comparing sets: see <see cref="EventEdges"/>.
    /// </summary>
    public sealed class ActiveEvent
    {
        public string Name = "";
        public int PersonId;

        /// <summary>0..1.</summary>
        public float Strength;

        /// <summary>When it began, capture clock.</summary>
        public double SinceS;

        public Vec3 AnchorWorldM;

        internal void CopyFrom(ActiveEvent other)
        {
            Name = other.Name;
            PersonId = other.PersonId;
            Strength = other.Strength;
            SinceS = other.SinceS;
            AnchorWorldM = other.AnchorWorldM;
        }
    }
}
