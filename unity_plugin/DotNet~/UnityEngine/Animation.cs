using System;
using System.Collections.Generic;

namespace UnityEngine
{
    public struct Keyframe
    {
        public Keyframe(float time, float value)
        {
            this.time = time;
            this.value = value;
        }

        public float time { get; set; }
        public float value { get; set; }
    }

    public class AnimationCurve
    {
        readonly List<Keyframe> _keys = new List<Keyframe>();

        public AnimationCurve()
        {
        }

        public AnimationCurve(params Keyframe[] keys)
        {
            _keys.AddRange(keys);
        }

        public Keyframe[] keys
        {
            get => _keys.ToArray();
            set
            {
                _keys.Clear();
                _keys.AddRange(value);
            }
        }

        public int length => _keys.Count;

        public int AddKey(float time, float value)
        {
            int at = _keys.FindIndex(key => key.time >= time);
            at = at < 0 ? _keys.Count : at;
            if (at < _keys.Count && _keys[at].time == time)
            {
                return -1;
            }
            _keys.Insert(at, new Keyframe(time, value));
            return at;
        }
    }

    public sealed class AnimationClip : Object
    {
        /// <summary>By path, type and property.</summary>
        internal readonly Dictionary<string, AnimationCurve> Curves = new Dictionary<string, AnimationCurve>();

        public bool legacy { get; set; }
        public float frameRate { get; set; } = 60f;

        public float length
        {
            get
            {
                float last = 0f;
                foreach (AnimationCurve curve in Curves.Values)
                {
                    last = curve.length > 0 ? Mathf.Max(last, curve.keys[curve.length - 1].time) : last;
                }
                return last;
            }
        }

        public void SetCurve(string relativePath, Type type, string propertyName, AnimationCurve curve) =>
            Curves[relativePath + "|" + type.Name + "|" + propertyName] = curve;

        public void EnsureQuaternionContinuity()
        {
        }
    }
}
