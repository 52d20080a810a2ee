using System.Collections.Generic;

namespace MocapBridge.Tests
{
    /// <summary>Keeps a copy of every scene that is published.</summary>
    sealed class SceneList : ISceneSink
    {
        public readonly List<Scene> Scenes = new List<Scene>();

        public Scene Writable { get; } = new Scene();

        public Scene Last => Scenes[Scenes.Count - 1];

        public void Publish()
        {
            var copy = new Scene();
            copy.CopyFrom(Writable);
            Scenes.Add(copy);
        }
    }
}
