namespace UnityEngine.Events
{
    public delegate void UnityAction();

    public delegate void UnityAction<T0>(T0 arg0);

    public delegate void UnityAction<T0, T1>(T0 arg0, T1 arg1);

    public abstract class UnityEventBase
    {
        public void RemoveAllListeners() => Forget();

        internal abstract void Forget();
    }

    public class UnityEvent : UnityEventBase
    {
        UnityAction _calls;

        public void AddListener(UnityAction call) => _calls += call;
        public void RemoveListener(UnityAction call) => _calls -= call;
        internal override void Forget() => _calls = null;
        public void Invoke() => _calls?.Invoke();
    }

    public class UnityEvent<T0> : UnityEventBase
    {
        UnityAction<T0> _calls;

        public void AddListener(UnityAction<T0> call) => _calls += call;
        public void RemoveListener(UnityAction<T0> call) => _calls -= call;
        internal override void Forget() => _calls = null;
        public void Invoke(T0 arg0) => _calls?.Invoke(arg0);
    }

    public class UnityEvent<T0, T1> : UnityEventBase
    {
        UnityAction<T0, T1> _calls;

        public void AddListener(UnityAction<T0, T1> call) => _calls += call;
        public void RemoveListener(UnityAction<T0, T1> call) => _calls -= call;
        internal override void Forget() => _calls = null;
        public void Invoke(T0 arg0, T1 arg1) => _calls?.Invoke(arg0, arg1);
    }
}
