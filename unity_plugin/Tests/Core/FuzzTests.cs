using System;
using System.IO;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    /// <summary>Anybody can send anything to a port. Seeded, so that what fails once fails again.</summary>
    [TestFixture]
    public sealed class FuzzTests
    {
        const int Rounds = 100000;
        const long LargestAllocation = 1 << 20;
        const int Together = 64; // asking for the memory in use is slow; the packets themselves are some 100 kB of it

        /// <summary>
        /// Flips, cuts, doubles or overwrites some bytes; now and then with numbers that parsers fear.
        /// </summary>
        static byte[] Mutated(byte[] good, Random random)
        {
            var bytes = (byte[])good.Clone();
            int changes = 1 + random.Next(4);
            for (int change = 0; change < changes && bytes.Length > 0; change++)
            {
                int at = random.Next(bytes.Length);
                switch (random.Next(6))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes[at] ^= (byte)(1 << random.Next(8));
                        break;
                    case 2:
                        Array.Resize(ref bytes, random.Next(bytes.Length + 1));
                        break;
                    case 3:
                        Array.Resize(ref bytes, bytes.Length + random.Next(64));
                        break;
                    case 4:
                        int[] feared =
                            { -1, int.MaxValue, int.MinValue, 0, 0x7fc00000, 0x7f800000, 1 << 20, bytes.Length };
                        byte[] number = Packets.Int(feared[random.Next(feared.Length)]);
                        Buffer.BlockCopy(number, 0, bytes, at & ~3, Math.Min(4, bytes.Length - (at & ~3)));
                        break;
                    default:
                        int from = random.Next(bytes.Length),
                            count = random.Next(Math.Min(64, bytes.Length - Math.Max(at, from)) + 1);
                        Buffer.BlockCopy(bytes, from, bytes, at, count);
                        break;
                }
            }
            return bytes;
        }

        long _before;

        void AssertSmall(int round)
        {
            if (round % Together != 0)
                return;
            long now = GC.GetTotalMemory(false);
            if (round > 0 && now - _before >= LargestAllocation)
                Assert.Fail("a packet made the parser allocate more than 1 MB");
            _before = now;
        }

        [Test]
        public void Mutated_mocap_packets_do_no_harm()
        {
            var random = new Random(1);
            byte[][] good = { GoldenPackets.MocapHead(), GoldenPackets.MocapPose(), GoldenPackets.MocapBody(),
                GoldenPackets.MocapEmpty(), GoldenPackets.MocapEvents(), GoldenPackets.MocapGuest0(),
                GoldenPackets.MocapGuest1(),
                Packets.Head(5, 0.5, 1, new[] { 1, 2, 3 }, "clap:1", "jump:2") };
            var quiet = new QuietSink();
            var assembler = new MocapAssembler(quiet);
            for (int round = 0; round < Rounds; round++)
            {
                byte[] bytes = Mutated(good[random.Next(good.Length)], random);
                assembler.Feed(bytes, 0, bytes.Length, round * 0.001);
                AssertSmall(round);
            }
            AssertGoodFrameComesThrough(assembler, quiet, Rounds * 0.001);
        }

        static void AssertGoodFrameComesThrough(MocapAssembler assembler, QuietSink sink, double nowS)
        {
            byte[] head = Packets.Head(77, 2000.5, 2, new[] { 1 }), pose = Packets.Pose(77, 2000.5, 1, 2, 1, 1.25f);
            Assert.That(assembler.Feed(head, 0, head.Length, nowS + 1.0)
                && assembler.Feed(pose, 0, pose.Length, nowS + 1.0), Is.True);
            Assert.That(sink.Writable.FrameIndex == 77 && sink.Writable.Poses.Count == 1, Is.True);
            Assert.That(sink.Writable.PoseOf(1).HipsWorldM.Y, Is.EqualTo(1.25f));
        }

        [Test]
        public void Mutated_VMC_packets_do_no_harm()
        {
            var random = new Random(2);
            byte[][] good = { GoldenPackets.Vmc0(), GoldenPackets.Vmc1(), GoldenPackets.VmcLost(), Packets.Bone("Hips"),
                Packets.Bundle(Packets.Message("/VMC/Ext/Blend/Val", "Joy", 0.5f),
                    Packets.Message("/VMC/Ext/Blend/Apply")) };
            var sink = new QuietSink();
            var assembler = new VmcAssembler(sink, 1);
            for (int round = 0; round < Rounds; round++)
            {
                byte[] bytes = Mutated(good[random.Next(good.Length)], random);
                assembler.Feed(0, bytes, 0, bytes.Length, round * 0.001);
                if (round % 7 == 0)
                    assembler.Silent(0);
                AssertSmall(round);
            }
            byte[] first = GoldenPackets.Vmc0(), last = GoldenPackets.Vmc1();
            assembler.Feed(0, first, 0, first.Length, Rounds);
            assembler.Feed(0, last, 0, last.Length, Rounds);
            RigPose pose = sink.Writable.PoseOf(0), truth = Golden.Scene().Poses[0];
            for (int bone = 0; bone < Skeleton.BoneCount; bone++)
                Assert.That(Quat.AngleRad(pose.RotationsXyzw[bone], truth.RotationsXyzw[bone]), Is.LessThan(1e-5));
        }

        [Test]
        public void Mutated_ZMTP_streams_do_no_harm()
        {
            var random = new Random(3);
            byte[] good = Packets.Joined(Packets.Greeting(), Packets.Ready("XPUB"),
                Packets.Published("osc", GoldenPackets.MocapHead()),
                Packets.Command("PING", 0, 0, 1), Packets.Published("osc", GoldenPackets.MocapPose()));
            var peer = new Counting();
            var parser = new ZmtpParser(peer);
            for (int round = 0; round < Rounds; round++)
            {
                byte[] bytes = Mutated(good, random);
                parser.Reset();
                for (int at = 0; at < bytes.Length; at += 700)
                    parser.Feed(bytes, at, Math.Min(700, bytes.Length - at));
                AssertSmall(round);
            }
            int messages = peer.Messages;
            parser.Reset();
            parser.Feed(good, 0, good.Length);
            Assert.That(parser.Failed, Is.Null);
            Assert.That(peer.Messages, Is.EqualTo(messages + 2));
        }

        [Test]
        public void Mutated_commands_of_a_peer_do_no_harm()
        {
            var random = new Random(4);
            byte[] ready = Packets.Ready("XPUB");
            for (int round = 0; round < Rounds; round++)
            {
                byte[] bytes = Mutated(ready, random);
                ZmtpWords.SocketType(bytes, Math.Min(8, bytes.Length), Math.Max(0, bytes.Length - 8));
            }
        }

        [Test]
        public void Mutated_takes_are_read_or_refused_with_a_word()
        {
            var random = new Random(5);
            byte[] good = GoldenPackets.One();
            var scene = new Scene();
            int refused = 0;
            for (int round = 0; round < 3000; round++)
                try
                {
                    using (var reader = new TakeReader(new MemoryStream(Mutated(good, random)), "x"))
                        while (reader.Read(scene))
                        {
                        }
                }
                catch (TakeException)
                {
                    refused++;
                }
            Assert.That(refused, Is.GreaterThan(500));
        }

        /// <summary>Takes scenes and keeps nothing.</summary>
        sealed class QuietSink : ISceneSink
        {
            public Scene Writable { get; } = new Scene();

            public void Publish()
            {
            }
        }

        sealed class Counting : IZmtpPeer
        {
            public int Messages;

            public void Greeted()
            {
            }

            public void Command(string name, byte[] bytes, int at, int length)
            {
            }

            public void Message(byte[] topic, int topicLength, byte[] bytes, int payloadAt, int payloadLength) =>
                Messages++;
        }
    }
}
