using UnityEngine;

namespace MocapBridge.Samples
{
    /// <summary>
    /// Lets your own avatar take the mannequin's place: drag it into the scene and from there into the field. (What the
    /// menu GameObject, Mocap Bridge, Drive Selected Avatar does in your own scene, as a script does it.)
    /// </summary>
    [DefaultExecutionOrder(-300)] // before the dispatcher looks whom it drives
    public sealed class Quickstart : MonoBehaviour
    {
        public MocapDispatcher dispatcher;

        [Tooltip("Dances until there is another")]
        public AvatarDriver mannequin;

        [Tooltip("Your own humanoid in the scene; empty: the mannequin")]
        public Animator avatar;

        void Awake()
        {
            GameObject.CreatePrimitive(PrimitiveType.Plane).name = "Floor";
            if (avatar == null)
                return;
            AvatarDriver driver;
            if (!avatar.TryGetComponent(out driver))
                driver = avatar.gameObject.AddComponent<AvatarDriver>();
            driver.startsAtRoot = true;
            dispatcher.avatars[0].avatar = driver;
            mannequin.gameObject.SetActive(false);
        }
    }
}
