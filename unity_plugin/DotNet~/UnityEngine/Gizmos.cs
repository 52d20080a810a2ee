namespace UnityEngine
{
    /// <summary>Draws nothing here.</summary>
    public sealed class Gizmos
    {
        public static Color color { get; set; }
        public static Matrix4x4 matrix { get; set; }

        public static void DrawLine(Vector3 from, Vector3 to)
        {
        }

        public static void DrawSphere(Vector3 center, float radius)
        {
        }

        public static void DrawWireSphere(Vector3 center, float radius)
        {
        }
    }
}
