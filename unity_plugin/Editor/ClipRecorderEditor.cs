using UnityEditor;
using UnityEngine;

namespace MocapBridge.Editor
{
    /// <summary>Records while the scene plays and saves an AnimationClip as an asset of the project.</summary>
    [CustomEditor(typeof(ClipRecorder))]
    sealed class ClipRecorderEditor : UnityEditor.Editor
    {
        public override bool RequiresConstantRepaint() => ((ClipRecorder)target).Recording;

        public override void OnInspectorGUI()
        {
            var recorder = (ClipRecorder)target;
            DrawDefaultInspector();
            if (!Application.isPlaying)
            {
                EditorGUILayout.HelpBox("Recording is possible while the scene plays.", MessageType.Info);
                return;
            }
            EditorGUILayout.LabelField("Frames", recorder.FramesRecorded.ToString());
            if (recorder.Recording && GUILayout.Button("End"))
                recorder.End();
            else if (!recorder.Recording && GUILayout.Button("Record"))
                recorder.Begin();
            if (!recorder.Recording && recorder.FramesRecorded > 0 && GUILayout.Button("Save as AnimationClip..."))
                Save(recorder);
        }

        static void Save(ClipRecorder recorder)
        {
            string path = EditorUtility.SaveFilePanelInProject(
                "Save AnimationClip", recorder.name, "anim", "Where in the project?");
            if (string.IsNullOrEmpty(path))
                return;
            AssetDatabase.CreateAsset(recorder.ToClip(false), path);
            AssetDatabase.SaveAssets();
        }
    }
}
