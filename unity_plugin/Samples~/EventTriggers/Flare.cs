using UnityEngine;

namespace MocapBridge.Samples
{
    /// <summary>
    /// A ball that glows while an event is active, as large as the event is strong. The scene's MocapEventTrigger moves
    /// it to where the event happens and calls Glow and Vanish: see onBegin, onStay and onEnd in its inspector.
    /// </summary>
    public sealed class Flare : MonoBehaviour
    {
        Transform _ball;

        void Awake()
        {
            _ball = GameObject.CreatePrimitive(PrimitiveType.Sphere).transform;
            _ball.SetParent(transform, false);
            _ball.localPosition = Vector3.up * 0.35f; // of raised hands: above the head
            Vanish();
        }

        public void Glow(float strength)
        {
            _ball.gameObject.SetActive(true);
            _ball.localScale = Vector3.one * (0.08f + 0.2f * strength);
        }

        public void Vanish() => _ball.gameObject.SetActive(false);
    }
}
