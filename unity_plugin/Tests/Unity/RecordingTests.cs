using System.IO;
using System.Text;
using NUnit.Framework;
using UnityEngine;
using UnityEngine.TestTools;

namespace MocapBridge.Tests
{
    /// <summary>Takes in and out, clips, expressions, the mannequin.</summary>
    public sealed class RecordingTests
    {
        string _folder;

        [SetUp]
        public void Begin()
        {
            _folder = Path.Combine(Path.GetTempPath(), "mocap-bridge-" + System.Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(_folder);
        }

        [TearDown]
        public void CleanUp()
        {
            Make.CleanUp();
            Directory.Delete(_folder, true);
            LogAssert.ignoreFailingMessages = false;
        }

        [Test]
        public void What_was_recorded_is_played_back()
        {
            MocapDispatcher dispatcher = Make.Dispatcher();
            var recorder = dispatcher.gameObject.AddComponent<MocapRecorder>();
            string path = recorder.Begin(Path.Combine(_folder, "one.take.jsonl"));
            for (int frame = 0; frame < 5; frame++)
                dispatcher.Frame(Make.Scene(frame, Make.Pose(3).Turned("Head", 10f * frame, Vector3.up)));
            recorder.End();
            Assert.That(recorder.FramesWritten, Is.EqualTo(5));

            AvatarDriver driver = Make.Driver(Make.Avatar("tpose"));
            MocapDispatcher player = Player(path, driver);
            var playback = player.GetComponent<MocapPlayback>();
            for (int frame = 0; frame < 5; frame++)
            {
                playback.Step(frame == 0 ? 0f : 1f / 30f);
                player.Step(LocalClock.NowS, 1f / 30f);
                Near.Turns(Quaternion.AngleAxis(10f * frame, Vector3.up),
                    driver.animator.GetBoneTransform(HumanBodyBones.Head).rotation);
            }
        }

        [Test]
        public void A_take_begins_again_when_it_is_looped()
        {
            MocapDispatcher player = Player(Recorded(3), null);
            var playback = player.GetComponent<MocapPlayback>();
            var seen = new StringBuilder();
            for (int frame = 0; frame < 7; frame++)
            {
                playback.Step(1f / 30f);
                player.Step(LocalClock.NowS, 1f / 30f);
                seen.Append(player.Scene.FrameIndex);
            }
            Assert.That(seen.ToString(), Is.EqualTo("0120120"));
        }

        [Test]
        public void A_paused_take_keeps_people_where_they_are()
        {
            MocapDispatcher player = Player(Recorded(3), null);
            var playback = player.GetComponent<MocapPlayback>();
            playback.Step(0f);
            playback.Pause();
            for (int frame = 0; frame < 5; frame++)
            {
                playback.Step(1f);
                player.Step(LocalClock.NowS, 1f);
            }
            Assert.That(player.Scene.FrameIndex, Is.EqualTo(0));
            Assert.That(player.Scene.Poses.Count, Is.EqualTo(1));
        }

        [Test]
        public void A_file_that_is_no_take_is_told()
        {
            LogAssert.ignoreFailingMessages = true;
            string path = Path.Combine(_folder, "no.take.jsonl");
            File.WriteAllText(path, "{\"format\":\"something else\"}\n");
            var playback = Player(path, null).GetComponent<MocapPlayback>();
            Assert.That(playback.Playing, Is.False);
            Assert.That(playback.Problem, Is.Not.Null);
        }

        [Test]
        public void A_take_that_exists_is_not_written_over()
        {
            string path = Recorded(2);
            var recorder = Make.Dispatcher().gameObject.AddComponent<MocapRecorder>();
            Assert.Throws<TakeException>(() => recorder.Begin(path));
            Assert.That(recorder.Recording, Is.False);
        }

        [Test]
        public void A_clip_holds_every_bone_by_its_path()
        {
            TestAvatar avatar = Make.Avatar("tpose");
            AvatarDriver driver = Make.Driver(avatar);
            var recorder = avatar.Root.AddComponent<ClipRecorder>();
            recorder.Begin();
            for (int frame = 0; frame < 4; frame++)
            {
                driver.Apply(Make.Pose().Turned("Head", 30f * frame, Vector3.up));
                recorder.Step(0.5f);
            }
            recorder.End();
            AnimationClip clip = recorder.ToClip(true);
            Assert.That(clip.length, Is.EqualTo(1.5f).Within(1e-4f));
            Assert.That(clip.legacy, Is.True);
        }

        [Test]
        public void Expressions_move_blend_shapes_of_the_same_name()
        {
            TestAvatar avatar = Make.Avatar("tpose");
            var face = avatar.Root.AddComponent<SkinnedMeshRenderer>();
            face.sharedMesh = new Mesh { vertices = new[] { Vector3.zero } };
            face.sharedMesh.AddBlendShapeFrame("blink", 100f, new[] { Vector3.up }, null, null);
            MocapDispatcher dispatcher = Make.Dispatcher();
            dispatcher.Bind(Make.Driver(avatar), PersonBy.Slot, 0);
            var blends = avatar.Root.AddComponent<FaceBlends>();
            blends.dispatcher = dispatcher;
            RigPose pose = Make.Pose();
            BlendValue value = pose.Blends.Add();
            value.Name = "Blink";
            value.Value = 0.6f;
            dispatcher.Frame(Make.Scene(1, pose));
            blends.Step();
            Assert.That(face.GetBlendShapeWeight(0), Is.EqualTo(60f).Within(1e-3f));
            Object.DestroyImmediate(face.sharedMesh);
        }

        [Test]
        public void A_mannequin_is_a_humanoid_of_its_height()
        {
            GameObject body = Make.Object("mannequin");
            body.SetActive(false);
            body.AddComponent<Mannequin>().heightM = 2f * Skeleton.HeightM;
            body.SetActive(true);
            var animator = body.GetComponent<Animator>();
            Assert.That(AvatarCheck.Problem(animator), Is.Null);
            Assert.That(animator.GetBoneTransform(HumanBodyBones.Hips).position.y,
                Is.EqualTo(2f * Skeleton.HipsHeightM).Within(1e-4f));
            var driver = body.AddComponent<AvatarDriver>();
            driver.Apply(Make.Pose());
            Assert.That(driver.Problem, Is.Null);
        }

        string Recorded(int frames)
        {
            MocapDispatcher dispatcher = Make.Dispatcher();
            var recorder = dispatcher.gameObject.AddComponent<MocapRecorder>();
            string path = recorder.Begin(Path.Combine(_folder, "recorded.take.jsonl"));
            for (int frame = 0; frame < frames; frame++)
                dispatcher.Frame(Make.Scene(frame, Make.Pose()));
            recorder.End();
            return path;
        }

        static MocapDispatcher Player(string path, AvatarDriver driver) => Make.Dispatcher(made =>
        {
            if (driver != null)
                made.avatars.Add(new AvatarBinding { avatar = driver });
            made.gameObject.AddComponent<MocapPlayback>().path = path;
        });
    }
}
