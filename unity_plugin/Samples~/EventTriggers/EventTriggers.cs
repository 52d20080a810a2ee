using UnityEngine;

namespace MocapBridge.Samples
{
    /// <summary>
    /// Add this to an empty object and press Play: while somebody raises both hands (the bridge's event hands_up), a
    /// ball
    /// glows where they are, as large as the event is strong.
    /// </summary>
    public sealed class EventTriggers : MonoBehaviour
    {
        [Tooltip("Empty: listen to the bridge")]
        public TextAsset take;

        public string eventName = "hands_up";

        public MocapEventTrigger Trigger { get; private set; }

        public GameObject Flare { get; private set; }

        void Awake()
        {
            var stage = new GameObject("Mocap Bridge");
            stage.SetActive(false);
            var dispatcher = stage.AddComponent<MocapDispatcher>();
            if (take != null)
            {
                dispatcher.transport = MocapTransport.None;
                stage.AddComponent<MocapPlayback>().take = take;
            }
            Flare = GameObject.CreatePrimitive(PrimitiveType.Sphere);
            Flare.name = "Flare";
            Flare.SetActive(false);
            Trigger = stage.AddComponent<MocapEventTrigger>();
            Trigger.eventName = eventName;
            Trigger.anchor = Flare.transform;
            Trigger.onBegin.AddListener(Glow);
            Trigger.onStay.AddListener(Glow);
            Trigger.onEnd.AddListener(Vanish);
            stage.SetActive(true);
        }

        void Glow(float strength)
        {
            Flare.SetActive(true);
            Flare.transform.localScale = Vector3.one * (0.1f + 0.3f * strength);
        }

        void Vanish() => Flare.SetActive(false);
    }
}
