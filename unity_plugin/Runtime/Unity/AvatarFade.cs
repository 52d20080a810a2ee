using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// Lets an avatar fade while its person comes or goes. Opaque materials cannot fade: give the avatar transparent
    /// ones, or a shader that reads _MocapFade (Mocap Bridge/Particle Fade does).
    /// </summary>
    [AddComponentMenu("Mocap Bridge/Avatar Fade")]
    [RequireComponent(typeof(AvatarDriver))]
    public sealed class AvatarFade : MonoBehaviour
    {
        [Tooltip("Empty: all renderers of the avatar")]
        public Renderer[] renderers = new Renderer[0];

        AvatarDriver _driver;
        FadedRenderers _faded;

        void OnEnable()
        {
            _driver = GetComponent<AvatarDriver>();
            if (renderers.Length == 0)
                renderers = GetComponentsInChildren<Renderer>(true);
            _faded = new FadedRenderers(renderers);
        }

        void LateUpdate() => Step();

        internal void Step() => _faded.Set(_driver.Opacity, 0);
    }
}
