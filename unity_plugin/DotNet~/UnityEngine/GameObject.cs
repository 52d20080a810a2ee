using System;
using System.Collections.Generic;

namespace UnityEngine
{
    public sealed class GameObject : Object
    {
        /// <summary>What stands at the top of the scene.</summary>
        internal static readonly List<GameObject> Roots = new List<GameObject>();

        internal readonly List<Component> Components = new List<Component>();
        readonly Transform _transform;
        bool _active = true;

        public GameObject()
            : this("New Game Object")
        {
        }

        public GameObject(string name)
        {
            this.name = name;
            _transform = (Transform)AddExactly(typeof(Transform));
            Roots.Add(this);
        }

        /// <summary>Here without a shape and a collider: only the default material is of use to the package.</summary>
        public static GameObject CreatePrimitive(PrimitiveType type)
        {
            var made = new GameObject(type.ToString());
            made.AddComponent<MeshFilter>().sharedMesh = new Mesh { name = type.ToString() };
            made.AddComponent<MeshRenderer>().sharedMaterial = Material.OfPrimitives;
            return made;
        }

        public Transform transform => _transform;
        public int layer { get; set; }
        public GameObject gameObject => this;
        public bool activeSelf => _active;
        public bool activeInHierarchy =>
            _active && (_transform.parent == null || _transform.parent.gameObject.activeInHierarchy);

        public void SetActive(bool value)
        {
            if (_active != value)
            {
                _active = value;
                ActivityChanged();
            }
        }

        internal void ActivityChanged()
        {
            foreach (Component component in Components.ToArray())
            {
                component.ActivityChanged();
            }
            for (int index = 0; index < _transform.childCount; index++)
            {
                _transform.GetChild(index).gameObject.ActivityChanged();
            }
        }

        public T AddComponent<T>() where T : Component => (T)AddComponent(typeof(T));

        public Component AddComponent(Type componentType)
        {
            foreach (RequireComponent needed in componentType.GetCustomAttributes(typeof(RequireComponent), true))
            {
                foreach (Type type in new[] { needed.m_Type0, needed.m_Type1, needed.m_Type2 })
                {
                    if (type != null && GetComponent(type) == null)
                    {
                        AddComponent(type);
                    }
                }
            }
            Component component = AddExactly(componentType);
            if (component is ParticleSystem)
            {
                AddExactly(typeof(ParticleSystemRenderer)); // Unity makes both at once
            }
            component.ActivityChanged();
            return component;
        }

        internal Component AddExactly(Type type)
        {
            var component = (Component)Activator.CreateInstance(type, true);
            component.Join(this);
            Components.Add(component);
            return component;
        }

        public T GetComponent<T>()
        {
            foreach (Component component in Components)
            {
                if (component is T)
                {
                    return (T)(object)component;
                }
            }
            return default(T);
        }

        public Component GetComponent(Type type)
        {
            foreach (Component component in Components)
            {
                if (type.IsInstanceOfType(component))
                {
                    return component;
                }
            }
            return null;
        }

        public bool TryGetComponent<T>(out T component)
        {
            component = GetComponent<T>();
            return component != null;
        }

        public T GetComponentInChildren<T>() => GetComponentInChildren<T>(false);

        public T GetComponentInChildren<T>(bool includeInactive)
        {
            T[] found = GetComponentsInChildren<T>(includeInactive);
            return found.Length > 0 ? found[0] : default(T);
        }

        public T[] GetComponentsInChildren<T>() => GetComponentsInChildren<T>(false);

        public T[] GetComponentsInChildren<T>(bool includeInactive)
        {
            var found = new List<T>();
            Collect(found, includeInactive);
            return found.ToArray();
        }

        void Collect<T>(List<T> found, bool includeInactive)
        {
            if (!includeInactive && !activeInHierarchy)
            {
                return;
            }
            foreach (Component component in Components)
            {
                if (component is T)
                {
                    found.Add((T)(object)component);
                }
            }
            for (int index = 0; index < _transform.childCount; index++)
            {
                _transform.GetChild(index).gameObject.Collect(found, includeInactive);
            }
        }

        public T GetComponentInParent<T>()
        {
            for (Transform node = _transform; node != null; node = node.parent)
            {
                var found = node.gameObject.GetComponent<T>();
                if (found != null)
                {
                    return found;
                }
            }
            return default(T);
        }

        internal override void Die()
        {
            if (Dead)
            {
                return;
            }
            for (int index = _transform.childCount - 1; index >= 0; index--)
            {
                _transform.GetChild(index).gameObject.Die();
            }
            foreach (Component component in Components.ToArray())
            {
                if (component != _transform)
                {
                    component.Die();
                }
            }
            _transform.SetParent(null, false);
            Roots.Remove(this);
            _transform.Die();
            base.Die();
        }
    }
}
