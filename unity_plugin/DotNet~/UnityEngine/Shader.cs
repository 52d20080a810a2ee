using System.Collections.Generic;

namespace UnityEngine
{
    public sealed class Shader : Object
    {
        static readonly Dictionary<string, int> s_ids = new Dictionary<string, int>();

        /// <summary>What Find knows: the host adds the package's shaders, whose text it has read.</summary>
        internal static readonly Dictionary<string, Shader> Known = new Dictionary<string, Shader>();

        internal Shader()
        {
        }

        public static Shader Find(string name)
        {
            Shader found;
            return Known.TryGetValue(name, out found) ? found : null;
        }

        internal static Shader Add(string name) => Known[name] = new Shader { name = name };

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
