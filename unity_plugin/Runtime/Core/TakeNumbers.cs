using System;

namespace MocapBridge
{
    /// <summary>Arrays of numbers in a take.</summary>
    static class TakeNumbers
    {
        /// <summary>Exactly so many numbers, and how many that is. Throws FormatException.</summary>
        public static int Read(JsonCursor cursor, float[] into, int count)
        {
            int read = 0;
            cursor.BeginArray();
            while (cursor.NextElement())
            {
                if (read == count)
                    throw cursor.Wrong("more than " + count + " numbers");
                into[read++] = Number(cursor);
            }
            return read == count ? count : throw cursor.Wrong(read + " numbers; there must be " + count);
        }

        public static float Number(JsonCursor cursor)
        {
            var value = (float)cursor.Number();
            return Math.Abs(value) <= float.MaxValue ? value : throw cursor.Wrong("a number that is too large");
        }
    }
}
