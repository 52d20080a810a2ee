using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// Moves one humanoid avatar as a performer moves. A <see cref="MocapDispatcher"/> hands it poses; scripts may call
    /// <see cref="Apply"/> themselves, in LateUpdate.
    /// </summary>
    [AddComponentMenu("Mocap Bridge/Avatar Driver")]
    [DisallowMultipleComponent]
    public sealed class AvatarDriver : MonoBehaviour
    {
        [Tooltip("The avatar; empty: the Animator on this object or below it")]
        public Animator animator;

        [Range(0f, 1f), Tooltip("1: the performer; 0: the Animator's own animation, or the rest pose")]
        public float weight = 1f;

        public BodyPartWeights parts = new BodyPartWeights();

        public RootMotion rootMotion = RootMotion.Scaled;

        [Tooltip("The avatar begins where its object stands, wherever the performer is first seen")]
        public bool startsAtRoot;

        [Range(0f, 1f), Tooltip("1: bones that the camera does not see are left to the underlying animation")]
        public float yieldWhenHidden;

        [Tooltip("The sender has loaded this very avatar and tells raw rotations (VMC; the bridge with --avatar)")]
        public bool rawRotations;

        AvatarFit _fit;
        Animator _refused;
        Avatar _refusedAvatar;
        Vector3 _start, _underlyingHips, _writtenHips;
        bool _started;

        /// <summary>Why this avatar cannot be driven; null if it can.</summary>
        public string Problem { get; private set; }

        /// <summary>Whose pose was applied last; -1 before the first.</summary>
        public int PersonId { get; private set; } = -1;

        /// <summary>Capture clock of the pose that was applied last.</summary>
        public double TimeS { get; private set; }

        /// <summary>Feet as the performer has them, for inverse kinematics; filled by <see cref="Apply"/>.</summary>
        public FootGoal LeftFoot { get; private set; }

        public FootGoal RightFoot { get; private set; }

        /// <summary>0..1: how much of the avatar is there while its person comes or goes; see AvatarFade.</summary>
        public float Opacity { get; internal set; } = 1f;

        internal AvatarFit Fit => _fit;

        /// <summary>Rises with every pose applied.</summary>
        internal int Applied { get; private set; }

        void OnEnable() => Prepare();

        /// <summary>
        /// Works out how this avatar takes rotations; false (and <see cref="Problem"/>) if it cannot be driven.
        /// </summary>
        public bool Prepare()
        {
            if (_fit != null)
                return true;
            if (animator == null)
                animator = GetComponentInChildren<Animator>();
            Avatar avatar = animator == null ? null : animator.avatar;
            if (Problem != null && animator == _refused && avatar == _refusedAvatar)
                return false; // told once, and not tried again in every frame
            _refused = animator;
            _refusedAvatar = avatar;
            try
            {
                _fit = new AvatarFit(animator);
                _underlyingHips = _writtenHips = _fit.RestHipsLocalPosition;
                Problem = null;
                return true;
            }
            catch (AvatarException error)
            {
                Debug.LogError("Mocap Bridge: this avatar cannot be driven: " + error.Message, this);
                Problem = error.Message;
                return false;
            }
        }

        /// <summary>After the Animator's avatar has been exchanged.</summary>
        public void Renew()
        {
            _fit = null;
            Problem = null;
            Recentre();
            Prepare();
        }

        /// <summary>With startsAtRoot: the next pose stands where the object stands.</summary>
        public void Recentre() => _started = false;

        /// <summary>Shows a pose. share: how much of it, times <see cref="weight"/>.</summary>
        public void Apply(RigPose pose, float share = 1f)
        {
            if (!Prepare())
                return;
            if (PersonId != pose.PersonId)
                Recentre();
            PersonId = pose.PersonId;
            TimeS = pose.TimeS;
            Applied++;
            float all = Mathf.Clamp01(weight * share);
            PlaceHips(pose, all * parts.hips);
            foreach (FitBone bone in _fit.Bones)
                bone.Write(rawRotations ? pose.RotationsXyzw[bone.Row].ToUnity() : bone.Local(pose.RotationsXyzw),
                    all * parts.Of(bone.Part) * (1f - yieldWhenHidden * (1f - pose.Visibility[bone.Row])));
            foreach (FitBone bone in _fit.ExtraBones)
                if (pose.ExtraKnown[bone.Row])
                    bone.Write(rawRotations ? pose.ExtraRotationsXyzw[bone.Row].ToUnity()
                        : bone.Local(pose.ExtraRotationsXyzw),
                        all * parts.Of(bone.Part));
            LeftFoot = FootGoal.Of(animator, HumanBodyBones.LeftFoot, pose.Contacts[0], pose.Contacts[1]);
            RightFoot = FootGoal.Of(animator, HumanBodyBones.RightFoot, pose.Contacts[2], pose.Contacts[3]);
        }

        /// <summary>
        /// Whoever bends bones after <see cref="Apply"/> says so, lest it be taken for an animation that lies under.
        /// </summary>
        internal void Settle()
        {
            foreach (FitBone bone in _fit.Bones)
                bone.Settle();
        }

        void PlaceHips(RigPose pose, float share)
        {
            Vector3 place = HipsPlace.Of(pose, _fit, rootMotion);
            if (!_started)
            {
                _started = true;
                _start = new Vector3(place.x, 0f, place.z);
            }
            if (startsAtRoot && rootMotion != RootMotion.InPlace)
                place -= _start;
            Transform hips = _fit.Hips;
            if (share >= 1f)
            {
                hips.position = _fit.Root.TransformPoint(place);
            }
            else
            {
                if (!hips.localPosition.Equals(_writtenHips))
                    _underlyingHips = hips.localPosition;
                hips.position = _fit.Root.TransformPoint(place);
                hips.localPosition = Vector3.Lerp(_underlyingHips, hips.localPosition, share);
            }
            _writtenHips = hips.localPosition;
        }
    }
}
