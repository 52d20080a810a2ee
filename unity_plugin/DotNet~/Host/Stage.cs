using System;
using System.IO;
using System.Collections.Generic;
using MocapBridge.Tests;
using UnityEngine;

namespace MocapBridge.Host
{
    /// <summary>The scene: a dispatcher, avatars, triggers, as a user would put them there.</summary>
    sealed class Stage
    {
        internal readonly MocapDispatcher Dispatcher;
        internal readonly List<TestAvatar> Avatars = new List<TestAvatar>();
        internal readonly List<AvatarDriver> Drivers = new List<AvatarDriver>();
        internal readonly List<MocapEventTrigger> Triggers = new List<MocapEventTrigger>();

        readonly MocapRecorder _recorder;

        internal Stage(Arguments arguments)
        {
            var root = new GameObject("Mocap Bridge");
            root.SetActive(false);
            Dispatcher = root.AddComponent<MocapDispatcher>();
            Dispatcher.transport = arguments.Transport;
            Dispatcher.port = arguments.Port;
            Dispatcher.address = arguments.Address;
            Dispatcher.vmcPeople = 4;
            Dispatcher.whenGone = arguments.WhenGone;
            Dispatcher.holdS = arguments.HoldS;
            Dispatcher.fadeS = arguments.FadeS;
            foreach (string kind in arguments.Avatars)
                AddAvatar(kind, arguments.RootMotion);
            if (arguments.Spawn > 0)
                AddPrefab(arguments);
            foreach (string name in arguments.Events)
            {
                var below = new GameObject(name);
                below.transform.SetParent(root.transform, false);
                var trigger = below.AddComponent<MocapEventTrigger>();
                trigger.eventName = name;
                Triggers.Add(trigger);
            }
            if (arguments.Take.Length > 0)
            {
                var playback = root.AddComponent<MocapPlayback>();
                playback.path = Path.GetFullPath(arguments.Take);
                playback.loop = arguments.Loop;
            }
            if (arguments.Record.Length > 0)
                _recorder = root.AddComponent<MocapRecorder>();
            root.SetActive(true);
            if (_recorder != null)
                _recorder.Begin(arguments.Record);
        }

        void AddAvatar(string kind, RootMotion motion)
        {
            var avatar = new TestAvatar(kind);
            var driver = avatar.Root.AddComponent<AvatarDriver>();
            driver.rootMotion = motion;
            Dispatcher.avatars.Add(new AvatarBinding { avatar = driver, by = PersonBy.Slot, number = Avatars.Count });
            Avatars.Add(avatar);
            Drivers.Add(driver);
        }

        void AddPrefab(Arguments arguments)
        {
            var prefab = new TestAvatar("tpose");
            prefab.Root.SetActive(false);
            Dispatcher.prefab = prefab.Root.AddComponent<AvatarDriver>();
            Dispatcher.prefab.rootMotion = arguments.RootMotion;
            prefab.Root.AddComponent<AvatarFade>();
            Dispatcher.mostSpawned = arguments.Spawn;
        }

        internal void End()
        {
            if (_recorder != null)
                _recorder.End();
            Dispatcher.enabled = false;
        }
    }
}
