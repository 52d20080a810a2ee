using System;
using System.Collections.Generic;
using System.IO;
using UnityEngine;

namespace MocapBridge.Host
{
    /// <summary>What the GUIDs of the package's and its samples' .meta files stand for.</summary>
    sealed class AssetIndex
    {
        static readonly System.Reflection.Assembly[] s_scripts =
            { typeof(MocapDispatcher).Assembly, typeof(Samples.Flare).Assembly };

        readonly Dictionary<string, string> _paths = new Dictionary<string, string>();

        internal AssetIndex(string package)
        {
            foreach (string meta in Directory.GetFiles(package, "*.meta", SearchOption.AllDirectories))
                foreach (string line in File.ReadAllLines(meta))
                    if (line.StartsWith("guid: ", StringComparison.Ordinal))
                        _paths.Add(line.Substring("guid: ".Length), meta.Substring(0, meta.Length - ".meta".Length));
        }

        /// <summary>The class that a script's file is named after. Throws FormatException if there is none.</summary>
        internal Type Script(string guid)
        {
            string name = Path.GetFileNameWithoutExtension(PathOf(guid));
            foreach (System.Reflection.Assembly assembly in s_scripts)
                foreach (Type type in assembly.GetTypes())
                    if (type.Name == name && typeof(MonoBehaviour).IsAssignableFrom(type))
                        return type;
            throw new FormatException("there is no component " + name);
        }

        /// <summary>A text asset or a shader. Throws FormatException.</summary>
        internal UnityEngine.Object Load(string guid)
        {
            string path = PathOf(guid);
            if (path.EndsWith(".txt", StringComparison.Ordinal))
                return new TextAsset(File.ReadAllText(path)) { name = Path.GetFileNameWithoutExtension(path) };
            if (path.EndsWith(".shader", StringComparison.Ordinal))
                return Shader.Find(File.ReadAllText(path).Split('"')[1]);
            throw new FormatException("a scene refers to " + path + ", of which nobody knows what it is");
        }

        string PathOf(string guid)
        {
            string path;
            if (!_paths.TryGetValue(guid, out path))
                throw new FormatException("no .meta of the package or its samples has the GUID " + guid);
            return path;
        }
    }
}
