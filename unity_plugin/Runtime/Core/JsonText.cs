using System;
using System.Globalization;
using System.Text;

namespace MocapBridge
{
    /// <summary>A JSON string where it lies in its line.</summary>
    readonly struct JsonText
    {
        public readonly byte[] Bytes;
        public readonly int At, Length;
        public readonly bool Escaped;

        public JsonText(byte[] bytes, int at, int length, bool escaped)
        {
            Bytes = bytes;
            At = at;
            Length = length;
            Escaped = escaped;
        }

        /// <summary>Compares with an ASCII name, byte by byte.</summary>
        public bool Is(string name)
        {
            if (name.Length != Length)
                return false;
            for (int index = 0; index < Length; index++)
                if (Bytes[At + index] != name[index])
                    return false;
            return true;
        }

        /// <summary>The string itself, escapes resolved.</summary>
        public override string ToString()
        {
            string raw = Encoding.UTF8.GetString(Bytes, At, Length);
            if (!Escaped)
                return raw;
            var text = new StringBuilder(raw.Length);
            for (int index = 0; index < raw.Length; index++)
            {
                if (raw[index] != '\\')
                {
                    text.Append(raw[index]);
                    continue;
                }
                index++;
                if (raw[index] == 'u')
                {
                    text.Append((char)int.Parse(raw.Substring(index + 1, 4), NumberStyles.HexNumber,
                        CultureInfo.InvariantCulture));
                    index += 4;
                }
                else
                    text.Append("\b\f\n\r\t\"\\/"["bfnrt\"\\/".IndexOf(raw[index])]);
            }
            return text.ToString();
        }
    }
}
