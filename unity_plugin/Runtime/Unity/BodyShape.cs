using UnityEngine;
using UnityEngine.Rendering;

namespace MocapBridge
{
    /// <summary>One body as mesh capsules below the stage.</summary>
    sealed class BodyShape
    {
        readonly BodyCapsules _capsules = new BodyCapsules();
        readonly CapsuleMesh[] _meshes = new CapsuleMesh[BodyCapsules.Count];
        readonly Transform[] _nodes = new Transform[BodyCapsules.Count];
        readonly MeshRenderer[] _renderers = new MeshRenderer[BodyCapsules.Count];
        readonly GameObject _root;

        internal BodyShape(Transform stage, int layer)
        {
            _root = new GameObject("Mocap Bridge body") { hideFlags = HideFlags.DontSave, layer = layer };
            _root.transform.SetParent(stage, false);
            for (int index = 0; index < _nodes.Length; index++)
            {
                var part = new GameObject("capsule " + index) { hideFlags = HideFlags.DontSave, layer = layer };
                _meshes[index] = new CapsuleMesh();
                part.AddComponent<MeshFilter>().sharedMesh = _meshes[index].Mesh;
                _renderers[index] = part.AddComponent<MeshRenderer>();
                _renderers[index].shadowCastingMode = ShadowCastingMode.Off;
                _renderers[index].receiveShadows = false;
                _nodes[index] = part.transform;
                _nodes[index].SetParent(_root.transform, false);
            }
        }

        internal void Show(RigPose pose, float girth, Material material)
        {
            if (!_root.activeSelf)
                _root.SetActive(true);
            _capsules.Update(pose);
            for (int index = 0; index < _nodes.Length; index++)
            {
                Capsule capsule = _capsules.CapsulesWorld[index];
                Vector3 start = capsule.StartM.ToUnity(), along = capsule.EndM.ToUnity() - start;
                _meshes[index].Resize(along.magnitude, capsule.RadiusM * girth);
                _nodes[index].localPosition = start;
                _nodes[index].localRotation = Quaternion.FromToRotation(Vector3.up, along);
                if (_renderers[index].sharedMaterial != material)
                    _renderers[index].sharedMaterial = material;
            }
        }

        internal void Hide()
        {
            if (_root != null && _root.activeSelf)
                _root.SetActive(false);
        }

        internal void Destroy()
        {
            foreach (CapsuleMesh mesh in _meshes)
                Object.Destroy(mesh.Mesh);
            if (_root != null)
                Object.Destroy(_root);
        }
    }
}
