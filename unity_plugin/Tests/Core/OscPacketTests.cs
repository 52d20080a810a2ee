using System.Collections.Generic;
using System.Text;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    [TestFixture]
    public sealed class OscPacketTests
    {
        sealed class Seen : IOscSink
        {
            public readonly List<string> Addresses = new List<string>();
            public OscMessage Last;

            public void Message(in OscMessage message)
            {
                Addresses.Add(Encoding.ASCII.GetString(message.Bytes, message.AddressAt, message.AddressLength));
                Last = message;
            }
        }

        static bool Read(byte[] packet, Seen seen) => OscPacket.Read(packet, 0, packet.Length, seen);

        [Test]
        public void A_single_message_is_read()
        {
            var seen = new Seen();
            Assert.That(Read(Packets.Message("/a", 1, 2.5f, "three", true, false), seen), Is.True);
            Assert.That(seen.Addresses, Is.EqualTo(new[] { "/a" }));
            var arguments = new OscArguments(in seen.Last);
            Assert.That(arguments.TryInt(out int one) && one == 1);
            Assert.That(arguments.TryFloat(out float two) && two == 2.5f);
            Assert.That(arguments.TryString(out int at, out int length));
            Assert.That(Encoding.UTF8.GetString(seen.Last.Bytes, at, length), Is.EqualTo("three"));
            Assert.That(arguments.TryInt(out int four) && four == 1);
            Assert.That(arguments.TryInt(out int five) && five == 0);
            Assert.That(arguments.Left, Is.EqualTo(0));
        }

        [Test]
        public void Bundles_within_bundles_are_read_in_order()
        {
            byte[] inner = Packets.Bundle(Packets.Message("/b"), Packets.Message("/c", 1));
            var seen = new Seen();
            Assert.That(Read(Packets.Bundle(Packets.Message("/a"), inner, Packets.Message("/d")), seen), Is.True);
            Assert.That(seen.Addresses, Is.EqualTo(new[] { "/a", "/b", "/c", "/d" }));
        }

        [Test]
        public void An_empty_bundle_is_sound()
        {
            var seen = new Seen();
            Assert.That(Read(Packets.Bundle(Packets.Bundle(), Packets.Message("/a")), seen), Is.True);
            Assert.That(seen.Addresses.Count, Is.EqualTo(1));
        }

        [Test]
        public void Bundles_deeper_than_eight_are_refused()
        {
            byte[] packet = Packets.Message("/a");
            for (int depth = 0; depth < OscPacket.DeepestBundle; depth++)
                packet = Packets.Bundle(packet);
            Assert.That(Read(packet, new Seen()), Is.True);
            Assert.That(Read(Packets.Bundle(packet), new Seen()), Is.False);
        }

        [Test]
        public void Nothing_of_a_packet_that_is_damaged_further_on_is_handed_on()
        {
            byte[] packet = Packets.Bundle(Packets.Message("/a"), Packets.Message("/b"));
            packet[packet.Length - 12 + 3] = 200; // the size of the second message
            var seen = new Seen();
            Assert.That(Read(packet, seen), Is.False);
            Assert.That(seen.Addresses, Is.Empty);
        }

        [TestCase(0)]
        [TestCase(3)]
        [TestCase(5)]
        public void A_packet_of_an_odd_length_is_refused(int length)
        {
            Assert.That(OscPacket.Read(new byte[8], 0, length, new Seen()), Is.False);
        }

        [Test]
        public void An_address_without_an_end_is_refused()
        {
            Assert.That(Read(Encoding.ASCII.GetBytes("/abcdefghijk"), new Seen()), Is.False);
        }

        [Test]
        public void A_message_without_type_tags_is_refused()
        {
            Assert.That(Read(Packets.Joined(Packets.Text("/a"), Packets.Int(1)), new Seen()), Is.False);
        }

        [Test]
        public void Unknown_tags_do_not_stop_the_messages_behind_them()
        {
            byte[] strange =
                Packets.Joined(Packets.Text("/strange"), Packets.Text(",Q[i]"), Packets.Int(9), Packets.Int(9));
            var seen = new Seen();
            Assert.That(Read(Packets.Bundle(strange, Packets.Message("/b", 1)), seen), Is.True);
            Assert.That(seen.Addresses, Is.EqualTo(new[] { "/strange", "/b" }));
        }

        [Test]
        public void A_missing_argument_is_said_to_be_missing()
        {
            byte[] packet = Packets.Joined(Packets.Text("/a"), Packets.Text(",fsi"), Packets.Float(1f));
            var seen = new Seen();
            Assert.That(Read(packet, seen), Is.True);
            var arguments = new OscArguments(in seen.Last);
            Assert.That(arguments.TryFloat(out float number), Is.True);
            Assert.That(number, Is.EqualTo(1f));
            Assert.That(arguments.TryString(out int at, out int length), Is.False);
            Assert.That(seen.Last.Holds(0, 3), Is.False);
        }

        [Test]
        public void A_blob_is_read_and_one_that_is_longer_than_its_packet_is_not()
        {
            byte[] packet = Packets.Message("/a", new byte[] { 1, 2, 3, 4, 5 }, 7);
            var seen = new Seen();
            Read(packet, seen);
            var arguments = new OscArguments(in seen.Last);
            Assert.That(arguments.TryBlob(out int at, out int length), Is.True);
            Assert.That(length == 5 && packet[at + 4] == 5);
            Assert.That(arguments.TryInt(out int after) && after == 7);
            foreach (int size in new[] { 6, 13, 100, int.MaxValue, int.MaxValue - 2, -1 })
            {
                Packets.Int(size).CopyTo(packet, 8);
                arguments = new OscArguments(in seen.Last);
                Assert.That(arguments.TryBlob(out at, out length) && length > 8, Is.False, size.ToString());
            }
        }

        [Test]
        public void Whole_numbers_and_doubles_are_taken_for_floats()
        {
            var seen = new Seen();
            Read(Packets.Message("/a", 3, 0.25), seen);
            var arguments = new OscArguments(in seen.Last);
            Assert.That(arguments.TryFloat(out float three) && three == 3f);
            Assert.That(arguments.TryFloat(out float quarter) && quarter == 0.25f);
        }

        [Test]
        public void A_string_is_no_float()
        {
            var seen = new Seen();
            Read(Packets.Message("/a", "1.0"), seen);
            var arguments = new OscArguments(in seen.Last);
            Assert.That(arguments.TryFloat(out float number), Is.False);
        }

        [Test]
        public void Names_are_made_once_and_found_by_their_bytes()
        {
            byte[] bytes = Encoding.UTF8.GetBytes("xxhands_upyy");
            var names = new ByteNames(2);
            string first = names.Name(bytes, 2, 8);
            Assert.That(first, Is.EqualTo("hands_up"));
            Assert.That(names.Name(bytes, 2, 8), Is.SameAs(first));
            names.Name(bytes, 0, 2);
            names.Name(bytes, 10, 2); // one too many: all are forgotten
            Assert.That(names.Count, Is.EqualTo(1));
            Assert.That(names.Find(bytes, 2, 8), Is.EqualTo(-1));
        }
    }
}
