using System;

namespace MocapBridge
{
    /// <summary>Is something behind a body? The analytic answer that the depth buffer must give too.</summary>
    public static class Occlusion
    {
        /// <summary>
        /// Distance along the unit direction to where a ray enters the capsule; 0 from inside. Any axes.
        /// </summary>
        public static bool RayHits(Vec3 origin, Vec3 direction, in Capsule capsule, out float distance)
        {
            distance = 0f;
            if (IsInside(origin, in capsule))
                return true;
            double best = double.PositiveInfinity;
            RayEntersSphere(origin, direction, capsule.StartM, capsule.RadiusM, ref best);
            RayEntersSphere(origin, direction, capsule.EndM, capsule.RadiusM, ref best);
            RayEntersSide(origin, direction, in capsule, ref best);
            distance = (float)best;
            return best < double.PositiveInfinity;
        }

        /// <summary>
        /// Whether any capsule lies between the eye and the point. A point inside a capsule is hidden too.
        /// </summary>
        public static bool Hides(Capsule[] capsules, int count, Vec3 eye, Vec3 point)
        {
            Vec3 way = point - eye;
            float length = way.Length;
            if (!(length > 0f))
                return false;
            Vec3 direction = way * (1f / length);
            for (int row = 0; row < count; row++)
                if (RayHits(eye, direction, in capsules[row], out float distance) && distance < length)
                    return true;
            return false;
        }

        /// <summary>Metres from a point to the capsule's axis.</summary>
        public static float DistanceToAxis(Vec3 point, in Capsule capsule)
        {
            Vec3 axis = capsule.EndM - capsule.StartM;
            float square = axis.LengthSquared;
            float share = square > 0f ? Vec3.Dot(point - capsule.StartM, axis) / square : 0f;
            return (point - (capsule.StartM + axis * Math.Max(0f, Math.Min(1f, share)))).Length;
        }

        static bool IsInside(Vec3 point, in Capsule capsule) => DistanceToAxis(point, in capsule) <= capsule.RadiusM;

        static void RayEntersSphere(Vec3 origin, Vec3 direction, Vec3 center, float radius, ref double best)
        {
            Vec3 to = center - origin;
            double along = Vec3.Dot(to, direction);
            double square = along * along - (to.LengthSquared - (double)radius * radius);
            if (square < 0.0)
                return;
            double distance = along - Math.Sqrt(square);
            if (distance >= 0.0 && distance < best)
                best = distance;
        }

        static void RayEntersSide(Vec3 origin, Vec3 direction, in Capsule capsule, ref double best)
        {
            Vec3 axis = capsule.EndM - capsule.StartM;
            double length = axis.Length;
            if (length < 1e-9)
                return;
            axis = axis * (float)(1.0 / length);
            // The ray and its way from the start, without their parts along the axis: a circle in a plane.
            Vec3 from = origin - capsule.StartM;
            double fromAlong = Vec3.Dot(from, axis), stepAlong = Vec3.Dot(direction, axis);
            Vec3 across = from - axis * (float)fromAlong, step = direction - axis * (float)stepAlong;
            double a = step.LengthSquared, b = Vec3.Dot(across, step);
            double c = across.LengthSquared - (double)capsule.RadiusM * capsule.RadiusM;
            double square = b * b - a * c;
            if (a < 1e-12 || square < 0.0)
                return;
            double distance = (-b - Math.Sqrt(square)) / a;
            double height = fromAlong + distance * stepAlong;
            if (distance >= 0.0 && height >= 0.0 && height <= length && distance < best)
                best = distance;
        }
    }
}
