using UnityEngine;

namespace MocapBridge.Samples
{
    /// <summary>
    /// Everybody before the camera gets a copy of the dispatcher's prefab, where they are; it fades when they leave.
    /// This only gives each mannequin a colour of its own, before it is switched on.
    /// </summary>
    [DefaultExecutionOrder(-300)]
    public sealed class MultiPerson : MonoBehaviour
    {
        public MocapDispatcher dispatcher;

        [Tooltip("In turn; one after the last begins anew")]
        public Color[] colors = { Color.white };

        int _next;

        void OnEnable() => dispatcher.Spawned += Paint;

        void OnDisable() => dispatcher.Spawned -= Paint;

        void Paint(AvatarDriver avatar)
        {
            Mannequin mannequin;
            if (colors.Length > 0 && avatar.TryGetComponent(out mannequin))
                mannequin.color = colors[_next++ % colors.Length];
        }
    }
}
