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
        static readonly byte[] JointsPx = MocapBundle.Ascii("/mocap/joints_px"),
            BoxPx = MocapBundle.Ascii("/mocap/box_px");

        readonly float[] _hips = new float[3];
        readonly float[] _rotations = new float[4 * Skeleton.BoneCount];
        readonly float[] _joints = new float[3 * Skeleton.JointCount];
        bool _told, _hasHips, _hasRotations, _hasJoints, _hasVisibility;

        public int Id { get; private set; }

        /// <summary>
        /// Filled if <see cref="HasPose"/>. Whoever wants it takes it and leaves another in its place.
        /// </summary>
        public RigPose Pose = new RigPose();

        /// <summary>Filled if <see cref="HasBody"/>; as <see cref="Pose"/>.</summary>
        public Body Body = new Body();

        public bool HasPose => _hasHips && _hasRotations;

        public bool HasBody => _hasJoints && _hasVisibility;

        public void Begin()
        {
            _told = _hasHips = _hasRotations = _hasJoints = _hasVisibility = false;
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
            return true;
        }

        public static bool IsSound(float value) => Math.Abs(value) <= Largest; // false for NaN too

        bool Numbers(in OscMessage message, float[] into)
        {
            if (!message.Holds(1, into.Length))
                return false;
            byte[] bytes = message.Bytes;
            int at = message.ArgumentsAt;
            int id = Bits.Int32(bytes, at);
            if (_told && id != Id)
                return false;
            if (!_told)
                Begin(id);
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
            {
                int at = 4 * bone;
                var rotation = new Quat(_rotations[at], _rotations[at + 1], _rotations[at + 2], _rotations[at + 3]);
                float length = Quat.Dot(rotation, rotation);
                if (!(length > 0.5f && length < 2f)) // no rotation
                    return false;
                Pose.RotationsXyzw[bone] = rotation.Normalized;
            }
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
