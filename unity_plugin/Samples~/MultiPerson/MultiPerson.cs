using UnityEngine;

namespace MocapBridge.Samples
{
    /// <summary>
    /// Add this to an empty object and press Play: everybody before the camera gets an avatar, where they are; it fades
    /// when
    /// they leave. With a take (that of Quickstart has two people) no bridge is needed.
    /// </summary>
    public sealed class MultiPerson : MonoBehaviour
    {
        [Tooltip("Empty: listen to the bridge")]
        public TextAsset take;

        [Tooltip("An avatar with an AvatarDriver; empty: mannequins")]
        public AvatarDriver prefab;

        public MocapDispatcher Dispatcher { get; private set; }

        void Awake()
        {
            var stage = new GameObject("Mocap Bridge");
            stage.SetActive(false);
            Dispatcher = stage.AddComponent<MocapDispatcher>();
            if (take != null)
            {
                Dispatcher.transport = MocapTransport.None;
                stage.AddComponent<MocapPlayback>().take = take;
            }
            Dispatcher.prefab = prefab != null ? prefab : NewPrefab();
            Dispatcher.whenGone = WhenGone.Despawn;
            stage.SetActive(true);
        }

        /// <summary>An inactive mannequin: copies are switched on when somebody comes.</summary>
        static AvatarDriver NewPrefab()
        {
            var body = new GameObject("Mannequin");
            body.SetActive(false);
            body.AddComponent<Mannequin>();
            body.AddComponent<AvatarFade>(); // brings its AvatarDriver
            var driver = body.GetComponent<AvatarDriver>();
            driver.rootMotion = RootMotion.Full;
            return driver;
        }
    }
}
