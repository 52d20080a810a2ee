using System.Threading;

namespace MocapBridge
{
    /// <summary>
    /// Hands the newest scene from one thread to one other: an unread scene is replaced, never queued. Three buffers go
    /// round (one being written, one waiting, one being read), so nobody waits and nothing is allocated.
    /// </summary>
    public sealed class SceneMailbox
    {
        Scene _written = new Scene();
        Scene _waiting = new Scene();
        Scene _read = new Scene();
        int _unread;

        readonly object _turn = new object();

        /// <summary>For the writing thread: fill this, then <see cref="Publish"/>.</summary>
        public Scene Writable => _written;

        /// <summary>For the writing thread: what was filled is now the newest scene.</summary>
        public void Publish()
        {
            lock (_turn)
            {
                Scene filled = _written;
                _written = _waiting;
                _waiting = filled;
                _unread = 1;
            }
        }

        /// <summary>
        /// For the reading thread: the newest scene, once. It is the reader's until the next call that returns true.
        /// </summary>
        public bool TryTake(out Scene newest)
        {
            newest = null;
            if (Volatile.Read(ref _unread) == 0)
                return false;
            lock (_turn)
            {
                newest = _waiting;
                _waiting = _read;
                _read = newest;
                _unread = 0;
            }
            return true;
        }
    }
}
