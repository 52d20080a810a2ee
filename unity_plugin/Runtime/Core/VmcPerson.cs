using System;

namespace MocapBridge
{
    /// <summary>
    /// One VMC sender's performer: bones arrive one by one, and who does not come again stays as it was. Everything VMC
    /// says is in Unity's axes and is turned back to the world's here.
    /// </summary>
    sealed class VmcPerson
    {
        readonly Vec3[] _positions = new Vec3[Skeleton.HumanBoneCount];
        readonly Quat[] _rotations = new Quat[Skeleton.HumanBoneCount];
        readonly bool[] _known = new bool[Skeleton.HumanBoneCount];
        Vec3 _rootM = Vec3.Zero;
        Quat _rootRotation = Quat.Identity;

        /// <summary>Expressions whose values have been told, by name.</summary>
        public readonly Rows<BlendValue> Blends = new Rows<BlendValue>(256);

        public bool AnyBone { get; private set; }

        public void Forget()
        {
            AnyBone = false;
            Array.Clear(_known, 0, _known.Length);
            _rootM = Vec3.Zero;
            _rootRotation = Quat.Identity;
            Blends.Clear();
        }

        public void SetBone(int humanBone, Vec3 position, Quat rotation)
        {
            _positions[humanBone] = UnityAxes.Position(position);
            _rotations[humanBone] = UnityAxes.Rotation(rotation);
            _known[humanBone] = AnyBone = true;
        }

        public void SetRoot(Vec3 position, Quat rotation)
        {
            _rootM = UnityAxes.Position(position);
            _rootRotation = UnityAxes.Rotation(rotation);
        }

        public void SetBlend(string name, float value)
        {
            for (int row = 0; row < Blends.Count; row++)
                if (Blends[row].Name == name)
                {
                    Blends[row].Value = value;
                    return;
                }
            BlendValue blend = Blends.Add();
            if (blend == null)
                return;
            blend.Name = name;
            blend.Value = value;
        }

        /// <summary>
        /// The pose. Rotations are those that the sender's avatar has; senders use T-posed (VRM 0) avatars.
        /// </summary>
        public void Fill(RigPose pose, bool tracked)
        {
            pose.Rest();
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
            {
                int human = Skeleton.HumanBoneOfBone[bone];
                if (!_known[human])
                    continue;
                pose.RotationsXyzw[bone] = _rotations[human];
                pose.Visibility[bone] = tracked ? 1f : 0f;
                if (bone > 0)
                    pose.BoneLengthsM[bone] = _positions[human].Length;
            }
            for (int extra = 0; extra < Skeleton.ExtraBoneCount; extra++)
            {
                int human = Skeleton.HumanBoneOfExtra[extra];
                pose.ExtraKnown[extra] = _known[human];
                if (_known[human])
                    pose.ExtraRotationsXyzw[extra] = _rotations[human];
            }
            PlaceHips(pose);
            Rig.CapsuleRadii(pose.BoneLengthsM, pose.CapsuleRadiiM);
            for (int row = 0; row < Blends.Count; row++)
            {
                BlendValue blend = pose.Blends.Add();
                blend.Name = Blends[row].Name;
                blend.Value = Blends[row].Value;
            }
        }

        /// <summary>
        /// The root moves the hips. Senders of rotations only say zero for every position: then the hips stand.
        /// </summary>
        void PlaceHips(RigPose pose)
        {
            Vec3 local = _known[0] && _positions[0].LengthSquared > 0f ? _positions[0] : pose.HipsWorldM;
            pose.HipsWorldM = _rootM + _rootRotation * local;
            pose.RotationsXyzw[0] = (_rootRotation * pose.RotationsXyzw[0]).Normalized;
        }
    }
}
