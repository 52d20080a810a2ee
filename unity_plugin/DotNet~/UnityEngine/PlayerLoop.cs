using System;
using System.Collections.Generic;

namespace UnityEngine
{
    /// <summary>
    /// What Unity does once a frame, for the host and the tests to drive. No allocation when nothing changes.
    /// </summary>
    static class PlayerLoop
    {
        static readonly List<MonoBehaviour> s_running = new List<MonoBehaviour>();
        static readonly List<MonoBehaviour> s_now = new List<MonoBehaviour>();
        static readonly List<Object> s_doomed = new List<Object>();
        static readonly Comparison<MonoBehaviour> s_byOrder = (a, b) =>
            a.Order != b.Order ? a.Order.CompareTo(b.Order) : a.GetInstanceID().CompareTo(b.GetInstanceID());
        static bool s_changed;

        /// <summary>Called between Update and LateUpdate, where Unity evaluates its Animators.</summary>
        internal static Action Animate;

        /// <summary>Where exceptions of messages go; the tests make it throw.</summary>
        internal static Action<Exception> Failed = Debug.LogException;

        /// <summary>One frame, the given time after the last one.</summary>
        internal static void Frame(float seconds)
        {
            Time.Advance(seconds);
            Sort();
            foreach (MonoBehaviour behaviour in s_now)
            {
                if (behaviour.isActiveAndEnabled)
                {
                    behaviour.StartOnce();
                    Run(behaviour.UpdateMessage);
                }
            }
            Animate?.Invoke();
            Sort();
            foreach (MonoBehaviour behaviour in s_now)
            {
                if (behaviour.isActiveAndEnabled)
                {
                    behaviour.StartOnce();
                    Run(behaviour.LateUpdateMessage);
                }
            }
            for (int index = 0; index < s_doomed.Count; index++)
            {
                s_doomed[index].Die();
            }
            s_doomed.Clear();
        }

        /// <summary>In edit mode only behaviours that ask for it live.</summary>
        internal static bool Runs(MonoBehaviour behaviour) =>
            Application.isPlaying || behaviour.GetType().IsDefined(typeof(ExecuteAlways), true);

        internal static void Add(MonoBehaviour behaviour)
        {
            s_running.Add(behaviour);
            s_changed = true;
        }

        internal static void Remove(MonoBehaviour behaviour)
        {
            s_running.Remove(behaviour);
            s_changed = true;
        }

        internal static void DestroyLater(Object thing) => s_doomed.Add(thing);

        internal static void Run(Action message)
        {
            if (message == null)
            {
                return;
            }
            try
            {
                message();
            }
            catch (Exception exception)
            {
                Failed(exception);
            }
        }

        static void Sort()
        {
            if (!s_changed)
            {
                return;
            }
            s_changed = false;
            s_now.Clear();
            s_now.AddRange(s_running);
            s_now.Sort(s_byOrder);
        }
    }
}
