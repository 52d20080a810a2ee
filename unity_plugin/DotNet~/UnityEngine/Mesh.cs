using System.Collections.Generic;

namespace UnityEngine
{
    public sealed class Mesh : Object
    {
        readonly List<string> _shapes = new List<string>();
        Vector3[] _vertices = new Vector3[0];
        Vector3[] _normals = new Vector3[0];
        int[] _triangles = new int[0];

        public Vector3[] vertices
        {
            get => (Vector3[])_vertices.Clone();
            set => Keep(ref _vertices, value);
        }

        public Vector3[] normals
        {
            get => (Vector3[])_normals.Clone();
            set => Keep(ref _normals, value);
        }

        public int[] triangles
        {
            get => (int[])_triangles.Clone();
            set => _triangles = (int[])value.Clone();
        }

        public int vertexCount => _vertices.Length;
        public Bounds bounds { get; set; }
        public int blendShapeCount => _shapes.Count;

        public int GetBlendShapeIndex(string blendShapeName) => _shapes.IndexOf(blendShapeName);

        public string GetBlendShapeName(int shapeIndex) => _shapes[shapeIndex];

        public void AddBlendShapeFrame(
            string shapeName, float frameWeight, Vector3[] deltaVertices, Vector3[] deltaNormals,
                Vector3[] deltaTangents) =>
            _shapes.Add(shapeName);

        public void SetVertices(Vector3[] inVertices) => Keep(ref _vertices, inVertices);
        public void SetNormals(Vector3[] inNormals) => Keep(ref _normals, inNormals);
        public void SetTriangles(int[] triangles, int submesh) => _triangles = (int[])triangles.Clone();
        public void MarkDynamic()
        {
        }

        public void Clear()
        {
            _vertices = new Vector3[0];
            _normals = new Vector3[0];
            _triangles = new int[0];
        }

        public void RecalculateBounds()
        {
            var all = new Bounds(_vertices.Length > 0 ? _vertices[0] : Vector3.zero, Vector3.zero);
            foreach (Vector3 vertex in _vertices)
            {
                all.Encapsulate(vertex);
            }
            bounds = all;
        }

        /// <summary>Without the copy that the property makes, for the software camera.</summary>
        internal Vector3[] Vertices => _vertices;
        internal int[] Triangles => _triangles;

        static void Keep(ref Vector3[] kept, Vector3[] given)
        {
            if (kept.Length != given.Length)
            {
                kept = new Vector3[given.Length];
            }
            System.Array.Copy(given, kept, given.Length);
        }
    }

    public sealed class MeshFilter : Component
    {
        public Mesh sharedMesh { get; set; }

        public Mesh mesh
        {
            get => sharedMesh;
            set => sharedMesh = value;
        }
    }
}
