using System;

namespace MocapBridge
{
    /// <summary>A rotation as a unit quaternion. Fields in the order of the wire: x y z w.</summary>
    public readonly struct Quat : IEquatable<Quat>
    {
        public readonly float X, Y, Z, W;

        public Quat(float x, float y, float z, float w)
        {
            X = x;
            Y = y;
            Z = z;
            W = w;
        }

        public static readonly Quat Identity = new Quat(0f, 0f, 0f, 1f);

        public Quat Inverse => new Quat(-X, -Y, -Z, W);

        /// <summary>Scaled to length 1; the identity if there is next to nothing to scale.</summary>
        public Quat Normalized
        {
            get
            {
                double length = Math.Sqrt((double)X * X + (double)Y * Y + (double)Z * Z + (double)W * W);
                if (!(length > 1e-6))
                    return Identity;
                var scale = (float)(1.0 / length);
                return new Quat(X * scale, Y * scale, Z * scale, W * scale);
            }
        }

        /// <summary>First b, then a.</summary>
        public static Quat operator *(Quat a, Quat b) => new Quat(
            a.W * b.X + a.X * b.W + a.Y * b.Z - a.Z * b.Y,
            a.W * b.Y - a.X * b.Z + a.Y * b.W + a.Z * b.X,
            a.W * b.Z + a.X * b.Y - a.Y * b.X + a.Z * b.W,
            a.W * b.W - a.X * b.X - a.Y * b.Y - a.Z * b.Z);

        /// <summary>The vector turned by the rotation.</summary>
        public static Vec3 operator *(Quat rotation, Vec3 vector)
        {
            var axis = new Vec3(rotation.X, rotation.Y, rotation.Z);
            Vec3 twice = Vec3.Cross(axis, vector) * 2f;
            return vector + twice * rotation.W + Vec3.Cross(axis, twice);
        }

        public static float Dot(Quat a, Quat b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z + a.W * b.W;

        /// <summary>Radians, 0 to pi, between two rotations.</summary>
        public static double AngleRad(Quat a, Quat b)
        {
            Quat difference = a.Inverse * b;
            double sine = Math.Sqrt((double)difference.X * difference.X + (double)difference.Y * difference.Y
                + (double)difference.Z * difference.Z);
            return 2.0 * Math.Atan2(sine, Math.Abs(difference.W));
        }

        /// <summary>From a (share 0) to b (share 1) along the shorter arc; beyond 1 it goes on turning.</summary>
        public static Quat Slerp(Quat a, Quat b, float share)
        {
            double dot = Dot(a, b);
            double sign = dot < 0.0 ? -1.0 : 1.0;
            double angle = Math.Acos(Math.Min(1.0, Math.Abs(dot)));
            double ofA = 1.0 - share, ofB = share;
            if (angle > 1e-4) // sines vanish below; a straight line is exact there
            {
                double sine = Math.Sin(angle);
                ofA = Math.Sin((1.0 - share) * angle) / sine;
                ofB = Math.Sin(share * angle) / sine;
            }
            ofB *= sign;
            return new Quat((float)(ofA * a.X + ofB * b.X), (float)(ofA * a.Y + ofB * b.Y),
                (float)(ofA * a.Z + ofB * b.Z), (float)(ofA * a.W + ofB * b.W)).Normalized;
        }

        public bool Equals(Quat other) => X == other.X && Y == other.Y && Z == other.Z && W == other.W;

        public override bool Equals(object other) => other is Quat && Equals((Quat)other);

        public override int GetHashCode() =>
            X.GetHashCode() ^ (Y.GetHashCode() << 2) ^ (Z.GetHashCode() >> 2) ^ (W.GetHashCode() >> 1);

        public override string ToString() => "(" + X + ", " + Y + ", " + Z + ", " + W + ")";
    }
}
