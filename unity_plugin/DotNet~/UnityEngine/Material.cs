using System.Collections.Generic;

namespace UnityEngine
{
    public class Material : Object
    {
        internal static readonly Material OfPrimitives = new Material(Shader.Find("Standard"));

        readonly Dictionary<int, float> _floats = new Dictionary<int, float>();
        readonly Dictionary<int, Color> _colors = new Dictionary<int, Color>();

        public Material(Shader shader)
        {
            this.shader = shader;
            name = shader.name;
        }

        public Material(Material source)
        {
            shader = source.shader;
            name = source.name;
            renderQueue = source.renderQueue;
            _floats = new Dictionary<int, float>(source._floats);
            _colors = new Dictionary<int, Color>(source._colors);
        }

        public Shader shader { get; set; }
        public int renderQueue { get; set; } = 2000;

        public Color color
        {
            get => GetColor("_Color");
            set => SetColor("_Color", value);
        }

        public bool HasProperty(int nameID)
        {
            foreach (string property in shader.Properties)
            {
                if (Shader.PropertyToID(property) == nameID)
                {
                    return true;
                }
            }
            return false;
        }

        public bool HasProperty(string name) => System.Array.IndexOf(shader.Properties, name) >= 0;
        public void SetFloat(int nameID, float value) => _floats[nameID] = value;
        public void SetFloat(string name, float value) => SetFloat(Shader.PropertyToID(name), value);
        public void SetColor(int nameID, Color value) => _colors[nameID] = value;
        public void SetColor(string name, Color value) => SetColor(Shader.PropertyToID(name), value);

        public float GetFloat(int nameID)
        {
            float value;
            return _floats.TryGetValue(nameID, out value) ? value : 0f;
        }

        public float GetFloat(string name) => GetFloat(Shader.PropertyToID(name));

        public Color GetColor(int nameID)
        {
            Color value;
            return _colors.TryGetValue(nameID, out value) ? value : Color.white;
        }

        public Color GetColor(string name) => GetColor(Shader.PropertyToID(name));
    }
}
