"""The newest of something, for any number of readers in one event loop: who is late skips, and delays nobody."""

import asyncio
from typing import Generic, TypeVar

T = TypeVar("T")


class Newest(Generic[T]):
    """Room for one value. ``put`` only in the loop's own thread."""

    def __init__(self) -> None:
        self.number = 0
        self.readers = 0
        self._value: T | None = None
        self._arrived = asyncio.Event()

    def put(self, value: T) -> None:
        """Replaces the value and wakes whoever waits."""
        self._value = value
        self.number += 1
        self._arrived.set()
        self._arrived = asyncio.Event()

    @property
    def value(self) -> T | None:
        """The newest value, or None before the first."""
        return self._value

    async def after(self, number: int) -> tuple[int, T]:
        """The newest value and its number, as soon as there is one past ``number``."""
        while self._value is None or self.number <= number:
            await self._arrived.wait()
        return self.number, self._value
