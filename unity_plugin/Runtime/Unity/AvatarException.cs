using System;

namespace MocapBridge
{
    /// <summary>An avatar cannot be driven; the message says why and what would help.</summary>
    public sealed class AvatarException : Exception
    {
        public AvatarException(string message) : base(message)
        {
        }
    }
}
