namespace MocapBridge
{
    /// <summary>
    /// Takes OSC 1.0 packets apart: a message, or bundles that hold messages and bundles. Sizes are checked before they
    /// are followed, so a packet may hold anything. Tags are not judged here: a message with unknown ones harms no
    /// other.
    /// </summary>
    static class OscPacket
    {
        public const int DeepestBundle = 8;
        const int BundleHead = 16;

        /// <summary>
        /// Hands every message to the sink, or none at all if the packet is damaged: half a packet would look like
        /// news.
        /// </summary>
        public static bool Read(byte[] bytes, int at, int length, IOscSink sink) =>
            Walk(bytes, at, at + length, 0, null) && Walk(bytes, at, at + length, 0, sink);

        static bool Walk(byte[] bytes, int at, int end, int depth, IOscSink sink)
        {
            if (end - at < 4 || (end - at) % 4 != 0)
                return false;
            if (bytes[at] == '/')
                return ReadMessage(bytes, at, end, sink);
            if (!IsBundle(bytes, at, end) || depth == DeepestBundle)
                return false;
            at += BundleHead;
            while (at < end)
            {
                if (end - at < 4)
                    return false;
                int size = Bits.Int32(bytes, at);
                at += 4;
                if (size <= 0 || size > end - at || !Walk(bytes, at, at + size, depth + 1, sink))
                    return false;
                at += size;
            }
            return true;
        }

        static bool IsBundle(byte[] bytes, int at, int end) =>
            end - at >= BundleHead && bytes[at] == '#' && bytes[at + 1] == 'b' && bytes[at + 2] == 'u'
                && bytes[at + 3] == 'n'
            && bytes[at + 4] == 'd' && bytes[at + 5] == 'l' && bytes[at + 6] == 'e' && bytes[at + 7] == 0;

        static bool ReadMessage(byte[] bytes, int at, int end, IOscSink sink)
        {
            if (!TryString(bytes, at, end, out int addressLength, out int tagsAt))
                return false;
            if (!TryString(bytes, tagsAt, end, out int tagsLength, out int argumentsAt) || tagsLength == 0
                || bytes[tagsAt] != ',')
                return false;
            if (sink != null)
            {
                var message = new OscMessage(bytes, at, addressLength, tagsAt + 1, tagsLength - 1, argumentsAt, end);
                sink.Message(in message);
            }
            return true;
        }

        /// <summary>Length without NULs of the string at a place, and where the next thing begins.</summary>
        internal static bool TryString(byte[] bytes, int at, int end, out int length, out int next)
        {
            int stop = at;
            while (stop < end && bytes[stop] != 0)
                stop++;
            length = stop - at;
            next = at + (length / 4 + 1) * 4;
            return stop < end && next <= end;
        }
    }
}
