namespace MocapBridge
{
    /// <summary>How the bridge's picture lies in Unity's, where their shapes differ.</summary>
    public enum PictureFit
    {
        /// <summary>All of it is seen; there may be more at the sides.</summary>
        Whole,

        /// <summary>It fills the screen; some of it may be cut off.</summary>
        Fill,

        /// <summary>Stretched to the screen's shape.</summary>
        Stretch,
    }
}
