using System;
using UnityEngine;

namespace MocapBridge.Host
{
    /// <summary>
    /// host.exe picture SCENE FRAMES FILE: plays a scene of the samples for so many frames of 1/60 s and draws what its
    /// main camera sees then, as a PPM.
    /// </summary>
    static class Pictures
    {
        const int Width = 960, Height = 540;

        internal static int Run(string[] given)
        {
            if (given.Length != 4)
                throw new ArgumentException("picture wants a scene, a number of frames and a file");
            PlayerLoop.Failed = error => throw new InvalidOperationException("a component has failed", error);
            var scene = new SceneFile(given[1]);
            for (int frame = int.Parse(given[2]); frame > 0; frame--)
                PlayerLoop.Frame(1f / 60f);
            Draw(scene.MainCamera, given[3]);
            return 0;
        }

        static void Draw(Camera camera, string path)
        {
            camera.aspect = (float)Width / Height;
            var rasterizer = new Rasterizer(Width, Height);
            rasterizer.Clear(camera, new Color(0.13f, 0.14f, 0.18f));
            GameObject[] roots = GameObject.Roots.ToArray();
            foreach (GameObject root in roots)
                rasterizer.Draw(Shaped(root.GetComponentsInChildren<MeshRenderer>()));
            foreach (GameObject root in roots)
                foreach (ParticleSystem particles in root.GetComponentsInChildren<ParticleSystem>())
                    Draw(particles, rasterizer);
            rasterizer.Save(path);
        }

        /// <summary>Balls get a shape of ours: primitives have none here.</summary>
        static MeshRenderer[] Shaped(MeshRenderer[] renderers)
        {
            foreach (MeshRenderer renderer in renderers)
            {
                var filter = renderer.GetComponent<MeshFilter>();
                if (filter.sharedMesh.name != "Sphere")
                    continue;
                var ball = new CapsuleMesh();
                ball.Resize(0f, 0.5f);
                filter.sharedMesh = ball.Mesh;
            }
            return renderers;
        }

        static void Draw(ParticleSystem particles, Rasterizer rasterizer)
        {
            var all = new ParticleSystem.Particle[particles.particleCount];
            int count = particles.GetParticles(all);
            for (int index = 0; index < count; index++)
                rasterizer.Particle(all[index].position, 6f, all[index].startColor);
        }
    }
}
