using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Reflection;
using UnityEngine;
using UnityEngine.Events;

namespace MocapBridge.Host
{
    /// <summary>
    /// Serialised values to the fields of components, strictly: a name that is no serialised field, or a reference to
    /// something of another kind, is a FormatException. (Unity would pass over it in silence.)
    /// </summary>
    sealed class SceneFields
    {
        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

        readonly Dictionary<string, UnityEngine.Object> _things;
        readonly AssetIndex _assets;

        internal SceneFields(Dictionary<string, UnityEngine.Object> things, AssetIndex assets)
        {
            _things = things;
            _assets = assets;
        }

        /// <summary>All that are not Unity's own, which begin with m_.</summary>
        internal void Set(object target, Dictionary<string, object> values)
        {
            foreach (KeyValuePair<string, object> pair in values)
                if (!pair.Key.StartsWith("m_", StringComparison.Ordinal))
                {
                    FieldInfo field = target.GetType().GetField(pair.Key, Any);
                    if (field == null || !(field.IsPublic || field.IsDefined(typeof(SerializeField), false)))
                        throw new FormatException(target.GetType().Name + " has no serialised field " + pair.Key);
                    if (typeof(UnityEventBase).IsAssignableFrom(field.FieldType))
                        Wire(field.GetValue(target), (Dictionary<string, object>)pair.Value);
                    else
                        field.SetValue(target, Value(field.FieldType, pair.Value));
                }
        }

        object Value(Type type, object told)
        {
            if (typeof(UnityEngine.Object).IsAssignableFrom(type))
                return Reference(type, (Dictionary<string, object>)told);
            if (type == typeof(string))
                return told;
            if (type == typeof(bool))
                return (string)told == "1";
            if (type.IsEnum)
                return Enum.ToObject(type, int.Parse((string)told));
            if (type.IsPrimitive)
                return Convert.ChangeType(told, type, CultureInfo.InvariantCulture);
            var list = told as List<object>;
            if (list != null)
                return Rows(type, list);
            object made = Activator.CreateInstance(type);
            Set(made, (Dictionary<string, object>)told);
            return made;
        }

        object Rows(Type type, List<object> told)
        {
            Type of = type.IsArray ? type.GetElementType() : type.GetGenericArguments()[0];
            var rows = Array.CreateInstance(of, told.Count);
            for (int row = 0; row < told.Count; row++)
                rows.SetValue(Value(of, told[row]), row);
            return type.IsArray ? rows : (object)(IList)Activator.CreateInstance(type, rows);
        }

        UnityEngine.Object Reference(Type type, Dictionary<string, object> told)
        {
            var id = (string)told["fileID"];
            UnityEngine.Object thing = null;
            if (told.ContainsKey("guid"))
                thing = _assets.Load((string)told["guid"]);
            else if (id != "0" && !_things.TryGetValue(id, out thing))
                throw new FormatException("nothing in the scene has the number " + id);
            if (thing != null && !type.IsInstanceOfType(thing))
                throw new FormatException(id + " is a " + thing.GetType().Name + ", not a " + type.Name);
            return thing;
        }

        /// <summary>The calls that an inspector has made.</summary>
        void Wire(object unityEvent, Dictionary<string, object> told)
        {
            var all = (Dictionary<string, object>)told["m_PersistentCalls"];
            foreach (Dictionary<string, object> call in (List<object>)all["m_Calls"])
            {
                UnityEngine.Object target =
                    Reference(typeof(UnityEngine.Object), (Dictionary<string, object>)call["m_Target"]);
                MethodInfo add = unityEvent.GetType().GetMethod("AddListener");
                Type listener = add.GetParameters()[0].ParameterType;
                string type = ((string)call["m_TargetAssemblyTypeName"]).Split(',')[0];
                if (type != target.GetType().FullName)
                    throw new FormatException("a call to " + type + " is aimed at a " + target.GetType().FullName);
                // As told (mode 0), or of a method without arguments (1): the only two that the samples have.
                add.Invoke(unityEvent, new object[]
                    { Delegate.CreateDelegate(listener, target, (string)call["m_MethodName"]) });
            }
        }
    }
}
