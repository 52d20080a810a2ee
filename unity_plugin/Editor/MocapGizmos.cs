using UnityEditor;
using UnityEngine;

namespace MocapBridge.Editor
{
    /// <summary>Skeletons and capsules of everybody, in the scene view, while the dispatcher is selected.</summary>
    static class MocapGizmos
    {
        static readonly BodyCapsules s_capsules = new BodyCapsules();

        [DrawGizmo(GizmoType.Selected | GizmoType.Active)]
        static void Draw(MocapDispatcher dispatcher, GizmoType type)
        {
            Gizmos.matrix = dispatcher.transform.localToWorldMatrix;
            Rows<RigPose> poses = dispatcher.Scene.Poses;
            for (int row = 0; row < poses.Count; row++)
            {
                s_capsules.Update(poses[row]);
                foreach (Capsule capsule in s_capsules.CapsulesWorld)
                    Draw(capsule);
            }
        }

        static void Draw(Capsule capsule)
        {
            Vector3 start = capsule.StartM.ToUnity(), end = capsule.EndM.ToUnity();
            Gizmos.color = Color.cyan;
            Gizmos.DrawLine(start, end);
            Gizmos.color = new Color(0f, 1f, 1f, 0.25f);
            Gizmos.DrawWireSphere(start, capsule.RadiusM);
            Gizmos.DrawWireSphere(end, capsule.RadiusM);
            Vector3 along = end - start;
            Vector3 side = Vector3.Cross(
                along, Vector3.Cross(along, Vector3.up) == Vector3.zero ? Vector3.right : Vector3.up).normalized;
            foreach (float angle in new[] { 0f, 90f, 180f, 270f })
            {
                Vector3 aside = Quaternion.AngleAxis(angle, along) * side * capsule.RadiusM;
                Gizmos.DrawLine(start + aside, end + aside);
            }
        }
    }
}
