namespace MocapBridge
{
    /// <summary>
    /// VMC as programs send it: one bundle a frame, several, or a message per datagram; time first, last or never. VMC
    /// marks no end of a frame, so a frame ends with a datagram that tells the time (or, from who has none, OK) with or
    /// after bones, when a bone comes again, or when the line falls silent (<see cref="Flush"/>). Paths that VMC may
    /// carry (VRM, Config) are not even read.
    /// </summary>
    sealed class VmcDecoder : IOscSink
    {
        const float Largest = 1e6f;
        const int LongestBlendName = 64;

        static readonly byte[] Ours = MocapBundle.Ascii("/VMC/Ext/");
        static readonly byte[] BoneAddress = MocapBundle.Ascii("/VMC/Ext/Bone/Pos"),
            RootAddress = MocapBundle.Ascii("/VMC/Ext/Root/Pos");
        static readonly byte[] OkAddress = MocapBundle.Ascii("/VMC/Ext/OK"),
            TimeAddress = MocapBundle.Ascii("/VMC/Ext/T");
        static readonly byte[] BlendAddress = MocapBundle.Ascii("/VMC/Ext/Blend/Val");

        readonly IVmcFrames _frames;
        readonly ByteNames _bones = new ByteNames(Skeleton.HumanBones);
        readonly VrmThumbs _thumbs = new VrmThumbs();
        readonly ByteNames _blends = new ByteNames(512);
        readonly bool[] _fresh = new bool[Skeleton.HumanBoneCount];
        bool _anyFresh, _timeAfterBones, _loaded = true;
        bool _foreign, _boneHere, _timeHere, _okHere; // in this datagram

        public VmcDecoder(IVmcFrames frames)
        {
            _frames = frames;
        }

        public readonly VmcPerson Person = new VmcPerson();

        /// <summary>False when the sender says that it has lost its performer (VMC 2.7).</summary>
        public bool Tracked { get; private set; } = true;

        /// <summary>Seconds since some moment of the sender's; NaN if the sender tells none.</summary>
        public float TimeS { get; private set; } = float.NaN;

        /// <summary>Nobody is to be shown: no model, or tracking lost and no bones either.</summary>
        public bool Gone { get; private set; } = true;

        /// <summary>In a message of the last datagram something was missing, of the wrong type or not finite.</summary>
        public bool Damaged { get; private set; }

        /// <summary>
        /// Takes a datagram in; false if it was no OSC, held what is not of VMC, or a damaged message (the others are
        /// taken all the same). Nothing at all is fine: who has no expressions sends empty bundles of them. Never
        /// throws.
        /// </summary>
        public bool Feed(byte[] bytes, int at, int length)
        {
            Damaged = _foreign = _boneHere = _timeHere = _okHere = false;
            bool whole = OscPacket.Read(bytes, at, length, this);
            // Who never tells the time tells OK; some before the bones, some (with this sign) after them.
            bool okLast = _okHere && _anyFresh && float.IsNaN(TimeS);
            if (_timeAfterBones || (_timeHere && _boneHere) || okLast)
                EndFrame();
            else if (_timeHere && !_anyFresh && (!Tracked || !_loaded) && !Gone)
                EndFrame(); // a sign of life without bones: lost
            return whole && !_foreign && !Damaged;
        }

        /// <summary>The line is silent: what has come is a frame.</summary>
        public void Flush()
        {
            if (_anyFresh)
                EndFrame();
        }

        public void Message(in OscMessage message)
        {
            _foreign |= !message.AddressBeginsWith(Ours);
            bool sound = true;
            if (message.AddressIs(BoneAddress))
                sound = ReadBone(in message);
            else if (message.AddressIs(BlendAddress))
                sound = ReadBlend(in message);
            else if (message.AddressIs(RootAddress))
                sound = ReadRoot(in message);
            else if (message.AddressIs(TimeAddress))
                sound = ReadTime(in message);
            else if (message.AddressIs(OkAddress))
                sound = ReadOk(in message);
            Damaged |= !sound;
        }

        void EndFrame()
        {
            Gone = !_loaded || (!Tracked && !_anyFresh) || !Person.AnyBone;
            _frames.EndFrame(this);
            if (Gone)
                Person.Forget();
            for (int bone = 0; bone < _fresh.Length; bone++)
                _fresh[bone] = false;
            _anyFresh = _timeAfterBones = false;
        }

        bool ReadBone(in OscMessage message)
        {
            var arguments = new OscArguments(in message);
            if (!arguments.TryString(out int at, out int length)
                || !TryPose(ref arguments, out Vec3 position, out Quat rotation))
                return false;
            int bone = _thumbs.Bone(message.Bytes, at, length, _bones.Find(message.Bytes, at, length));
            if (bone < 0)
                return true; // not a bone of a human: a tail, say
            if (_fresh[bone])
                EndFrame();
            Person.SetBone(bone, position, rotation);
            return _fresh[bone] = _anyFresh = _boneHere = true;
        }

        /// <summary>
        /// Since 2.1 a scale and an offset may follow; they fit the picture to a mixed reality camera and are left
        /// alone.
        /// </summary>
        bool ReadRoot(in OscMessage message)
        {
            var arguments = new OscArguments(in message);
            if (!arguments.TryString(out int nameAt, out int nameLength)
                || !TryPose(ref arguments, out Vec3 position, out Quat rotation))
                return false;
            Person.SetRoot(position, rotation);
            return true;
        }

        bool ReadBlend(in OscMessage message)
        {
            var arguments = new OscArguments(in message);
            if (!arguments.TryString(out int at, out int length) || !arguments.TryFloat(out float value)
                || !IsSound(value) || length == 0 || length > LongestBlendName)
                return false;
            Person.SetBlend(_blends.Name(message.Bytes, at, length), value);
            return true;
        }

        bool ReadTime(in OscMessage message)
        {
            var arguments = new OscArguments(in message);
            if (!arguments.TryFloat(out float timeS) || !IsSound(timeS))
                return false;
            TimeS = timeS;
            _timeHere = true;
            _timeAfterBones = _timeAfterBones || _anyFresh;
            return true;
        }

        bool ReadOk(in OscMessage message)
        {
            var arguments = new OscArguments(in message);
            if (!arguments.TryInt(out int loaded))
                return false;
            _loaded = loaded != 0;
            _okHere = true;
            // 1.0 has one argument, 2.5 three, 2.7 four.
            Tracked = message.TagCount < 4 || !arguments.TryInt(out int calibration) || !arguments.TryInt(out int mode)
                || !arguments.TryInt(out int tracked) || tracked != 0;
            return true;
        }

        static bool TryPose(ref OscArguments arguments, out Vec3 position, out Quat rotation)
        {
            position = Vec3.Zero;
            rotation = Quat.Identity;
            if (!TryThree(ref arguments, out position) || !TryThree(ref arguments, out Vec3 axis)
                || !arguments.TryFloat(out float w) || !IsSound(w))
                return false;
            rotation = new Quat(axis.X, axis.Y, axis.Z, w);
            float length = Quat.Dot(rotation, rotation);
            rotation = rotation.Normalized;
            return length > 0.5f && length < 2f;
        }

        static bool TryThree(ref OscArguments arguments, out Vec3 value)
        {
            value = Vec3.Zero;
            if (!arguments.TryFloat(out float x) || !arguments.TryFloat(out float y)
                || !arguments.TryFloat(out float z))
                return false;
            value = new Vec3(x, y, z);
            return IsSound(x) && IsSound(y) && IsSound(z);
        }

        static bool IsSound(float value) => value >= -Largest && value <= Largest;
    }
}
