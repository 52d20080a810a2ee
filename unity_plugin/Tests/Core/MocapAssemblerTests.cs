using System;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    [TestFixture]
    public sealed class MocapAssemblerTests : MocapFeeding
    {
        [Test]
        public void The_golden_packets_are_the_golden_scene()
        {
            Feed(GoldenPackets.MocapHead());
            Feed(GoldenPackets.MocapPose());
            Assert.That(_out.Scenes, Is.Empty, "the body is still missing");
            Feed(GoldenPackets.MocapBody());
            Scene truth = Golden.Scene();
            Golden.AssertSame(_out.Last, truth, 1e-5f, 6e-3f);
            Assert.That(_out.Last.ArrivedS, Is.EqualTo(_nowS));
        }

        [Test]
        public void An_empty_room_is_a_scene_too()
        {
            Assert.That(Feed(GoldenPackets.MocapEmpty()), Is.True);
            Assert.That(_out.Last.FrameIndex, Is.EqualTo(13));
            Assert.That(_out.Last.TimeS, Is.EqualTo(0.4333).Within(1e-9));
            Assert.That(_out.Last.Poses.Count + _out.Last.Bodies.Count + _out.Last.Events.Count, Is.EqualTo(0));
            Assert.That(_out.Last.Camera.Known && _out.Last.Camera.WidthPx == 640f);
        }

        [Test]
        public void The_order_of_a_frames_bundles_does_not_matter()
        {
            Feed(GoldenPackets.MocapBody());
            Feed(GoldenPackets.MocapPose());
            Feed(GoldenPackets.MocapHead());
            Golden.AssertSame(_out.Last, Golden.Scene(), 1e-5f, 6e-3f);
        }

        [Test]
        public void A_doubled_bundle_changes_nothing()
        {
            for (int frame = 0; frame < 3; frame++)
            {
                Frame(frame);
                Frame(frame);
            }
            Assert.That(_out.Scenes.Count, Is.EqualTo(3));
            Assert.That(_assembler.PacketsMissing, Is.EqualTo(0));
        }

        [Test]
        public void A_frame_that_lost_a_pose_shows_the_last_one_with_its_age()
        {
            Frame(0, 1f);
            Feed(Packets.Head(1, 1 / 30.0, 2, new[] { 1 }));
            Feed(Packets.Head(2, 2 / 30.0, 2, new[] { 1 })); // frame 1 is over
            Scene scene = _out.Last;
            Assert.That(scene.FrameIndex == 1 && scene.PacketsMissing == 1);
            Assert.That(scene.PoseOf(1).HipsWorldM.Y, Is.EqualTo(1f));
            Assert.That(scene.PoseOf(1).TimeS, Is.EqualTo(0.0));
            Assert.That(scene.TimeS, Is.EqualTo(1 / 30.0).Within(1e-6));
        }

        [Test]
        public void Before_the_first_head_there_is_no_scene()
        {
            Feed(Packets.Pose(5, 0.2, 1, 2, 1, 1f));
            Feed(Packets.Pose(6, 0.3, 1, 2, 1, 1f));
            Assert.That(_out.Scenes, Is.Empty);
        }

        [Test]
        public void Late_bundles_of_an_older_frame_change_nothing()
        {
            Frame(0);
            Frame(1, 1.1f);
            Frame(0, 9f);
            Assert.That(_out.Scenes.Count, Is.EqualTo(2));
            Frame(2, 1.2f);
            Assert.That(_out.Last.PoseOf(1).HipsWorldM.Y, Is.EqualTo(1.2f));
            Assert.That(_out.Last.Run, Is.EqualTo(0));
        }

        [Test]
        public void Who_is_not_among_the_persons_is_gone()
        {
            Frame(0);
            Feed(Packets.Head(1, 1 / 30.0, 1, new int[0]));
            Assert.That(_out.Last.Poses.Count, Is.EqualTo(0));
            Feed(Packets.Head(2, 2 / 30.0, 2, new[] { 1 }));
            Feed(Packets.Head(3, 3 / 30.0, 1, new[] { 1 }));
            Assert.That(_out.Scenes[2].Poses.Count, Is.EqualTo(0), "an old pose of one who went does not come back");
        }

        [Test]
        public void A_person_without_a_pose_in_a_whole_frame_has_none()
        {
            Frame(0);
            Feed(Packets.Head(1, 1 / 30.0, 1, new[] { 1 }));
            Assert.That(_out.Last.Poses.Count, Is.EqualTo(0));
        }

        [Test]
        public void Frame_numbers_far_back_are_a_new_beginning()
        {
            Frame(100);
            Frame(0, 1.5f);
            Assert.That(_out.Scenes.Count, Is.EqualTo(2));
            Assert.That(_out.Last.Run, Is.EqualTo(1));
            Assert.That(_out.Last.PoseOf(1).HipsWorldM.Y, Is.EqualTo(1.5f));
        }

        [Test]
        public void The_last_frame_of_a_run_is_shown_as_far_as_it_came()
        {
            Frame(99);
            Feed(Packets.Head(100, 100 / 30.0, 2, new[] { 1 }));
            Frame(0);
            Assert.That(_out.Scenes.Count, Is.EqualTo(3));
            Assert.That(_out.Scenes[1].FrameIndex == 100 && _out.Scenes[1].Run == 0 && _out.Scenes[2].Run == 1);
        }

        [Test]
        public void A_bridge_that_restarts_at_once_is_heard_because_its_clock_goes_on()
        {
            Frame(20);
            double later = 20 / 30.0 + 0.8;
            Feed(Packets.Head(0, later, 1, new int[0]));
            Assert.That(_out.Last.Run, Is.EqualTo(1));
            Assert.That(_out.Last.FrameIndex, Is.EqualTo(0));
        }

        [Test]
        public void A_higher_number_at_an_earlier_time_is_another_recording()
        {
            Frame(10);
            Feed(Packets.Head(50, 0.1, 1, new int[0]));
            Assert.That(_out.Last.Run, Is.EqualTo(1));
        }

        [Test]
        public void A_bundle_with_a_number_that_is_none_is_refused_whole()
        {
            Frame(0);
            byte[] broken = Packets.Bundle(Packets.FrameMessage(1, 0.1, 1, 2),
                Packets.Message("/mocap/hips", 1, 0f, float.NaN, 0f));
            Assert.That(Feed(broken), Is.False);
            Assert.That(_assembler.Trouble.Contains("damaged"), Is.True, _assembler.Trouble);
            Frame(1, 1.25f);
            Assert.That(_out.Last.PoseOf(1).HipsWorldM.Y, Is.EqualTo(1.25f));
        }

        [Test]
        public void A_rotation_of_zero_is_refused()
        {
            byte[] pose = GoldenPackets.MocapPose();
            int at = FindAscii(pose, "/mocap/rotations") + 20 + 92 + 4;
            for (int index = 0; index < 16; index++)
                pose[at + index] = 0;
            Assert.That(Feed(pose), Is.False);
        }

        [Test]
        public void A_bundle_about_two_people_is_refused()
        {
            byte[] mixed =
                Packets.Bundle(Packets.FrameMessage(0, 0.0, 0, 1), Packets.Message("/mocap/hips", 1, 0f, 1f, 0f),
                Packets.Message("/mocap/contacts", 2, 0f, 0f, 0f, 0f));
            Assert.That(Feed(mixed), Is.False);
        }

        [Test]
        public void Another_version_is_refused_with_a_word_about_it()
        {
            Assert.That(Feed(Packets.Bundle(Packets.FrameMessage(0, 0.0, 0, 1), Packets.Message("/mocap/version", 2))),
                Is.False);
            Assert.That(_assembler.Trouble.Contains("version 2"), Is.True, _assembler.Trouble);
        }

        [Test]
        public void A_packet_without_a_frame_is_refused()
        {
            Assert.That(Feed(Packets.Bundle(Packets.Message("/mocap/persons", 0))), Is.False);
            Assert.That(Feed(Packets.Message("/hello", 1)), Is.False);
            Assert.That(Feed(new byte[] { 1, 2, 3 }), Is.False);
        }

        [TestCase(-1, 0, 1)]
        [TestCase(0, 1, 1)]
        [TestCase(0, -1, 1)]
        [TestCase(0, 0, 0)]
        [TestCase(0, 0, 100000)]
        public void A_frame_that_numbers_its_bundles_wrongly_is_refused(int frame, int number, int total)
        {
            Assert.That(Feed(Packets.Bundle(Packets.Message("/mocap/frame", frame, 0, 0, number, total))), Is.False);
        }

        [Test]
        public void More_people_than_may_be_are_refused()
        {
            var ids = new int[Scene.MostPeople + 1];
            for (int row = 0; row < ids.Length; row++)
                ids[row] = row;
            Assert.That(Feed(Packets.Head(0, 0.0, 1, ids)), Is.False);
        }

        [Test]
        public void A_person_who_is_named_twice_is_refused()
        {
            Assert.That(Feed(Packets.Head(0, 0.0, 1, new[] { 4, 4 })), Is.False);
        }

        [Test]
        public void Losses_are_counted()
        {
            Frame(0);
            Feed(Packets.Head(1, 1 / 30.0, 3, new[] { 1 }));
            Frame(5);
            Assert.That(_assembler.PacketsMissing, Is.EqualTo(2));
            Assert.That(_assembler.PacketsExpected, Is.EqualTo(7));
            Assert.That(_assembler.FramesMissing, Is.EqualTo(3));
        }

        [Test]
        public void A_pose_without_capsules_gets_those_of_the_table()
        {
            Frame(0);
            Assert.That(_out.Last.Poses[0].CapsuleRadiiM, Is.EqualTo(Skeleton.CapsuleRadiiM));
        }

        static int FindAscii(byte[] bytes, string text)
        {
            string all = System.Text.Encoding.GetEncoding("iso-8859-1").GetString(bytes);
            return all.IndexOf(text + "\0", StringComparison.Ordinal);
        }
    }
}
