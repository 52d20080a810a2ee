using NUnit.Framework;

namespace MocapBridge.Tests
{
    /// <summary>When a sender has begun anew, and when there are two.</summary>
    [TestFixture]
    public sealed class NewRunTests : MocapFeeding
    {
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
        public void A_short_take_that_is_repeated_loses_no_frame()
        {
            for (int round = 0; round < 3; round++)
                for (int frame = 0; frame < 20; frame++)
                    Frame(frame);
            Assert.That(_out.Scenes.Count, Is.EqualTo(60));
            Assert.That(_out.Last.Run, Is.EqualTo(2));
            Assert.That(_assembler.Flaps(_nowS), Is.False);
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
    }
}
