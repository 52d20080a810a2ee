using System;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    [TestFixture]
    public sealed class JitterBufferTests
    {
        const double Offset = 1000.0, FrameS = 1.0 / 30.0;

        JitterBuffer _buffer;
        Scene _scene;

        [SetUp]
        public void Begin()
        {
            _buffer = new JitterBuffer { Mode = JitterMode.Smooth };
            _scene = new Scene();
        }

        /// <summary>A person who rises by a metre a second and turns by a radian a second.</summary>
        void Add(int frame, double lateS = 0.0, int run = 0)
        {
            double timeS = frame * FrameS;
            _scene.Clear();
            _scene.FrameIndex = frame;
            _scene.TimeS = timeS;
            _scene.ArrivedS = Offset + timeS + lateS;
            _scene.Run = run;
            RigPose pose = _scene.Poses.Add();
            pose.Rest();
            pose.PersonId = 3;
            pose.TimeS = timeS;
            pose.HipsWorldM = new Vec3(0f, (float)timeS, 0f);
            pose.RotationsXyzw[2] = About(timeS);
            _buffer.Add(_scene);
        }

        static Quat About(double angle) => new Quat(0f, (float)Math.Sin(angle / 2), 0f, (float)Math.Cos(angle / 2));

        Scene At(double nowS)
        {
            Assert.That(_buffer.TrySample(nowS, out Scene scene), Is.True);
            return scene;
        }

        float HipsAt(double nowS) => At(nowS).Poses[0].HipsWorldM.Y;

        [Test]
        public void Before_the_first_scene_there_is_nothing()
        {
            Assert.That(_buffer.TrySample(1.0, out Scene scene), Is.False);
        }

        [Test]
        public void Newest_shows_the_latest_scene_as_it_came()
        {
            _buffer.Mode = JitterMode.Newest;
            Add(0);
            Add(1);
            Assert.That(At(Offset + 5.0).FrameIndex, Is.EqualTo(1));
            Assert.That(HipsAt(Offset + 5.0), Is.EqualTo((float)FrameS));
        }

        [Test]
        public void Smooth_moves_evenly_one_frame_behind()
        {
            for (int frame = 0; frame < 10; frame++)
                Add(frame);
            for (double nowS = Offset + 9 * FrameS; nowS < Offset + 10 * FrameS; nowS += 0.004)
            {
                double expected = nowS - Offset - FrameS;
                Assert.That(HipsAt(nowS), Is.EqualTo(expected).Within(1e-4));
                Assert.That(Quat.AngleRad(At(nowS).Poses[0].RotationsXyzw[2], About(expected)), Is.LessThan(1e-3));
                Assert.That(At(nowS).TimeS, Is.EqualTo(expected).Within(1e-9));
            }
        }

        [Test]
        public void Smooth_is_even_although_packets_arrive_unevenly()
        {
            var random = new Random(1);
            int frame = 0;
            float last = 0f;
            Add(frame++);
            for (double nowS = Offset + FrameS; nowS < Offset + 3.0; nowS += 1.0 / 90.0)
            {
                while (Offset + frame * FrameS + 0.01 < nowS)
                    Add(frame++, 0.01 * random.NextDouble());
                float height = HipsAt(nowS);
                if (nowS > Offset + 1.0)
                    Assert.That(height - last, Is.EqualTo(1.0 / 90.0).Within(0.004));
                last = height;
            }
        }

        [Test]
        public void Loss_is_bridged_by_50_ms_and_then_the_person_holds()
        {
            for (int frame = 0; frame < 10; frame++)
                Add(frame);
            double newest = 9 * FrameS;
            Assert.That(HipsAt(Offset + newest + FrameS + 0.04), Is.EqualTo(newest + 0.04).Within(1e-4));
            Assert.That(HipsAt(Offset + newest + FrameS + 0.5), Is.EqualTo(newest + 0.05).Within(1e-4));
            Assert.That(HipsAt(Offset + newest + FrameS + 5.0), Is.EqualTo(newest + 0.05).Within(1e-4));
        }

        [Test]
        public void Time_never_runs_backwards_within_a_run()
        {
            var random = new Random(7);
            double last = double.NegativeInfinity;
            int frame = 0;
            for (double nowS = Offset; nowS < Offset + 10.0; nowS += 1.0 / 72.0)
            {
                while (Offset + frame * FrameS < nowS)
                {
                    if (random.NextDouble() > 0.3)
                        Add(frame, 0.05 * random.NextDouble());
                    frame++;
                }
                if (!_buffer.TrySample(nowS, out Scene scene))
                    continue;
                Assert.That(scene.TimeS, Is.GreaterThanOrEqualTo(last));
                last = scene.TimeS;
            }
        }

        [Test]
        public void Time_stands_rather_than_runs_back_when_the_network_becomes_slower()
        {
            double last = double.NegativeInfinity;
            int frame = 0, stood = 0;
            for (double nowS = Offset + 0.05; nowS < Offset + 14.0; nowS += 1.0 / 72.0)
            {
                double lateS = frame < 30 ? 0.0 : 0.05; // that it was ever faster is forgotten after ten seconds
                for (; Offset + frame * FrameS + lateS <= nowS; frame++)
                    Add(frame, lateS);
                double timeS = At(nowS).TimeS;
                Assert.That(timeS, Is.GreaterThanOrEqualTo(last));
                stood += nowS > Offset + 9.0 && timeS == last ? 1 : 0;
                last = timeS;
            }
            Assert.That(stood, Is.InRange(1, 10));
        }

        [Test]
        public void Scenes_that_are_older_than_the_newest_are_ignored()
        {
            _buffer.Mode = JitterMode.Newest;
            Add(5);
            Add(4);
            Assert.That(At(Offset + 1.0).FrameIndex, Is.EqualTo(5));
        }

        [Test]
        public void A_new_run_begins_without_moving_anybody_across()
        {
            Add(100);
            Add(101);
            Add(0, 4.0, 1);
            Assert.That(HipsAt(Offset + 4.0), Is.EqualTo(0f));
        }

        [Test]
        public void Whose_packets_are_lost_now_and_then_moves_on_evenly()
        {
            float last = 0f;
            int frame = 0;
            double poseS = 0.0;
            for (double nowS = Offset; nowS < Offset + 3.0; nowS += 1.0 / 90.0)
            {
                for (; Offset + frame * FrameS <= nowS; frame++)
                {
                    if (frame % 4 != 3)
                        poseS = frame * FrameS;
                    AddStale(frame, poseS);
                }
                float height = HipsAt(nowS);
                if (nowS > Offset + 1.0)
                    Assert.That(height - last, Is.EqualTo(1.0 / 90.0).Within(0.003), nowS.ToString());
                last = height;
            }
        }

        /// <summary>A frame in which the person's packet may be an older one.</summary>
        void AddStale(int frame, double poseS)
        {
            _scene.Clear();
            _scene.FrameIndex = frame;
            _scene.TimeS = frame * FrameS;
            _scene.ArrivedS = Offset + frame * FrameS;
            RigPose pose = _scene.Poses.Add();
            pose.PersonId = 3;
            pose.TimeS = poseS;
            pose.HipsWorldM = new Vec3(0f, (float)poseS, 0f);
            _buffer.Add(_scene);
        }

        [Test]
        public void Nobody_is_moved_across_a_long_gap()
        {
            Add(0);
            Add(60);
            float height = HipsAt(Offset + 60 * FrameS);
            Assert.That(height, Is.EqualTo(2f).Within(1e-5), "no movement is made up for two seconds without scenes");
        }

        [Test]
        public void A_person_who_has_just_come_is_shown_as_told()
        {
            Add(0);
            _scene.Poses.Clear();
            _scene.TimeS = FrameS;
            _scene.ArrivedS = Offset + FrameS;
            RigPose pose = _scene.Poses.Add();
            pose.PersonId = 9;
            pose.TimeS = FrameS;
            pose.HipsWorldM = new Vec3(5f, 5f, 5f);
            _buffer.Add(_scene);
            Scene shown = At(Offset + 1.5 * FrameS);
            Assert.That(shown.Poses.Count, Is.EqualTo(1));
            Assert.That(shown.PoseOf(9).HipsWorldM, Is.EqualTo(new Vec3(5f, 5f, 5f)));
        }

        [Test]
        public void Events_are_never_held_back()
        {
            Add(0);
            _scene.TimeS = FrameS;
            _scene.ArrivedS = Offset + FrameS;
            _scene.Events.Add().Name = "clap";
            _buffer.Add(_scene);
            Assert.That(At(Offset + FrameS).Events.Count, Is.EqualTo(1));
        }
    }
}
