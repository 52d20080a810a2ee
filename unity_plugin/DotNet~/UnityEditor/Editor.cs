using UnityEngine;

namespace UnityEditor
{
    public class SerializedObject
    {
        internal SerializedObject()
        {
        }

        public void Update()
        {
        }

        public bool ApplyModifiedProperties() => false;
    }

    public class Editor : ScriptableObject
    {
        public Object target { get; set; }
        public SerializedObject serializedObject => null;

        public virtual void OnInspectorGUI()
        {
        }

        public virtual bool RequiresConstantRepaint() => false;
        public bool DrawDefaultInspector() => false;

        protected internal static void DrawPropertiesExcluding(SerializedObject obj, params string[] propertyToExclude)
        {
        }
    }
}
