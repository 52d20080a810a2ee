using System;

namespace MocapBridge
{
    /// <summary>Newest: the latest scene as it came. Smooth: one frame behind, between two scenes.</summary>
    public enum JitterMode
    {
        Newest,
        Smooth,
    }

    /// <summary>From scenes as they come in to a scene for every rendered frame. For one thread.</summary>
    public sealed class JitterBuffer
    {
        const int Kept = 4;
        const double LongestFrameS = 0.2; // a sender slower than that is not waited for by a whole frame
        const double LongestStepS = 0.5; // more is a pause, not the pace of frames

        readonly Scene[] _scenes = new Scene[Kept]; // oldest first
        readonly Scene _shown = new Scene();
        int _count;
        double _frameS = 1.0 / 30.0;
        double _playedS = double.NegativeInfinity;

        public JitterBuffer()
        {
            for (int row = 0; row < Kept; row++)
                _scenes[row] = new Scene();
        }

        public JitterMode Mode { get; set; }

        /// <summary>How far a movement is continued when scenes fail to come (Smooth only).</summary>
        public double MostExtrapolationS { get; set; } = 0.05;

        /// <summary>The clocks' relation as learned from the scenes added.</summary>
        public ClockOffset Clock { get; } = new ClockOffset();

        /// <summary>Takes a copy. Scenes of the same run that are older than the newest are ignored.</summary>
        public void Add(Scene scene)
        {
            Clock.Add(scene.TimeS, scene.ArrivedS, scene.Run);
            if (_count > 0 && scene.Run != Newest.Run)
                Clear(keepClock: true);
            if (_count > 0 && scene.TimeS < Newest.TimeS)
                return;
            if (_count > 0 && scene.TimeS == Newest.TimeS)
            {
                Newest.CopyFrom(scene); // more of the same moment
                return;
            }
            if (_count > 0)
                LearnFrame(scene.TimeS - Newest.TimeS);
            Scene room = _count < Kept ? _scenes[_count++] : TakeOldest();
            room.CopyFrom(scene);
        }

        /// <summary>
        /// What to show at nowS (LocalClock); false until a scene has come. The same object every time.
        /// </summary>
        public bool TrySample(double nowS, out Scene scene)
        {
            scene = _shown;
            if (_count == 0)
                return false;
            if (Mode == JitterMode.Newest || _count == 1)
                _shown.CopyFrom(Newest);
            else
                Play(nowS - Clock.OffsetS - Math.Min(_frameS, LongestFrameS));
            return true;
        }

        /// <summary>Forgets everything.</summary>
        public void Clear() => Clear(keepClock: false);

        Scene Newest => _scenes[_count - 1];

        void Clear(bool keepClock)
        {
            _count = 0;
            _playedS = double.NegativeInfinity;
            if (!keepClock)
                Clock.Clear();
        }

        Scene TakeOldest()
        {
            Scene oldest = _scenes[0];
            for (int row = 1; row < Kept; row++)
                _scenes[row - 1] = _scenes[row];
            return _scenes[Kept - 1] = oldest;
        }

        /// <summary>
        /// The usual distance of frames: lost ones make single distances long, so it rises slowly and falls fast.
        /// </summary>
        void LearnFrame(double stepS)
        {
            if (stepS < LongestStepS)
                _frameS += (stepS - _frameS) * (stepS < _frameS ? 0.3 : 0.05);
        }

        void Play(double timeS)
        {
            timeS = Math.Max(timeS, _playedS); // a clock that is learned better must not turn a movement round
            timeS = Math.Min(timeS, Newest.TimeS + MostExtrapolationS);
            timeS = Math.Max(timeS, _scenes[0].TimeS);
            _playedS = timeS;
            int next = 1;
            while (next < _count - 1 && _scenes[next].TimeS < timeS)
                next++;
            _shown.CopyFrom(_scenes[next]); // who is here, events and camera are never guessed
            SceneMix.Mix(_scenes, next, timeS, MostExtrapolationS, _shown);
            _shown.TimeS = timeS;
        }
    }
}
