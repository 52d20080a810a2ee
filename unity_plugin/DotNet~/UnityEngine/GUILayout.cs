namespace UnityEngine
{
    public sealed class GUILayoutOption
    {
        internal GUILayoutOption()
        {
        }
    }

    /// <summary>Nothing is drawn and nothing is pressed here.</summary>
    public class GUILayout
    {
        public static bool Button(string text, params GUILayoutOption[] options) => false;
    }
}
