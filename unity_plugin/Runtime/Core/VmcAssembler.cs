using System;

namespace MocapBridge
{
    /// <summary>
    /// VMC knows no persons: one port each. This makes one scene of all ports; a person's id is the port's number.
    /// </summary>
    sealed class VmcAssembler : IVmcFrames
    {
        const double KeepS = 1.0; // who sends nothing for so long is gone

        readonly ISceneSink _sink;
        readonly VmcDecoder[] _decoders;
        readonly double[] _heardS; // when a frame of theirs ended
        readonly double[] _fedS; // when their last datagram came
        readonly Flapping _flapping = new Flapping();
        bool _damaged;
        double _nowS, _timeS;
        float _senderS = float.NaN;
        double _senderToldS;
        bool _bySender;
        int _frame, _run;

        public VmcAssembler(ISceneSink sink, int people)
        {
            _sink = sink;
            _decoders = new VmcDecoder[people];
            _heardS = new double[people];
            _fedS = new double[people];
            for (int person = 0; person < people; person++)
            {
                _decoders[person] = new VmcDecoder(this);
                _heardS[person] = double.NegativeInfinity;
            }
        }

        public bool Feed(int person, byte[] bytes, int at, int length, double nowS)
        {
            _nowS = _fedS[person] = nowS;
            bool taken = _decoders[person].Feed(bytes, at, length);
            _damaged = _decoders[person].Damaged;
            return taken;
        }

        /// <summary>Why the last packet was refused, if it was.</summary>
        public string Trouble => _damaged
            ? "a VMC message with missing or damaged numbers was refused"
            : "a packet that is no VMC was refused: is another program sending to this port?";

        /// <summary>Two senders seem to send to one port at once.</summary>
        public bool Flaps(double nowS) => _flapping.GoesOn(nowS);

        /// <summary>Nothing has come to this port for a moment.</summary>
        public void Silent(int person)
        {
            _nowS = _fedS[person]; // the frame came then; that it was all is only known now
            _decoders[person].Flush();
        }

        public void EndFrame(VmcDecoder decoder)
        {
            for (int person = 0; person < _decoders.Length; person++)
                if (_decoders[person] == decoder)
                    _heardS[person] = _nowS;
            TellTime(decoder);
            Scene scene = _sink.Writable;
            scene.Clear();
            scene.FrameIndex = _frame++;
            scene.TimeS = _timeS;
            scene.ArrivedS = _nowS;
            scene.Run = _run;
            for (int person = 0; person < _decoders.Length; person++)
                if (!_decoders[person].Gone && _nowS - _heardS[person] < KeepS)
                    Add(scene, person);
            _sink.Publish();
        }

        void Add(Scene scene, int person)
        {
            RigPose pose = scene.Poses.Add();
            _decoders[person].Person.Fill(pose, _decoders[person].Tracked);
            pose.PersonId = person;
            pose.TimeS = _timeS;
        }

        /// <summary>
        /// The sender's own time is free of the network's jitter; it is used while it is told and rises. Several
        /// senders have several clocks: then only the arrival counts.
        /// </summary>
        void TellTime(VmcDecoder decoder)
        {
            bool told = _decoders.Length == 1 && decoder.TimeS != _senderS && !float.IsNaN(decoder.TimeS);
            bool back = told && _bySender && decoder.TimeS < _senderS;
            if (told)
            {
                _senderS = decoder.TimeS;
                _senderToldS = _nowS;
            }
            bool bySender = told || (_bySender && _nowS - _senderToldS < KeepS);
            bool anew = _frame > 0 && (back || bySender != _bySender);
            if (anew)
            {
                _run++;
                _flapping.Begun(_nowS);
            }
            _bySender = bySender;
            // Ports are heard in turn: a frame that was found whole later may have come earlier.
            _timeS = bySender ? _senderS : anew ? _nowS : Math.Max(_timeS, _nowS);
        }
    }
}
