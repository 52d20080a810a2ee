namespace MocapBridge
{
    /// <summary>Where a decoder puts what it has understood.</summary>
    interface ISceneSink
    {
        /// <summary>To be filled from scratch.</summary>
        Scene Writable { get; }

        /// <summary>What was filled is a scene.</summary>
        void Publish();
    }
}
