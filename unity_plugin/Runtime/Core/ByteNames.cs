using System;
using System.Text;

namespace MocapBridge
{
    /// <summary>
    /// Finds names by their bytes as they lie in a packet, so that a string is made once and not per packet.
    /// </summary>
    sealed class ByteNames
    {
        readonly byte[][] _bytes;
        readonly string[] _names;
        readonly int[] _hashes;

        public ByteNames(int most)
        {
            _bytes = new byte[most][];
            _names = new string[most];
            _hashes = new int[most];
        }

        /// <summary>The names in this order, and no more.</summary>
        public ByteNames(string[] names) : this(names.Length)
        {
            foreach (string name in names)
            {
                byte[] bytes = Encoding.UTF8.GetBytes(name);
                Keep(bytes, 0, bytes.Length, Hash(bytes, 0, bytes.Length));
            }
        }

        public int Count { get; private set; }

        public string this[int row] => _names[row];

        /// <summary>As the other, of a JSON string.</summary>
        public string Name(in JsonText text) =>
            text.Escaped ? text.ToString() : Name(text.Bytes, text.At, text.Length);

        /// <summary>Row of the name; -1 if it is not among them.</summary>
        public int Find(byte[] bytes, int at, int length) => Find(bytes, at, length, Hash(bytes, at, length));

        /// <summary>
        /// The name as a string, remembered from now on. When too many have been seen all are forgotten.
        /// </summary>
        public string Name(byte[] bytes, int at, int length)
        {
            int hash = Hash(bytes, at, length);
            int row = Find(bytes, at, length, hash);
            if (row >= 0)
                return _names[row];
            if (Count == _names.Length)
                Count = 0;
            return Keep(bytes, at, length, hash);
        }

        int Find(byte[] bytes, int at, int length, int hash)
        {
            for (int row = 0; row < Count; row++)
                if (_hashes[row] == hash && Same(_bytes[row], bytes, at, length))
                    return row;
            return -1;
        }

        string Keep(byte[] bytes, int at, int length, int hash)
        {
            var own = new byte[length];
            Buffer.BlockCopy(bytes, at, own, 0, length);
            _bytes[Count] = own;
            _hashes[Count] = hash;
            _names[Count] = Encoding.UTF8.GetString(own, 0, length);
            return _names[Count++];
        }

        static bool Same(byte[] own, byte[] bytes, int at, int length)
        {
            if (own.Length != length)
                return false;
            for (int index = 0; index < length; index++)
                if (own[index] != bytes[at + index])
                    return false;
            return true;
        }

        static int Hash(byte[] bytes, int at, int length) // FNV-1a
        {
            uint hash = 2166136261;
            for (int index = 0; index < length; index++)
                hash = (hash ^ bytes[at + index]) * 16777619;
            return (int)hash;
        }
    }
}
