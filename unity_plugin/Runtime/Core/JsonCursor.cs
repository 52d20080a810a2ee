using System;
using System.Globalization;
using System.Text;

namespace MocapBridge
{
    /// <summary>
    /// Reads one JSON value after the other out of bytes, strictly (RFC 8259) and without building anything. The caller
    /// says what it expects; anything else is a FormatException that names the byte.
    /// </summary>
    sealed class JsonCursor
    {
        const int Deepest = 32;

        static readonly double[] PowersOfTen = // each exact
        {
            1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
            1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
        };

        byte[] _bytes;
        int _at, _end, _depth;
        bool _first;

        public void Begin(byte[] bytes, int at, int length)
        {
            _bytes = bytes;
            _at = at;
            _end = at + length;
            _depth = 0;
        }

        public void BeginObject() => Open((byte)'{');

        /// <summary>The next key of the object, or false at its end. Escapes in keys are not resolved.</summary>
        public bool NextKey(out JsonText key)
        {
            key = default(JsonText);
            if (Closes((byte)'}'))
                return false;
            key = Text();
            Expect((byte)':');
            return true;
        }

        public void BeginArray() => Open((byte)'[');

        /// <summary>Whether another element follows; false at the array's end.</summary>
        public bool NextElement() => !Closes((byte)']');

        /// <summary>A string where it lies.</summary>
        public JsonText Text()
        {
            Expect((byte)'"');
            int at = _at;
            bool escaped = false;
            while (Peek() != '"')
            {
                byte letter = _bytes[_at++];
                if (letter < 0x20)
                    throw Wrong("a control character in a string");
                if (letter != '\\')
                    continue;
                escaped = true;
                Escape();
            }
            return new JsonText(_bytes, at, _at++ - at, escaped);
        }

        public double Number()
        {
            SkipSpace();
            int begin = _at;
            bool negative = Peek() == '-';
            if (negative)
                _at++;
            int first = _at;
            long digits = 0;
            int scale = 0, count = Digits(ref digits);
            if (count > 1 && _bytes[first] == '0')
                throw Wrong("a number that begins with 0");
            if (_at < _end && _bytes[_at] == '.')
            {
                _at++;
                scale = -Digits(ref digits);
                count -= scale;
            }
            bool hasExponent = _at < _end && (_bytes[_at] | 0x20) == 'e';
            if (hasExponent)
                scale += Exponent();
            // A product or quotient of two exact numbers is rounded once: correct.
            if (count <= 15 && scale >= -22 && scale <= 22)
            {
                double value = scale < 0 ? digits / PowersOfTen[-scale] : digits * PowersOfTen[scale];
                return negative ? -value : value;
            }
            return Parsed(Encoding.ASCII.GetString(_bytes, begin, _at - begin));
        }

        /// <summary>The slow way. Libraries differ in whether too much is infinity or an OverflowException.</summary>
        double Parsed(string number)
        {
            double value;
            bool sound = double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
            return sound && !double.IsInfinity(value) ? value : throw Wrong("a number that is too large");
        }

        public int Int()
        {
            double value = Number();
            if (value != Math.Floor(value) || Math.Abs(value) > int.MaxValue)
                throw Wrong("a whole number is needed");
            return (int)value;
        }

        /// <summary>Passes over any value.</summary>
        public void Skip()
        {
            SkipSpace();
            byte letter = Peek();
            if (letter == '{')
            {
                BeginObject();
                while (NextKey(out JsonText key))
                    Skip();
            }
            else if (letter == '[')
            {
                BeginArray();
                while (NextElement())
                    Skip();
            }
            else if (letter == '"')
                Text();
            else if (letter == 't' || letter == 'f' || letter == 'n')
                Literal(letter == 't' ? "true" : letter == 'f' ? "false" : "null");
            else
                Number();
        }

        /// <summary>Nothing but white space may follow.</summary>
        public void End()
        {
            SkipSpace();
            if (_at != _end)
                throw Wrong("something after the end");
        }

        public FormatException Wrong(string what) => new FormatException(what + " (byte " + _at + ")");

        void Open(byte bracket)
        {
            Expect(bracket);
            if (++_depth > Deepest)
                throw Wrong("nested more than " + Deepest + " deep");
            _first = true;
        }

        bool Closes(byte bracket)
        {
            SkipSpace();
            bool first = _first;
            _first = false;
            if (Peek() == bracket)
            {
                _at++;
                _depth--;
                return true;
            }
            if (!first)
                Expect((byte)',');
            return false;
        }

        void Expect(byte letter)
        {
            SkipSpace();
            if (Peek() != letter)
                throw Wrong("'" + (char)letter + "' is needed");
            _at++;
        }

        byte Peek()
        {
            if (_at >= _end)
                throw Wrong("the line ends too early");
            return _bytes[_at];
        }

        void SkipSpace()
        {
            while (_at < _end
                && (_bytes[_at] == ' ' || _bytes[_at] == '\t' || _bytes[_at] == '\r' || _bytes[_at] == '\n'))
                _at++;
        }

        void Literal(string word)
        {
            foreach (char letter in word)
            {
                if (Peek() != letter)
                    throw Wrong("no JSON value");
                _at++;
            }
        }

        int Digits(ref long digits)
        {
            int begin = _at;
            for (; _at < _end && _bytes[_at] >= '0' && _bytes[_at] <= '9'; _at++)
                if (digits < 100000000000000000)
                    digits = 10 * digits + _bytes[_at] - '0';
            if (_at == begin)
                throw Wrong("a number is needed");
            if (_at - begin > 400)
                throw Wrong("a number of more than 400 digits");
            return _at - begin;
        }

        int Exponent()
        {
            _at++;
            bool negative = Peek() == '-';
            if (negative || _bytes[_at] == '+')
                _at++;
            long digits = 0;
            Digits(ref digits);
            return (int)Math.Min(digits, 9999) * (negative ? -1 : 1);
        }

        void Escape()
        {
            byte letter = Peek();
            _at++;
            if (letter != 'u')
            {
                if ("\"\\/bfnrt".IndexOf((char)letter) < 0)
                    throw Wrong("an unknown escape");
                return;
            }
            for (int digit = 0; digit < 4; digit++, _at++)
                if (!Uri.IsHexDigit((char)Peek()))
                    throw Wrong("an unknown escape");
        }
    }
}
