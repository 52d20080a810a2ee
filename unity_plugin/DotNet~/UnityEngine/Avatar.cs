namespace UnityEngine
{
    public class Avatar : Object
    {
        internal Avatar()
        {
        }

        public bool isValid { get; internal set; }
        public bool isHuman { get; internal set; }
        public HumanDescription humanDescription { get; internal set; }
    }
}
