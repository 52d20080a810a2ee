using System.IO;
using MocapBridge.Tests;
using UnityEngine;

namespace MocapBridge.Host
{
    /// <summary>What can be seen on the stage, a JSON line whenever it has changed.</summary>
    sealed class Report
    {
        readonly Stage _stage;
        readonly TextWriter _out;
        readonly Json _json = new Json();
        string _lastStates = "";
        int _lastFrame = -1, _lastRun = -1;

        internal int ScenesShown { get; private set; }

        internal Report(Stage stage, TextWriter writer)
        {
            _stage = stage;
            _out = writer;
        }

        /// <summary>The avatars as they stand in the T-pose, then "ready".</summary>
        internal void Begin()
        {
            _json.Open('{').Key("avatars").Open('[');
            foreach (TestAvatar avatar in _stage.Avatars)
            {
                _json.Open('{').Key("kind").Value(avatar.Root.name).Key("bones").Open('[');
                for (int bone = 0; bone < avatar.Nodes.Length; bone++)
                    if (avatar.Nodes[bone] != null)
                        _json.Value(Skeleton.Bones[bone]);
                _json.Close(']').Key("in_tpose").Open('[');
                for (int bone = 0; bone < avatar.Nodes.Length; bone++)
                    if (avatar.Nodes[bone] != null)
                        _json.Value(avatar.InTPose[bone]);
                _json.Close(']').Close('}');
            }
            Write(_json.Close(']').Key("ready").Value(true).Close('}').Take());
            foreach (MocapEventTrigger trigger in _stage.Triggers)
            {
                MocapEventTrigger heard = trigger;
                heard.onBegin.AddListener(strength => Event(heard, "begin"));
                heard.onEnd.AddListener(() => Event(heard, "end"));
            }
        }

        void Event(MocapEventTrigger trigger, string phase) =>
            Write(_json.Open('{').Key("event").Value(trigger.eventName)
            .Key("phase").Value(phase).Key("time_s").Value(_stage.Dispatcher.Scene.TimeS).Close('}').Take());

        internal void Frame()
        {
            Scene scene = _stage.Dispatcher.Scene;
            string states = States();
            bool changed = states != _lastStates || scene.FrameIndex != _lastFrame || scene.Run != _lastRun;
            if (!changed)
                return;
            if (scene.Poses.Count > 0 && (scene.FrameIndex != _lastFrame || scene.Run != _lastRun))
                ScenesShown++;
            _lastStates = states;
            _lastFrame = scene.FrameIndex;
            _lastRun = scene.Run;
            _json.Open('{').Key("frame").Value(scene.FrameIndex).Key("time_s").Value(scene.TimeS)
                .Key("receiving").Value(_stage.Dispatcher.Receiving).Key("latency_s").Value(_stage.Dispatcher.LatencyS)
                .Key("people").Value(scene.Poses.Count).Key("avatars").Open('[');
            for (int index = 0; index < _stage.Avatars.Count; index++)
                Avatar(_stage.Avatars[index], _stage.Drivers[index]);
            _json.Close(']').Key("cast").Open('[');
            AvatarCast cast = _stage.Dispatcher.Cast;
            for (int index = 0; index < cast.Count; index++)
                Place(cast[index].Avatar);
            Write(_json.Close(']').Close('}').Take());
        }

        void Avatar(TestAvatar avatar, AvatarDriver driver)
        {
            _json.Open('{').Key("person").Value(driver.PersonId).Key("time_s").Value(driver.TimeS)
                .Key("hips").Value(avatar.Nodes[0].position).Key("rotations").Open('[');
            foreach (Transform node in avatar.Nodes)
                if (node != null)
                    _json.Value(node.rotation);
            _json.Close(']').Close('}');
        }

        void Place(AvatarDriver avatar)
        {
            _json.Open('{').Key("name").Value(avatar.name).Key("active").Value(avatar.gameObject.activeInHierarchy)
                .Key("person").Value(avatar.PersonId).Key("opacity").Value(avatar.Opacity).Close('}');
        }

        /// <summary>Who is there, in whole steps: a fade is told in tenths.</summary>
        string States()
        {
            AvatarCast cast = _stage.Dispatcher.Cast;
            string states = _stage.Dispatcher.Receiving.ToString();
            for (int index = 0; index < cast.Count; index++)
                states += cast[index].Avatar.name + cast[index].Avatar.gameObject.activeInHierarchy
                    + (int)(10f * cast[index].Avatar.Opacity);
            return states;
        }

        internal void End()
        {
            ReceiverStatus status = _stage.Dispatcher.Status;
            Write(_json.Open('{').Key("end").Value(true).Key("frames").Value(Time.frameCount)
                .Key("packets").Value(status.Packets).Key("packets_refused").Value(status.PacketsRefused)
                .Key("scenes").Value(status.Frames).Key("frames_missing").Value(status.FramesMissing)
                .Key("trouble").Value(status.Trouble ?? "").Close('}').Take());
        }

        void Write(string line)
        {
            _out.WriteLine(line);
            _out.Flush();
        }
    }
}
