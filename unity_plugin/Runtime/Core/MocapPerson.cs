using System;

namespace MocapBridge
{
    /// <summary>What one /mocap datagram says about a person: a pose or a body, whose messages come together.</summary>
    sealed class MocapPerson
    {
        const float Largest = 1e6f; // metres and pixels; beyond it nothing is meant

        static readonly byte[] Hips = MocapBundle.Ascii("/mocap/hips"),
            Rotations = MocapBundle.Ascii("/mocap/rotations");
        static readonly byte[] BoneVisibility = MocapBundle.Ascii("/mocap/bone_visibility");
        static readonly byte[] BoneLengths = MocapBundle.Ascii("/mocap/bone_lengths");
        static readonly byte[] Capsules = MocapBundle.Ascii("/mocap/capsules"),
            Contacts = MocapBundle.Ascii("/mocap/contacts");
        static readonly byte[] Joints = MocapBundle.Ascii("/mocap/joints"),
            Visibility = MocapBundle.Ascii("/mocap/visibility");
        static readonly byte[] ExtraRotationsAddress = MocapBundle.Ascii("/mocap/extra_rotations"),
            BlendAddress = MocapBundle.Ascii("/mocap/blend");
        static readonly byte[] JointsPx = MocapBundle.Ascii("/mocap/joints_px"),
            BoxPx = MocapBundle.Ascii("/mocap/box_px");

        readonly float[] _hips = new float[3];
        readonly float[] _rotations = new float[4 * Skeleton.BoneCount];
        readonly float[] _joints = new float[3 * Skeleton.JointCount];
        readonly float[] _extra = new float[4 * Skeleton.ExtraBoneCount];
        readonly ByteNames _blendNames = new ByteNames(512);
        bool _told, _hasHips, _hasRotations, _hasJoints, _hasVisibility;

        public int Id { get; private set; }

        /// <summary>
        /// Filled if <see cref="HasPose"/>. Whoever wants it takes it and leaves another in its place.
        /// </summary>
        public RigPose Pose = new RigPose();

        /// <summary>Filled if <see cref="HasBody"/>; as <see cref="Pose"/>.</summary>
        public Body Body = new Body();

        /// <summary>Eyes, jaw and fingers are told here.</summary>
        public bool HasExtra { get; private set; }

        public readonly Quat[] ExtraRotations = new Quat[Skeleton.ExtraBoneCount];
        public readonly bool[] ExtraKnown = new bool[Skeleton.ExtraBoneCount];

        /// <summary>Expressions told here; perhaps not all of the frame's.</summary>
        public readonly Rows<BlendValue> Blends = new Rows<BlendValue>(RigPose.MostBlends);

        public bool HasPose => _hasHips && _hasRotations;

        public bool HasBody => _hasJoints && _hasVisibility;

        public void Begin()
        {
            _told = _hasHips = _hasRotations = _hasJoints = _hasVisibility = HasExtra = false;
            Blends.Clear();
        }

        /// <summary>
        /// False if it is about a person but not as it must be; true also if it is about something else.
        /// </summary>
        public bool Read(in OscMessage message)
        {
            if (message.AddressIs(Hips))
                return _hasHips = Numbers(in message, _hips) && TakeHips();
            if (message.AddressIs(Rotations))
                return _hasRotations = Numbers(in message, _rotations) && TakeRotations();
            if (message.AddressIs(BoneVisibility))
                return Numbers(in message, Pose.Visibility);
            if (message.AddressIs(BoneLengths))
                return Numbers(in message, Pose.BoneLengthsM);
            if (message.AddressIs(Capsules))
                return Numbers(in message, Pose.CapsuleRadiiM);
            if (message.AddressIs(Contacts))
                return Numbers(in message, Pose.Contacts);
            if (message.AddressIs(Joints))
                return _hasJoints = Numbers(in message, _joints) && TakeJoints();
            if (message.AddressIs(Visibility))
                return _hasVisibility = Numbers(in message, Body.Visibility);
            if (message.AddressIs(JointsPx))
                return Numbers(in message, Body.JointsPx);
            if (message.AddressIs(BoxPx))
                return Numbers(in message, Body.BoxPx);
            if (message.AddressIs(ExtraRotationsAddress))
                return HasExtra = Numbers(in message, _extra) && TakeExtra();
            if (message.AddressIs(BlendAddress))
                return ReadBlend(in message);
            return true;
        }

        public static bool IsSound(float value) => Math.Abs(value) <= Largest; // false for NaN too

        bool Numbers(in OscMessage message, float[] into)
        {
            if (!message.Holds(1, into.Length))
                return false;
            byte[] bytes = message.Bytes;
            int at = message.ArgumentsAt;
            if (!IsOfOne(Bits.Int32(bytes, at)))
                return false;
            for (int number = 0; number < into.Length; number++)
            {
                at += 4;
                float value = Bits.Float(bytes, at);
                if (!IsSound(value))
                    return false;
                into[number] = value;
            }
            return true;
        }

        /// <summary>All of a datagram is about one person.</summary>
        bool IsOfOne(int id)
        {
            if (!_told)
                Begin(id);
            return id == Id;
        }

        void Begin(int id)
        {
            _told = true;
            Id = id;
            Pose.Rest(); // what is not told in this datagram is not known
            Array.Clear(Body.JointsPx, 0, Body.JointsPx.Length);
            Array.Clear(Body.BoxPx, 0, Body.BoxPx.Length);
        }

        bool TakeHips()
        {
            Pose.HipsWorldM = new Vec3(_hips[0], _hips[1], _hips[2]);
            return true;
        }

        bool TakeRotations()
        {
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
                if (!TryRotation(_rotations, bone, out Pose.RotationsXyzw[bone]))
                    return false;
            return true;
        }

        /// <summary>Zeros: that bone is not told.</summary>
        bool TakeExtra()
        {
            for (int extra = 0; extra < Skeleton.ExtraBoneCount; extra++)
            {
                bool zeros = true;
                for (int number = 4 * extra; number < 4 * extra + 4; number++)
                    zeros &= _extra[number] == 0f;
                ExtraKnown[extra] = !zeros;
                ExtraRotations[extra] = Quat.Identity;
                if (!zeros && !TryRotation(_extra, extra, out ExtraRotations[extra]))
                    return false;
            }
            return true;
        }

        static bool TryRotation(float[] numbers, int row, out Quat rotation)
        {
            int at = 4 * row;
            rotation = new Quat(numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3]);
            float length = Quat.Dot(rotation, rotation);
            rotation = rotation.Normalized;
            return length > 0.5f && length < 2f;
        }

        bool ReadBlend(in OscMessage message)
        {
            var arguments = new OscArguments(in message);
            if (message.TagCount != 5 || !arguments.TryInt(out int id) || !arguments.TryInt(out int number)
                || !arguments.TryInt(out int total) || !arguments.TryString(out int at, out int length)
                || !arguments.TryFloat(out float value))
                return false;
            if (!IsOfOne(id) || number < 0 || number >= total || total > RigPose.MostBlends || length == 0
                || length > MocapBundle.LongestName || !IsSound(value))
                return false;
            BlendValue blend = Blends.Add();
            if (blend == null)
                return false;
            blend.Name = _blendNames.Name(message.Bytes, at, length);
            blend.Value = Math.Min(Math.Max(value, 0f), 1f);
            return true;
        }

        bool TakeJoints()
        {
            for (int joint = 0; joint < Skeleton.JointCount; joint++)
                Body.JointsWorldM[joint] = new Vec3(_joints[3 * joint], _joints[3 * joint + 1], _joints[3 * joint + 2]);
            return true;
        }
    }
}
