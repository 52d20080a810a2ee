namespace MocapBridge
{
    /// <summary>All points within a radius of a line: a limb, as the occluder sees it.</summary>
    public readonly struct Capsule
    {
        public readonly Vec3 StartM, EndM;
        public readonly float RadiusM;

        /// <summary>Row of the bone that it moves with.</summary>
        public readonly int Bone;

        public Capsule(Vec3 startM, Vec3 endM, float radiusM, int bone)
        {
            StartM = startM;
            EndM = endM;
            RadiusM = radiusM;
            Bone = bone;
        }
    }
}
