using UnityEngine;

namespace MocapBridge
{
    /// <summary>One number, 0..1, given to renderers by property blocks: materials stay shared and untouched.</summary>
    sealed class FadedRenderers
    {
        static readonly int s_color = Shader.PropertyToID("_Color");
        static readonly int s_baseColor = Shader.PropertyToID("_BaseColor");
        static readonly int s_fade = Shader.PropertyToID("_MocapFade");

        readonly MaterialPropertyBlock _block = new MaterialPropertyBlock();
        readonly Renderer[] _renderers;
        float _last = 1f;

        internal FadedRenderers(Renderer[] renderers)
        {
            _renderers = renderers;
        }

        /// <summary>_MocapFade, the alpha of _Color (built-in) and _BaseColor (URP), and a property by choice.</summary>
        internal void Set(float share, int property)
        {
            if (share == _last)
                return;
            _last = share;
            foreach (Renderer renderer in _renderers)
            {
                if (renderer == null || renderer.sharedMaterial == null)
                    continue;
                renderer.GetPropertyBlock(_block);
                Alpha(renderer.sharedMaterial, s_color, share);
                Alpha(renderer.sharedMaterial, s_baseColor, share);
                _block.SetFloat(s_fade, share);
                if (property != 0)
                    _block.SetFloat(property, share);
                renderer.SetPropertyBlock(_block);
                renderer.enabled = share > 0f;
            }
        }

        void Alpha(Material material, int property, float share)
        {
            if (!material.HasProperty(property))
                return;
            Color color = material.GetColor(property);
            color.a *= share;
            _block.SetColor(property, color);
        }
    }
}
