using System;
using System.IO;
using MocapBridge.Samples;
using UnityEngine;

namespace MocapBridge.Host
{
    /// <summary>
    /// host.exe picture SAMPLE TAKE FRAMES FILE: plays a take through one of the package's samples for so many frames
    /// of
    /// 1/60 s and draws what its scene shows then, as a PPM.
    /// </summary>
    static class Pictures
    {
        const int Width = 960, Height = 540;

        internal static int Run(string[] given)
        {
            if (given.Length != 5)
                throw new ArgumentException("picture wants a sample, a take, a number of frames and a file");
            PlayerLoop.Failed = error => throw new InvalidOperationException("a component has failed", error);
            var take = new TextAsset(File.ReadAllText(given[2])) { name = Path.GetFileName(given[2]) };
            Func<GameObject[]> shown = Begin(given[1], take);
            for (int frame = int.Parse(given[3]); frame > 0; frame--)
                PlayerLoop.Frame(1f / 60f);
            Draw(shown(), given[4]);
            return 0;
        }

        /// <summary>What is to be drawn once it has played: a camera first.</summary>
        static Func<GameObject[]> Begin(string sample, TextAsset take)
        {
            var host = new GameObject(sample);
            host.SetActive(false);
            Func<GameObject[]> shown;
            switch (sample)
            {
                case "Quickstart":
                    var quick = host.AddComponent<Quickstart>();
                    quick.take = take;
                    shown = () => new[] { Eye(new Vector3(1.2f, 1.5f, 2.6f), 0.9f),
                        quick.Dispatcher.avatars[0].avatar.gameObject };
                    break;
                case "MultiPerson":
                    var many = host.AddComponent<MultiPerson>();
                    many.take = take;
                    shown = () => new[] { Eye(new Vector3(0.8f, 1.6f, 0.2f), 0.9f, -3.2f), many.Dispatcher.gameObject };
                    break;
                case "OcclusionEffects":
                    var effects = host.AddComponent<OcclusionEffects>();
                    effects.take = take;
                    effects.debugView = true;
                    shown = () => new[] { effects.Eye.gameObject, effects.Dispatcher.gameObject };
                    break;
                case "EventTriggers":
                    var events = host.AddComponent<EventTriggers>();
                    events.take = take;
                    shown = () => new[] { Eye(new Vector3(0f, 1.5f, 0f), 1.5f, -3.2f), Glowing(events) };
                    break;
                default:
                    throw new ArgumentException(
                        "no sample " + sample
                            + "; choose from Quickstart, MultiPerson, OcclusionEffects, EventTriggers");
            }
            host.SetActive(true);
            return shown;
        }

        /// <summary>The flare with a shape of ours: primitives have none here.</summary>
        static GameObject Glowing(EventTriggers events)
        {
            var ball = new CapsuleMesh();
            ball.Resize(0f, 0.5f);
            events.Flare.GetComponent<MeshFilter>().sharedMesh = ball.Mesh;
            return events.Flare;
        }

        static GameObject Eye(Vector3 position, float height, float z = 0f)
        {
            var eye = new GameObject("camera");
            eye.AddComponent<Camera>().fieldOfView = 38f;
            eye.transform.position = position;
            eye.transform.LookAt(new Vector3(0f, height, z));
            return eye;
        }

        static void Draw(GameObject[] shown, string path)
        {
            var camera = shown[0].GetComponent<Camera>();
            camera.aspect = (float)Width / Height;
            var rasterizer = new Rasterizer(Width, Height);
            rasterizer.Clear(camera, new Color(0.13f, 0.14f, 0.18f));
            for (int each = 1; each < shown.Length; each++)
                rasterizer.Draw(shown[each].GetComponentsInChildren<MeshRenderer>());
            for (int each = 1; each < shown.Length; each++)
                foreach (ParticleSystem particles in shown[each].GetComponentsInChildren<ParticleSystem>())
                    Draw(particles, rasterizer);
            rasterizer.Save(path);
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
