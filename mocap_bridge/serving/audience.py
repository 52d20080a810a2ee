"""Whoever listens to one channel. The newest wins: who is late, or asks for less, skips, and delays nobody."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from websockets.asyncio.server import ServerConnection, broadcast

T = TypeVar("T")

_EARLY = 0.25
"""Of a period: what comes so little before its time is sent. Frames are never quite even."""
_LOOK_AGAIN_S = 0.02


@dataclass(eq=False)
class _Listener:
    connection: ServerConnection
    period_s: float
    number: int = 0  # of the newest value it was sent
    due_s: float = 0.0

    @property
    def behind(self) -> bool:
        """Whether what it was sent last is still on its way."""
        return self.connection.transport.get_write_buffer_size() > 0


class Audience(Generic[T]):
    """Lives in the loop's thread. A value is encoded once for all, and only when somebody is to get it.

    No task and no queue per listener: a message is written to all whose time has come, in one go. That is what
    keeps ten pages from slowing the line, which shares an interpreter with this loop.
    """

    def __init__(self, encode: Callable[[T], str | bytes | None]) -> None:
        """``encode`` returns None for what cannot be told."""
        self._encode = encode
        self._value: T | None = None
        self._message: str | bytes | None = None
        self._number = self._encoded = 0
        self._listeners: list[_Listener] = []
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
    def joined(self, connection: ServerConnection, hz: float) -> Iterator[None]:
        """While open, the connection gets what is newest, at most so often."""
        listener = _Listener(connection, 1.0 / hz)
        self._listeners.append(listener)
        self._send()
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def forget(self) -> None:
        """Nothing is newest any more: who comes next must not be sent what has grown old."""
        self._value = self._message = None
        self._number = self._encoded = self._number + 1

    def _send(self) -> None:
        now_s = asyncio.get_running_loop().time()
        waiting = [one for one in self._listeners if one.number < self._number]
        due = [one for one in waiting if now_s >= one.due_s - _EARLY * one.period_s and not one.behind]
        if due and (message := self._newest_message()) is not None:
            broadcast([one.connection for one in due], message)
        for one in due:
            one.number = self._number
            one.due_s = max(one.due_s + one.period_s, now_s)
        self._look_again([one for one in waiting if one.number < self._number], now_s)

    def _newest_message(self) -> str | bytes | None:
        if self._encoded != self._number and self._value is not None:
            self._message, self._encoded = self._encode(self._value), self._number
        return self._message

    def _look_again(self, left: list[_Listener], now_s: float) -> None:
        """If nothing newer comes, they are to get this one when their time has come or their way is free."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if left:
            wait_s = max(_LOOK_AGAIN_S, min(one.due_s for one in left) - now_s)
            self._timer = asyncio.get_running_loop().call_later(wait_s, self._send)
