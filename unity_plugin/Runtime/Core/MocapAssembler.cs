using System;

namespace MocapBridge
{
    /// <summary>
    /// Bundles to scenes. A frame is handed on when all its bundles are here, or with what there is when a newer frame
    /// begins; late and doubled bundles change nothing. It notices when the sender has begun anew.
    /// </summary>
    sealed class MocapAssembler
    {
        const int FarBack = 60; // frames; nothing in a network is late by that much,
        const double FarBackS = 0.5; // or by that long: a short take that is played again and again
        const double Silence = 0.5; // seconds in which nothing was new: then what is "late" is a new beginning

        readonly ISceneSink _sink;
        readonly MocapBundle _bundle = new MocapBundle();
        readonly MocapPeople _people = new MocapPeople();
        readonly MocapEvents _events = new MocapEvents();
        readonly CameraView _camera = new CameraView();
        readonly bool[] _here = new bool[MocapBundle.MostBundles];
        readonly Flapping _flapping = new Flapping();
        int _frame = -1, _total, _count;
        bool _handedOn = true;
        double _timeS, _newS;
        int _run;

        public MocapAssembler(ISceneSink sink)
        {
            _sink = sink;
        }

        public long PacketsMissing { get; private set; }

        public long PacketsExpected { get; private set; }

        public long FramesMissing { get; private set; }

        /// <summary>Two senders seem to send to this port at once.</summary>
        public bool Flaps(double nowS) => _flapping.GoesOn(nowS);

        /// <summary>What the last refused packet was refused for; null if none was.</summary>
        public string Trouble { get; private set; }

        /// <summary>Takes a datagram in; false if it was no sound /mocap bundle. Never throws.</summary>
        public bool Feed(byte[] bytes, int at, int length, double nowS)
        {
            if (!_bundle.Read(bytes, at, length))
            {
                Trouble = Reason();
                return false;
            }
            if (IsNewRun(nowS))
                BeginRun(nowS);
            if (_bundle.Frame > _frame)
                BeginFrame(nowS);
            else if (_bundle.Frame < _frame || _handedOn || _here[_bundle.Number] || _bundle.Total != _total)
                return true; // late, or there already
            _newS = nowS;
            _here[_bundle.Number] = true;
            _count++;
            Take();
            if (_count == _total)
                HandOn(nowS);
            return true;
        }

        string Reason()
        {
            if (_bundle.ForeignVersion != 0)
                return "the sender speaks /mocap version " + _bundle.ForeignVersion
                    + ", this package version 1: update the older of both";
            return _bundle.Damaged
                ? "a packet with damaged numbers was refused"
                : "a packet that is no /mocap bundle was refused: is another program sending to this port?";
        }

        bool IsNewRun(double nowS)
        {
            if (_frame < 0)
                return false;
            if (_bundle.Frame > _frame)
                return _bundle.TimeS < _timeS; // numbers rise, but time went back: another recording
            if (_bundle.Frame == _frame)
                return _bundle.TimeS != _timeS;
            // The clock of a bridge that was started again goes on, although its numbers begin at 0.
            return _frame - _bundle.Frame > FarBack || _timeS - _bundle.TimeS > FarBackS || _bundle.TimeS > _timeS
                || nowS - _newS > Silence;
        }

        void BeginRun(double nowS)
        {
            if (!_handedOn)
                HandOn(nowS); // the last frame of the run before, as far as it came
            _run++;
            _flapping.Begun(nowS);
            _frame = -1;
            _people.Clear();
            _events.Clear();
            _camera.Known = false;
        }

        void BeginFrame(double nowS)
        {
            if (!_handedOn)
                HandOn(nowS);
            if (_frame >= 0)
                FramesMissing += _bundle.Frame - _frame - 1;
            _frame = _bundle.Frame;
            _timeS = _bundle.TimeS;
            _total = _bundle.Total;
            _count = 0;
            _handedOn = false;
            Array.Clear(_here, 0, _here.Length);
            _events.BeginFrame();
        }

        void Take()
        {
            if (_bundle.HasPersons)
                _people.TakeHead(_bundle);
            if (_bundle.Camera.Known)
                _camera.CopyFrom(_bundle.Camera);
            _events.Take(_bundle);
            _people.Take(_bundle);
        }

        void HandOn(double nowS)
        {
            _handedOn = true;
            PacketsMissing += _total - _count;
            PacketsExpected += _total;
            if (!_people.Told)
                return;
            Scene scene = _sink.Writable;
            scene.Clear();
            scene.FrameIndex = _frame;
            scene.TimeS = _timeS;
            scene.ArrivedS = nowS;
            scene.Run = _run;
            scene.PacketsMissing = _total - _count;
            scene.Camera.CopyFrom(_camera);
            _people.Fill(scene, _frame, _count == _total);
            _events.Fill(scene);
            _sink.Publish();
        }
    }
}
