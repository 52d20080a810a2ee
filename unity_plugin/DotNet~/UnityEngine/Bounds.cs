namespace UnityEngine
{
    public struct Bounds
    {
        public Bounds(Vector3 center, Vector3 size)
        {
            this.center = center;
            extents = size * 0.5f;
        }

        public Vector3 center { get; set; }
        public Vector3 extents { get; set; }

        public Vector3 size
        {
            get => extents * 2f;
            set => extents = value * 0.5f;
        }

        public Vector3 min => center - extents;
        public Vector3 max => center + extents;

        public void SetMinMax(Vector3 min, Vector3 max)
        {
            extents = (max - min) * 0.5f;
            center = min + extents;
        }

        public void Encapsulate(Vector3 point) => SetMinMax(
            new Vector3(Mathf.Min(min.x, point.x), Mathf.Min(min.y, point.y), Mathf.Min(min.z, point.z)),
            new Vector3(Mathf.Max(max.x, point.x), Mathf.Max(max.y, point.y), Mathf.Max(max.z, point.z)));
    }
}
