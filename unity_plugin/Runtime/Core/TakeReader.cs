using System;
using System.IO;

namespace MocapBridge
{
    /// <summary>
    /// Plays a *.take.jsonl back: the scenes that were recorded, one at a time, however long the file. Allocates
    /// nothing per frame. The layout stands in PROTOCOL.md under "Take file".
    /// </summary>
    public sealed class TakeReader : IDisposable
    {
        public const int LongestLine = 4000000;

        readonly Stream _stream;
        readonly string _name;
        readonly LineReader _lines;
        readonly TakeLines _parser;
        int _line = 1;

        /// <summary>Reads the header. The stream is closed by Dispose. Throws TakeException if it is no take.</summary>
        public TakeReader(Stream stream, string name)
        {
            _stream = stream;
            _name = name;
            _lines = new LineReader(stream, LongestLine);
            try
            {
                if (!_lines.Next())
                    throw new FormatException("the file is empty; a take begins with a header line");
                Header = TakeHeaderJson.Read(_lines.Bytes, _lines.At, _lines.Length);
                _parser = new TakeLines(Header);
            }
            catch (Exception error) when (error is FormatException || error is IOException)
            {
                stream.Dispose();
                throw new TakeException(name + ": " + error.Message, error);
            }
        }

        /// <summary>Throws TakeException if there is no such file or it is no take.</summary>
        public static TakeReader Open(string path)
        {
            try
            {
                return new TakeReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite),
                    Path.GetFileName(path));
            }
            catch (Exception error) when (error is IOException || error is UnauthorizedAccessException
                || error is ArgumentException || error is NotSupportedException)
            {
                throw new TakeException(path + " cannot be read: " + error.Message, error);
            }
        }

        public TakeHeader Header { get; }

        /// <summary>True after the last line was found cut off (the recorder was killed).</summary>
        public bool Torn { get; private set; }

        /// <summary>The next frame; false at the end. Throws TakeException at a damaged line.</summary>
        public bool Read(Scene into)
        {
            try
            {
                do
                {
                    if (!_lines.Next())
                        return false;
                    _line++;
                }
                while (IsBlank());
                _parser.Read(_lines.Bytes, _lines.At, _lines.Length, into);
                return true;
            }
            catch (FormatException error)
            {
                // half a line is what a program that was killed leaves: what stands before it is good
                if (!_lines.Ended)
                {
                    Torn = true;
                    return false;
                }
                throw new TakeException(_name + ", line " + _line + ": " + error.Message, error);
            }
            catch (IOException error)
            {
                throw new TakeException(_name + " cannot be read any further: " + error.Message, error);
            }
        }

        /// <summary>Back to the first frame; the stream must be able to seek.</summary>
        public void Rewind()
        {
            _lines.Restart();
            _lines.Next();
            _line = 1;
            Torn = false;
        }

        public void Dispose() => _stream.Dispose();

        bool IsBlank()
        {
            for (int index = 0; index < _lines.Length; index++)
                if (_lines.Bytes[_lines.At + index] > ' ')
                    return false;
            return true;
        }
    }
}
