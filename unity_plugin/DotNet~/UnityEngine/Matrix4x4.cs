using System;

namespace UnityEngine
{
    public struct Matrix4x4 : IEquatable<Matrix4x4>
    {
        public float m00, m10, m20, m30;
        public float m01, m11, m21, m31;
        public float m02, m12, m22, m32;
        public float m03, m13, m23, m33;

        public static Matrix4x4 zero => default(Matrix4x4);

        public static Matrix4x4 identity
        {
            get
            {
                var m = default(Matrix4x4);
                m.m00 = m.m11 = m.m22 = m.m33 = 1f;
                return m;
            }
        }

        public float this[int row, int column]
        {
            get => this[row + column * 4];
            set => this[row + column * 4] = value;
        }

        public float this[int index]
        {
            get
            {
                switch (index)
                {
                    case 0: return m00;
                    case 1: return m10;
                    case 2: return m20;
                    case 3: return m30;
                    case 4: return m01;
                    case 5: return m11;
                    case 6: return m21;
                    case 7: return m31;
                    case 8: return m02;
                    case 9: return m12;
                    case 10: return m22;
                    case 11: return m32;
                    case 12: return m03;
                    case 13: return m13;
                    case 14: return m23;
                    case 15: return m33;
                    default: throw new IndexOutOfRangeException("Invalid matrix index!");
                }
            }
            set
            {
                switch (index)
                {
                    case 0: m00 = value; break;
                    case 1: m10 = value; break;
                    case 2: m20 = value; break;
                    case 3: m30 = value; break;
                    case 4: m01 = value; break;
                    case 5: m11 = value; break;
                    case 6: m21 = value; break;
                    case 7: m31 = value; break;
                    case 8: m02 = value; break;
                    case 9: m12 = value; break;
                    case 10: m22 = value; break;
                    case 11: m32 = value; break;
                    case 12: m03 = value; break;
                    case 13: m13 = value; break;
                    case 14: m23 = value; break;
                    case 15: m33 = value; break;
                    default: throw new IndexOutOfRangeException("Invalid matrix index!");
                }
            }
        }

        public Matrix4x4 inverse => Inverse(this);

        public static Matrix4x4 Scale(Vector3 vector)
        {
            var m = identity;
            m.m00 = vector.x;
            m.m11 = vector.y;
            m.m22 = vector.z;
            return m;
        }

        public static Matrix4x4 Translate(Vector3 vector)
        {
            var m = identity;
            m.m03 = vector.x;
            m.m13 = vector.y;
            m.m23 = vector.z;
            return m;
        }

        public static Matrix4x4 Rotate(Quaternion q) => TRS(Vector3.zero, q, Vector3.one);

        public static Matrix4x4 TRS(Vector3 pos, Quaternion q, Vector3 s)
        {
            Vector3 x = q * Vector3.right * s.x, y = q * Vector3.up * s.y, z = q * Vector3.forward * s.z;
            var m = identity;
            m.m00 = x.x;
            m.m10 = x.y;
            m.m20 = x.z;
            m.m01 = y.x;
            m.m11 = y.y;
            m.m21 = y.z;
            m.m02 = z.x;
            m.m12 = z.y;
            m.m22 = z.z;
            m.m03 = pos.x;
            m.m13 = pos.y;
            m.m23 = pos.z;
            return m;
        }

        public Vector4 GetColumn(int index) =>
            new Vector4(this[0, index], this[1, index], this[2, index], this[3, index]);

        public Vector3 MultiplyPoint3x4(Vector3 point) => new Vector3(
            m00 * point.x + m01 * point.y + m02 * point.z + m03,
            m10 * point.x + m11 * point.y + m12 * point.z + m13,
            m20 * point.x + m21 * point.y + m22 * point.z + m23);

        public Vector3 MultiplyPoint(Vector3 point)
        {
            float w = m30 * point.x + m31 * point.y + m32 * point.z + m33;
            return MultiplyPoint3x4(point) / w;
        }

        public Vector3 MultiplyVector(Vector3 vector) => new Vector3(
            m00 * vector.x + m01 * vector.y + m02 * vector.z,
            m10 * vector.x + m11 * vector.y + m12 * vector.z,
            m20 * vector.x + m21 * vector.y + m22 * vector.z);

        public static Matrix4x4 operator *(Matrix4x4 lhs, Matrix4x4 rhs)
        {
            var product = default(Matrix4x4);
            for (int row = 0; row < 4; row++)
            {
                for (int column = 0; column < 4; column++)
                {
                    product[row, column] = lhs[row, 0] * rhs[0, column] + lhs[row, 1] * rhs[1, column]
                        + lhs[row, 2] * rhs[2, column] + lhs[row, 3] * rhs[3, column];
                }
            }
            return product;
        }

        public static Matrix4x4 Inverse(Matrix4x4 m)
        {
            var left = m;
            var right = identity;
            for (int pivot = 0; pivot < 4; pivot++)
            {
                int best = pivot;
                for (int row = pivot + 1; row < 4; row++)
                {
                    best = Math.Abs(left[row, pivot]) > Math.Abs(left[best, pivot]) ? row : best;
                }
                if (left[best, pivot] == 0f)
                {
                    return zero;
                }
                for (int column = 0; column < 4; column++)
                {
                    Swap(ref left, pivot, best, column);
                    Swap(ref right, pivot, best, column);
                }
                float scale = 1f / left[pivot, pivot];
                for (int column = 0; column < 4; column++)
                {
                    left[pivot, column] *= scale;
                    right[pivot, column] *= scale;
                }
                for (int row = 0; row < 4; row++)
                {
                    float share = row == pivot ? 0f : left[row, pivot];
                    for (int column = 0; column < 4; column++)
                    {
                        left[row, column] -= share * left[pivot, column];
                        right[row, column] -= share * right[pivot, column];
                    }
                }
            }
            return right;
        }

        static void Swap(ref Matrix4x4 m, int a, int b, int column)
        {
            float kept = m[a, column];
            m[a, column] = m[b, column];
            m[b, column] = kept;
        }

        public bool Equals(Matrix4x4 other)
        {
            for (int index = 0; index < 16; index++)
            {
                if (this[index] != other[index])
                {
                    return false;
                }
            }
            return true;
        }

        public override bool Equals(object other) => other is Matrix4x4 matrix && Equals(matrix);
        public override int GetHashCode() =>
            m00.GetHashCode() ^ (m11.GetHashCode() << 2) ^ (m22.GetHashCode() >> 2) ^ m03.GetHashCode();
    }
}
