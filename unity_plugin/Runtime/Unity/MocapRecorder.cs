using System;
using System.IO;
using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// Records what comes in as a *.take.jsonl, every frame of it, whatever the game's frame rate. The bridge's
    /// commands (replay, export to BVH and VRMA, quality) and MocapPlayback read it.
    /// </summary>
    [AddComponentMenu("Mocap Bridge/Mocap Recorder")]
    public sealed class MocapRecorder : MonoBehaviour
    {
        [Tooltip("Empty: the one above this object, or the scene's only one")]
        public MocapDispatcher dispatcher;

        [Tooltip("Folder; empty: Application.persistentDataPath")]
        public string folder = "";

        [Tooltip("Begin when the component is switched on")]
        public bool onEnable;

        readonly object _turn = new object();
        TakeWriter _writer;
        string _trouble;

        /// <summary>Of the take being written, or of the last one; null before the first.</summary>
        public string FilePath { get; private set; }

        public bool Recording => _writer != null;

        /// <summary>Why the last recording ended early; null if it did not.</summary>
        public string Problem { get; private set; }

        public long FramesWritten { get; private set; }

        void OnEnable()
        {
            dispatcher = DispatcherFinder.For(this, dispatcher);
            if (onEnable)
                Begin();
        }

        void OnDisable() => End();

        /// <summary>Begins a new take and returns its path; throws TakeException if it cannot be written.</summary>
        public string Begin()
        {
            string name = "mocap_" + DateTime.Now.ToString("yyyy-MM-dd_HH-mm-ss") + ".take.jsonl";
            return Begin(Path.Combine(folder.Length > 0 ? folder : Application.persistentDataPath, name));
        }

        /// <summary>
        /// To a file that does not exist yet. Throws TakeException, InvalidOperationException without a dispatcher.
        /// </summary>
        public string Begin(string path)
        {
            if (dispatcher == null)
                throw new InvalidOperationException("the recorder has no dispatcher to record from");
            End();
            _writer = TakeWriter.Create(path, new TakeHeader { Source = "unity", Model = "as received" });
            FilePath = path;
            FramesWritten = 0;
            Problem = _trouble = null;
            dispatcher.SceneReceived += Write;
            return path;
        }

        /// <summary>Ends the take; nothing happens if there is none.</summary>
        public void End()
        {
            if (_writer == null)
                return;
            dispatcher.SceneReceived -= Write;
            lock (_turn)
            {
                FramesWritten = _writer.FramesWritten;
                _writer.Dispose();
                _writer = null;
            }
        }

        /// <summary>On the receiving thread.</summary>
        void Write(Scene scene)
        {
            lock (_turn)
            {
                if (_writer == null || _trouble != null)
                    return;
                try
                {
                    _writer.Write(scene);
                }
                catch (TakeException error)
                {
                    _trouble = error.Message;
                }
            }
        }

        void LateUpdate() => Step();

        internal void Step()
        {
            if (_writer == null)
                return;
            string trouble;
            lock (_turn)
            {
                trouble = _trouble;
                FramesWritten = _writer.FramesWritten;
            }
            if (trouble == null)
                return;
            Problem = trouble;
            Debug.LogError("Mocap Bridge: recording has ended: " + trouble, this);
            End();
        }
    }
}
