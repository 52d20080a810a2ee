using System;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    [TestFixture]
    public sealed class MocapAssemblerTests
    {
        SceneList _out;
        MocapAssembler _assembler;
        double _nowS;

        [SetUp]
        public void Begin()
        {
            _out = new SceneList();
            _assembler = new MocapAssembler(_out);
            _nowS = 100.0;
        }

        bool Feed(byte[] packet)
        {
            _nowS += 0.001;
            return _assembler.Feed(packet, 0, packet.Length, _nowS);
        }

        /// <summary>A frame of person 1: head and pose.</summary>
        void Frame(int frame, float hipsM = 1f, params string[] events)
        {
            double timeS = frame / 30.0;
            Feed(Packets.Head(frame, timeS, 2, new[] { 1 }, events));
            Feed(Packets.Pose(frame, timeS, 1, 2, 1, hipsM));
        }

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
        public void Events_of_every_kind_are_the_golden_ones()
        {
            Feed(GoldenPackets.MocapEvents());
            Scene truth = Golden.Events();
            Golden.AssertSame(_out.Last, truth, 1e-5f, 6e-3f);
            Assert.That(truth.Events[1].OtherId == 7 && truth.Events[2].OtherId == 9 && truth.Events[1].Count == 3);
            Assert.That(truth.Events[3].DirectionWorld.Z, Is.EqualTo(0.8f).Within(1e-6f));
            Assert.That(truth.Events[0].OtherId == -1 && truth.Events[0].Count == 0, "said no more");
        }

        /// <summary>
        /// The frame that the golden packets of a guest end: its head, pose and body are those of anybody.
        /// </summary>
        void Guest(bool second = true)
        {
            byte[] first = GoldenPackets.MocapGuest0();
            int frame = Bits.Int32(first, 44), total = Bits.Int32(first, 60);
            double timeS = Bits.Int32(first, 48) + 1e-6 * Bits.Int32(first, 52);
            Feed(Packets.Head(frame, timeS, total, new[] { 7 }));
            Feed(Packets.Pose(frame, timeS, 1, total, 7, 1f));
            Feed(Packets.Bundle(Packets.FrameMessage(frame, timeS, 2, total)));
            Feed(first);
            if (second)
                Feed(GoldenPackets.MocapGuest1());
        }

        [Test]
        public void What_a_guest_tells_is_the_golden_one()
        {
            Guest();
            RigPose pose = _out.Last.PoseOf(7), truth = Golden.Guest().Poses[0];
            Assert.That(pose.ExtraKnown, Is.EqualTo(truth.ExtraKnown));
            for (int extra = 0; extra < Skeleton.ExtraBoneCount; extra++)
                Assert.That(Quat.AngleRad(pose.ExtraRotationsXyzw[extra], truth.ExtraRotationsXyzw[extra]),
                    Is.LessThan(1e-5), Skeleton.ExtraBones[extra]);
            Assert.That(pose.Blends.Count, Is.EqualTo(truth.Blends.Count));
            for (int row = 0; row < truth.Blends.Count; row++)
                Assert.That(pose.Blends[row].Name + pose.Blends[row].Value,
                    Is.EqualTo(truth.Blends[row].Name + truth.Blends[row].Value));
        }

        [Test]
        public void What_a_guest_tells_stays_while_packets_are_lost_and_goes_when_it_is_told_no_more()
        {
            Guest();
            int frame = _out.Last.FrameIndex, blends = _out.Last.PoseOf(7).Blends.Count;
            double timeS = _out.Last.TimeS;
            Feed(Packets.Head(frame + 1, timeS + 0.03, 3, new[] { 7 }));
            Feed(Packets.Pose(frame + 1, timeS + 0.03, 1, 3, 7, 1f)); // the guest's bundle is lost
            Feed(Packets.Head(frame + 2, timeS + 0.06, 2, new[] { 7 }));
            Assert.That(_out.Last.FrameIndex, Is.EqualTo(frame + 1));
            Assert.That(_out.Last.PoseOf(7).Blends.Count, Is.EqualTo(blends));
            Assert.That(_out.Last.PoseOf(7).ExtraKnown, Has.Some.EqualTo(true));
            Feed(Packets.Pose(frame + 2, timeS + 0.06, 1, 2, 7, 1f));
            Assert.That(_out.Last.PoseOf(7).Blends.Count, Is.EqualTo(0));
            Assert.That(_out.Last.PoseOf(7).ExtraKnown, Has.None.EqualTo(true));
        }

        [TestCase(0, 0, "Joy", 0.5f)]
        [TestCase(0, 257, "Joy", 0.5f)]
        [TestCase(-1, 2, "Joy", 0.5f)]
        [TestCase(0, 1, "", 0.5f)]
        [TestCase(0, 1, "Joy", float.NaN)]
        public void An_expression_that_cannot_be_is_refused(int number, int total, string name, float value)
        {
            Assert.That(Feed(Packets.Bundle(Packets.FrameMessage(0, 0.0, 0, 1),
                Packets.Message("/mocap/blend", 7, number, total, name, value))), Is.False);
        }

        [Test]
        public void Expressions_of_two_people_in_one_bundle_are_refused()
        {
            Assert.That(Feed(Packets.Bundle(Packets.FrameMessage(0, 0.0, 0, 1),
                Packets.Message("/mocap/blend", 7, 0, 2, "Joy", 0.5f),
                Packets.Message("/mocap/blend", 8, 1, 2, "Fun", 0.5f))), Is.False);
        }

        [Test]
        public void A_pair_in_a_buffer_that_has_held_another_event_leaves_nothing_behind()
        {
            Feed(Packets.Head(0, 0.0, 1, new[] { 1 }, "hug:1:0:2:5"));
            Feed(Packets.Head(1, 0.1, 1, new[] { 1 }, "clap:1"));
            Assert.That(_out.Last.Events[0].OtherId == -1 && _out.Last.Events[0].Count == 0);
        }

        [TestCase(1, 2, 0, 0f)]
        [TestCase(0, -2, 0, 0f)]
        [TestCase(0, 2, -1, 0f)]
        [TestCase(0, 2, 0, float.NaN)]
        public void More_of_an_event_that_cannot_be_is_refused(int number, int other, int count, float way)
        {
            Assert.That(Feed(Packets.Bundle(Packets.FrameMessage(0, 0.0, 0, 1), Packets.Message("/mocap/persons", 0),
                Packets.Message("/mocap/events", 1), Packets.EventMessage(0, 1, "hug:1"),
                Packets.EventMore(number, other, count, new Vec3(way, 0f, 0f)))), Is.False);
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
        public void A_frame_that_lost_its_head_keeps_people_and_events()
        {
            Frame(0, 1f, "clap:1");
            Feed(Packets.Pose(1, 1 / 30.0, 1, 2, 1, 1.2f));
            Frame(2, 1.3f, "clap:1");
            Scene lost = _out.Scenes[1];
            Assert.That(lost.FrameIndex == 1 && lost.Poses.Count == 1 && lost.Events.Count == 1);
            Assert.That(lost.PoseOf(1).HipsWorldM.Y, Is.EqualTo(1.2f));
        }

        [Test]
        public void Before_the_first_head_there_is_no_scene()
        {
            Feed(Packets.Pose(5, 0.2, 1, 2, 1, 1f));
            Feed(Packets.Pose(6, 0.3, 1, 2, 1, 1f));
            Assert.That(_out.Scenes, Is.Empty);
        }

        [Test]
        public void A_short_take_that_is_repeated_loses_no_frame()
        {
            for (int round = 0; round < 3; round++)
                for (int frame = 0; frame < 20; frame++)
                    Frame(frame);
            Assert.That(_out.Scenes.Count, Is.EqualTo(60));
            Assert.That(_out.Last.Run, Is.EqualTo(2));
            Assert.That(_assembler.Flaps(_nowS), Is.False);
        }

        [TestCase(0, 0.0)]
        [TestCase(700, 0.0)]
        [TestCase(5, 1000.0)]
        public void Two_senders_at_once_are_told(int ahead, double laterS)
        {
            for (int frame = 0; frame < 10; frame++)
            {
                _nowS += 0.033;
                Assert.That(_assembler.Flaps(_nowS) && frame < 3, Is.False, "a sender may begin anew");
                Frame(frame + ahead);
                Feed(Packets.Head(frame, laterS + frame / 30.0 + 0.01, 1, new int[0]));
            }
            Assert.That(_assembler.Flaps(_nowS), Is.True);
            Assert.That(_assembler.Flaps(_nowS + 3.1), Is.False, "one has stopped");
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
        public void A_take_of_less_than_half_a_second_that_begins_again_is_heard_after_a_moment()
        {
            for (int frame = 0; frame < 15; frame++)
                Frame(frame);
            _nowS += 0.3;
            Frame(0);
            Assert.That(_out.Last.FrameIndex, Is.EqualTo(14), "may still be late");
            _nowS += 0.3;
            Frame(1);
            Assert.That(_out.Last.FrameIndex == 1 && _out.Last.Run == 1);
        }

        [Test]
        public void A_higher_number_at_an_earlier_time_is_another_recording()
        {
            Frame(10);
            Feed(Packets.Head(50, 0.1, 1, new int[0]));
            Assert.That(_out.Last.Run, Is.EqualTo(1));
        }

        [Test]
        public void Events_in_two_bundles_are_told_when_both_are_here()
        {
            byte[] first = Packets.Bundle(Packets.FrameMessage(0, 0.0, 0, 2), Packets.Message("/mocap/persons", 0),
                Packets.Message("/mocap/events", 2), Packets.EventMessage(0, 2, "one:1"));
            byte[] second =
                Packets.Bundle(Packets.FrameMessage(0, 0.0, 1, 2), Packets.EventMessage(1, 2, "two:2:1.25"));
            Feed(first);
            Feed(second);
            Assert.That(_out.Last.Events.Count, Is.EqualTo(2));
            Assert.That(_out.Last.Events[1].Name, Is.EqualTo("two"));
            Assert.That(_out.Last.Events[1].SinceS, Is.EqualTo(1.25));
            Assert.That(_out.Last.Events[1].AnchorWorldM, Is.EqualTo(new Vec3(1f, 2f, 3f)));
        }

        [Test]
        public void Half_of_a_frames_events_says_nothing_about_ends()
        {
            Frame(0, 1f, "clap:1", "jump:1");
            Feed(Packets.Bundle(Packets.FrameMessage(1, 0.1, 0, 2), Packets.Message("/mocap/persons", 0),
                Packets.Message("/mocap/events", 2), Packets.EventMessage(0, 2, "clap:1")));
            Feed(Packets.Head(2, 0.2, 2, new[] { 1 }));
            Assert.That(_out.Last.FrameIndex == 1 && _out.Last.Events.Count == 2);
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
        public void Addresses_that_nobody_knows_yet_are_skipped()
        {
            Feed(Packets.Bundle(Packets.FrameMessage(0, 0.0, 0, 1), Packets.Message("/mocap/persons", 0),
                Packets.Message("/mocap/mood", "merry", 3), Packets.Message("/mocap/events", 0)));
            Assert.That(_out.Scenes.Count, Is.EqualTo(1));
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
