using System;
using System.Collections;
using System.Collections.Generic;
using System.Reflection;

namespace UnityEngine
{
    /// <summary>
    /// Object.Instantiate: copies a tree of game objects with what Unity would have saved of their components.
    /// </summary>
    static class Cloner
    {
        const BindingFlags Fields =
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

        internal static Object Clone(Object original, Transform parent, bool worldPositionStays)
        {
            if (original == null)
            {
                throw new ArgumentException("The Object you want to instantiate is null.");
            }
            var component = original as Component;
            GameObject source = component != null ? component.gameObject : original as GameObject;
            if (source == null)
            {
                throw new NotSupportedException(
                    $"the stand-in copies game objects and components, not a {original.GetType().Name}");
            }
            var copies = new Dictionary<object, object>();
            GameObject copy = Tree(source, copies);
            copy.name = source.name + "(Clone)";
            foreach (KeyValuePair<object, object> pair in new Dictionary<object, object>(copies))
            {
                if (pair.Key is Component from)
                {
                    CopyFields(from, pair.Value, copies);
                }
            }
            if (parent != null)
            {
                copy.transform.SetParent(parent, worldPositionStays);
            }
            copy.SetActive(source.activeSelf);
            return (Object)copies[original];
        }

        /// <summary>Inactive at the top until all is copied, so that nothing awakes half made.</summary>
        static GameObject Tree(GameObject source, Dictionary<object, object> copies)
        {
            var copy = new GameObject(source.name);
            copy.SetActive(false);
            copies[source] = copy;
            copies[source.transform] = copy.transform;
            copy.layer = source.layer;
            copy.transform.CopyPlace(source.transform);
            foreach (Component component in source.Components)
            {
                if (component != source.transform)
                {
                    copies[component] = copy.AddExactly(component.GetType());
                }
            }
            for (int index = 0; index < source.transform.childCount; index++)
            {
                GameObject child = Tree(source.transform.GetChild(index).gameObject, copies);
                child.transform.SetParent(copy.transform, false);
                child.SetActive(source.transform.GetChild(index).gameObject.activeSelf);
            }
            return copy;
        }

        static void CopyFields(object from, object to, Dictionary<object, object> copies)
        {
            for (Type type = from.GetType(); type != typeof(MonoBehaviour) && type != typeof(Component)
                && type != typeof(object); type = type.BaseType)
            {
                foreach (FieldInfo field in type.GetFields(Fields))
                {
                    if (Saved(field))
                    {
                        field.SetValue(to, Copy(field.GetValue(from), copies));
                    }
                }
            }
        }

        static bool Saved(FieldInfo field) =>
            !field.IsInitOnly && !field.IsNotSerialized
            && (field.IsPublic || field.IsDefined(typeof(SerializeField), false)
                || field.DeclaringType.Assembly == typeof(Object).Assembly);

        static object Copy(object value, Dictionary<object, object> copies)
        {
            object known;
            if (value == null || value is string || value is Object || value is Delegate || value.GetType().IsValueType)
            {
                return value != null && copies.TryGetValue(value, out known) ? known : value;
            }
            if (value is Array array)
            {
                var copy = (Array)array.Clone();
                for (int index = 0; index < copy.Length; index++)
                {
                    copy.SetValue(Copy(array.GetValue(index), copies), index);
                }
                return copy;
            }
            object made = Activator.CreateInstance(value.GetType(), true);
            if (value is IList list)
            {
                foreach (object item in list)
                {
                    ((IList)made).Add(Copy(item, copies));
                }
                return made;
            }
            CopyFields(value, made, copies);
            return made;
        }
    }
}
