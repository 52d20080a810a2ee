using System;

namespace UnityEngine
{
    public struct Quaternion : IEquatable<Quaternion>
    {
        public float x;
        public float y;
        public float z;
        public float w;

        public Quaternion(float x, float y, float z, float w)
        {
            this.x = x;
            this.y = y;
            this.z = z;
            this.w = w;
        }

        public static Quaternion identity => new Quaternion(0f, 0f, 0f, 1f);

        public Quaternion normalized => Normalize(this);

        /// <summary>Degrees, such that turns about z, then x, then y (axes of the world) give this rotation.</summary>
        public Vector3 eulerAngles
        {
            get
            {
                Matrix4x4 m = Matrix4x4.Rotate(normalized);
                float sine = Mathf.Clamp(-m.m12, -1f, 1f);
                bool locked = Mathf.Abs(sine) > 0.999999f;
                float yaw = locked ? Mathf.Atan2(-m.m20, m.m00) : Mathf.Atan2(m.m02, m.m22);
                float roll = locked ? 0f : Mathf.Atan2(m.m10, m.m11);
                return new Vector3(Turn(Mathf.Asin(sine)), Turn(yaw), Turn(roll));
            }
            set => this = Euler(value);
        }

        static float Turn(float radians) => Mathf.Repeat(radians * Mathf.Rad2Deg, 360f);

        public static float Dot(Quaternion a, Quaternion b) => a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w;

        public static Quaternion Inverse(Quaternion rotation) =>
            new Quaternion(-rotation.x, -rotation.y, -rotation.z, rotation.w);

        public static Quaternion Normalize(Quaternion q)
        {
            float length = Mathf.Sqrt(Dot(q, q));
            return length < 1E-06f ? identity : new Quaternion(q.x / length, q.y / length, q.z / length, q.w / length);
        }

        public void Normalize() => this = Normalize(this);

        public static float Angle(Quaternion a, Quaternion b)
        {
            float dot = Mathf.Min(Mathf.Abs(Dot(a, b)), 1f);
            return dot > 0.999999f ? 0f : Mathf.Acos(dot) * 2f * Mathf.Rad2Deg;
        }

        public static Quaternion AngleAxis(float angle, Vector3 axis)
        {
            float length = axis.magnitude;
            if (length < 1E-06f)
            {
                return identity;
            }
            float half = angle * Mathf.Deg2Rad * 0.5f;
            Vector3 v = axis * (Mathf.Sin(half) / length);
            return new Quaternion(v.x, v.y, v.z, Mathf.Cos(half));
        }

        public static Quaternion Euler(float x, float y, float z) =>
            AngleAxis(y, Vector3.up) * AngleAxis(x, Vector3.right) * AngleAxis(z, Vector3.forward);

        public static Quaternion Euler(Vector3 euler) => Euler(euler.x, euler.y, euler.z);

        public static Quaternion FromToRotation(Vector3 fromDirection, Vector3 toDirection)
        {
            Vector3 from = fromDirection.normalized, to = toDirection.normalized;
            float dot = Vector3.Dot(from, to);
            if (dot < -0.999999f)
            {
                Vector3 side = Vector3.Cross(Vector3.right, from);
                return AngleAxis(180f, side.sqrMagnitude > 1E-06f ? side : Vector3.Cross(Vector3.up, from));
            }
            Vector3 axis = Vector3.Cross(from, to);
            return Normalize(new Quaternion(axis.x, axis.y, axis.z, 1f + dot));
        }

        public static Quaternion LookRotation(Vector3 forward) => LookRotation(forward, Vector3.up);

        public static Quaternion LookRotation(Vector3 forward, Vector3 upwards)
        {
            Vector3 z = forward.normalized;
            Vector3 x = Vector3.Cross(upwards, z).normalized;
            if (z.sqrMagnitude == 0f)
            {
                return identity;
            }
            if (x.sqrMagnitude == 0f)
            {
                return FromToRotation(Vector3.forward, z);
            }
            return FromAxes(x, Vector3.Cross(z, x), z);
        }

        internal static Quaternion FromAxes(Vector3 x, Vector3 y, Vector3 z)
        {
            float trace = x.x + y.y + z.z;
            if (trace > 0f)
            {
                float s = Mathf.Sqrt(trace + 1f) * 2f;
                return new Quaternion((y.z - z.y) / s, (z.x - x.z) / s, (x.y - y.x) / s, s / 4f);
            }
            if (x.x > y.y && x.x > z.z)
            {
                float s = Mathf.Sqrt(1f + x.x - y.y - z.z) * 2f;
                return new Quaternion(s / 4f, (x.y + y.x) / s, (z.x + x.z) / s, (y.z - z.y) / s);
            }
            if (y.y > z.z)
            {
                float s = Mathf.Sqrt(1f + y.y - x.x - z.z) * 2f;
                return new Quaternion((x.y + y.x) / s, s / 4f, (y.z + z.y) / s, (z.x - x.z) / s);
            }
            float t = Mathf.Sqrt(1f + z.z - x.x - y.y) * 2f;
            return new Quaternion((z.x + x.z) / t, (y.z + z.y) / t, t / 4f, (x.y - y.x) / t);
        }

        public static Quaternion Lerp(Quaternion a, Quaternion b, float t)
        {
            t = Mathf.Clamp01(t);
            float s = Dot(a, b) < 0f ? -t : t;
            float r = 1f - t;
            return Normalize(new Quaternion(
                r * a.x + s * b.x, r * a.y + s * b.y, r * a.z + s * b.z, r * a.w + s * b.w));
        }

        public static Quaternion Slerp(Quaternion a, Quaternion b, float t) => SlerpUnclamped(a, b, Mathf.Clamp01(t));

        public static Quaternion SlerpUnclamped(Quaternion a, Quaternion b, float t)
        {
            float dot = Dot(a, b);
            float sign = dot < 0f ? -1f : 1f;
            dot = Mathf.Min(Mathf.Abs(dot), 1f);
            float angle = Mathf.Acos(dot), sine = Mathf.Sin(angle);
            bool near = sine < 1E-03f;
            float r = near ? 1f - t : Mathf.Sin((1f - t) * angle) / sine;
            float s = sign * (near ? t : Mathf.Sin(t * angle) / sine);
            return Normalize(new Quaternion(
                r * a.x + s * b.x, r * a.y + s * b.y, r * a.z + s * b.z, r * a.w + s * b.w));
        }

        public static Quaternion RotateTowards(Quaternion from, Quaternion to, float maxDegreesDelta)
        {
            float angle = Angle(from, to);
            return angle == 0f ? to : SlerpUnclamped(from, to, Mathf.Min(1f, maxDegreesDelta / angle));
        }

        public void ToAngleAxis(out float angle, out Vector3 axis)
        {
            Quaternion q = normalized;
            float sine = Mathf.Sqrt(q.x * q.x + q.y * q.y + q.z * q.z);
            angle = 2f * Mathf.Atan2(sine, q.w) * Mathf.Rad2Deg;
            axis = sine > 1E-06f ? new Vector3(q.x, q.y, q.z) / sine : Vector3.right;
        }

        public static Quaternion operator *(Quaternion lhs, Quaternion rhs) => new Quaternion(
            lhs.w * rhs.x + lhs.x * rhs.w + lhs.y * rhs.z - lhs.z * rhs.y,
            lhs.w * rhs.y + lhs.y * rhs.w + lhs.z * rhs.x - lhs.x * rhs.z,
            lhs.w * rhs.z + lhs.z * rhs.w + lhs.x * rhs.y - lhs.y * rhs.x,
            lhs.w * rhs.w - lhs.x * rhs.x - lhs.y * rhs.y - lhs.z * rhs.z);

        public static Vector3 operator *(Quaternion rotation, Vector3 point)
        {
            var v = new Vector3(rotation.x, rotation.y, rotation.z);
            Vector3 twice = Vector3.Cross(v, point) * 2f;
            return point + twice * rotation.w + Vector3.Cross(v, twice);
        }

        public static bool operator ==(Quaternion lhs, Quaternion rhs) => Dot(lhs, rhs) > 0.999999f;
        public static bool operator !=(Quaternion lhs, Quaternion rhs) => !(lhs == rhs);

        public bool Equals(Quaternion other) => x == other.x && y == other.y && z == other.z && w == other.w;
        public override bool Equals(object other) => other is Quaternion quaternion && Equals(quaternion);

        public override int GetHashCode() =>
            x.GetHashCode() ^ (y.GetHashCode() << 2) ^ (z.GetHashCode() >> 2) ^ (w.GetHashCode() >> 1);

        public override string ToString() => $"({x:F5}, {y:F5}, {z:F5}, {w:F5})";
    }
}
