using System;
using System.IO;
using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// Plays a *.take.jsonl through a dispatcher, as if the bridge sent it: without Python. While the bridge itself is
    /// heard, the take stands still; for a take alone set the dispatcher's transport to None.
    /// </summary>
    [AddComponentMenu("Mocap Bridge/Mocap Playback")]
    [RequireComponent(typeof(MocapDispatcher))]
    [DefaultExecutionOrder(-110)]
    public sealed class MocapPlayback : MonoBehaviour
    {
        [Tooltip("A take imported as text (name it .take.txt or .take.json); or else a path")]
        public TextAsset take;

        [Tooltip("*.take.jsonl; a relative path starts in StreamingAssets")]
        public string path = "";

        public bool playOnEnable = true;
        public bool loop = true;

        [Min(0f)]
        public float speed = 1f;

        MocapDispatcher _dispatcher;
        TakeReader _reader;
        Scene _now = new Scene(), _next = new Scene();
        bool _hasNow, _hasNext;
        double _firstS;
        int _run;

        public bool Playing { get; private set; }

        /// <summary>Why it does not play; null if nothing is wrong.</summary>
        public string Problem { get; private set; }

        /// <summary>Seconds since the first frame.</summary>
        public double TimeS { get; private set; }

        void OnEnable()
        {
            _dispatcher = GetComponent<MocapDispatcher>();
            if (playOnEnable)
                Play();
        }

        void OnDisable() => Stop();

        /// <summary>From the beginning, or from where it was paused.</summary>
        public void Play()
        {
            try
            {
                if (_reader == null)
                    Open();
                Playing = _reader != null;
            }
            catch (TakeException error)
            {
                Fail(error.Message);
            }
        }

        /// <summary>Stands still; who is there stays.</summary>
        public void Pause() => Playing = false;

        public void Stop()
        {
            Playing = false;
            _reader?.Dispose();
            _reader = null;
            _hasNow = false;
        }

        void Open()
        {
            Problem = null;
            if (take == null && path.Length == 0)
            {
                Fail("there is no take to play; set a text asset or a path");
                return;
            }
            _reader = take != null
                ? new TakeReader(new MemoryStream(take.bytes), take.name)
                : TakeReader.Open(Path.Combine(Application.streamingAssetsPath, path));
            Begin();
        }

        void Begin()
        {
            _run++;
            TimeS = 0.0;
            _hasNow = false;
            _hasNext = _reader.Read(_next);
            _firstS = _hasNext ? _next.TimeS : 0.0;
        }

        void LateUpdate() => Step(Time.deltaTime);

        internal void Step(float deltaS)
        {
            if (_reader == null || _dispatcher.Live)
                return;
            // While nothing new is due, or the take is paused, nobody has left.
            _dispatcher.StillThere();
            try
            {
                if (Playing && Advance(deltaS * speed))
                    _dispatcher.Push(_now);
            }
            catch (TakeException error)
            {
                Fail(error.Message);
            }
        }

        /// <summary>True if there is a new scene to show; what lies between in time is passed over.</summary>
        bool Advance(double seconds)
        {
            bool stepped = false;
            if (_hasNow)
                TimeS += seconds;
            while (_hasNext && _next.TimeS - _firstS <= TimeS + 1e-6)
            {
                Scene passed = _now;
                _now = _next;
                _next = passed;
                _now.Run = _run;
                _hasNow = stepped = true;
                _hasNext = _reader.Read(_next);
            }
            if (!_hasNext && loop)
            {
                _reader.Rewind();
                Begin();
            }
            else if (!_hasNext)
            {
                Stop();
            }
            return stepped;
        }

        void Fail(string problem)
        {
            Stop();
            Problem = problem;
            Debug.LogError("Mocap Bridge: " + problem, this);
        }
    }
}
