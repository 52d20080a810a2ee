namespace MocapBridge
{
    /// <summary>
    /// Reads the arguments of a message in order. Every read says whether there was such an argument.
    /// </summary>
    struct OscArguments
    {
        readonly OscMessage _message;
        int _tag;
        int _at;

        public OscArguments(in OscMessage message)
        {
            _message = message;
            _tag = 0;
            _at = message.ArgumentsAt;
        }

        /// <summary>Arguments that have not been read.</summary>
        public int Left => _message.TagCount - _tag;

        /// <summary>An int32, or a truth value as 0 or 1.</summary>
        public bool TryInt(out int value)
        {
            value = 0;
            byte tag = Tag();
            if (tag == 'i')
            {
                if (!Has(4))
                    return false;
                value = Bits.Int32(_message.Bytes, _at);
                return Past(4);
            }
            value = tag == 'T' ? 1 : 0;
            return (tag == 'T' || tag == 'F') && Past(0);
        }

        /// <summary>A number; senders in scripting languages send whole floats as int32 or floats as float64.</summary>
        public bool TryFloat(out float value)
        {
            value = 0f;
            byte tag = Tag();
            if (tag == 'd' && Has(8))
            {
                value = (float)System.BitConverter.Int64BitsToDouble(Bits.Int64(_message.Bytes, _at));
                return Past(8);
            }
            if ((tag != 'f' && tag != 'i') || !Has(4))
                return false;
            value = tag == 'f' ? Bits.Float(_message.Bytes, _at) : Bits.Int32(_message.Bytes, _at);
            return Past(4);
        }

        /// <summary>A string where it lies, without its padding.</summary>
        public bool TryString(out int at, out int length)
        {
            at = _at;
            length = 0;
            if (Tag() != 's' || !OscPacket.TryString(_message.Bytes, _at, _message.End, out length, out int next))
                return false;
            return Past(next - _at);
        }

        /// <summary>A blob where it lies, without its padding.</summary>
        public bool TryBlob(out int at, out int length)
        {
            at = _at + 4;
            length = 0;
            if (Tag() != 'b' || !Has(4))
                return false;
            length = Bits.Int32(_message.Bytes, _at);
            int room = _message.End - _at - 4;
            if (length < 0 || length > room)
                return false;
            int padded = (length + 3) & ~3;
            return padded <= room && Past(4 + padded);
        }

        /// <summary>The next tag; 0 when there is none.</summary>
        public byte Tag() => _tag < _message.TagCount ? _message.Bytes[_message.TagsAt + _tag] : (byte)0;

        bool Has(int bytes) => _message.End - _at >= bytes;

        bool Past(int bytes)
        {
            _at += bytes;
            _tag++;
            return true;
        }
    }
}
