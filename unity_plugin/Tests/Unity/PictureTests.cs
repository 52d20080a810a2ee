using NUnit.Framework;
using UnityEngine;

namespace MocapBridge.Tests
{
    /// <summary>The camera, the occluder and the fades: what has to do with the picture.</summary>
    public sealed class PictureTests
    {
        [TearDown]
        public void CleanUp() => Make.CleanUp();

        [TestCase(1.333333f, PictureFit.Whole)]
        [TestCase(1.777778f, PictureFit.Whole)]
        [TestCase(0.75f, PictureFit.Whole)]
        [TestCase(1.777778f, PictureFit.Fill)]
        [TestCase(0.75f, PictureFit.Fill)]
        public void A_joint_is_seen_where_the_bridges_camera_sees_it(float aspect, PictureFit fit)
        {
            MocapDispatcher dispatcher = Make.Dispatcher();
            MocapCamera camera = CameraOf(dispatcher, aspect, fit);
            dispatcher.Frame(Seen(Make.Scene(1, Make.Pose(1))));
            camera.Step();
            // 0.4 m right of, 0.3 m above the optical axis, 3 m before the camera: by hand, in pixels of 640x480.
            float x = 330f + 500f * 0.4f / 3f, y = 235f - 510f * 0.3f / 3f;
            Vector3 at = camera.GetComponent<Camera>().WorldToViewportPoint(
                dispatcher.PointInScene(new Vec3(0.4f, 1.5f, -3f)));
            float wider = aspect / (640f / 480f);
            bool sides = fit == PictureFit.Whole == wider > 1f;
            Assert.That(at.x, Is.EqualTo(0.5f + (x / 640f - 0.5f) * (sides ? 1f / wider : 1f)).Within(1e-4f));
            Assert.That(at.y, Is.EqualTo(0.5f + (0.5f - y / 480f) * (sides ? 1f : wider)).Within(1e-4f));
            Assert.That(at.z, Is.EqualTo(3f).Within(1e-4f));
        }

        [Test]
        public void A_camera_of_which_nothing_is_told_keeps_its_view()
        {
            MocapDispatcher dispatcher = Make.Dispatcher();
            MocapCamera camera = CameraOf(dispatcher, 1f, PictureFit.Whole);
            camera.transform.localPosition = new Vector3(1f, 2f, 3f);
            dispatcher.Frame(Make.Scene(1, Make.Pose(1)));
            camera.Step();
            Near.Points(new Vector3(1f, 2f, 3f), camera.transform.localPosition);
        }

        [Test]
        public void Everybody_becomes_capsules_and_who_leaves_goes()
        {
            BodyOccluder occluder = Occluder();
            Show(occluder, Make.Scene(1, Make.Pose(1), Make.Pose(2)));
            Assert.That(occluder.GetComponentsInChildren<MeshRenderer>().Length, Is.EqualTo(2 * BodyCapsules.Count));
            Show(occluder, Make.Scene(2, Make.Pose(2)));
            Assert.That(occluder.GetComponentsInChildren<MeshRenderer>().Length, Is.EqualTo(BodyCapsules.Count));
        }

        [Test]
        public void A_capsule_lies_along_its_limb()
        {
            BodyOccluder occluder = Occluder();
            Show(occluder, Make.Scene(1, Make.Pose(1)));
            var wanted = new BodyCapsules();
            wanted.Update(Make.Pose(1));
            MeshFilter[] parts = occluder.GetComponentsInChildren<MeshFilter>();
            for (int part = 0; part < parts.Length; part++)
            {
                float lengthM = (wanted.CapsulesWorld[part].EndM - wanted.CapsulesWorld[part].StartM).Length;
                Near.Points(wanted.CapsulesWorld[part].StartM.ToUnity(), parts[part].transform.position);
                Near.Points(wanted.CapsulesWorld[part].EndM.ToUnity(),
                    parts[part].transform.TransformPoint(Vector3.up * lengthM), 1e-3f);
            }
        }

        [Test]
        public void The_debug_view_shows_what_else_only_hides()
        {
            BodyOccluder occluder = Occluder();
            Show(occluder, Make.Scene(1, Make.Pose(1)));
            Assert.That(occluder.GetComponentInChildren<MeshRenderer>().sharedMaterial.shader.name,
                Is.EqualTo(BodyOccluder.DepthShader));
            occluder.debugView = true;
            Show(occluder, Make.Scene(2, Make.Pose(1)));
            Assert.That(occluder.GetComponentInChildren<MeshRenderer>().sharedMaterial.shader.name,
                Is.EqualTo(BodyOccluder.DebugShader));
        }

        [Test]
        public void Faces_of_a_capsule_look_outwards_and_lie_aboutwardsits_surface()
        {
            var capsule = new CapsuleMesh();
            capsule.Resize(0.4f, 0.1f);
            Vector3[] at = capsule.Mesh.vertices;
            int[] corners = capsule.Mesh.triangles;
            for (int corner = 0; corner < corners.Length; corner += 3)
            {
                Vector3 a = at[corners[corner]], b = at[corners[corner + 1]], c = at[corners[corner + 2]];
                Vector3 normal = Vector3.Cross(b - a, c - a), middle = (a + b + c) / 3f;
                Vector3 outwards = middle - Vector3.up * Mathf.Clamp(middle.y, 0f, 0.4f);
                if (normal.magnitude > 1e-9f)
                    Assert.That(Vector3.Dot(normal, outwards), Is.GreaterThan(0f));
                Assert.That(outwards.magnitude, Is.EqualTo(0.1f).Within(0.004f));
            }
            Object.DestroyImmediate(capsule.Mesh);
        }

        [Test]
        public void An_effect_fades_with_its_joint()
        {
            MocapDispatcher dispatcher = Make.Dispatcher();
            GameObject effect = Make.Object("effect", dispatcher.transform);
            effect.SetActive(false);
            var renderer = effect.AddComponent<MeshRenderer>();
            renderer.sharedMaterial = new Material(Shader.Find("Mocap Bridge/Particle Fade"));
            var fade = effect.AddComponent<VisibilityFade>();
            fade.smoothS = 0f;
            effect.SetActive(true);
            Assert.That(fade.Share, Is.EqualTo(0f));
            Scene scene = Make.Scene(1, Make.Pose(1));
            dispatcher.Frame(scene);
            fade.Step(0.1f);
            Assert.That(fade.Share, Is.EqualTo(1f));
            scene = Make.Scene(2, Make.Pose(1));
            scene.Bodies[0].Visibility[System.Array.IndexOf(Skeleton.Joints, "L_Hand")] = 0.4f;
            dispatcher.Frame(scene);
            fade.Step(0.1f);
            Assert.That(fade.Share, Is.EqualTo(0.5f).Within(1e-4f));
            var block = new MaterialPropertyBlock();
            renderer.GetPropertyBlock(block);
            Assert.That(block.GetFloat(Shader.PropertyToID("_MocapFade")), Is.EqualTo(0.5f).Within(1e-4f));
            dispatcher.Frame(Make.Scene(3));
            fade.Step(0.1f);
            Assert.That(renderer.enabled, Is.False);
        }

        [Test]
        public void A_fade_takes_its_time()
        {
            MocapDispatcher dispatcher = Make.Dispatcher();
            var fade = Make.Object("effect", dispatcher.transform).AddComponent<VisibilityFade>();
            fade.smoothS = 1f;
            dispatcher.Frame(Make.Scene(1, Make.Pose(1)));
            fade.Step(0.25f);
            fade.Step(0.25f);
            Assert.That(fade.Share, Is.EqualTo(0.5f).Within(1e-4f));
        }

        [Test]
        public void An_avatar_fades_by_the_alpha_of_its_own_colour()
        {
            TestAvatar avatar = Make.Avatar("tpose");
            var renderer = avatar.Root.AddComponent<MeshRenderer>();
            renderer.sharedMaterial =
                new Material(Shader.Find("Standard")) { color = new Color(0.2f, 0.4f, 0.6f, 0.8f) };
            AvatarDriver driver = Make.Driver(avatar);
            var fade = avatar.Root.AddComponent<AvatarFade>();
            driver.Opacity = 0.5f;
            fade.Step();
            var block = new MaterialPropertyBlock();
            renderer.GetPropertyBlock(block);
            Color color = block.GetColor(Shader.PropertyToID("_Color"));
            Assert.That(color.a, Is.EqualTo(0.4f).Within(1e-4f));
            Assert.That(color.b, Is.EqualTo(0.6f).Within(1e-4f));
            Assert.That(renderer.sharedMaterial.color.a, Is.EqualTo(0.8f).Within(1e-4f),
                "the material itself is nobody's to change");
        }

        static MocapCamera CameraOf(MocapDispatcher dispatcher, float aspect, PictureFit fit)
        {
            GameObject eye = Make.Object("camera", dispatcher.transform);
            eye.AddComponent<Camera>().aspect = aspect;
            var camera = eye.AddComponent<MocapCamera>();
            camera.fit = fit;
            return camera;
        }

        /// <summary>By a camera 1.2 m above the floor that looks along -Z.</summary>
        static Scene Seen(Scene scene)
        {
            CameraView camera = scene.Camera;
            camera.Known = true;
            camera.WidthPx = 640f;
            camera.HeightPx = 480f;
            camera.FocalXPx = 500f;
            camera.FocalYPx = 510f;
            camera.CenterXPx = 330f;
            camera.CenterYPx = 235f;
            camera.WorldFromCamera[7] = 1.2f;
            return scene;
        }

        static BodyOccluder Occluder() => Make.Dispatcher().gameObject.AddComponent<BodyOccluder>();

        static void Show(BodyOccluder occluder, Scene scene)
        {
            occluder.dispatcher.Frame(scene);
            occluder.Step();
        }
    }
}
