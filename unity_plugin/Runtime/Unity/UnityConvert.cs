using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// The records' world axes to Unity's types and axes; the turn itself is that of <see cref="UnityAxes"/>.
    /// </summary>
    public static class UnityConvert
    {
        /// <summary>A point or direction of the world, in Unity's axes.</summary>
        public static Vector3 ToUnity(this Vec3 world)
        {
            Vec3 turned = UnityAxes.Position(world);
            return new Vector3(turned.X, turned.Y, turned.Z);
        }

        /// <summary>A rotation of the world, in Unity's axes.</summary>
        public static Quaternion ToUnity(this Quat world)
        {
            Quat turned = UnityAxes.Rotation(world);
            return new Quaternion(turned.X, turned.Y, turned.Z, turned.W);
        }
    }
}
