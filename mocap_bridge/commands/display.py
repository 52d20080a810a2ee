"""What the user sees while the line runs: one live line or bar in a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

if TYPE_CHECKING:
    from ..daemon import Counters
    from ..guest_port import GuestPort
    from ..outputs import Output
    from ..outputs._actions import Actions
    from ..virtual_camera import VirtualCamera
    from .guests import NoGuest

PLAIN_EVERY_S = 5.0
console = Console(stderr=True)  # results go to stdout, what is told meanwhile to stderr


def say(text: str) -> None:
    """One line that stays, above whatever moves."""
    console.print(escape(text), highlight=False, soft_wrap=True)


class Troubles:
    """Says once what each of several complains about."""

    def __init__(self) -> None:
        self._said: dict[int, str] = {}

    def __call__(self, outputs: Iterable[Output | Actions | GuestPort | NoGuest | VirtualCamera]) -> None:
        """To be asked again and again, of the same ones in the same order."""
        for index, output in enumerate(outputs):
            if output.trouble and output.trouble != self._said.get(index):
                self._said[index] = output.trouble
                say(output.trouble)


class Board:
    """Several lines that change in their places; where there is no terminal they are told now and then."""

    def __init__(self, plain_every_s: float) -> None:
        self.troubles = Troubles()
        self._every_s = 0.25 if console.is_terminal else plain_every_s
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._at_s = time.perf_counter() + min(1.0, self._every_s)

    def __enter__(self) -> Self:
        if console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if console.is_terminal:
            self._live.stop()

    def show(self, lines: Callable[[], Iterable[str]]) -> None:
        """Asks for the lines only when it is time for them."""
        if (now_s := time.perf_counter()) < self._at_s:
            return
        self._at_s = now_s + self._every_s
        text = "\n".join(lines())
        if console.is_terminal:
            self._live.update(Text(text), refresh=True)
        else:
            say(text)


class Display:
    """A context manager. ``total`` is the number of frames to come, where it is known and a bar is wanted."""

    def __init__(self, total: int | None = None) -> None:
        bar = [BarColumn(), TaskProgressColumn(), TimeRemainingColumn()] if total else []
        columns = [TextColumn("{task.description}"), *bar]
        self._progress = Progress(*columns, console=console, transient=True, refresh_per_second=5)
        self._task = self._progress.add_task("starting", total=total)
        self._total = total
        self._plain_at_s = time.perf_counter() + 1.0
        self.troubles = Troubles()

    def __enter__(self) -> Self:
        if console.is_terminal:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if console.is_terminal:
            self._progress.stop()

    def update(self, counters: Counters) -> None:
        """Shows how it goes."""
        text = status_line(counters, live=self._total is None)
        if console.is_terminal:
            self._progress.update(self._task, completed=counters.frames, description=text)
        elif time.perf_counter() >= self._plain_at_s:
            self._plain_at_s = time.perf_counter() + PLAIN_EVERY_S
            of_total = f"frame {counters.frames} of {self._total}  " if self._total else ""
            say(of_total + text)


def status_line(counters: Counters, live: bool) -> str:
    """Rate, people, latency and packets of this moment."""
    text = f"{counters.fps:5.1f} fps  {_people(counters.people)}"
    if live:
        text += f"  latency {counters.latency_ms:3.0f} ms  {counters.packets} packets"
    return text + (f"  {counters.dropped} frames skipped" if counters.dropped else "")


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def summary(counters: Counters, live: bool, independent: bool = False) -> str:
    """The last line of a command. Ids of ``independent`` pictures say nothing, so nobody is counted by them."""
    import numpy as np

    who = "somebody" if independent else _people(len(counters.people_seen))
    seconds = time.perf_counter() - counters.started_s
    text = (
        f"{counters.frames} frames in {seconds:.1f} s ({counters.frames / max(seconds, 1e-9):.1f} fps), "
        f"{who} seen in {counters.frames_with_people} of them"
    )
    if live:
        p50_ms, p95_ms = np.percentile(counters.latencies_s, [50, 95]) * 1e3 if counters.latencies_s else (0, 0)
        text += f"; latency {p50_ms:.0f} ms (95 %: {p95_ms:.0f} ms); {counters.packets} packets sent"
    return text + (f"; {counters.dropped} frames skipped to stay in time" if counters.dropped else "")
