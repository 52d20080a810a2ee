using System;

namespace MocapBridge
{
    /// <summary>A person's body as capsules: from each bone to its children, and the skull, hands and feet.</summary>
    public sealed class BodyCapsules
    {
        public const int Count = 26;

        /// <summary>World axes, metres; in the same order always.</summary>
        public readonly Capsule[] CapsulesWorld = new Capsule[Count];

        public void Update(RigPose pose) => throw new NotImplementedException();
    }
}
