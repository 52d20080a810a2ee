using System;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    [TestFixture]
    public sealed class ClockOffsetTests
    {
        [Test]
        public void What_came_fastest_tells_the_offset()
        {
            var clock = new ClockOffset();
            double[] delays = { 0.030, 0.012, 0.080, 0.020 };
            for (int frame = 0; frame < delays.Length; frame++)
                clock.Add(frame / 30.0, 5000.0 + frame / 30.0 + delays[frame], 0);
            Assert.That(clock.OffsetS, Is.EqualTo(5000.012).Within(1e-9));
            Assert.That(clock.SameClock, Is.False);
            Assert.That(clock.LatencyS(1.0, 5001.032), Is.EqualTo(0.020).Within(1e-9));
        }

        [Test]
        public void On_the_same_machine_latency_is_absolute()
        {
            var clock = new ClockOffset();
            clock.Add(100.0, 100.040, 0);
            Assert.That(clock.SameClock, Is.True);
            Assert.That(clock.LatencyS(101.0, 101.055), Is.EqualTo(0.055).Within(1e-9));
        }

        [Test]
        public void A_clock_that_drifts_is_followed_within_ten_seconds()
        {
            var clock = new ClockOffset();
            for (int frame = 0; frame < 30 * 60; frame++)
                clock.Add(frame / 30.0, 10.0 + frame / 30.0 * 1.0001, 0);
            Assert.That(clock.OffsetS, Is.EqualTo(10.0 + 60.0 * 0.0001).Within(0.0015));
        }

        [Test]
        public void A_take_that_was_paused_is_learned_anew()
        {
            var clock = new ClockOffset();
            clock.Add(1.0, 11.0, 0);
            clock.Add(1.1, 31.1, 0); // 20 s later, the next frame
            Assert.That(clock.OffsetS, Is.EqualTo(30.0).Within(1e-9));
        }

        [Test]
        public void Another_run_is_another_clock()
        {
            var clock = new ClockOffset();
            clock.Add(100.0, 101.0, 0);
            clock.Add(0.0, 101.1, 1);
            Assert.That(clock.OffsetS, Is.EqualTo(101.1).Within(1e-9));
        }

        [Test]
        public void Before_anything_came_there_is_no_latency()
        {
            var clock = new ClockOffset();
            Assert.That(clock.Known || clock.SameClock, Is.False);
            Assert.That(clock.LatencyS(1.0, 2.0), Is.EqualTo(0.0));
        }
    }
}
