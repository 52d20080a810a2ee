using System;
using System.Collections.Generic;

namespace MocapBridge.Host
{
    /// <summary>
    /// The YAML that Unity writes, and no more of it: maps (Dictionary), lists (List), flow maps of one line, plain
    /// texts.
    /// </summary>
    sealed class UnityYaml
    {
        readonly string[] _lines;
        int _at;

        UnityYaml(string[] lines)
        {
            _lines = lines;
        }

        /// <summary>One document's body. Throws FormatException.</summary>
        internal static Dictionary<string, object> Read(string text)
        {
            var yaml = new UnityYaml(text.TrimEnd('\n').Split('\n'));
            Dictionary<string, object> map = yaml.Map(0);
            if (yaml._at < yaml._lines.Length)
                throw yaml.Wrong("a line that does not belong to what is above it");
            return map;
        }

        Dictionary<string, object> Map(int indent)
        {
            var map = new Dictionary<string, object>();
            while (_at < _lines.Length && Indent() == indent && !IsItem())
            {
                string line = _lines[_at].Substring(indent);
                int colon = line.IndexOf(':');
                if (colon < 0)
                    throw Wrong("a line without a name");
                string name = line.Substring(0, colon), rest = line.Substring(colon + 1).Trim();
                if (map.ContainsKey(name))
                    throw Wrong(name + " a second time");
                _at++;
                map[name] = rest.Length > 0 ? Flow(rest) : Below(indent);
            }
            return map;
        }

        /// <summary>What stands under a name alone on its line; nothing is an empty text.</summary>
        object Below(int indent)
        {
            if (_at == _lines.Length || Indent() < indent || (Indent() == indent && !IsItem()))
                return "";
            return IsItem() ? (object)List(Indent()) : Map(Indent());
        }

        List<object> List(int indent)
        {
            var list = new List<object>();
            while (_at < _lines.Length && Indent() == indent && IsItem())
            {
                string item = _lines[_at].Substring(indent + 2);
                if (item[0] != '{' && item.IndexOf(':') >= 0)
                {
                    _lines[_at] = new string(' ', indent + 2) + item; // a map that begins beside the dash
                    list.Add(Map(indent + 2));
                    continue;
                }
                list.Add(Flow(item));
                _at++;
            }
            return list;
        }

        object Flow(string text)
        {
            if (text == "[]")
                return new List<object>();
            if (text[0] != '{')
                return text;
            if (text[text.Length - 1] != '}')
                throw Wrong("a map that does not end in its line");
            var map = new Dictionary<string, object>();
            foreach (string cell in text.Substring(1, text.Length - 2).Split(','))
            {
                string[] pair = cell.Split(':');
                if (pair.Length != 2)
                    throw Wrong("no name and value: " + cell);
                map[pair[0].Trim()] = pair[1].Trim();
            }
            return map;
        }

        bool IsItem() => string.CompareOrdinal(_lines[_at], Indent(), "- ", 0, 2) == 0;

        int Indent()
        {
            int indent = 0;
            while (indent < _lines[_at].Length && _lines[_at][indent] == ' ')
                indent++;
            return indent;
        }

        FormatException Wrong(string what) => new FormatException("line " + (_at + 1) + ": " + what);
    }
}
