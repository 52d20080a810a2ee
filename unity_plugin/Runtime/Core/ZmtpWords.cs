using System;
using System.Text;

namespace MocapBridge
{
    /// <summary>What a subscriber says, byte by byte, and what it must understand of commands.</summary>
    static class ZmtpWords
    {
        public const int LongestContext = 16;
        const string Topic = "osc";

        static readonly byte[] TopicBytes = Encoding.ASCII.GetBytes(Topic);

        const int BeginBytes = 11;

        /// <summary>Signature and version 3.</summary>
        public static readonly byte[] GreetingBegin = Part(MakeGreeting(), 0, BeginBytes);

        /// <summary>
        /// Mechanism NULL, as client. Sent only when the publisher's greeting is there: one that wants keys hangs up as
        /// soon as it reads NULL, and would never have said why.
        /// </summary>
        public static readonly byte[] GreetingRest = Part(MakeGreeting(), BeginBytes, ZmtpParser.Greeting - BeginBytes);

        /// <summary>We are a SUB socket.</summary>
        public static readonly byte[] Ready =
            Command("READY", Property("Socket-Type", "SUB"), Property("Identity", ""));

        /// <summary>A message of one frame: 1 and the topic.</summary>
        public static readonly byte[] Subscribe =
            Joined(new byte[] { 0, (byte)(1 + TopicBytes.Length), 1 }, TopicBytes);

        /// <summary>Are you there? The two bytes are a time to live that is not asked for.</summary>
        public static readonly byte[] Ping = Command("PING", new byte[2], new byte[0]);

        /// <summary>Yes, with what the question carried.</summary>
        public static byte[] Pong(byte[] bytes, int at, int length)
        {
            var context = new byte[length];
            Buffer.BlockCopy(bytes, at, context, 0, length);
            return Command("PONG", context, new byte[0]);
        }

        public static bool IsTopic(byte[] topic, int length) =>
            length == TopicBytes.Length && topic[0] == TopicBytes[0] && topic[1] == TopicBytes[1]
                && topic[2] == TopicBytes[2];

        /// <summary>The Socket-Type that a READY tells; empty if it tells none.</summary>
        public static string SocketType(byte[] bytes, int at, int length)
        {
            int end = at + length;
            while (at < end)
            {
                int nameAt = at + 1, nameLength = bytes[at];
                int sizeAt = nameAt + nameLength;
                if (sizeAt + 4 > end)
                    return "";
                int size = Bits.Int32(bytes, sizeAt);
                at = sizeAt + 4;
                if (size < 0 || size > end - at)
                    return "";
                string name = Encoding.ASCII.GetString(bytes, nameAt, nameLength);
                if (string.Equals(name, "Socket-Type", StringComparison.OrdinalIgnoreCase))
                    return Encoding.ASCII.GetString(bytes, at, size);
                at += size;
            }
            return "";
        }

        static byte[] MakeGreeting()
        {
            var greeting = new byte[ZmtpParser.Greeting];
            greeting[0] = 0xff;
            greeting[9] = 0x7f;
            greeting[10] = 3;
            Encoding.ASCII.GetBytes("NULL", 0, 4, greeting, 12);
            return greeting;
        }

        static byte[] Command(string name, byte[] first, byte[] second)
        {
            byte[] body =
                Joined(Joined(new[] { (byte)name.Length }, Encoding.ASCII.GetBytes(name)), Joined(first, second));
            return Joined(new byte[] { 4, (byte)body.Length }, body);
        }

        static byte[] Property(string name, string value)
        {
            byte[] head = Joined(new[] { (byte)name.Length }, Encoding.ASCII.GetBytes(name));
            return Joined(head, Joined(new byte[] { 0, 0, 0, (byte)value.Length }, Encoding.ASCII.GetBytes(value)));
        }

        static byte[] Part(byte[] bytes, int at, int length)
        {
            var part = new byte[length];
            Buffer.BlockCopy(bytes, at, part, 0, length);
            return part;
        }

        static byte[] Joined(byte[] first, byte[] second)
        {
            var both = new byte[first.Length + second.Length];
            Buffer.BlockCopy(first, 0, both, 0, first.Length);
            Buffer.BlockCopy(second, 0, both, first.Length, second.Length);
            return both;
        }
    }
}
