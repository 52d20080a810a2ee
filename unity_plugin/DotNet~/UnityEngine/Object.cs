using System;

namespace UnityEngine
{
    public class Object
    {
        static int s_last;
        readonly int _id = ++s_last;

        string _name = "";

        public string name
        {
            get => Name;
            set => Name = value;
        }

        public HideFlags hideFlags { get; set; }

        /// <summary>A component is called what its game object is called.</summary>
        internal virtual string Name
        {
            get => _name;
            set => _name = value ?? "";
        }

        /// <summary>True from the moment of destruction; == null and bool then say so, as in Unity.</summary>
        internal bool Dead { get; private set; }

        public int GetInstanceID() => _id;

        public static void Destroy(Object obj)
        {
            if (obj != null)
            {
                PlayerLoop.DestroyLater(obj);
            }
        }

        public static void DestroyImmediate(Object obj)
        {
            if (obj != null)
            {
                obj.Die();
            }
        }

        public static void DontDestroyOnLoad(Object target)
        {
        }

        public static T Instantiate<T>(T original) where T : Object => Instantiate(original, null);

        public static T Instantiate<T>(T original, Transform parent) where T : Object =>
            Instantiate(original, parent, false);

        public static T Instantiate<T>(T original, Transform parent, bool worldPositionStays) where T : Object =>
            (T)Cloner.Clone(original, parent, worldPositionStays);

        internal virtual void Die() => Dead = true;

        public static implicit operator bool(Object exists) => !Gone(exists);

        public static bool operator ==(Object x, Object y) => Gone(x) ? Gone(y) : ReferenceEquals(x, y);
        public static bool operator !=(Object x, Object y) => !(x == y);

        static bool Gone(Object thing) => ReferenceEquals(thing, null) || thing.Dead;

        public override bool Equals(object other) => other is Object thing ? this == thing : other == null && Dead;
        public override int GetHashCode() => _id;
        public override string ToString() => Dead ? "null" : $"{name} ({GetType().FullName})";
    }
}
