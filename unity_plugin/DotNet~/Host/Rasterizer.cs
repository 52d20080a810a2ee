using System;
using System.Collections.Generic;
using System.IO;
using UnityEngine;

namespace MocapBridge.Host
{
    /// <summary>
    /// Draws what mesh renderers show, as a graphics card would: triangles, a depth buffer, Cull Back, ZTest LEqual. A
    /// material of the depth-only shader writes depth and no colour.
    /// </summary>
    sealed class Rasterizer
    {
        static readonly int s_color = Shader.PropertyToID("_Color");
        static readonly Vector3 s_light = new Vector3(0.4f, 0.7f, 0.6f).normalized;

        readonly MaterialPropertyBlock _block = new MaterialPropertyBlock();
        readonly float[] _depth;
        readonly Color[] _picture;
        Vector3[] _seen = new Vector3[0], _world = new Vector3[0];
        Matrix4x4 _clipFromWorld;

        internal readonly int Width, Height;

        internal Rasterizer(int width, int height)
        {
            Width = width;
            Height = height;
            _depth = new float[width * height];
            _picture = new Color[width * height];
        }

        internal void Clear(Camera camera, Color background)
        {
            _clipFromWorld = camera.projectionMatrix * camera.worldToCameraMatrix;
            for (int pixel = 0; pixel < _depth.Length; pixel++)
            {
                _depth[pixel] = 1f;
                _picture[pixel] = background;
            }
        }

        /// <summary>In the order of their render queues.</summary>
        internal void Draw(MeshRenderer[] renderers)
        {
            var ordered = new List<MeshRenderer>(renderers);
            ordered.Sort((a, b) => a.sharedMaterial.renderQueue.CompareTo(b.sharedMaterial.renderQueue));
            foreach (MeshRenderer renderer in ordered)
                if (renderer.enabled && renderer.gameObject.activeInHierarchy)
                    Draw(renderer);
        }

        void Draw(MeshRenderer renderer)
        {
            Mesh mesh = renderer.GetComponent<MeshFilter>().sharedMesh;
            bool invisible = renderer.sharedMaterial.shader.name == BodyOccluder.DepthShader;
            renderer.GetPropertyBlock(_block);
            Color color = renderer.HasPropertyBlock() ? _block.GetColor(s_color) : renderer.sharedMaterial.color;
            Vector3[] vertices = mesh.Vertices;
            if (_seen.Length < vertices.Length)
            {
                _seen = new Vector3[vertices.Length];
                _world = new Vector3[vertices.Length];
            }
            Matrix4x4 toWorld = renderer.transform.localToWorldMatrix;
            for (int vertex = 0; vertex < vertices.Length; vertex++)
            {
                _world[vertex] = toWorld.MultiplyPoint3x4(vertices[vertex]);
                _seen[vertex] = OnScreen(_world[vertex]);
            }
            int[] corners = mesh.Triangles;
            for (int at = 0; at < corners.Length; at += 3)
                Triangle(corners[at], corners[at + 1], corners[at + 2], invisible, color);
        }

        /// <summary>Pixels from the upper left, and depth from 0 (near) to 1 (far).</summary>
        internal Vector3 OnScreen(Vector3 world)
        {
            Vector3 clip = _clipFromWorld.MultiplyPoint(world);
            return new Vector3((clip.x * 0.5f + 0.5f) * Width, (0.5f - clip.y * 0.5f) * Height, clip.z * 0.5f + 0.5f);
        }

        void Triangle(int a, int b, int c, bool invisible, Color color)
        {
            Vector3 p = _seen[a], q = _seen[b], r = _seen[c];
            // Y points down here, so clockwise (Unity's front) has a positive area.
            float area = (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
            if (area <= 0f || p.z < 0f || q.z < 0f || r.z < 0f)
                return;
            Vector3 normal = Vector3.Cross(_world[b] - _world[a], _world[c] - _world[a]).normalized;
            Color lit = Color.Lerp(Color.black, color, 0.45f + 0.55f * Mathf.Max(0f, Vector3.Dot(normal, s_light)));
            int left = Mathf.Max(0, Mathf.CeilToInt(Mathf.Min(p.x, Mathf.Min(q.x, r.x)) - 0.5f));
            int right = Mathf.Min(Width - 1, Mathf.FloorToInt(Mathf.Max(p.x, Mathf.Max(q.x, r.x)) - 0.5f));
            int top = Mathf.Max(0, Mathf.CeilToInt(Mathf.Min(p.y, Mathf.Min(q.y, r.y)) - 0.5f));
            int bottom = Mathf.Min(Height - 1, Mathf.FloorToInt(Mathf.Max(p.y, Mathf.Max(q.y, r.y)) - 0.5f));
            for (int y = top; y <= bottom; y++)
            {
                for (int x = left; x <= right; x++)
                {
                    float px = x + 0.5f, py = y + 0.5f;
                    float u = ((q.x - px) * (r.y - py) - (q.y - py) * (r.x - px)) / area;
                    float v = ((r.x - px) * (p.y - py) - (r.y - py) * (p.x - px)) / area;
                    if (u >= 0f && v >= 0f && u + v <= 1f)
                        Put(x, y, p.z * u + q.z * v + r.z * (1f - u - v), invisible, lit);
                }
            }
        }

        void Put(int x, int y, float depth, bool invisible, Color color)
        {
            int pixel = y * Width + x;
            if (depth > _depth[pixel])
                return;
            _depth[pixel] = depth;
            if (!invisible)
                _picture[pixel] = color;
        }

        /// <summary>Would a pixel of an effect at this point fail the depth test? False outside the picture.</summary>
        internal bool Hidden(Vector3 world)
        {
            Vector3 at = OnScreen(world);
            int x = Mathf.FloorToInt(at.x), y = Mathf.FloorToInt(at.y);
            return x >= 0 && y >= 0 && x < Width && y < Height && at.z > _depth[y * Width + x];
        }

        /// <summary>A round particle that is tested against the depth and writes none.</summary>
        internal void Particle(Vector3 world, float radiusPx, Color color)
        {
            Vector3 at = OnScreen(world);
            for (int y = (int)(at.y - radiusPx); y <= at.y + radiusPx; y++)
            {
                for (int x = (int)(at.x - radiusPx); x <= at.x + radiusPx; x++)
                {
                    float away = ((x + 0.5f - at.x) * (x + 0.5f - at.x) + (y + 0.5f - at.y) * (y + 0.5f - at.y)) / (
                        radiusPx * radiusPx);
                    if (away < 1f && x >= 0 && y >= 0 && x < Width && y < Height && at.z <= _depth[y * Width + x])
                        _picture[y * Width + x] =
                            Color.Lerp(_picture[y * Width + x], color, color.a * (1f - away * away));
                }
            }
        }

        /// <summary>As a PPM, which every picture library reads.</summary>
        internal void Save(string path)
        {
            using (FileStream file = File.Create(path))
            {
                byte[] header = System.Text.Encoding.ASCII.GetBytes($"P6\n{Width} {Height}\n255\n");
                file.Write(header, 0, header.Length);
                var bytes = new byte[_picture.Length * 3];
                for (int pixel = 0; pixel < _picture.Length; pixel++)
                {
                    Color32 color = _picture[pixel];
                    bytes[3 * pixel] = color.r;
                    bytes[3 * pixel + 1] = color.g;
                    bytes[3 * pixel + 2] = color.b;
                }
                file.Write(bytes, 0, bytes.Length);
            }
        }
    }
}
