using System.Collections.Generic;

namespace UnityEngine
{
    public sealed class Shader : Object
    {
        static readonly Dictionary<string, int> s_ids = new Dictionary<string, int>();

        /// <summary>Of their properties only those that the package asks for: floats and colours by name.</summary>
        static readonly Dictionary<string, Shader> s_known = new Dictionary<string, Shader>
        {
            ["Standard"] = new Shader("Standard", "_Color"),
            ["Mocap Bridge/Depth Only"] = new Shader("Mocap Bridge/Depth Only"),
            ["Mocap Bridge/Body Debug"] = new Shader("Mocap Bridge/Body Debug", "_Color"),
            ["Mocap Bridge/Particle Fade"] = new Shader("Mocap Bridge/Particle Fade", "_Color", "_MocapFade"),
        };

        internal readonly string[] Properties;

        Shader(string name, params string[] properties)
        {
            this.name = name;
            Properties = properties;
        }

        public static Shader Find(string name)
        {
            Shader found;
            return s_known.TryGetValue(name, out found) ? found : null;
        }

        public static int PropertyToID(string name)
        {
            int id;
            if (!s_ids.TryGetValue(name, out id))
            {
                s_ids[name] = id = s_ids.Count + 1;
            }
            return id;
        }
    }
}
