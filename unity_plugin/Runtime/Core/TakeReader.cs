using System;
using System.IO;

namespace MocapBridge
{
    /// <summary>Plays a *.take.jsonl back: the scenes that were recorded, one at a time.</summary>
    public sealed class TakeReader : IDisposable
    {
        /// <summary>Reads the header. The stream is closed by Dispose. Throws TakeException if it is no take.</summary>
        public TakeReader(Stream stream, string name)
        {
            throw new NotImplementedException();
        }

        /// <summary>Throws TakeException if there is no such file or it is no take.</summary>
        public static TakeReader Open(string path) => throw new NotImplementedException();

        public TakeHeader Header { get; }

        /// <summary>True after the last line was found cut off (the recorder was killed).</summary>
        public bool Torn { get; }

        /// <summary>The next frame; false at the end. Throws TakeException at a damaged line.</summary>
        public bool Read(Scene into) => throw new NotImplementedException();

        /// <summary>Back to the first frame; the stream must be able to seek.</summary>
        public void Rewind() => throw new NotImplementedException();

        public void Dispose() => throw new NotImplementedException();
    }
}
