"""Pages without a browser, in a process of their own: they are sent what a page is sent, and hardly cost anything.

``python -m mocap_bridge.serving.onlookers HOST PORT PAGES SLOW`` opens them at every line that it reads and closes them
at the next one; it answers ``looking``, and how many scenes and pictures a quick page was sent and what processor time
all of them took. They fetch what has come now and then, in one go, and look no further than at its length: whoever
wants to learn what pages cost the program must not measure what it costs to draw them. Pings go unanswered, so they
must not look for longer than half a minute.
"""

import base64
import os
import socket
import sys
import threading
import time
from queue import Empty, SimpleQueue

CHANNELS = ("stream?hz=120&form=msgpack&window=12", "picture?hz=120&window=4", "control")  # every scene and picture
_NAP_S, _SLOW_NAP_S = 0.1, 1.0  # each time they wake, they may take the line's core from it
_SLOW_BYTES = 4096
_FETCH_BYTES = 1 << 18


class Onlooker:
    """One WebSocket that counts what it is sent. Raises OSError if nobody is there, or nobody who lets it in."""

    def __init__(self, address: tuple[str, int], channel: str, slow: bool) -> None:
        self.messages = 0
        self.slow = slow
        self._window = int(channel.partition("window=")[2] or 0)
        self._untaken = 0
        self._unread = bytearray()
        self._next_s = 0.0
        self._socket = socket.create_connection(address, timeout=10.0)
        self._knock(address, channel)
        self._socket.setblocking(False)

    def _knock(self, address: tuple[str, int], channel: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET /{channel} HTTP/1.1", f"Host: {address[0]}:{address[1]}", "Upgrade: websocket"]
        lines += ["Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", ""]
        self._socket.sendall("\r\n".join(lines).encode())
        while b"\r\n\r\n" not in self._unread:
            if not (more := self._socket.recv(4096)):
                break
            self._unread += more
        head, _, rest = bytes(self._unread).partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 101 "):
            raise OSError(f"it answers {head[:60]!r}")
        self._unread = bytearray(rest)

    def fetch(self, now_s: float) -> None:
        """Takes what has come; a slow one little of it, and seldom."""
        if now_s < self._next_s:
            return
        self._next_s = now_s + (_SLOW_NAP_S if self.slow else 0.0)
        try:
            while more := self._socket.recv(_SLOW_BYTES if self.slow else _FETCH_BYTES):
                self._unread += more
                if self.slow or len(more) < _FETCH_BYTES:
                    break
        except BlockingIOError:
            pass
        count = taken(self._unread)
        self.messages += count
        self._untaken += count
        if self._window and 2 * self._untaken >= self._window:  # as the page does
            self._socket.sendall(small_text(f"{self._untaken}"))
            self._untaken = 0

    def close(self) -> None:
        """Without a word: the program must bear it."""
        self._socket.close()


def taken(unread: bytearray) -> int:
    """How many whole messages lie in ``unread``, which is left with what comes after them (RFC 6455, 5.2)."""
    messages = at = 0
    while len(unread) >= at + 2:
        length, head = unread[at + 1] & 0x7F, 2
        if more := {126: 2, 127: 8}.get(length, 0):
            length, head = int.from_bytes(unread[at + 2 : at + 2 + more], "big"), 2 + more
        if len(unread) < at + head + length:
            break
        messages += unread[at] & 0x0F in (1, 2)  # text or binary
        at += head + length
    del unread[:at]
    return messages


def small_text(text: str) -> bytes:
    """A client's message of at most 125 bytes; a mask of zeros is one, too (RFC 6455, 5.3)."""
    return bytes((0x81, 0x80 | len(text), 0, 0, 0, 0)) + text.encode()


def look(address: tuple[str, int], pages: int, slow: int) -> None:
    """Until standard input ends. Raises OSError if nobody is there."""
    lines: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=_read, args=(lines,), daemon=True).start()
    while lines.get():
        onlookers = [Onlooker(address, channel, page < slow) for page in range(pages) for channel in CHANNELS]
        began_s = time.process_time()
        print("looking", flush=True)
        _look_until(lines, onlookers)
        spent_s = time.process_time() - began_s
        quick = [one.messages for one in onlookers if not one.slow]
        counts = [sum(quick[channel :: len(CHANNELS)]) / max(1, pages - slow) for channel in (0, 1)]
        print(*counts, spent_s, flush=True)
        for onlooker in onlookers:
            onlooker.close()


def _read(lines: SimpleQueue[str]) -> None:
    for line in sys.stdin:
        lines.put(line)
    lines.put("")


def _look_until(lines: SimpleQueue[str], onlookers: list[Onlooker]) -> None:
    while True:
        try:
            lines.get(timeout=_NAP_S)
        except Empty:
            for onlooker in onlookers:
                onlooker.fetch(time.monotonic())
        else:
            return


if __name__ == "__main__":
    try:
        look((sys.argv[1], int(sys.argv[2])), int(sys.argv[3]), int(sys.argv[4]))
    except OSError as error:
        sys.exit(f"nobody can look at {sys.argv[1]}:{sys.argv[2]}: {error}")
