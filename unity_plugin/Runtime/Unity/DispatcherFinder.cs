using System.Collections.Generic;
using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// Whom a component hears: the dispatcher that was set, the one above it, or the scene's only one.
    /// </summary>
    static class DispatcherFinder
    {
        static readonly List<MocapDispatcher> s_enabled = new List<MocapDispatcher>();

        internal static void Add(MocapDispatcher dispatcher) => s_enabled.Add(dispatcher);

        internal static void Remove(MocapDispatcher dispatcher) => s_enabled.Remove(dispatcher);

        /// <summary>Null if there is none, which is told, or no way to choose.</summary>
        internal static MocapDispatcher For(Component component, MocapDispatcher given)
        {
            MocapDispatcher found = given != null ? given : component.GetComponentInParent<MocapDispatcher>();
            if (found == null && s_enabled.Count == 1)
                found = s_enabled[0];
            if (found == null)
                Debug.LogError("Mocap Bridge: the " + component.GetType().Name + " of '" + component.name
                    + (s_enabled.Count == 0 ? "' finds no dispatcher: add one (GameObject, Mocap Bridge, Dispatcher)"
                        : "' finds " + s_enabled.Count + " dispatchers: set the one that it should hear"), component);
            return found;
        }
    }
}
