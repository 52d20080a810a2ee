namespace MocapBridge
{
    /// <summary>Line 1 of a take: what was recorded, by which eyes.</summary>
    public sealed class TakeHeader
    {
        public string Source = "";
        public string Model = "";
        public string ModelSha256 = "";
        public string[] Joints = Skeleton.Joints;
        public string[] Bones = Skeleton.Bones;
    }
}
