using UnityEditor;
using UnityEngine;

namespace MocapBridge.Editor
{
    /// <summary>The dispatcher's settings, and how it is doing while the scene plays.</summary>
    [CustomEditor(typeof(MocapDispatcher))]
    sealed class MocapDispatcherEditor : UnityEditor.Editor
    {
        public override bool RequiresConstantRepaint() => Application.isPlaying;

        public override void OnInspectorGUI()
        {
            var dispatcher = (MocapDispatcher)target;
            if (Application.isPlaying)
            {
                bool fine = dispatcher.Receiving && dispatcher.Status.Warning == null;
                MessageType kind = fine ? MessageType.Info : MessageType.Warning;
                EditorGUILayout.HelpBox(StatusText.Of(dispatcher, LocalClock.NowS), kind);
                for (int index = 0; index < dispatcher.Cast.Count; index++)
                {
                    AvatarDriver avatar = dispatcher.Cast[index].Avatar;
                    if (avatar != null)
                        EditorGUILayout.LabelField(
                            avatar.name, avatar.PersonId < 0 ? "nobody yet" : "person " + avatar.PersonId);
                }
                if (GUILayout.Button("Reconnect"))
                    dispatcher.Reconnect();
            }
            serializedObject.Update();
            DrawPropertiesExcluding(serializedObject, InspectorFields.HiddenWith(dispatcher.transport));
            serializedObject.ApplyModifiedProperties();
        }
    }
}
