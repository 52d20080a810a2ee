using UnityEngine;

namespace MocapBridge
{
    /// <summary>
    /// Makes a Unity camera see what the bridge's camera sees: its place, focal length and optical centre. What is put
    /// at a joint's place then lies on that joint in the picture.
    /// </summary>
    [AddComponentMenu("Mocap Bridge/Mocap Camera")]
    [RequireComponent(typeof(Camera))]
    [DefaultExecutionOrder(-90)]
    public sealed class MocapCamera : MonoBehaviour
    {
        [Tooltip("Empty: the one above this object, or the scene's only one")]
        public MocapDispatcher dispatcher;
        public PictureFit fit = PictureFit.Whole;

        readonly float[] _rows = new float[16];
        Camera _camera;

        void OnEnable()
        {
            _camera = GetComponent<Camera>();
            dispatcher = DispatcherFinder.For(this, dispatcher);
        }

        void OnDisable()
        {
            if (_camera != null) // gone already when the scene ends
                _camera.ResetProjectionMatrix();
        }

        void LateUpdate() => Step();

        internal void Step()
        {
            // A camera that no packet has told of keeps its own view: VMC, or nobody sends.
            if (dispatcher == null || !dispatcher.Scene.Camera.Known)
                return;
            CameraView view = dispatcher.Scene.Camera;
            Vec3 position;
            Quat rotation;
            UnityAxes.CameraPose(view, out position, out rotation);
            Transform stage = dispatcher.transform;
            transform.SetPositionAndRotation(
                stage.TransformPoint(new Vector3(position.X, position.Y, position.Z)),
                stage.rotation * new Quaternion(rotation.X, rotation.Y, rotation.Z, rotation.W));
            UnityAxes.Projection(view, _camera.nearClipPlane, _camera.farClipPlane, _rows);
            _camera.projectionMatrix = Fitted(view.WidthPx / view.HeightPx, _camera.aspect);
        }

        Matrix4x4 Fitted(float pictureAspect, float screenAspect)
        {
            float wider = screenAspect / pictureAspect, x = 1f, y = 1f;
            if (fit != PictureFit.Stretch && (fit == PictureFit.Whole) == (wider > 1f))
                x = 1f / wider;
            else if (fit != PictureFit.Stretch)
                y = wider;
            var matrix = default(Matrix4x4);
            for (int cell = 0; cell < 16; cell++)
                matrix[cell / 4, cell % 4] = _rows[cell] * (cell < 4 ? x : cell < 8 ? y : 1f);
            return matrix;
        }
    }
}
