using UnityEditor;
using UnityEngine;

namespace MocapBridge.Editor
{
    /// <summary>GameObject, Mocap Bridge, ...</summary>
    static class MocapMenu
    {
        const string Menu = "GameObject/Mocap Bridge/";

        [MenuItem(Menu + "Drive Selected Avatar", false, 10)]
        static void DriveSelectedAvatar()
        {
            GameObject selected = Selection.activeGameObject;
            string problem = AvatarSetup.Drive(selected);
            if (problem != null)
                EditorUtility.DisplayDialog("Mocap Bridge", "This cannot be driven: " + problem + ".", "OK");
            else
                Debug.Log("Mocap Bridge: '" + selected.name
                    + "' is driven. Press Play, and run: mocap-bridge run 0 --mirror --output osc:127.0.0.1:39600",
                    selected);
        }

        [MenuItem(Menu + "Drive Selected Avatar", true)]
        static bool CanDriveSelectedAvatar() => Selection.activeGameObject != null;

        [MenuItem(Menu + "Mannequin", false, 11)]
        static void Mannequin() => Selection.activeGameObject = AvatarSetup.Mannequin();

        [MenuItem(Menu + "Dispatcher", false, 12)]
        static void Dispatcher() => Selection.activeGameObject = AvatarSetup.Dispatcher().gameObject;

        [MenuItem(Menu + "Camera and Occluder", false, 13)]
        static void CameraAndOccluder() => Selection.activeGameObject = AvatarSetup.Overlay();
    }
}
