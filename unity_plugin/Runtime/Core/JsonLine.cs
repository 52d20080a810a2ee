using System;

namespace MocapBridge
{
    /// <summary>
    /// Bytes of one JSON line, written piece by piece. Numbers are rounded to a fixed number of decimals.
    /// </summary>
    sealed class JsonLine
    {
        byte[] _bytes = new byte[1 << 14];
        readonly byte[] _digits = new byte[24];

        public byte[] Bytes => _bytes;

        public int Length { get; private set; }

        public void Clear() => Length = 0;

        /// <summary>ASCII as it is: brackets, commas and keys.</summary>
        public void Raw(string ascii)
        {
            Reserve(ascii.Length);
            foreach (char letter in ascii)
                _bytes[Length++] = (byte)letter;
        }

        /// <summary>A string in quotation marks, escaped.</summary>
        public void Text(string text)
        {
            Reserve(6 * text.Length + 2);
            _bytes[Length++] = (byte)'"';
            foreach (char letter in text)
                if (letter < ' ' || letter > '~')
                    Escaped(letter);
                else
                {
                    if (letter == '"' || letter == '\\')
                        _bytes[Length++] = (byte)'\\';
                    _bytes[Length++] = (byte)letter;
                }
            _bytes[Length++] = (byte)'"';
        }

        void Escaped(char letter)
        {
            _bytes[Length++] = (byte)'\\';
            _bytes[Length++] = (byte)'u';
            for (int shift = 12; shift >= 0; shift -= 4)
                _bytes[Length++] = (byte)"0123456789abcdef"[(letter >> shift) & 15];
        }

        /// <summary>A number. Throws ArgumentException if it is not finite or beyond 10^12.</summary>
        public void Number(double value, int decimals)
        {
            if (!(Math.Abs(value) < 1e12))
                throw new ArgumentException("a number that is not finite cannot be recorded: " + value);
            double scale = 1.0;
            for (int step = 0; step < decimals; step++)
                scale *= 10.0;
            var scaled = (long)Math.Round(value * scale);
            Reserve(24);
            if (scaled < 0)
                _bytes[Length++] = (byte)'-';
            Digits(Math.Abs(scaled), decimals);
        }

        /// <summary>An array of strings.</summary>
        public void Texts(string[] texts)
        {
            for (int row = 0; row < texts.Length; row++)
            {
                Raw(row > 0 ? "," : "[");
                Text(texts[row]);
            }
            Raw("]");
        }

        /// <summary>Some text, then an array of numbers.</summary>
        public void Numbers(string before, float[] values, int from, int count, int decimals)
        {
            Raw(before);
            for (int index = 0; index < count; index++)
            {
                Raw(index > 0 ? "," : "[");
                Number(values[from + index], decimals);
            }
            Raw("]");
        }

        /// <summary>Some text, then two numbers; bare: without brackets.</summary>
        public void Pair(string before, float first, float second, int decimals, bool bare = false)
        {
            Raw(before);
            if (!bare)
                Raw("[");
            Number(first, decimals);
            Raw(",");
            Number(second, decimals);
            if (!bare)
                Raw("]");
        }

        /// <summary>Some text, then three numbers in brackets.</summary>
        public void Triple(string before, Vec3 value, int decimals)
        {
            Raw(before);
            Pair("[", value.X, value.Y, decimals, bare: true);
            Raw(",");
            Number(value.Z, decimals);
            Raw("]");
        }

        void Digits(long value, int decimals)
        {
            while (decimals > 0 && value % 10 == 0) // 0.25, not 0.250000
            {
                value /= 10;
                decimals--;
            }
            int count = 0;
            while (value > 0 || count <= decimals)
            {
                _digits[count++] = (byte)('0' + value % 10);
                value /= 10;
            }
            while (count > 0)
            {
                _bytes[Length++] = _digits[--count];
                if (count == decimals && count > 0)
                    _bytes[Length++] = (byte)'.';
            }
        }

        void Reserve(int bytes)
        {
            if (Length + bytes > _bytes.Length)
                Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + bytes));
        }
    }
}
