using NUnit.Framework;
using UnityEngine;

namespace MocapBridge.Tests
{
    /// <summary>Comparisons that say by how much they failed.</summary>
    static class Near
    {
        internal static void Points(Vector3 wanted, Vector3 got, float within = 1e-4f) =>
            Assert.That(Vector3.Distance(wanted, got), Is.LessThan(within), "wanted " + wanted + ", got " + got);

        internal static void Turns(Quaternion wanted, Quaternion got, float withinDegrees = 0.05f)
        {
            // By the sine, not by Quaternion.Angle: that is blind to less than a sixth of a degree.
            Quaternion difference = Quaternion.Inverse(wanted) * got;
            float sine = new Vector3(difference.x, difference.y, difference.z).magnitude;
            float degrees = 2f * Mathf.Asin(Mathf.Min(1f, sine)) * Mathf.Rad2Deg;
            Assert.That(degrees, Is.LessThan(withinDegrees), "wanted " + wanted + ", got " + got);
        }
    }
}
