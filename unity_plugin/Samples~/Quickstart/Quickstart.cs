using UnityEngine;

namespace MocapBridge.Samples
{
    /// <summary>
    /// Add this to an empty object and press Play: a mannequin follows the bridge (mocap-bridge run 0 --output
    /// osc:127.0.0.1:39600), or a take if one is set (dance.take.txt lies beside this file).
    /// </summary>
    public sealed class Quickstart : MonoBehaviour
    {
        [Tooltip("Empty: listen to the bridge")]
        public TextAsset take;

        [Tooltip("Your own humanoid in the scene; empty: a mannequin")]
        public Animator avatar;

        public MocapDispatcher Dispatcher { get; private set; }

        void Awake()
        {
            // Inactive while it is put together, so that it begins with its settings made.
            var stage = new GameObject("Mocap Bridge");
            stage.SetActive(false);
            Dispatcher = stage.AddComponent<MocapDispatcher>();
            if (take != null)
            {
                Dispatcher.transport = MocapTransport.None;
                stage.AddComponent<MocapPlayback>().take = take;
            }
            Dispatcher.avatars.Add(new AvatarBinding { avatar = Driver() });
            stage.SetActive(true);
        }

        AvatarDriver Driver()
        {
            GameObject body = avatar != null ? avatar.gameObject : new GameObject("Mannequin");
            if (avatar == null)
                body.AddComponent<Mannequin>();
            AvatarDriver driver;
            if (!body.TryGetComponent(out driver))
                driver = body.AddComponent<AvatarDriver>();
            driver.rootMotion = RootMotion.Scaled;
            driver.startsAtRoot = true;
            return driver;
        }
    }
}
