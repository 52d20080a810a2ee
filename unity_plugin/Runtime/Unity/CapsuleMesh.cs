using System;
using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// A closed capsule along Y from the origin to its length. Vertices are moved only when its size has changed, so
    /// that both ends stay half balls whatever the length.
    /// </summary>
    public sealed class CapsuleMesh
    {
        const int Around = 20, Rings = 5;
        const float ToleranceM = 0.001f;

        /// <summary>
        /// Flat faces lie inside a round body; this much wider they lie as much outside as inside (the mean of cos over
        /// a facet, around and along).
        /// </summary>
        const float Swell = 1.01f;

        static readonly Vector3[] s_directions = Directions();
        static readonly int[] s_triangles = Triangles();

        readonly Vector3[] _vertices = new Vector3[s_directions.Length];
        float _lengthM = -1f, _radiusM = -1f;

        public Mesh Mesh { get; }

        public CapsuleMesh()
        {
            Mesh = new Mesh { name = "Mocap Bridge capsule", hideFlags = HideFlags.DontSave };
            Mesh.MarkDynamic();
        }

        public void Resize(float lengthM, float radiusM)
        {
            if (Math.Abs(lengthM - _lengthM) < ToleranceM && Math.Abs(radiusM - _radiusM) < ToleranceM)
                return;
            bool first = _lengthM < 0f;
            _lengthM = lengthM;
            _radiusM = radiusM;
            for (int vertex = 0; vertex < _vertices.Length; vertex++)
            {
                Vector3 direction = s_directions[vertex];
                bool far = vertex >= _vertices.Length / 2;
                _vertices[vertex] = direction * (radiusM * Swell) + (far ? Vector3.up * lengthM : Vector3.zero);
            }
            Mesh.SetVertices(_vertices);
            if (first)
            {
                Mesh.SetNormals(s_directions);
                Mesh.SetTriangles(s_triangles, 0);
            }
            Mesh.bounds = new Bounds(
                Vector3.up * (lengthM * 0.5f), new Vector3(2f * radiusM, lengthM + 2f * radiusM, 2f * radiusM) * Swell);
        }

        /// <summary>From pole to pole; the first half belongs to the near end, the second to the far one.</summary>
        static Vector3[] Directions()
        {
            var directions = new Vector3[2 * (Rings + 1) * Around];
            for (int row = 0; row < 2 * (Rings + 1); row++)
            {
                int ring = row <= Rings ? row : row - 1; // the equator stands twice, once for each end
                float polar = Mathf.PI * ring / (2f * Rings);
                for (int side = 0; side < Around; side++)
                {
                    float turn = 2f * Mathf.PI * side / Around;
                    directions[row * Around + side] = new Vector3(
                        Mathf.Sin(polar) * Mathf.Cos(turn), -Mathf.Cos(polar), Mathf.Sin(polar) * Mathf.Sin(turn));
                }
            }
            return directions;
        }

        /// <summary>Clockwise seen from outside, as Unity's front faces are.</summary>
        static int[] Triangles()
        {
            int rows = 2 * (Rings + 1);
            var triangles = new int[(rows - 1) * Around * 6];
            int at = 0;
            for (int row = 0; row + 1 < rows; row++)
            {
                for (int side = 0; side < Around; side++)
                {
                    int a = row * Around + side, b = row * Around + (side + 1) % Around;
                    foreach (int corner in new[] { a, a + Around, b, b, a + Around, b + Around })
                        triangles[at++] = corner;
                }
            }
            return triangles;
        }
    }
}
