namespace MocapBridge
{
    /// <summary>How much of one expression the face shows, as VMC tells it.</summary>
    public sealed class BlendValue
    {
        public string Name = "";
        public float Value;
    }
}
