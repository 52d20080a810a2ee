using System;

namespace MocapBridge
{
    /// <summary>Is something behind a body? The analytic answer that the depth buffer must give too.</summary>
    public static class Occlusion
    {
        /// <summary>Distance along the unit direction to where a ray enters the capsule; 0 from inside. Any axes.</summary>
        public static bool RayHits(Vec3 origin, Vec3 direction, in Capsule capsule, out float distance) => throw new NotImplementedException();

        /// <summary>Whether any capsule lies between the eye and the point.</summary>
        public static bool Hides(Capsule[] capsules, int count, Vec3 eye, Vec3 point) => throw new NotImplementedException();
    }
}
