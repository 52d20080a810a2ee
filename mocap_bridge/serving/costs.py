"""What the dashboard costs the line: the same line with and without pages open, turn and turn about.

Everything that depends on a rate is tied to frames, not to the clock: a page is sent every scene, every second picture
and every sixth status, as with a camera of 30 frames a second. Shares are then those of such a camera, also on a
machine that is faster or slower, or busy.

Frames a second are those of this machine as it is, with all that runs beside the line: the pages themselves, too, which
live on the same cores here. What is the program's own doing shows in two other figures: its processor time, and the
time that a frame takes the line apart from waiting until a core is free. Even that is not the program's alone: whoever
takes the line's core for a moment leaves it cold caches, and the pages, which are no part of the program, do so too. So
all stretches show the same frames, and every share comes with the error that the spread of the pairs leaves.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from itertools import count
from math import nan
from pathlib import Path
from statistics import median
from typing import Self

import numpy as np

from ..daemon import Counters, Networks
from ..outputs import open_output
from ..pipeline import PipelineSettings, scenes
from ..records import Frame, Scene
from .control import Control, Steering
from .guard import Bind
from .page import Asset
from .server import Server

_NOBODY = "osc:127.0.0.1:9"  # the port that discards
_WARM_UP = 30
_CAMERA_FPS = 30.0
_PICTURE_EVERY, _STATUS_EVERY = 2, 6  # frames


@dataclass(frozen=True)
class Stretch:
    """Some frames in a row, as fast as they go."""

    fps: float
    processor_ms: float  # of the whole process, a frame
    dashboard_ms: float  # of that the dashboard's; NaN where the system does not tell it of a thread
    line_ms: float  # a frame, less the time the line was ready and no core free; NaN where the system does not tell
    p50_ms: float  # from a frame's turn until its scene has been handed over
    p95_ms: float
    scenes: float = 0.0  # that one page was sent, per frame
    pictures: float = 0.0
    pages_ms: float = 0.0  # processor time of all pages together, a frame


@dataclass(frozen=True)
class Share:
    """Of the stretch without pages: the median over all pairs, and what their spread makes of its error (95 %)."""

    median: float
    error: float

    def __str__(self) -> str:
        return f"{self.median:+.1%} ± {self.error:.1%}"


@dataclass(frozen=True)
class Costs:
    """Medians over pairs of stretches, and shares of what there is without pages."""

    without: Stretch
    looked_at: Stretch
    more_processor: Share
    dashboard: Share  # what the dashboard took; steadier than what the whole process took more
    slower: Share  # how much longer a frame takes a line that always finds a core free
    fewer_frames: Share
    more_latency: Share


class Trial:
    """A line that never ends, and a server beside it. A context manager."""

    def __init__(
        self, frames: Sequence[Frame], networks: Networks, settings: PipelineSettings, page: Mapping[str, Asset] = {}
    ) -> None:
        """``page`` is for those who look with a browser."""
        self._control = Control(Steering("bench"), [], ())
        self._server = Server(Bind("127.0.0.1", 0), page, self._control.handle)
        self._frames = frames
        self._line = scenes(
            self._endless(), networks.detect, networks.estimate, networks.lift, settings, self._control.laps
        )
        self._image_rgb = frames[0].image_rgb
        self._counters = Counters()
        self._handing_s = 0.0  # processor time of the line's own thread that went to the dashboard
        self._output = open_output(_NOBODY)

    def __enter__(self) -> Self:
        self._server.__enter__()
        self._stretch(_WARM_UP)
        return self

    def __exit__(self, *error: object) -> None:
        self._server.__exit__(None, None, None)
        self._output.close()

    @property
    def url(self) -> str:
        """Where the pages look."""
        return self._server.url

    def costs(self, pages: int, slow: int, pairs: int, frames: int) -> Costs:
        """Pairs of stretches of so many frames each, without and with pages; ``slow`` ones hardly read."""
        with onlookers(self._server.port, pages, slow) as (look, look_away):
            return self.compared(look, look_away, pairs, frames)

    def compared(
        self, look: Callable[[], None], look_away: Callable[[], tuple[float, float, float]], pairs: int, frames: int
    ) -> Costs:
        """Pairs of stretches, before ``look`` and between it and ``look_away``, which tells what ``onlookers`` do."""
        measured: list[tuple[Stretch, Stretch]] = []

        def looked_at() -> Stretch:
            look()
            stretch = self._stretch(frames)
            scenes_sent, pictures_sent, spent_s = (told / frames for told in look_away())
            return replace(stretch, scenes=scenes_sent, pictures=pictures_sent, pages_ms=spent_s * 1e3)

        for pair in range(pairs):
            if pair % 2:  # what else the machine does more and more of must not count against one side
                after, before = looked_at(), self._stretch(frames)
            else:
                before, after = self._stretch(frames), looked_at()
            measured.append((before, after))
        return Costs(
            _middle([before for before, _ in measured]),
            _middle([after for _, after in measured]),
            share([after.processor_ms / before.processor_ms - 1.0 for before, after in measured]),
            share([after.dashboard_ms / before.processor_ms for before, after in measured]),
            share([after.line_ms / before.line_ms - 1.0 for before, after in measured]),
            share([1.0 - after.fps / before.fps for before, after in measured]),
            share([after.p50_ms / before.p50_ms - 1.0 for before, after in measured]),
        )

    def _stretch(self, frames: int) -> Stretch:
        self._handing_s, server_s = 0.0, self._server.processor_s
        waited_s = waited_for_a_core_s()
        ends_s, began_processor_s = [time.perf_counter()], time.process_time()
        for _ in range(frames):
            self._show(next(self._line))
            ends_s.append(time.perf_counter())
        processor_ms = (time.process_time() - began_processor_s) / frames * 1e3
        dashboard_ms = (self._server.processor_s - server_s + self._handing_s) / frames * 1e3
        took_s = ends_s[-1] - ends_s[0]
        line_ms = (took_s - waited_for_a_core_s() + waited_s) / frames * 1e3
        p50_ms, p95_ms = np.percentile(np.diff(ends_s), [50, 95]) * 1e3
        return Stretch(frames / took_s, processor_ms, dashboard_ms, line_ms, float(p50_ms), float(p95_ms))

    def _show(self, scene: Scene) -> None:
        """An output, which every run has, and what ``Dashboard.show`` does."""
        self._output.send(scene)
        self._counters.count(scene, time.perf_counter(), 0.0)
        began_s = time.thread_time()
        self._server.show(scene, None if scene.frame_index % _PICTURE_EVERY else self._image_rgb)
        if scene.frame_index % _STATUS_EVERY == 0 and (status := self._control.between_frames(scene, self._counters)):
            self._server.tell(status)
        self._handing_s += time.thread_time() - began_s

    def _endless(self) -> Iterator[Frame]:
        for number in count():
            frame = self._frames[number % len(self._frames)]
            self._image_rgb = frame.image_rgb
            yield replace(frame, index=number, time_s=number / _CAMERA_FPS)


def there_and_back(frames: Sequence[Frame], most: int) -> list[Frame]:
    """At most so many frames that can be shown again and again without a jump.

    Stretches of as many all show the same: otherwise what is to be seen would make more of a difference than pages do.
    """
    forth = list(frames[: most // 2 + 1])
    return forth + forth[-2:0:-1]


def share(of_pairs: Sequence[float]) -> Share:
    """The median, and 1.96 of its standard errors by the quartiles (McGill, Tukey, Larsen: Variations of Box Plots)."""
    low, middle, high = np.percentile(of_pairs, [25, 50, 75])
    return Share(float(middle), float(1.82 * (high - low) / np.sqrt(len(of_pairs))))


def _middle(stretches: Sequence[Stretch]) -> Stretch:
    return Stretch(*(median(getattr(one, field.name) for one in stretches) for field in fields(Stretch)))


def waited_for_a_core_s() -> float:
    """How long the calling thread has been ready to go on and had to wait for others, so far; NaN but on Linux."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return nan


@contextmanager
def onlookers(
    port: int, pages: int, slow: int
) -> Iterator[tuple[Callable[[], None], Callable[[], tuple[float, float, float]]]]:
    """Pages in a process of their own. Two functions: look, at every scene and picture; look away.

    The second returns how many scenes and pictures a page was sent, and the processor time of all pages in seconds.
    """
    command = [sys.executable, "-m", f"{__package__}.onlookers", "127.0.0.1", str(port), str(pages), str(slow)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        to, back = process.stdin, process.stdout
        assert to is not None
        assert back is not None

        def told(line: str) -> str:
            to.write(f"{line}\n")
            to.flush()
            if not (answer := back.readline()):
                raise RuntimeError("the onlookers have ended")
            return answer

        def look() -> None:
            told("look")

        def look_away() -> tuple[float, float, float]:
            scenes_sent, pictures_sent, spent_s = map(float, told("away").split())
            return scenes_sent, pictures_sent, spent_s

        try:
            yield look, look_away
        finally:
            to.close()
