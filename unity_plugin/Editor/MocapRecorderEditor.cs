using UnityEditor;
using UnityEngine;

namespace MocapBridge.Editor
{
    /// <summary>Begin and end, and where the take lies.</summary>
    [CustomEditor(typeof(MocapRecorder))]
    sealed class MocapRecorderEditor : UnityEditor.Editor
    {
        public override bool RequiresConstantRepaint() => ((MocapRecorder)target).Recording;

        public override void OnInspectorGUI()
        {
            var recorder = (MocapRecorder)target;
            DrawDefaultInspector();
            if (!Application.isPlaying)
                return;
            if (recorder.Problem != null)
                EditorGUILayout.HelpBox(recorder.Problem, MessageType.Error);
            if (recorder.FilePath != null)
                EditorGUILayout.LabelField(recorder.FramesWritten + " frames", recorder.FilePath);
            if (recorder.Recording && GUILayout.Button("End"))
                recorder.End();
            else if (!recorder.Recording && GUILayout.Button("Record"))
                Begin(recorder);
        }

        static void Begin(MocapRecorder recorder)
        {
            try
            {
                recorder.Begin();
            }
            catch (TakeException error)
            {
                EditorUtility.DisplayDialog("Mocap Bridge", error.Message, "OK");
            }
        }
    }
}
