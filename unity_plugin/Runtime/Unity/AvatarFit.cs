using System.Collections.Generic;
using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// How one avatar takes normalised rotations (Python: avatar/pose.py, Fit): worked out once, applied every frame.
    /// With W and L a bone's rest rotations in the root and in the node above, and N relative to the T-pose: local = L
    /// inverse(W) N W, and where the rest pose is no T-pose, T-pose turns stand between.
    /// </summary>
    sealed class AvatarFit
    {
        internal readonly Transform Root;
        internal readonly FitBone[] Bones;
        internal readonly FitBone[] ExtraBones;
        internal readonly Transform Hips;
        internal readonly Vector3 RestHipsLocalPosition;

        /// <summary>Of the hip joints above the floor in the T-pose: steps are scaled by it.</summary>
        internal readonly float PelvisHeightM;

        /// <summary>The middle of the hip joints from the hips bone, in the T-pose and the root's axes.</summary>
        internal readonly Vector3 PelvisM;

        internal AvatarFit(Animator animator)
        {
            AvatarCheck.Demand(animator);
            Root = animator.transform;
            var rest = new AvatarRest(animator);
            var nodes = new Transform[Skeleton.BoneCount];
            var has = new bool[Skeleton.BoneCount];
            var heads = new Vector3[Skeleton.BoneCount];
            for (int bone = 0; bone < nodes.Length; bone++)
            {
                nodes[bone] = animator.GetBoneTransform((HumanBodyBones)Skeleton.HumanBoneOfBone[bone]);
                has[bone] = nodes[bone] != null;
                heads[bone] = has[bone] ? rest.Position(nodes[bone]) : Vector3.zero;
            }
            AvatarCheck.DemandUpright(heads);
            Vector3[] offsets = TPose.Offsets(heads, has);
            Quaternion[] turns = TPose.Turns(offsets, has);
            Hips = nodes[0];
            RestHipsLocalPosition = rest.LocalPosition(Hips);
            Bones = Fitted(nodes, has, turns, rest);
            ExtraBones = Extras(animator, rest, nodes, turns);
            Vector3[] standing = Standing(offsets, turns);
            PelvisM = (standing[TPose.Row("LeftUpperLeg")] + standing[TPose.Row("RightUpperLeg")]) * 0.5f;
            PelvisHeightM = HeightM(PelvisM, standing, heads, has);
            AvatarCheck.DemandSize(PelvisHeightM);
        }

        static FitBone[] Fitted(Transform[] nodes, bool[] has, Quaternion[] turns, AvatarRest rest)
        {
            var fitted = new List<FitBone>();
            for (int bone = 0; bone < nodes.Length; bone++)
            {
                if (!has[bone])
                    continue;
                int upper = MissingBones.ParentIn(bone, has);
                Quaternion above = upper < 0 ? Quaternion.identity : turns[upper];
                fitted.Add(new FitBone(nodes[bone], bone, MissingBones.RowsFor(bone, has), rest, above, turns[bone]));
            }
            return fitted.ToArray();
        }

        /// <summary>
        /// Eyes, jaw and fingers hang on bones that may have been turned into the T-pose, and turn with them.
        /// </summary>
        static FitBone[] Extras(Animator animator, AvatarRest rest, Transform[] nodes, Quaternion[] turns)
        {
            var fitted = new List<FitBone>();
            for (int extra = 0; extra < Skeleton.ExtraBoneCount; extra++)
            {
                Transform node = animator.GetBoneTransform((HumanBodyBones)Skeleton.HumanBoneOfExtra[extra]);
                if (node == null)
                    continue;
                Quaternion turn = Quaternion.identity;
                for (Transform above = node.parent; above != null; above = above.parent)
                {
                    int row = System.Array.IndexOf(nodes, above);
                    if (row < 0)
                        continue;
                    turn = turns[row];
                    break;
                }
                fitted.Add(new FitBone(node, extra, new[] { extra }, rest, turn, turn, Skeleton.ExtraBones[extra]));
            }
            return fitted.ToArray();
        }

        static Vector3[] Standing(Vector3[] offsets, Quaternion[] turns)
        {
            var heads = new Vector3[offsets.Length];
            for (int bone = 1; bone < heads.Length; bone++)
            {
                int parent = Skeleton.Parents[bone];
                heads[bone] = heads[parent] + turns[parent] * offsets[bone];
            }
            return heads;
        }

        /// <summary>
        /// Hip joints above the ankles in the T-pose, and ankles above the floor (the root's y = 0) at rest.
        /// </summary>
        static float HeightM(Vector3 pelvis, Vector3[] standing, Vector3[] heads, bool[] has)
        {
            int left = TPose.Row("LeftFoot"), right = TPose.Row("RightFoot");
            float legs = pelvis.y - (standing[left].y + standing[right].y) * 0.5f;
            float ankles = (heads[left].y + heads[right].y) * 0.5f;
            if (ankles < 0f || ankles >= 0.5f * legs)
            {
                // A model that was not put on the floor: its lowest bone is as near to the soles as can be told.
                float lowest = float.MaxValue;
                for (int bone = 0; bone < heads.Length; bone++)
                    lowest = has[bone] ? Mathf.Min(lowest, heads[bone].y) : lowest;
                ankles -= lowest;
            }
            return legs + ankles;
        }
    }
}
