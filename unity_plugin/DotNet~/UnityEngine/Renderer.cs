using UnityEngine.Rendering;

namespace UnityEngine
{
    public class Renderer : Component
    {
        [System.NonSerialized]
        readonly MaterialPropertyBlock _block = new MaterialPropertyBlock();

        public bool enabled { get; set; } = true;
        public Material sharedMaterial { get; set; }
        public Material[] sharedMaterials { get; set; } = new Material[0];
        public ShadowCastingMode shadowCastingMode { get; set; } = ShadowCastingMode.On;
        public bool receiveShadows { get; set; } = true;

        public Material material
        {
            get => sharedMaterial;
            set => sharedMaterial = value;
        }

        public bool HasPropertyBlock() => !_block.isEmpty;
        public void GetPropertyBlock(MaterialPropertyBlock properties) => properties.CopyFrom(_block);

        public void SetPropertyBlock(MaterialPropertyBlock properties)
        {
            if (properties == null)
            {
                _block.Clear();
            }
            else
            {
                _block.CopyFrom(properties);
            }
        }
    }

    public class MeshRenderer : Renderer
    {
    }

    public class SkinnedMeshRenderer : Renderer
    {
        readonly System.Collections.Generic.Dictionary<int,
            float> _weights = new System.Collections.Generic.Dictionary<int, float>();

        public Mesh sharedMesh { get; set; }
        public bool updateWhenOffscreen { get; set; }

        public float GetBlendShapeWeight(int index)
        {
            float value;
            return _weights.TryGetValue(index, out value) ? value : 0f;
        }

        public void SetBlendShapeWeight(int index, float value) => _weights[index] = value;
    }

    public sealed class TrailRenderer : Renderer
    {
        public float time { get; set; } = 5f;
        public float startWidth { get; set; } = 1f;
        public float endWidth { get; set; } = 1f;
        public Color startColor { get; set; } = Color.white;
        public Color endColor { get; set; } = Color.white;
        public bool emitting { get; set; } = true;
        public float minVertexDistance { get; set; } = 0.1f;
    }
}

namespace UnityEngine.Rendering
{
    public enum ShadowCastingMode
    {
        Off = 0,
        On = 1,
        TwoSided = 2,
        ShadowsOnly = 3,
    }
}
