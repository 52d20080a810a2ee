using System;
using System.Globalization;
using System.IO;
using System.Text;
using UnityEngine;

namespace MocapBridge.Host
{
    /// <summary>
    /// host.exe occlusion TAKE POINTS: for each frame of the take and each point of the same line of POINTS (x y z in
    /// the world, and so on) a 1 if the depth buffer that BodyOccluder has filled hides it, else a 0.
    /// </summary>
    static class OcclusionTrial
    {
        internal static int Run(string[] given)
        {
            if (given.Length != 3)
                throw new ArgumentException("occlusion wants a take and a file of points");
            var set = new Set();
            var rasterizer = new Rasterizer(960, 540);
            var scene = new Scene();
            using (TakeReader take = TakeReader.Open(given[1]))
            using (var points = new StreamReader(given[2]))
            {
                while (take.Read(scene))
                {
                    set.Show(scene);
                    rasterizer.Clear(set.Camera, Color.black);
                    rasterizer.Draw(set.Stage.GetComponentsInChildren<MeshRenderer>());
                    Console.WriteLine(Answers(points.ReadLine(), set, rasterizer));
                }
            }
            return 0;
        }

        static string Answers(string line, Set set, Rasterizer rasterizer)
        {
            string[] numbers = line.Split(' ');
            var answers = new StringBuilder();
            for (int at = 0; at + 2 < numbers.Length; at += 3)
            {
                var world = new Vec3(Number(numbers[at]), Number(numbers[at + 1]), Number(numbers[at + 2]));
                answers.Append(rasterizer.Hidden(set.Dispatcher.PointInScene(world)) ? '1' : '0');
            }
            return answers.ToString();
        }

        static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);

        /// <summary>
        /// A dispatcher that is handed scenes, the matched camera, the occluder; somewhere in Unity's world.
        /// </summary>
        internal sealed class Set
        {
            internal readonly GameObject Stage;
            internal readonly MocapDispatcher Dispatcher;
            internal readonly BodyOccluder Occluder;
            internal readonly Camera Camera;

            internal Set()
            {
                Stage = new GameObject("stage");
                Stage.transform.SetPositionAndRotation(new Vector3(3f, 1f, -2f), Quaternion.Euler(0f, 70f, 0f));
                Stage.SetActive(false);
                Dispatcher = Stage.AddComponent<MocapDispatcher>();
                Dispatcher.transport = MocapTransport.None;
                Occluder = Stage.AddComponent<BodyOccluder>();
                var eye = new GameObject("camera");
                eye.transform.SetParent(Stage.transform, false);
                Camera = eye.AddComponent<Camera>();
                Camera.nearClipPlane = 0.1f;
                Camera.farClipPlane = 50f;
                Camera.aspect = 16f / 9f;
                eye.AddComponent<MocapCamera>();
                Stage.SetActive(true);
            }

            internal void Show(Scene scene)
            {
                Dispatcher.Push(scene);
                PlayerLoop.Frame(1f / 30f);
            }
        }
    }
}
