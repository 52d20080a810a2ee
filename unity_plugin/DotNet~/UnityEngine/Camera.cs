namespace UnityEngine
{
    public sealed class Camera : Behaviour
    {
        Matrix4x4 _projection;
        bool _own;

        public static Camera main
        {
            get
            {
                Camera made = Made;
                return made == null ? null : made;
            }
        }

        /// <summary>The scene's only camera, told by the host: the stand-in knows no tags.</summary>
        internal static Camera Made;

        public float nearClipPlane { get; set; } = 0.3f;
        public float farClipPlane { get; set; } = 1000f;
        public float fieldOfView { get; set; } = 60f;
        public float aspect { get; set; } = 16f / 9f;
        public float depth { get; set; }
        public Rect rect { get; set; } = new Rect(0f, 0f, 1f, 1f);
        public Color backgroundColor { get; set; }
        public CameraClearFlags clearFlags { get; set; } = CameraClearFlags.Skybox;

        public Matrix4x4 projectionMatrix
        {
            get => _own ? _projection : FromFieldOfView();
            set
            {
                _projection = value;
                _own = true;
            }
        }

        public void ResetProjectionMatrix() => _own = false;

        /// <summary>As in OpenGL: the camera looks along -Z of this space.</summary>
        public Matrix4x4 worldToCameraMatrix =>
            Matrix4x4.Scale(new Vector3(1f, 1f, -1f)) * Matrix4x4.TRS(
                transform.position, transform.rotation, Vector3.one).inverse;

        /// <summary>x y from 0 to 1 from the lower left, z metres before the camera.</summary>
        public Vector3 WorldToViewportPoint(Vector3 position)
        {
            Vector3 seen = worldToCameraMatrix.MultiplyPoint3x4(position);
            Vector3 clip = projectionMatrix.MultiplyPoint(seen);
            return new Vector3(clip.x * 0.5f + 0.5f, clip.y * 0.5f + 0.5f, -seen.z);
        }

        Matrix4x4 FromFieldOfView()
        {
            var m = default(Matrix4x4);
            float near = nearClipPlane, far = farClipPlane;
            m.m11 = 1f / Mathf.Tan(fieldOfView * Mathf.Deg2Rad / 2f);
            m.m00 = m.m11 / aspect;
            m.m22 = -(far + near) / (far - near);
            m.m23 = -2f * far * near / (far - near);
            m.m32 = -1f;
            return m;
        }
    }

    public enum CameraClearFlags
    {
        Skybox = 1,
        Color = 2,
        SolidColor = 2,
        Depth = 3,
        Nothing = 4,
    }
}
