using System;
using System.IO;

namespace MocapBridge
{
    /// <summary>Lines of a stream as bytes in one buffer that is used again and again.</summary>
    sealed class LineReader
    {
        readonly Stream _stream;
        readonly int _longest;
        byte[] _buffer = new byte[1 << 15];
        int _begin, _end;

        public LineReader(Stream stream, int longest)
        {
            _stream = stream;
            _longest = longest;
        }

        /// <summary>The line, valid until the next call: without its line end.</summary>
        public byte[] Bytes => _buffer;

        public int At { get; private set; }

        public int Length { get; private set; }

        /// <summary>False for a last line that was cut off.</summary>
        public bool Ended { get; private set; }

        public void Restart()
        {
            _stream.Seek(0, SeekOrigin.Begin);
            _begin = _end = 0;
        }

        /// <summary>
        /// Reads the next line; false at the end. Throws FormatException if it is too long, IOException.
        /// </summary>
        public bool Next()
        {
            int looked = _begin;
            while (true)
            {
                int newline = Array.IndexOf(_buffer, (byte)'\n', looked, _end - looked);
                if (newline >= 0 && newline - _begin <= _longest)
                    return Found(newline, newline + 1, true);
                if (newline >= 0 || _end - _begin > _longest)
                    throw new FormatException("longer than " + _longest + " bytes");
                looked = _end - _begin;
                MakeRoom();
                int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
                if (read == 0)
                    return _end > _begin && Found(_end, _end, false);
                _end += read;
            }
        }

        bool Found(int end, int next, bool ended)
        {
            At = _begin;
            Length = end - _begin;
            Ended = ended;
            _begin = next;
            return true;
        }

        void MakeRoom()
        {
            Buffer.BlockCopy(_buffer, _begin, _buffer, 0, _end - _begin);
            _end -= _begin;
            _begin = 0;
            if (_end == _buffer.Length)
                Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, _longest + 2));
        }
    }
}
