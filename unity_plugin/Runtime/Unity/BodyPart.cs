namespace MocapBridge
{
    /// <summary>What can be weighted on its own.</summary>
    public enum BodyPart
    {
        Hips,
        Torso,
        Head,
        LeftArm,
        RightArm,
        LeftLeg,
        RightLeg,
    }
}
