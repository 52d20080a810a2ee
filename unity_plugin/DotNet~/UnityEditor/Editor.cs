using UnityEngine;

namespace UnityEditor
{
    public class Editor : ScriptableObject
    {
        public Object target { get; set; }

        public virtual void OnInspectorGUI()
        {
        }

        public virtual bool RequiresConstantRepaint() => false;
        public bool DrawDefaultInspector() => false;
    }
}
