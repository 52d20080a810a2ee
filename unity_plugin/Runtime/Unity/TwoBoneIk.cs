using UnityEngine;

namespace MocapBridge
{
    /// <summary>A leg that reaches for a place: the knee keeps the plane in which it is bent.</summary>
    static class TwoBoneIk
    {
        /// <summary>
        /// Turns upper and lower so that end comes to target, as far as the limb reaches, turned as told.
        /// </summary>
        internal static void Reach(
            Transform upper, Transform lower, Transform end, Vector3 target, Quaternion endRotation)
        {
            Vector3 hip = upper.position, knee = lower.position, foot = end.position;
            float thigh = Vector3.Distance(hip, knee), shin = Vector3.Distance(knee, foot);
            Vector3 way = target - hip;
            float far = Mathf.Clamp(way.magnitude, Mathf.Abs(thigh - shin) + 1e-4f, thigh + shin - 1e-4f);
            if (way.sqrMagnitude < 1e-8f)
                return;
            way = way.normalized;
            // Where the knee points, seen across the way; a straight leg bends forwards, as the foot points.
            Vector3 bend = Vector3.ProjectOnPlane(knee - (hip + foot) * 0.5f, (foot - hip).normalized);
            if (bend.sqrMagnitude < 1e-8f)
                bend = endRotation * Vector3.forward;
            bend = Vector3.ProjectOnPlane(Quaternion.FromToRotation(foot - hip, way) * bend, way).normalized;
            float along = (thigh * thigh + far * far - shin * shin) / (2f * far);
            float aside = Mathf.Sqrt(Mathf.Max(0f, thigh * thigh - along * along));
            Vector3 newKnee = hip + way * along + bend * aside;
            upper.rotation = Quaternion.FromToRotation(knee - hip, newKnee - hip) * upper.rotation;
            lower.rotation = Quaternion.FromToRotation(
                end.position - lower.position, hip + way * far - lower.position) * lower.rotation;
            end.rotation = endRotation;
        }
    }
}
