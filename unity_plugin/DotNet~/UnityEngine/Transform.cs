using System.Collections;
using System.Collections.Generic;

namespace UnityEngine
{
    public class Transform : Component, IEnumerable
    {
        readonly List<Transform> _children = new List<Transform>();
        Transform _parent;
        Vector3 _localPosition = Vector3.zero, _localScale = Vector3.one;
        Quaternion _localRotation = Quaternion.identity;

        protected Transform()
        {
        }

        public Transform parent
        {
            get => _parent;
            set => SetParent(value, true);
        }

        public Transform root => _parent == null ? this : _parent.root;
        public int childCount => _children.Count;
        public Transform GetChild(int index) => _children[index];
        public IEnumerator GetEnumerator() => _children.GetEnumerator();

        public void SetParent(Transform p) => SetParent(p, true);

        public void SetParent(Transform parent, bool worldPositionStays)
        {
            Vector3 position = this.position, scale = lossyScale;
            Quaternion rotation = this.rotation;
            bool active = gameObject.activeInHierarchy;
            _parent?._children.Remove(this);
            _parent = parent == null ? null : parent;
            _parent?._children.Add(this);
            GameObject.Roots.Remove(gameObject);
            if (ReferenceEquals(_parent, null))
            {
                GameObject.Roots.Add(gameObject);
            }
            if (worldPositionStays)
            {
                this.position = position;
                this.rotation = rotation;
                Vector3 over = _parent == null ? Vector3.one : _parent.lossyScale;
                _localScale = new Vector3(scale.x / over.x, scale.y / over.y, scale.z / over.z);
            }
            if (gameObject.activeInHierarchy != active)
            {
                gameObject.ActivityChanged();
            }
        }

        public bool IsChildOf(Transform parent)
        {
            for (Transform node = this; node != null; node = node._parent)
            {
                if (node == parent)
                {
                    return true;
                }
            }
            return false;
        }

        /// <summary>A child by name, or by names with slashes between.</summary>
        public Transform Find(string n)
        {
            int slash = n.IndexOf('/');
            string first = slash < 0 ? n : n.Substring(0, slash);
            foreach (Transform child in _children)
            {
                if (child.gameObject.name == first)
                {
                    return slash < 0 ? child : child.Find(n.Substring(slash + 1));
                }
            }
            return null;
        }

        public Vector3 localPosition
        {
            get => _localPosition;
            set => _localPosition = value;
        }

        public Quaternion localRotation
        {
            get => _localRotation;
            set => _localRotation = Quaternion.Normalize(value);
        }

        public Vector3 localScale
        {
            get => _localScale;
            set => _localScale = value;
        }

        public Vector3 localEulerAngles
        {
            get => _localRotation.eulerAngles;
            set => localRotation = Quaternion.Euler(value);
        }

        public Vector3 position
        {
            get => _parent == null ? _localPosition : _parent.TransformPoint(_localPosition);
            set => _localPosition = _parent == null ? value : _parent.InverseTransformPoint(value);
        }

        public Quaternion rotation
        {
            get => _parent == null ? _localRotation : _parent.rotation * _localRotation;
            set => localRotation = _parent == null ? value : Quaternion.Inverse(_parent.rotation) * value;
        }

        public Vector3 eulerAngles
        {
            get => rotation.eulerAngles;
            set => rotation = Quaternion.Euler(value);
        }

        public Vector3 lossyScale => _parent == null ? _localScale : Vector3.Scale(_parent.lossyScale, _localScale);

        public Vector3 right => rotation * Vector3.right;
        public Vector3 up => rotation * Vector3.up;
        public Vector3 forward => rotation * Vector3.forward;

        public Matrix4x4 localToWorldMatrix
        {
            get
            {
                Matrix4x4 local = Matrix4x4.TRS(_localPosition, _localRotation, _localScale);
                return _parent == null ? local : _parent.localToWorldMatrix * local;
            }
        }

        public Matrix4x4 worldToLocalMatrix => localToWorldMatrix.inverse;

        public void SetPositionAndRotation(Vector3 position, Quaternion rotation)
        {
            this.position = position;
            this.rotation = rotation;
        }

        public Vector3 TransformPoint(Vector3 position)
        {
            Vector3 above = _localRotation * Vector3.Scale(position, _localScale) + _localPosition;
            return _parent == null ? above : _parent.TransformPoint(above);
        }

        public Vector3 InverseTransformPoint(Vector3 position)
        {
            Vector3 here = _parent == null ? position : _parent.InverseTransformPoint(position);
            here = Quaternion.Inverse(_localRotation) * (here - _localPosition);
            return new Vector3(here.x / _localScale.x, here.y / _localScale.y, here.z / _localScale.z);
        }

        public Vector3 TransformDirection(Vector3 direction) => rotation * direction;
        public Vector3 InverseTransformDirection(Vector3 direction) => Quaternion.Inverse(rotation) * direction;

        public Vector3 TransformVector(Vector3 vector) => localToWorldMatrix.MultiplyVector(vector);

        public void LookAt(Vector3 worldPosition) => rotation = Quaternion.LookRotation(worldPosition - position);

        internal void CopyPlace(Transform other)
        {
            _localPosition = other._localPosition;
            _localRotation = other._localRotation;
            _localScale = other._localScale;
        }
    }
}
