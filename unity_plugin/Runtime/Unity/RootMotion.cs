namespace MocapBridge
{
    /// <summary>Where the hips go.</summary>
    public enum RootMotion
    {
        /// <summary>
        /// Metre for metre where the performer is. For avatars of the performer's size, and for effects over a picture.
        /// </summary>
        Full,

        /// <summary>Up and down only, scaled by hip height: crouching and jumping, but no walking away.</summary>
        InPlace,

        /// <summary>
        /// As Full, times avatar hip height / performer hip height: feet stay on the floor, steps fit the legs.
        /// </summary>
        Scaled,
    }
}
