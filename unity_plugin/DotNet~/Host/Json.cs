using System.Globalization;
using System.Text;
using UnityEngine;

namespace MocapBridge.Host
{
    /// <summary>One line of JSON, written as it goes.</summary>
    sealed class Json
    {
        readonly StringBuilder _text = new StringBuilder();
        bool _first = true;

        internal Json Open(char bracket)
        {
            Comma();
            _text.Append(bracket);
            _first = true;
            return this;
        }

        internal Json Close(char bracket)
        {
            _text.Append(bracket);
            _first = false;
            return this;
        }

        internal Json Key(string key)
        {
            Comma();
            _text.Append('"').Append(key).Append("\":");
            _first = true;
            return this;
        }

        internal Json Value(string value) =>
            Raw("\"" + value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", " ") + "\"");
        internal Json Value(bool value) => Raw(value ? "true" : "false");
        internal Json Value(long value) => Raw(value.ToString(CultureInfo.InvariantCulture));
        internal Json Value(double value) => Raw(value.ToString("R", CultureInfo.InvariantCulture));
        internal Json Value(float value) => Raw(value.ToString("R", CultureInfo.InvariantCulture));
        internal Json Value(Vector3 value) => Open('[').Value(value.x).Value(value.y).Value(value.z).Close(']');

        internal Json Value(Quaternion value) =>
            Open('[').Value(value.x).Value(value.y).Value(value.z).Value(value.w).Close(']');

        /// <summary>The line so far, and a new one.</summary>
        internal string Take()
        {
            string line = _text.ToString();
            _text.Length = 0;
            _first = true;
            return line;
        }

        Json Raw(string text)
        {
            Comma();
            _text.Append(text);
            _first = false;
            return this;
        }

        void Comma()
        {
            if (!_first)
                _text.Append(',');
            _first = false;
        }
    }
}
