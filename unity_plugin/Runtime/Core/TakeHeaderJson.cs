using System;
using System.Collections.Generic;

namespace MocapBridge
{
    /// <summary>Line 1 of a take. Keys that are not known are passed over.</summary>
    static class TakeHeaderJson
    {
        public const string Format = "mocap-bridge-take";
        public const int Version = 1;
        const int MostNames = 256;

        /// <summary>
        /// Throws FormatException if this is not the first line of a take that this package can read.
        /// </summary>
        public static TakeHeader Read(byte[] bytes, int at, int length)
        {
            var header = new TakeHeader();
            var cursor = new JsonCursor();
            cursor.Begin(bytes, at, length);
            string format = null;
            int version = 0;
            cursor.BeginObject();
            while (cursor.NextKey(out JsonText key))
            {
                if (key.Is("format"))
                    format = cursor.Text().ToString();
                else if (key.Is("version"))
                    version = cursor.Int();
                else if (key.Is("source"))
                    header.Source = cursor.Text().ToString();
                else if (key.Is("model"))
                    header.Model = cursor.Text().ToString();
                else if (key.Is("model_sha256"))
                    header.ModelSha256 = cursor.Text().ToString();
                else if (key.Is("joints"))
                    header.Joints = Names(cursor);
                else if (key.Is("bones"))
                    header.Bones = Names(cursor);
                else
                    cursor.Skip();
            }
            cursor.End();
            if (format != Format)
                throw new FormatException("this is no take: its first line does not say \"format\":\"" + Format + "\"");
            if (version != Version)
                throw new FormatException("a take of version " + version + "; this package reads version " + Version);
            return header;
        }

        static string[] Names(JsonCursor cursor)
        {
            var names = new List<string>();
            cursor.BeginArray();
            while (cursor.NextElement())
            {
                if (names.Count == MostNames)
                    throw cursor.Wrong("more than " + MostNames + " names");
                names.Add(cursor.Text().ToString());
            }
            return names.ToArray();
        }
    }
}
