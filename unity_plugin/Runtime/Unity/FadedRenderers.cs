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

        /// <summary>
        /// _MocapFade where the shader has it, else the alpha of _Color (built-in) or _BaseColor (URP); and a property
        /// by choice.
        /// </summary>
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
                Fade(renderer.sharedMaterial, share);
                if (property != 0)
                    _block.SetFloat(property, share);
                renderer.SetPropertyBlock(_block);
                renderer.enabled = share > 0f;
            }
        }

        void Fade(Material material, float share)
        {
            // A shader of ours fades by the one number; alpha as well would fade it twice.
            if (material.HasProperty(s_fade))
            {
                _block.SetFloat(s_fade, share);
                return;
            }
            Alpha(material, s_color, share);
            Alpha(material, s_baseColor, share);
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
