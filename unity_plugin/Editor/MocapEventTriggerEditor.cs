using System.Collections.Generic;
using UnityEditor;
using UnityEngine;

namespace MocapBridge.Editor
{
    /// <summary>While the scene plays: which events there are, by the names that can be typed in.</summary>
    [CustomEditor(typeof(MocapEventTrigger))]
    sealed class MocapEventTriggerEditor : UnityEditor.Editor
    {
        public override bool RequiresConstantRepaint() => Application.isPlaying;

        public override void OnInspectorGUI()
        {
            var trigger = (MocapEventTrigger)target;
            if (Application.isPlaying && trigger.dispatcher != null)
                EditorGUILayout.HelpBox(Text(trigger), MessageType.Info);
            DrawDefaultInspector();
        }

        internal static string Text(MocapEventTrigger trigger)
        {
            Rows<ActiveEvent> events = trigger.dispatcher.Scene.Events;
            var names = new SortedSet<string>();
            for (int row = 0; row < events.Count; row++)
                names.Add(events[row].Name);
            string told = trigger.Active ? "Active, of person " + trigger.PersonId + ". " : "Not active. ";
            return told + (names.Count == 0 ? "There is no event now." : "Now: " + string.Join(", ", names) + ".");
        }
    }
}
