namespace MocapBridge
{
    /// <summary>
    /// One OSC message where it lies in its packet: nothing is copied. Arguments are read with
    /// <see cref="OscArguments"/>.
    /// </summary>
    readonly struct OscMessage
    {
        public readonly byte[] Bytes;
        public readonly int AddressAt, AddressLength;

        /// <summary>Type tags, without the comma.</summary>
        public readonly int TagsAt, TagCount;

        public readonly int ArgumentsAt, End;

        public OscMessage(byte[] bytes, int addressAt, int addressLength, int tagsAt, int tagCount, int argumentsAt,
            int end)
        {
            Bytes = bytes;
            AddressAt = addressAt;
            AddressLength = addressLength;
            TagsAt = tagsAt;
            TagCount = tagCount;
            ArgumentsAt = argumentsAt;
            End = end;
        }

        public bool AddressIs(byte[] address)
        {
            if (address.Length != AddressLength)
                return false;
            // Backwards: the addresses of one space differ at their ends.
            for (int index = AddressLength - 1; index >= 0; index--)
                if (Bytes[AddressAt + index] != address[index])
                    return false;
            return true;
        }

        public bool AddressBeginsWith(byte[] beginning)
        {
            if (beginning.Length > AddressLength)
                return false;
            for (int index = 0; index < beginning.Length; index++)
                if (Bytes[AddressAt + index] != beginning[index])
                    return false;
            return true;
        }

        /// <summary>Whether the tags are exactly "some i, then some f" and all the numbers are there.</summary>
        public bool Holds(int ints, int floats)
        {
            if (TagCount != ints + floats || End - ArgumentsAt < 4 * TagCount)
                return false;
            for (int tag = 0; tag < TagCount; tag++)
                if (Bytes[TagsAt + tag] != (tag < ints ? (byte)'i' : (byte)'f'))
                    return false;
            return true;
        }
    }
}
