using UnityEditor;
using UnityEngine;

namespace MocapBridge.Editor
{
    /// <summary>Says at once when an avatar cannot be driven, and why.</summary>
    [CustomEditor(typeof(AvatarDriver))]
    sealed class AvatarDriverEditor : UnityEditor.Editor
    {
        public override void OnInspectorGUI()
        {
            var driver = (AvatarDriver)target;
            string problem = driver.Problem ?? (driver.GetComponent<Mannequin>() != null ? null : Problem(driver));
            if (problem != null)
                EditorGUILayout.HelpBox("This avatar cannot be driven: " + problem + ".", MessageType.Error);
            DrawDefaultInspector();
            if (Application.isPlaying && GUILayout.Button("Stand here (recentre)"))
                driver.Recentre();
        }

        static string Problem(AvatarDriver driver) =>
            AvatarCheck.Problem(driver.animator != null ? driver.animator
                : driver.GetComponentInChildren<Animator>(true));
    }
}
