using System;
using System.IO;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    /// <summary>
    /// A game that collects garbage stutters: after the first frames nothing may be allocated. Mono collects when its
    /// nursery is full, so the smaller that is the less escapes: MONO_GC_PARAMS=nursery-size=256k finds 26 bytes a
    /// frame.
    /// </summary>
    [TestFixture]
    public sealed class AllocationTests
    {
        const int Frames = 10000;
        const long Noise = 64 * 1024; // what the test runner's own threads may do meanwhile

        static void AssertAllocatesNothing(Action<int> frame)
        {
            for (int warm = 0; warm < 300; warm++)
                frame(warm);
            GC.Collect();
            int collections = GC.CollectionCount(0);
            long before = GC.GetTotalMemory(false);
            for (int number = 300; number < 300 + Frames; number++)
                frame(number);
            Assert.That(GC.CollectionCount(0), Is.EqualTo(collections));
            Assert.That(GC.GetTotalMemory(false) - before, Is.LessThan(Noise));
        }

        /// <summary>
        /// The golden frame of two people, one of them with fingers and expressions; renumbered in place.
        /// </summary>
        sealed class Frame
        {
            const int Total = 7;

            public readonly byte[][] Packets = { Head(), Pose(1, 1), Body(2, 1), Pose(3, 2), Body(4, 2),
                Of(GoldenPackets.MocapGuest0(), 5, 2), Of(GoldenPackets.MocapGuest1(), 6, 2) };

            public void Number(int frame)
            {
                foreach (byte[] packet in Packets)
                {
                    Put(packet, 44, frame);
                    Put(packet, 48, frame / 30);
                    Put(packet, 52, frame % 30 * 33333);
                }
            }

            static byte[] Head() => Tests.Packets.Head(0, 0.0, Total, new[] { 1, 2 }, "clap:1",
                "hug:1:0:2:3");

            static byte[] Pose(int number, int person) => Of(GoldenPackets.MocapPose(), number, person);

            static byte[] Body(int number, int person) => Of(GoldenPackets.MocapBody(), number, person);

            static byte[] Of(byte[] packet, int number, int person)
            {
                Put(packet, 56, number);
                Put(packet, 60, Total);
                for (int at = 64; at < packet.Length;)
                {
                    int size = Bits.Int32(packet, at);
                    OscPacket.TryString(packet, at + 4, packet.Length, out int address, out int tagsAt);
                    OscPacket.TryString(packet, tagsAt, packet.Length, out int tags, out int argumentsAt);
                    Put(packet, argumentsAt, person);
                    at += 4 + size;
                }
                return packet;
            }

            static void Put(byte[] packet, int at, int value) => Tests.Packets.Int(value).CopyTo(packet, at);

            /// <summary>As Number, without making arrays.</summary>
            public void Renumber(int frame)
            {
                foreach (byte[] packet in Packets)
                {
                    Write(packet, 44, frame);
                    Write(packet, 48, frame / 30);
                    Write(packet, 52, frame % 30 * 33333);
                }
            }

            static void Write(byte[] packet, int at, int value)
            {
                packet[at] = (byte)(value >> 24);
                packet[at + 1] = (byte)(value >> 16);
                packet[at + 2] = (byte)(value >> 8);
                packet[at + 3] = (byte)value;
            }
        }

        sealed class Box : ISceneSink
        {
            readonly SceneMailbox _mailbox = new SceneMailbox();

            public Scene Writable => _mailbox.Writable;

            public void Publish() => _mailbox.Publish();

            public bool TryTake(out Scene scene) => _mailbox.TryTake(out scene);
        }

        [Test]
        public void From_packets_of_two_people_to_capsules_and_events()
        {
            var box = new Box();
            var assembler = new MocapAssembler(box);
            var jitter = new JitterBuffer { Mode = JitterMode.Smooth };
            var edges = new EventEdges();
            var slots = new PersonSlots(4);
            var capsules = new BodyCapsules();
            var frame = new Frame();
            int shown = 0;
            AssertAllocatesNothing(number =>
            {
                frame.Renumber(number);
                double nowS = 500.0 + number / 30.0;
                for (int packet = 0; packet < frame.Packets.Length; packet++)
                    if (!assembler.Feed(frame.Packets[packet], 0, frame.Packets[packet].Length, nowS))
                        throw new InvalidOperationException(assembler.Trouble);
                if (!box.TryTake(out Scene scene))
                    throw new InvalidOperationException("no scene");
                jitter.Add(scene);
                jitter.TrySample(nowS + 0.01, out Scene now);
                shown += edges.Update(scene).Count + now.Poses.Count;
                slots.Assign(now, nowS);
                capsules.Update(now.Poses[0]);
                if (Occlusion.Hides(capsules.CapsulesWorld, BodyCapsules.Count, Vec3.Zero, new Vec3(0f, 1f, -9f)))
                    shown++;
            });
            Assert.That(shown, Is.GreaterThan(4 * Frames));
        }

        [Test]
        public void From_VMC_packets()
        {
            var box = new Box();
            var assembler = new VmcAssembler(box, 1);
            byte[] first = GoldenPackets.Vmc0(), last = GoldenPackets.Vmc1();
            byte[] faces = Packets.Bundle(Packets.Message("/VMC/Ext/Blend/Val", "Joy", 0.5f),
                Packets.Message("/VMC/Ext/Blend/Val", "Blink", 1f));
            AssertAllocatesNothing(number =>
            {
                assembler.Feed(0, faces, 0, faces.Length, number / 30.0);
                assembler.Feed(0, first, 0, first.Length, number / 30.0);
                assembler.Feed(0, last, 0, last.Length, number / 30.0);
                if (!box.TryTake(out Scene scene) || scene.Poses.Count != 1)
                    throw new InvalidOperationException("no scene");
            });
        }

        [Test]
        public void From_a_ZMTP_stream()
        {
            var box = new Box();
            var peer = new Feeding(new MocapAssembler(box));
            var parser = new ZmtpParser(peer);
            byte[] greeting = Packets.Greeting();
            parser.Feed(greeting, 0, greeting.Length);
            byte[] message = Packets.Published("osc", GoldenPackets.MocapPose());
            AssertAllocatesNothing(number => parser.Feed(message, 0, message.Length));
            Assert.That(peer.Messages, Is.EqualTo(Frames + 300));
        }

        [Test]
        public void To_and_from_a_take()
        {
            Scene scene = Golden.Scene();
            var line = new MemoryStream(1 << 16);
            var writer = new TakeWriter(line, new TakeHeader());
            var file = new MemoryStream(GoldenPackets.One());
            var reader = new TakeReader(file, "one");
            var read = new Scene();
            AssertAllocatesNothing(number =>
            {
                line.SetLength(0);
                writer.Write(scene);
                reader.Rewind();
                if (!reader.Read(read))
                    throw new InvalidOperationException("no frame");
            });
        }

        sealed class Feeding : IZmtpPeer
        {
            readonly MocapAssembler _assembler;
            public int Messages;

            public Feeding(MocapAssembler assembler)
            {
                _assembler = assembler;
            }

            public void Greeted()
            {
            }

            public void Command(string name, byte[] bytes, int at, int length)
            {
            }

            public void Message(byte[] topic, int topicLength, byte[] bytes, int payloadAt, int payloadLength)
            {
                _assembler.Feed(bytes, payloadAt, payloadLength, 1.0);
                Messages++;
            }
        }
    }
}
