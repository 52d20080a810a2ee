using System.Collections.Generic;
using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// Records an avatar's bones as it moves, for an AnimationClip of transform curves: it plays on this very skeleton,
    /// by an Animation component or an Animator without a humanoid Avatar. (For other skeletons: MocapRecorder and
    /// VRMA.) The inspector saves it as an asset.
    /// </summary>
    [AddComponentMenu("Mocap Bridge/Clip Recorder")]
    [RequireComponent(typeof(AvatarDriver))]
    [DefaultExecutionOrder(100)]
    public sealed class ClipRecorder : MonoBehaviour
    {
        static readonly string[] s_rotation =
            { "m_LocalRotation.x", "m_LocalRotation.y", "m_LocalRotation.z", "m_LocalRotation.w" };
        static readonly string[] s_position = { "m_LocalPosition.x", "m_LocalPosition.y", "m_LocalPosition.z" };

        readonly List<float> _times = new List<float>();
        readonly List<Quaternion> _rotations = new List<Quaternion>();
        readonly List<Vector3> _hips = new List<Vector3>();
        AvatarFit _fit;
        float _seconds;

        public bool Recording { get; private set; }

        public int FramesRecorded => _times.Count;

        public void Begin()
        {
            _fit = GetComponent<AvatarDriver>().Prepare() ? GetComponent<AvatarDriver>().Fit : null;
            if (_fit == null)
                throw new AvatarException(GetComponent<AvatarDriver>().Problem);
            _times.Clear();
            _rotations.Clear();
            _hips.Clear();
            _seconds = 0f;
            Recording = true;
        }

        public void End() => Recording = false;

        void OnDisable() => End();

        void LateUpdate() => Step(Time.deltaTime);

        internal void Step(float deltaS)
        {
            if (!Recording)
                return;
            _times.Add(_seconds);
            _seconds += deltaS;
            _hips.Add(_fit.Hips.localPosition);
            foreach (FitBone bone in _fit.Bones)
            {
                Quaternion now = bone.Node.localRotation;
                // The same side of the sphere as in the last frame: curves are interpolated number by number.
                int last = _rotations.Count - _fit.Bones.Length;
                bool flip = last >= 0 && Quaternion.Dot(_rotations[last], now) < 0f;
                _rotations.Add(flip ? new Quaternion(-now.x, -now.y, -now.z, -now.w) : now);
            }
        }

        /// <summary>What has been recorded. legacy: for an Animation component; a player can make only those.</summary>
        public AnimationClip ToClip(bool legacy)
        {
            var clip = new AnimationClip { name = name, legacy = legacy };
            for (int part = 0; part < 3; part++)
            {
                var keys = new Keyframe[_times.Count];
                for (int frame = 0; frame < keys.Length; frame++)
                    keys[frame] = new Keyframe(_times[frame], _hips[frame][part]);
                clip.SetCurve(PathOf(_fit.Hips), typeof(Transform), s_position[part], new AnimationCurve(keys));
            }
            for (int bone = 0; bone < _fit.Bones.Length; bone++)
                for (int part = 0; part < 4; part++)
                    clip.SetCurve(PathOf(_fit.Bones[bone].Node), typeof(Transform), s_rotation[part],
                        Curve(bone, part));
            return clip;
        }

        AnimationCurve Curve(int bone, int part)
        {
            var keys = new Keyframe[_times.Count];
            for (int frame = 0; frame < keys.Length; frame++)
            {
                Quaternion at = _rotations[frame * _fit.Bones.Length + bone];
                keys[frame] = new Keyframe(
                    _times[frame], part == 0 ? at.x : part == 1 ? at.y : part == 2 ? at.z : at.w);
            }
            return new AnimationCurve(keys);
        }

        /// <summary>From the avatar's root, as clips name transforms.</summary>
        string PathOf(Transform node) =>
            node.parent == _fit.Root ? node.name : PathOf(node.parent) + "/" + node.name;
    }
}
