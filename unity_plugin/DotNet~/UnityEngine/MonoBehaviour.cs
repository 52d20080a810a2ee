using System;
using System.Reflection;

namespace UnityEngine
{
    public class MonoBehaviour : Behaviour
    {
        internal Action UpdateMessage, LateUpdateMessage;
        Action _awake, _onEnable, _start, _onDisable, _onDestroy;
        bool _awoke, _running, _started;

        internal int Order { get; private set; }

        internal override void Join(GameObject owner)
        {
            base.Join(owner);
            _awake = Message("Awake");
            _onEnable = Message("OnEnable");
            _start = Message("Start");
            _onDisable = Message("OnDisable");
            _onDestroy = Message("OnDestroy");
            UpdateMessage = Message("Update");
            LateUpdateMessage = Message("LateUpdate");
            object[] order = GetType().GetCustomAttributes(typeof(DefaultExecutionOrder), true);
            Order = order.Length > 0 ? ((DefaultExecutionOrder)order[0]).order : 0;
        }

        /// <summary>
        /// Once, so that a frame costs no reflection. What the message throws is logged, as Unity does.
        /// </summary>
        Action Message(string message)
        {
            for (Type type = GetType(); type != typeof(MonoBehaviour); type = type.BaseType)
            {
                MethodInfo method = type.GetMethod(
                    message,
                    BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly,
                    null,
                    Type.EmptyTypes,
                    null);
                if (method != null)
                {
                    return (Action)Delegate.CreateDelegate(typeof(Action), this, method);
                }
            }
            return null;
        }

        internal override void ActivityChanged()
        {
            if (gameObject.activeInHierarchy && !_awoke && PlayerLoop.Runs(this))
            {
                _awoke = true;
                PlayerLoop.Run(_awake);
            }
            bool runs = isActiveAndEnabled && PlayerLoop.Runs(this);
            if (runs == _running)
            {
                return;
            }
            _running = runs;
            if (runs)
            {
                PlayerLoop.Add(this);
            }
            else
            {
                PlayerLoop.Remove(this);
            }
            PlayerLoop.Run(runs ? _onEnable : _onDisable);
        }

        internal void StartOnce()
        {
            if (!_started)
            {
                _started = true;
                PlayerLoop.Run(_start);
            }
        }

        internal override void Die()
        {
            if (Dead)
            {
                return;
            }
            if (_running)
            {
                _running = false;
                PlayerLoop.Remove(this);
                PlayerLoop.Run(_onDisable);
            }
            if (_awoke)
            {
                PlayerLoop.Run(_onDestroy);
            }
            base.Die();
        }
    }
}
