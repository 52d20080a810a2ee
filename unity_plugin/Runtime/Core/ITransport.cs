using System;

namespace MocapBridge
{
    /// <summary>A network that is listened to. Used by one thread; Stop may come from another.</summary>
    interface ITransport : IDisposable
    {
        /// <summary>
        /// Receives for a moment (some 50 ms at most) and hands on what came. Never throws for what a network does.
        /// </summary>
        void Turn();
    }
}
