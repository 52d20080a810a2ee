using System.Collections.Generic;
using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// Shows the expressions that VMC senders tell (Blink, A, Joy, ARKit names...) by blend shapes of the same name,
    /// large or small letters alike. The bridge itself tells none.
    /// </summary>
    [AddComponentMenu("Mocap Bridge/Face Blends")]
    [RequireComponent(typeof(AvatarDriver))]
    public sealed class FaceBlends : MonoBehaviour
    {
        [Tooltip("Empty: the one above this object, or the scene's only one")]
        public MocapDispatcher dispatcher;

        [Tooltip("Empty: all skinned meshes of the avatar")]
        public SkinnedMeshRenderer[] faces = new SkinnedMeshRenderer[0];

        readonly Dictionary<string, int[]> _shapes = new Dictionary<string, int[]>();
        AvatarDriver _driver;

        void OnEnable()
        {
            _driver = GetComponent<AvatarDriver>();
            dispatcher = DispatcherFinder.For(this, dispatcher);
            if (faces.Length == 0)
                faces = GetComponentsInChildren<SkinnedMeshRenderer>(true);
        }

        void LateUpdate() => Step();

        internal void Step()
        {
            RigPose pose = dispatcher == null ? null : dispatcher.Scene.PoseOf(_driver.PersonId);
            if (pose == null)
                return;
            for (int row = 0; row < pose.Blends.Count; row++)
            {
                BlendValue blend = pose.Blends[row];
                int[] shapes = ShapesOf(blend.Name);
                for (int face = 0; face < faces.Length; face++)
                    if (shapes[face] >= 0 && faces[face] != null)
                        faces[face].SetBlendShapeWeight(shapes[face], 100f * Mathf.Clamp01(blend.Value));
            }
        }

        /// <summary>Number of the blend shape on each face, -1 where there is none; looked up once per name.</summary>
        int[] ShapesOf(string name)
        {
            int[] shapes;
            if (_shapes.TryGetValue(name, out shapes))
                return shapes;
            // Names come from the network: whoever makes up new ones for ever does not fill the memory.
            if (_shapes.Count > 1024)
                _shapes.Clear();
            shapes = new int[faces.Length];
            for (int face = 0; face < faces.Length; face++)
                shapes[face] = faces[face] == null
                    || faces[face].sharedMesh == null ? -1 : Find(faces[face].sharedMesh, name);
            return _shapes[name] = shapes;
        }

        static int Find(Mesh mesh, string name)
        {
            for (int shape = 0; shape < mesh.blendShapeCount; shape++)
                if (string.Equals(mesh.GetBlendShapeName(shape), name, System.StringComparison.OrdinalIgnoreCase))
                    return shape;
            return -1;
        }
    }
}
