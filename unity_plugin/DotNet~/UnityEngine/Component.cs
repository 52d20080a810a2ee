using System;

namespace UnityEngine
{
    public class Component : Object
    {
        GameObject _gameObject;

        public GameObject gameObject => _gameObject;
        public Transform transform => _gameObject.transform;

        public T GetComponent<T>() => _gameObject.GetComponent<T>();
        public Component GetComponent(Type type) => _gameObject.GetComponent(type);
        public bool TryGetComponent<T>(out T component) => _gameObject.TryGetComponent(out component);
        public T GetComponentInChildren<T>() => _gameObject.GetComponentInChildren<T>();
        public T GetComponentInChildren<T>(bool includeInactive) =>
            _gameObject.GetComponentInChildren<T>(includeInactive);
        public T[] GetComponentsInChildren<T>() => _gameObject.GetComponentsInChildren<T>();
        public T[] GetComponentsInChildren<T>(bool includeInactive) =>
            _gameObject.GetComponentsInChildren<T>(includeInactive);
        public T GetComponentInParent<T>() => _gameObject.GetComponentInParent<T>();

        internal override string Name
        {
            get => _gameObject.name;
            set => _gameObject.name = value;
        }

        internal virtual void Join(GameObject owner)
        {
            _gameObject = owner;
        }

        internal virtual void ActivityChanged()
        {
        }

        internal override void Die()
        {
            if (!Dead)
            {
                base.Die();
                _gameObject.Components.Remove(this);
            }
        }
    }
}
