"""Ctrl-C and SIGTERM as a wish to come to an end."""

import signal
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self


class Interrupts:
    """While open, Ctrl-C and SIGTERM end the work after the frame in hand; a second one breaks off at once.

    Before ``stop_by`` there is nothing to finish: the block ends then and there, as cleanly.
    """

    def __init__(self) -> None:
        self.asked = False
        self._stop: Callable[[], None] | None = None
        self._before: dict[
            signal.Signals, signal.Handlers | Callable[[int, FrameType | None], object] | int | None
        ] = {}

    def stop_by(self, stop: Callable[[], None]) -> None:
        """From now on there is something to finish, and ``stop`` makes it end."""
        self._stop = stop

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        # Libraries that are interrupted while they load turn the interrupt into errors of their own.
        return self.asked and self._stop is None and kind is not None

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        again, self.asked = self.asked, True
        if again or self._stop is None:
            raise KeyboardInterrupt
        self._stop()
