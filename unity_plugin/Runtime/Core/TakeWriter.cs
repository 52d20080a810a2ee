using System;
using System.IO;

namespace MocapBridge
{
    /// <summary>Records scenes as a *.take.jsonl that the bridge reads too. Lines are written whole.</summary>
    public sealed class TakeWriter : IDisposable
    {
        /// <summary>Writes the header. The stream is closed by Dispose. Throws TakeException if it cannot be written.</summary>
        public TakeWriter(Stream stream, TakeHeader header)
        {
            throw new NotImplementedException();
        }

        /// <summary>A file that must not exist yet. Throws TakeException.</summary>
        public static TakeWriter Create(string path, TakeHeader header) => throw new NotImplementedException();

        public long FramesWritten { get; }

        /// <summary>One line. Throws TakeException if the disk is full or the frame holds numbers that are not finite.</summary>
        public void Write(Scene scene) => throw new NotImplementedException();

        public void Dispose() => throw new NotImplementedException();
    }
}
