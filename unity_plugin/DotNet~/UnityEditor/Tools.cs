using UnityEngine;

namespace UnityEditor
{
    public sealed class EditorGUILayout
    {
        public static void HelpBox(string message, MessageType type)
        {
        }

        public static void LabelField(string label, string label2, params GUILayoutOption[] options)
        {
        }
    }

    public class Undo
    {
        public static void RegisterCreatedObjectUndo(Object objectToUndo, string name)
        {
        }

        public static void RecordObject(Object objectToUndo, string name)
        {
        }

        public static T AddComponent<T>(GameObject gameObject) where T : Component => gameObject.AddComponent<T>();
    }

    public sealed class Selection
    {
        public static GameObject activeGameObject { get; set; }
    }

    public class EditorUtility
    {
        public static bool DisplayDialog(string title, string message, string ok) => true;
        public static string SaveFilePanelInProject(
            string title, string defaultName, string extension, string message) => "";

        public static void SetDirty(Object target)
        {
        }
    }

    public class AssetDatabase
    {
        public static void CreateAsset(Object asset, string path)
        {
        }

        public static void SaveAssets()
        {
        }
    }
}
