using System.Collections.Generic;
using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// A humanoid made of capsules, with bones, Animator and Avatar, built when the object awakes: something to move
    /// before there is an avatar. Its bones are those of the bridge's own rest skeleton.
    /// </summary>
    [AddComponentMenu("Mocap Bridge/Mannequin")]
    [DisallowMultipleComponent]
    [DefaultExecutionOrder(-200)]
    public sealed class Mannequin : MonoBehaviour
    {
        [Min(0.1f)]
        public float heightM = Skeleton.HeightM;

        [Tooltip("Empty: the pipeline's own material")]
        public Material material;

        public Color color = new Color(0.8f, 0.8f, 0.85f, 1f);

        [Tooltip("Bones without bodies")]
        public bool bare;

        readonly List<Mesh> _meshes = new List<Mesh>();
        bool _built;

        void Awake() => Build();

        void OnDestroy()
        {
            foreach (Mesh mesh in _meshes)
                Destroy(mesh);
        }

        /// <summary>Once; nothing happens if it has been built.</summary>
        public void Build()
        {
            // A copy of one that has been built comes with its bones.
            if (_built || transform.Find(Skeleton.Bones[0]) != null)
                return;
            _built = true;
            float scale = heightM / Skeleton.HeightM;
            var nodes = new Transform[Skeleton.BoneCount];
            for (int bone = 0; bone < nodes.Length; bone++)
            {
                int parent = Skeleton.Parents[bone];
                nodes[bone] = new GameObject(Skeleton.Bones[bone]).transform;
                nodes[bone].SetParent(parent < 0 ? transform : nodes[parent], false);
                nodes[bone].localPosition = Skeleton.RestOffsetsM[bone].ToUnity() * scale;
            }
            Animator animator;
            if (!TryGetComponent(out animator))
                animator = gameObject.AddComponent<Animator>();
            animator.avatar = HumanoidAvatar.Build(gameObject, nodes);
            if (!bare)
                Dress(nodes, scale);
        }

        /// <summary>
        /// A capsule from each bone to its children; head, hands and toes are as long as the tables say.
        /// </summary>
        void Dress(Transform[] nodes, float scale)
        {
            Material dress = material != null ? material : PipelineMaterial();
            var block = new MaterialPropertyBlock();
            block.SetColor("_Color", color);
            block.SetColor("_BaseColor", color);
            foreach (MannequinPart part in MannequinPart.All)
            {
                var node = new GameObject("body").transform;
                node.SetParent(nodes[part.Bone], false);
                Vector3 start = part.StartM.ToUnity() * scale, along = part.EndM.ToUnity() * scale - start;
                node.localPosition = start;
                node.localRotation = Quaternion.FromToRotation(Vector3.up, along);
                var mesh = new CapsuleMesh();
                mesh.Resize(along.magnitude, part.RadiusM * scale);
                _meshes.Add(mesh.Mesh);
                node.gameObject.AddComponent<MeshFilter>().sharedMesh = mesh.Mesh;
                var renderer = node.gameObject.AddComponent<MeshRenderer>();
                renderer.sharedMaterial = dress;
                renderer.SetPropertyBlock(block);
            }
        }

        /// <summary>The one that Unity gives its primitives, whatever the render pipeline.</summary>
        static Material PipelineMaterial()
        {
            GameObject primitive = GameObject.CreatePrimitive(PrimitiveType.Sphere);
            Material material = primitive.GetComponent<MeshRenderer>().sharedMaterial;
            primitive.SetActive(false);
            Destroy(primitive);
            return material;
        }
    }
}
