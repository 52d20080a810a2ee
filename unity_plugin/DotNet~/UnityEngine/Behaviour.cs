namespace UnityEngine
{
    public class Behaviour : Component
    {
        bool _enabled = true;

        public bool enabled
        {
            get => _enabled;
            set
            {
                if (_enabled != value)
                {
                    _enabled = value;
                    ActivityChanged();
                }
            }
        }

        public bool isActiveAndEnabled => !Dead && _enabled && gameObject.activeInHierarchy;
    }
}
