using System;
using System.Collections.Generic;
using MocapBridge.Tests;
using UnityEngine;

namespace MocapBridge.Host
{
    /// <summary>
    /// host.exe garbage TAKE FRAMES: every component at work for so many frames after a warm-up; prints how often the
    /// garbage collector ran meanwhile, and milliseconds per frame.
    /// </summary>
    static class GarbageTrial
    {
        const int WarmUp = 600;

        internal static int Run(string[] given)
        {
            if (given.Length != 3)
                throw new ArgumentException("garbage wants a take and a number of frames");
            PlayerLoop.Failed = error => throw new InvalidOperationException("a component has failed", error);
            List<Scene> scenes = Read(given[1]);
            var set = new OcclusionTrial.Set();
            Furnish(set);
            int frames = int.Parse(given[2]);
            Play(set, scenes, 0, WarmUp);
            GC.Collect();
            int before = GC.CollectionCount(0);
            var clock = System.Diagnostics.Stopwatch.StartNew();
            Play(set, scenes, WarmUp, frames);
            double ms = clock.Elapsed.TotalMilliseconds / frames;
            int collections = GC.CollectionCount(0) - before;
            Console.WriteLine(new Json().Open('{').Key("frames").Value(frames).Key("collections").Value(collections)
                .Key("ms_per_frame").Value(ms).Key("people").Value(scenes[0].Poses.Count).Close('}').Take());
            return 0;
        }

        static List<Scene> Read(string path)
        {
            var scenes = new List<Scene>();
            using (TakeReader take = TakeReader.Open(path))
            {
                var scene = new Scene();
                while (take.Read(scene))
                {
                    var copy = new Scene();
                    copy.CopyFrom(scene);
                    scenes.Add(copy);
                }
            }
            return scenes;
        }

        static void Furnish(OcclusionTrial.Set set)
        {
            int slot = 0;
            foreach (string kind in new[] { "tpose", "sparse" })
            {
                var avatar = new TestAvatar(kind);
                var driver = avatar.Root.AddComponent<AvatarDriver>();
                driver.weight = 0.9f; // the longer way, with blending
                avatar.Root.AddComponent<FootIk>();
                avatar.Root.AddComponent<AvatarFade>();
                set.Dispatcher.Bind(driver, PersonBy.Slot, slot);
                var fade = new GameObject("fade");
                fade.transform.SetParent(set.Stage.transform, false);
                fade.AddComponent<MeshRenderer>().sharedMaterial = Material.OfPrimitives;
                fade.AddComponent<VisibilityFade>().slot = slot++;
            }
            var trigger = new GameObject("trigger");
            trigger.transform.SetParent(set.Stage.transform, false);
            trigger.AddComponent<MocapEventTrigger>();
        }

        /// <summary>
        /// The take again and again; each time round is a new run, as from a sender that has begun anew.
        /// </summary>
        static void Play(OcclusionTrial.Set set, List<Scene> scenes, int from, int count)
        {
            for (int frame = from; frame < from + count; frame++)
            {
                Scene scene = scenes[frame % scenes.Count];
                scene.Run = frame / scenes.Count;
                set.Show(scene);
            }
        }
    }
}
