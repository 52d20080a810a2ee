using UnityEngine;

namespace MocapBridge
{
    /// <summary>One bone of one avatar: two constant rotations around what the performer does.</summary>
    sealed class FitBone
    {
        internal readonly Transform Node;

        /// <summary>Row in Skeleton.Bones, or in Skeleton.ExtraBones.</summary>
        internal readonly int Row;
        internal readonly BodyPart Part;
        internal readonly Quaternion RestWorld;

        readonly int[] _rows;
        readonly Quaternion _before, _after;
        Quaternion _underlying, _written;

        internal FitBone(
            Transform node, int row, int[] rows, AvatarRest rest, Quaternion turnAbove, Quaternion turn,
                string name = null)
        {
            Node = node;
            Row = row;
            Part = BodyPartWeights.PartOf(name ?? Skeleton.Bones[row]);
            _rows = rows;
            RestWorld = rest.Rotation(node);
            _before = Quaternion.Inverse(rest.Rotation(node.parent)) * Quaternion.Inverse(turnAbove);
            _after = turn * RestWorld;
            _underlying = _written = rest.LocalRotation(node);
        }

        /// <summary>The local rotation that shows the performer's.</summary>
        internal Quaternion Local(Quat[] rotationsXyzw)
        {
            Quaternion turn = rotationsXyzw[_rows[0]].ToUnity();
            for (int more = 1; more < _rows.Length; more++)
                turn = turn * rotationsXyzw[_rows[more]].ToUnity();
            return _before * turn * _after;
        }

        /// <summary>
        /// Between what lies under (an animation, or else the rest pose) and the performer. That something else has
        /// written since our last frame is seen by the value: no order of execution is taken for granted.
        /// </summary>
        internal void Write(Quaternion local, float weight)
        {
            if (weight < 1f)
            {
                Quaternion now = Node.localRotation;
                if (!now.Equals(_written))
                    _underlying = now;
                local = weight <= 0f ? _underlying : Quaternion.Slerp(_underlying, local, weight);
            }
            Node.localRotation = local;
            Settle();
        }

        /// <summary>What stands there now is ours: Unity may have normalised it, or foot IK gone over it.</summary>
        internal void Settle() => _written = Node.localRotation;
    }
}
