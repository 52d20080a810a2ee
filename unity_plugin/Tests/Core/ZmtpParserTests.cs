using System.Collections.Generic;
using System.Text;
using NUnit.Framework;

namespace MocapBridge.Tests
{
    [TestFixture]
    public sealed class ZmtpParserTests
    {
        sealed class Heard : IZmtpPeer
        {
            public readonly List<string> Log = new List<string>();

            public void Greeted() => Log.Add("greeted");

            public void Command(string name, byte[] bytes, int at, int length) => Log.Add(name + " " + length);

            public void Message(byte[] topic, int topicLength, byte[] bytes, int payloadAt, int payloadLength) =>
                Log.Add(Encoding.ASCII.GetString(topic, 0, topicLength) + " " + payloadLength + " "
                    + Sum(bytes, payloadAt, payloadLength));

            static int Sum(byte[] bytes, int at, int length)
            {
                int sum = 0;
                for (int index = 0; index < length; index++)
                    sum += bytes[at + index];
                return sum;
            }
        }

        Heard _heard;
        ZmtpParser _parser;

        [SetUp]
        public void Begin()
        {
            _heard = new Heard();
            _parser = new ZmtpParser(_heard);
        }

        void Feed(byte[] bytes) => _parser.Feed(bytes, 0, bytes.Length);

        static byte[] Filled(int length)
        {
            var bytes = new byte[length];
            for (int index = 0; index < length; index++)
                bytes[index] = 1;
            return bytes;
        }

        [Test]
        public void A_publisher_is_understood()
        {
            Feed(Packets.Joined(Packets.Greeting(), Packets.Ready("XPUB"), Packets.Published("osc", Filled(20))));
            Assert.That(_heard.Log, Is.EqualTo(new[] { "greeted", "READY 20", "osc 20 20" }));
            Assert.That(_parser.Failed, Is.Null);
        }

        [TestCase(1)]
        [TestCase(2)]
        [TestCase(3)]
        [TestCase(7)]
        [TestCase(64)]
        [TestCase(1000)]
        public void It_does_not_matter_in_which_pieces_the_stream_comes(int piece)
        {
            byte[] stream =
                Packets.Joined(Packets.Greeting(), Packets.Ready("PUB"), Packets.Published("osc", Filled(300)),
                Packets.Published("osc", Filled(5)), Packets.Command("PING", 0, 0, 65, 66),
                    Packets.Published("osc", Filled(1000)));
            for (int at = 0; at < stream.Length; at += piece)
                _parser.Feed(stream, at, System.Math.Min(piece, stream.Length - at));
            Assert.That(_heard.Log,
                Is.EqualTo(new[] { "greeted", "READY 19", "osc 300 300", "osc 5 5", "PING 4", "osc 1000 1000" }));
        }

        [Test]
        public void Many_messages_at_once_fill_no_buffer()
        {
            var all = new List<byte>(Packets.Greeting());
            for (int message = 0; message < 300; message++)
                all.AddRange(Packets.Published("osc", Filled(1100)));
            Feed(all.ToArray());
            Assert.That(_parser.Failed, Is.Null);
            Assert.That(_heard.Log.Count, Is.EqualTo(301));
        }

        [Test]
        public void A_command_between_the_frames_of_a_message_does_not_tear_it()
        {
            Feed(Packets.Joined(Packets.Greeting(), Packets.Frame(1, Encoding.ASCII.GetBytes("osc")),
                Packets.Command("PING", 0, 0),
                Packets.Frame(0, Filled(4))));
            Assert.That(_heard.Log, Is.EqualTo(new[] { "greeted", "PING 2", "osc 4 4" }));
        }

        [Test]
        public void Messages_of_one_or_three_frames_are_refused_and_the_next_is_read()
        {
            Feed(Packets.Joined(Packets.Greeting(), Packets.Frame(0, Filled(4)), Packets.Frame(1, Filled(1)),
                Packets.Frame(1, Filled(1)),
                Packets.Frame(0, Filled(1)), Packets.Published("osc", Filled(3))));
            Assert.That(_parser.MessagesRefused, Is.EqualTo(2));
            Assert.That(_heard.Log[_heard.Log.Count - 1], Is.EqualTo("osc 3 3"));
        }

        [Test]
        public void A_message_that_is_too_long_is_refused_before_it_comes()
        {
            Feed(Packets.Joined(Packets.Greeting(), new byte[] { 2, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff }));
            Assert.That(_parser.Failed.Contains("65536"), Is.True, _parser.Failed);
        }

        [Test]
        public void A_negative_length_is_refused()
        {
            Feed(Packets.Joined(Packets.Greeting(), new byte[] { 2, 0xff, 0, 0, 0, 0, 0, 0, 1 }));
            Assert.That(_parser.Failed, Is.Not.Null);
        }

        [Test]
        public void The_longest_message_is_taken()
        {
            Feed(Packets.Joined(Packets.Greeting(), Packets.Published("osc", Filled(ZmtpParser.LargestMessage))));
            Assert.That(_parser.Failed, Is.Null);
            Assert.That(_heard.Log.Count, Is.EqualTo(2));
        }

        [TestCase("CURVE", "CURVE keys")]
        [TestCase("\u0001\u0002", "unknown keys")]
        public void A_publisher_that_wants_keys_is_named(string mechanism, string word)
        {
            Feed(Packets.Greeting(mechanism));
            Assert.That(_parser.Failed.Contains(word), Is.True, _parser.Failed);
            Assert.That(_heard.Log, Is.Empty);
        }

        [Test]
        public void Another_kind_of_server_is_noticed()
        {
            Feed(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n"
                + "Connection: close\r\n\r\n"));
            Assert.That(_parser.Failed.Contains("no ZeroMQ publisher"), Is.True, _parser.Failed);
        }

        [Test]
        public void An_older_ZMTP_is_refused()
        {
            Feed(Packets.Greeting("NULL", 2));
            Assert.That(_parser.Failed.Contains("ZMTP 2"), Is.True, _parser.Failed);
        }

        [TestCase((byte)8)]
        [TestCase((byte)5)]
        [TestCase((byte)255)]
        public void Flags_that_mean_nothing_are_refused(byte flags)
        {
            Feed(Packets.Joined(Packets.Greeting(), new byte[] { flags, 0 }));
            Assert.That(_parser.Failed, Is.Not.Null);
        }

        [Test]
        public void After_a_reset_a_new_connection_is_understood()
        {
            Feed(Packets.Greeting("CURVE"));
            _parser.Reset();
            Feed(Packets.Joined(Packets.Greeting(), Packets.Published("osc", Filled(1))));
            Assert.That(_parser.Failed, Is.Null);
            Assert.That(_heard.Log.Count, Is.EqualTo(2));
        }

        [Test]
        public void Our_own_words_can_be_read()
        {
            Feed(Packets.Joined(ZmtpWords.GreetingBegin, ZmtpWords.GreetingRest, ZmtpWords.Ready, ZmtpWords.Ping,
                ZmtpWords.Pong(new byte[] { 7, 8 }, 0, 2)));
            Assert.That(_parser.Failed, Is.Null);
            Assert.That(_heard.Log, Is.EqualTo(new[] { "greeted", "READY 32", "PING 2", "PONG 2" }));
        }

        [Test]
        public void The_peers_socket_type_is_found_among_its_properties()
        {
            byte[] ready = Packets.Ready("XPUB");
            Assert.That(ZmtpWords.SocketType(ready, 8, ready.Length - 8), Is.EqualTo("XPUB"));
            Assert.That(ZmtpWords.SocketType(new byte[] { 200, 1, 2 }, 0, 3), Is.EqualTo(""));
            Assert.That(ZmtpWords.SocketType(new byte[] { 1, 65, 0x7f, 0xff, 0xff, 0xff }, 0, 6), Is.EqualTo(""));
        }
    }
}
