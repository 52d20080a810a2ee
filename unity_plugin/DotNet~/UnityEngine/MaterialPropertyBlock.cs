using System.Collections.Generic;

namespace UnityEngine
{
    public sealed class MaterialPropertyBlock
    {
        readonly Dictionary<int, float> _floats = new Dictionary<int, float>();
        readonly Dictionary<int, Color> _colors = new Dictionary<int, Color>();

        public bool isEmpty => _floats.Count + _colors.Count == 0;

        public void Clear()
        {
            _floats.Clear();
            _colors.Clear();
        }

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
            return _colors.TryGetValue(nameID, out value) ? value : default(Color);
        }

        public Color GetColor(string name) => GetColor(Shader.PropertyToID(name));

        internal void CopyFrom(MaterialPropertyBlock other)
        {
            Clear();
            foreach (KeyValuePair<int, float> pair in other._floats)
            {
                _floats[pair.Key] = pair.Value;
            }
            foreach (KeyValuePair<int, Color> pair in other._colors)
            {
                _colors[pair.Key] = pair.Value;
            }
        }
    }
}
