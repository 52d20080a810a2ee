using System;
using System.Threading;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    [TestFixture]
    public sealed class SceneTests
    {
        [Test]
        public void A_copy_is_the_same_and_its_own()
        {
            Scene truth = Golden.Scene(), copy = new Scene();
            truth.Poses[0].Blends.Add().Name = "Joy";
            copy.CopyFrom(truth);
            Golden.AssertSame(copy, truth, 1e-7f, 1e-7f);
            Assert.That(copy.Poses[0].Blends[0].Name, Is.EqualTo("Joy"));
            copy.Poses[0].RotationsXyzw[0] = Quat.Identity;
            copy.Bodies[0].JointsWorldM[0] = Vec3.Zero;
            Assert.That(truth.Poses[0].RotationsXyzw[0], Is.Not.EqualTo(Quat.Identity));
            Assert.That(truth.Bodies[0].JointsWorldM[0], Is.Not.EqualTo(Vec3.Zero));
        }

        [Test]
        public void Who_is_not_there_is_null()
        {
            Assert.That(new Scene().PoseOf(1), Is.Null);
            Assert.That(new Scene().BodyOf(1), Is.Null);
        }

        [Test]
        public void Rows_are_used_again()
        {
            var rows = new Rows<ActiveEvent>(8);
            ActiveEvent first = rows.Add();
            rows.Clear();
            Assert.That(rows.Count, Is.EqualTo(0));
            Assert.That(rows.Add(), Is.SameAs(first));
        }

        [Test]
        public void Rows_never_grow_beyond_their_limit()
        {
            var rows = new Rows<ActiveEvent>(5);
            for (int row = 0; row < 5; row++)
                Assert.That(rows.Add(), Is.Not.Null);
            Assert.That(rows.Add(), Is.Null);
            Assert.Throws<ArgumentOutOfRangeException>(() => rows[5].ToString());
        }

        [Test]
        public void A_mailbox_gives_the_newest_scene_once()
        {
            var mailbox = new SceneMailbox();
            Assert.That(mailbox.TryTake(out Scene none), Is.False);
            for (int frame = 1; frame <= 3; frame++)
            {
                mailbox.Writable.FrameIndex = frame;
                mailbox.Publish();
            }
            Assert.That(mailbox.TryTake(out Scene newest), Is.True);
            Assert.That(newest.FrameIndex, Is.EqualTo(3));
            Assert.That(mailbox.TryTake(out none), Is.False);
        }

        [Test]
        public void A_scene_that_was_taken_is_not_written_to()
        {
            var mailbox = new SceneMailbox();
            mailbox.Writable.FrameIndex = 1;
            mailbox.Publish();
            mailbox.TryTake(out Scene taken);
            for (int frame = 2; frame < 20; frame++)
            {
                Assert.That(mailbox.Writable, Is.Not.SameAs(taken));
                mailbox.Writable.FrameIndex = frame;
                mailbox.Publish();
            }
            Assert.That(taken.FrameIndex, Is.EqualTo(1));
        }

        [Test]
        public void Two_threads_never_see_half_a_scene()
        {
            var mailbox = new SceneMailbox();
            bool done = false;
            var writer = new Thread(() =>
            {
                for (int frame = 1; frame <= 20000; frame++)
                {
                    mailbox.Writable.FrameIndex = frame;
                    mailbox.Writable.TimeS = frame;
                    mailbox.Publish();
                }
                Volatile.Write(ref done, true);
            });
            writer.Start();
            int last = 0;
            while (!Volatile.Read(ref done) || last < 20000)
                if (mailbox.TryTake(out Scene scene))
                {
                    Assert.That(scene.TimeS, Is.EqualTo(scene.FrameIndex));
                    Assert.That(scene.FrameIndex, Is.GreaterThan(last));
                    last = scene.FrameIndex;
                }
            writer.Join();
        }
    }
}
