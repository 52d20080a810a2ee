using System;

namespace MocapBridge
{
    /// <summary>A list that keeps its items when it is cleared, so that filling it again allocates nothing.</summary>
    public sealed class Rows<T> where T : class, new()
    {
        readonly int _most;
        T[] _items = new T[4];

        /// <summary>At most so many rows, whatever a packet says.</summary>
        internal Rows(int most)
        {
            _most = most;
        }

        public int Count { get; private set; }

        public T this[int row]
        {
            get
            {
                if (row < 0 || row >= Count)
                    throw new ArgumentOutOfRangeException("row", "row " + row + " of " + Count);
                return _items[row];
            }
        }

        /// <summary>
        /// A row to be overwritten: it still holds what it held before. Null if there are as many as may be.
        /// </summary>
        public T Add()
        {
            if (Count == _most)
                return null;
            if (Count == _items.Length)
                Array.Resize(ref _items, Math.Min(_most, 2 * Count));
            if (_items[Count] == null)
                _items[Count] = new T();
            return _items[Count++];
        }

        public void Clear() => Count = 0;

        /// <summary>Takes a row out; the last one moves to its place.</summary>
        internal void RemoveAt(int row)
        {
            T gone = this[row];
            _items[row] = _items[--Count];
            _items[Count] = gone;
        }
    }
}
