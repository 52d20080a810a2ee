using System;

namespace MocapBridge
{
    /// <summary>What a ZMTP peer says, as it comes to whoever reads.</summary>
    interface IZmtpPeer
    {
        /// <summary>The peer's greeting is sound and speaks the NULL mechanism.</summary>
        void Greeted();

        /// <summary>A command; its body lies at a place in the buffer.</summary>
        void Command(string name, byte[] bytes, int at, int length);

        /// <summary>A message of two frames.</summary>
        void Message(byte[] topic, int topicLength, byte[] bytes, int payloadAt, int payloadLength);
    }

    /// <summary>
    /// Takes a ZMTP 3.x stream (NULL mechanism) apart, in whatever pieces it arrives. Sizes are checked before anything
    /// is kept; the buffer never grows. After <see cref="Failed"/> nothing more is read: the connection must be closed.
    /// Layout: rfc.zeromq.org/spec/23.
    /// </summary>
    sealed class ZmtpParser
    {
        public const int Greeting = 64;
        public const int LargestMessage = 65536;
        const byte More = 1, Long = 2, IsCommand = 4;

        readonly IZmtpPeer _peer;
        readonly byte[] _kept = new byte[LargestMessage + 9];
        readonly byte[] _topic = new byte[255];
        int _keptBytes;
        bool _greeted;
        int _frames; // of the message that is under way; its first one is kept as the topic
        int _topicLength;

        public ZmtpParser(IZmtpPeer peer)
        {
            _peer = peer;
        }

        /// <summary>What the peer did wrong and what would be right; null while all is well.</summary>
        public string Failed { get; private set; }

        /// <summary>Messages that were not topic and payload.</summary>
        public long MessagesRefused { get; private set; }

        /// <summary>A new connection.</summary>
        public void Reset()
        {
            _keptBytes = _frames = 0;
            _greeted = false;
            Failed = null;
        }

        /// <summary>Takes the next bytes in. Never throws.</summary>
        public void Feed(byte[] bytes, int at, int length)
        {
            int end = at + length;
            while (at < end && Failed == null)
            {
                int taken = Math.Min(end - at, _kept.Length - _keptBytes);
                Buffer.BlockCopy(bytes, at, _kept, _keptBytes, taken);
                at += taken;
                _keptBytes += taken;
                Read();
                if (taken == 0 && Failed == null)
                    Failed = "the publisher sent a message of more than " + LargestMessage
                        + " bytes; that is none of the bridge's";
            }
        }

        void Read()
        {
            int at = 0;
            if (!_greeted)
            {
                if (_keptBytes < Greeting)
                    return;
                Failed = GreetingFault();
                if (Failed != null)
                    return;
                _greeted = true;
                at = Greeting;
                _peer.Greeted();
            }
            while (Failed == null && TryFrame(ref at))
            {
            }
            _keptBytes -= at;
            Buffer.BlockCopy(_kept, at, _kept, 0, _keptBytes);
        }

        bool TryFrame(ref int at)
        {
            if (_keptBytes - at < 2)
                return false;
            byte flags = _kept[at];
            int head = (flags & Long) != 0 ? 9 : 2;
            if ((flags & ~(More | Long | IsCommand)) != 0 || ((flags & IsCommand) != 0 && (flags & More) != 0))
            {
                Failed = "the publisher does not speak ZMTP 3 (a frame with flags " + flags + ")";
                return false;
            }
            if (_keptBytes - at < head)
                return false;
            long size = head == 2 ? _kept[at + 1] : Bits.Int64(_kept, at + 1);
            if (size < 0 || size > LargestMessage)
            {
                Failed = "the publisher sent a message of more than " + LargestMessage
                    + " bytes; that is none of the bridge's";
                return false;
            }
            if (_keptBytes - at - head < size)
                return false;
            int body = at + head;
            at = body + (int)size;
            if ((flags & IsCommand) != 0)
                ReadCommand(body, (int)size);
            else
                ReadFrame(body, (int)size, (flags & More) != 0);
            return Failed == null;
        }

        void ReadCommand(int at, int length)
        {
            int name = length > 0 ? _kept[at] : 0;
            if (name == 0 || name > length - 1)
            {
                Failed = "the publisher sent a damaged ZMTP command";
                return;
            }
            _peer.Command(System.Text.Encoding.ASCII.GetString(_kept, at + 1, name), _kept, at + 1 + name,
                length - 1 - name);
        }

        void ReadFrame(int body, int length, bool more)
        {
            _frames++;
            if (more)
            {
                _topicLength = _frames == 1 && length <= _topic.Length ? length : -1;
                if (_topicLength > 0)
                    Buffer.BlockCopy(_kept, body, _topic, 0, length);
                return;
            }
            if (_frames == 2 && _topicLength >= 0)
                _peer.Message(_topic, _topicLength, _kept, body, length);
            else
                MessagesRefused++;
            _frames = 0;
        }

        string GreetingFault()
        {
            if (_kept[0] != 0xff || (_kept[9] & 1) == 0)
                return "no ZeroMQ publisher answers there; is another program listening at this port?";
            if (_kept[10] < 3)
                return "the publisher speaks ZMTP " + _kept[10] + "; version 3 is needed";
            string mechanism = System.Text.Encoding.ASCII.GetString(_kept, 12, 20).TrimEnd('\0');
            return mechanism == "NULL" ? null
                : "the publisher wants " + Printable(mechanism) + " keys, which Unity's side cannot give: "
                + "publish to 127.0.0.1, or with ?allow_plain=true in a network of your own";
        }

        static string Printable(string text)
        {
            foreach (char letter in text)
                if (letter < ' ' || letter > '~')
                    return "unknown";
            return text;
        }
    }
}
