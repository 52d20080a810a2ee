using System;

namespace MocapBridge
{
    /// <summary>
    /// One person's pose, in terms any humanoid avatar understands (Python: RigPose). World axes; see UnityAxes.
    /// </summary>
    public sealed class RigPose
    {
        internal const int MostBlends = 256;

        public int PersonId;

        /// <summary>Capture clock; earlier than the scene's if this person's packet of the frame was lost.</summary>
        public double TimeS;

        public Vec3 HipsWorldM;

        /// <summary>
        /// Local (relative to the parent bone) and relative to the T-pose, in the order of
        /// <see cref="Skeleton.Bones"/>.
        /// </summary>
        public readonly Quat[] RotationsXyzw = new Quat[Skeleton.BoneCount];

        /// <summary>0..1 of each bone; 0 = not observed, the bone rests.</summary>
        public readonly float[] Visibility = new float[Skeleton.BoneCount];

        /// <summary>Metres from the parent's head to this bone's; 0 = not measured.</summary>
        public readonly float[] BoneLengthsM = new float[Skeleton.BoneCount];

        /// <summary>Radius of each bone's capsule, metres.</summary>
        public readonly float[] CapsuleRadiiM = new float[Skeleton.BoneCount];

        /// <summary>0..1 in the order of <see cref="Skeleton.Contacts"/>: does that part of the foot stand.</summary>
        public readonly float[] Contacts = new float[Skeleton.ContactCount];

        /// <summary>
        /// Eyes, jaw and fingers as <see cref="RotationsXyzw"/>, in the order of <see cref="Skeleton.ExtraBones"/>: of
        /// VMC senders, and of the bridge where another program tells it of them (--vmc-in).
        /// </summary>
        public readonly Quat[] ExtraRotationsXyzw = new Quat[Skeleton.ExtraBoneCount];

        /// <summary>Which of the extra bones have been told; false = leave that bone alone.</summary>
        public readonly bool[] ExtraKnown = new bool[Skeleton.ExtraBoneCount];

        /// <summary>Expressions of the face (blend shapes), 0..1 each; from where the extra bones come.</summary>
        public readonly Rows<BlendValue> Blends = new Rows<BlendValue>(MostBlends);

        public RigPose()
        {
            Rest();
        }

        /// <summary>The T-pose at the origin, nothing observed.</summary>
        public void Rest()
        {
            HipsWorldM = new Vec3(0f, Skeleton.HipsHeightM, 0f);
            for (int bone = 0; bone < RotationsXyzw.Length; bone++)
            {
                RotationsXyzw[bone] = Quat.Identity;
                CapsuleRadiiM[bone] = Skeleton.CapsuleRadiiM[bone];
            }
            for (int extra = 0; extra < ExtraRotationsXyzw.Length; extra++)
                ExtraRotationsXyzw[extra] = Quat.Identity;
            Array.Clear(Visibility, 0, Visibility.Length);
            Array.Clear(BoneLengthsM, 0, BoneLengthsM.Length);
            Array.Clear(Contacts, 0, Contacts.Length);
            Array.Clear(ExtraKnown, 0, ExtraKnown.Length);
            Blends.Clear();
        }

        internal void CopyFrom(RigPose other)
        {
            PersonId = other.PersonId;
            TimeS = other.TimeS;
            HipsWorldM = other.HipsWorldM;
            Array.Copy(other.RotationsXyzw, RotationsXyzw, RotationsXyzw.Length);
            Array.Copy(other.Visibility, Visibility, Visibility.Length);
            Array.Copy(other.BoneLengthsM, BoneLengthsM, BoneLengthsM.Length);
            Array.Copy(other.CapsuleRadiiM, CapsuleRadiiM, CapsuleRadiiM.Length);
            Array.Copy(other.Contacts, Contacts, Contacts.Length);
            Array.Copy(other.ExtraRotationsXyzw, ExtraRotationsXyzw, ExtraRotationsXyzw.Length);
            Array.Copy(other.ExtraKnown, ExtraKnown, ExtraKnown.Length);
            Blends.Clear();
            for (int row = 0; row < other.Blends.Count; row++)
            {
                BlendValue blend = Blends.Add();
                blend.Name = other.Blends[row].Name;
                blend.Value = other.Blends[row].Value;
            }
        }
    }
}
