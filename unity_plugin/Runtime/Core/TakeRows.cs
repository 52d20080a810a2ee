using System;

namespace MocapBridge
{
    /// <summary>How the rows of a take (joints or bones, in the order its header names) become ours.</summary>
    sealed class TakeRows
    {
        readonly int[] _ours; // for each of their rows: which of ours, or -1

        /// <summary>Throws FormatException if one of ours is missing or named twice.</summary>
        public TakeRows(string kind, string[] theirs, string[] ours)
        {
            _ours = new int[theirs.Length];
            var found = 0;
            for (int row = 0; row < theirs.Length; row++)
            {
                _ours[row] = Array.IndexOf(ours, theirs[row]);
                if (Array.IndexOf(theirs, theirs[row]) != row)
                    throw new FormatException("the take names the " + kind + " " + theirs[row] + " twice");
                found += _ours[row] >= 0 ? 1 : 0;
            }
            if (found < ours.Length)
                throw new FormatException("the take has no " + kind + " "
                    + Array.Find(ours, name => Array.IndexOf(theirs, name) < 0));
        }

        /// <summary>
        /// Reads an array of rows of so many numbers each into ours; a row of one number is the bare number.
        /// </summary>
        public void Read(JsonCursor cursor, float[] into, int columns, float[] row)
        {
            int read = 0;
            cursor.BeginArray();
            for (; cursor.NextElement(); read++)
            {
                if (read == _ours.Length)
                    throw cursor.Wrong("more rows than the header names");
                if (columns == 1)
                    row[0] = TakeNumbers.Number(cursor);
                else
                    TakeNumbers.Read(cursor, row, columns);
                if (_ours[read] >= 0)
                    Array.Copy(row, 0, into, columns * _ours[read], columns);
            }
            if (read != _ours.Length)
                throw cursor.Wrong(read + " rows, but the header names " + _ours.Length);
        }
    }
}
