using System;

namespace MocapBridge
{
    /// <summary>A take cannot be read or written; the message says which line and what is wrong with it.</summary>
    public sealed class TakeException : Exception
    {
        public TakeException(string message) : base(message)
        {
        }

        public TakeException(string message, Exception cause) : base(message, cause)
        {
        }
    }
}
