namespace MocapBridge
{
    /// <summary>What becomes of an avatar whose person has left, after it has held its last pose for a while.</summary>
    public enum WhenGone
    {
        /// <summary>Stays in the last pose.</summary>
        KeepPose,

        /// <summary>Goes back to its own animation, or to the rest pose.</summary>
        BlendOut,

        /// <summary>Fades (AvatarFade) and is switched off until the person is back.</summary>
        Hide,

        /// <summary>Fades and is destroyed if it was spawned; one that stood in the scene is hidden.</summary>
        Despawn,
    }
}
