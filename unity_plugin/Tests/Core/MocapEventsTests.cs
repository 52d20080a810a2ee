using System;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    /// <summary>Events, and what a guest tells, in /mocap packets.</summary>
    [TestFixture]
    public sealed class MocapEventsTests : MocapFeeding
    {
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
        public void Addresses_that_nobody_knows_yet_are_skipped()
        {
            Feed(Packets.Bundle(Packets.FrameMessage(0, 0.0, 0, 1), Packets.Message("/mocap/persons", 0),
                Packets.Message("/mocap/mood", "merry", 3), Packets.Message("/mocap/events", 0)));
            Assert.That(_out.Scenes.Count, Is.EqualTo(1));
        }
    }
}
