"""Whoever listens to one channel. The newest wins: who is late, or asks for less, skips, and delays nobody."""

import asyncio
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from websockets.asyncio.server import ServerConnection
from websockets.protocol import State

T = TypeVar("T")

_EARLY = 0.25
"""Of a period: what comes so little before its time is sent. Frames are never quite even."""
_LOOK_AGAIN_S = 0.1
"""When nothing newer has come after all. Longer than a camera's frame: while the line runs, no timer ever rings."""


@dataclass(frozen=True)
class Pace:
    """What a client asks for."""

    hz: float
    window: int | None = None
    """Messages it may be sent before it says that it has taken some. Without one the wire alone slows us down, and
    buffers on the way hold seconds of scenes for a page that draws slowly."""


@dataclass(eq=False)
class Listener:
    """A client of a channel."""

    connection: ServerConnection
    pace: Pace
    number: int = 0  # of the newest value it was sent
    due_s: float = 0.0
    untaken: int = 0

    @property
    def period_s(self) -> float:
        """Between two messages, at least."""
        return 1.0 / self.pace.hz

    @property
    def behind(self) -> bool:
        """Whether what it was sent last is still on its way, or untaken there."""
        full = self.pace.window is not None and self.untaken >= self.pace.window
        return full or self.connection.transport.get_write_buffer_size() > 0

    def send(self, frame: bytes) -> None:
        """Unless it is about to go."""
        if self.connection.state is State.OPEN and not self.connection.transport.is_closing():
            self.untaken += 1
            self.connection.transport.write(frame)

    def took(self, message: str | bytes) -> bool:
        """Whether ``message`` says, in decimal, how many more it has taken; only who has a window may say so."""
        text = message if isinstance(message, str) and len(message) < 4 and message.isdecimal() else "0"
        count = int(text)
        if self.pace.window is None or not 0 < count <= self.untaken:
            return False
        self.untaken -= count
        return True


class Audience(Generic[T]):
    """Lives in the loop's thread. A value is encoded and framed once for all, and only when somebody is to get it.

    No task and no queue per listener: a message is written to all whose time has come, in one go. That is what
    keeps ten pages from slowing the line, which shares an interpreter with this loop.
    """

    def __init__(self, encode: Callable[[T], str | bytes | None]) -> None:
        """``encode`` returns None for what cannot be told."""
        self._encode = encode
        self._value: T | None = None
        self._frame: bytes | None = None
        self._number = self._encoded = 0
        self._listeners: list[Listener] = []
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._listeners)

    @property
    def value(self) -> T | None:
        """The newest value, or None before the first."""
        return self._value

    def put(self, value: T) -> None:
        """Replaces the value, and sends it to all whose time has come."""
        self._value = value
        self._number += 1
        self._send()

    @contextmanager
    def joined(self, connection: ServerConnection, pace: Pace) -> Iterator[Listener]:
        """While open, the connection gets what is newest, at most so often as it asks."""
        listener = Listener(connection, pace)
        self._listeners.append(listener)
        self._send()
        try:
            yield listener
        finally:
            self._listeners.remove(listener)

    def forget(self) -> None:
        """Nothing is newest any more: who comes next must not be sent what has grown old."""
        self._value = self._frame = None
        self._number = self._encoded = self._number + 1

    def _send(self) -> None:
        now_s = asyncio.get_running_loop().time()
        waiting = [one for one in self._listeners if one.number < self._number]
        due = [one for one in waiting if now_s >= one.due_s - _EARLY * one.period_s and not one.behind]
        frame = self._newest_frame() if due else None
        for one in due:
            if frame is not None:
                one.send(frame)
            one.number = self._number
            one.due_s = max(one.due_s + one.period_s, now_s)
        self._look_again([one for one in waiting if one.number < self._number], now_s)

    def _newest_frame(self) -> bytes | None:
        if self._encoded != self._number and self._value is not None:
            message, self._encoded = self._encode(self._value), self._number
            self._frame = None if message is None else framed(message)
        return self._frame

    def _look_again(self, left: list[Listener], now_s: float) -> None:
        """If nothing newer comes, they are to get this one when their time has come or their way is free."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if left:
            wait_s = _LOOK_AGAIN_S + max(0.0, min(one.due_s for one in left) - now_s)
            self._timer = asyncio.get_running_loop().call_later(wait_s, self._send)


def framed(message: str | bytes) -> bytes:
    """A whole WebSocket message as a server without extensions sends it (RFC 6455, 5.2): the same for everybody."""
    payload = message.encode() if isinstance(message, str) else message
    first, length = (b"\x81" if isinstance(message, str) else b"\x82"), len(payload)
    if length < 126:
        return first + struct.pack(">B", length) + payload
    return first + (struct.pack(">BH", 126, length) if length < 1 << 16 else struct.pack(">BQ", 127, length)) + payload
