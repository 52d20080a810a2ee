"""The line at work: frames at their pace, scenes to every output, counters, and an end that loses nothing."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np

from .capture import Source
from .errors import SettingsError
from .outputs import Output
from .pipeline import Detect, Estimate, FindEvents, Lift, PipelineSettings, no_events, scenes
from .records import Frame, Guest, Scene


@dataclass(frozen=True)
class Networks:
    """The three callables that see, and what to call them in a recording."""

    detect: Detect
    estimate: Estimate
    lift: Callable[[], Lift]
    name: str
    sha256: str


class RealTime:
    """Plays a file as if it were live: each frame at its own time, one that is overdue by a frame is left out."""

    def __init__(self, fps: float) -> None:
        self.dropped = 0
        self.started_s = 0.0  # on the clock of perf_counter, when the presentation time was 0
        self._patience_s = 1.0 / fps

    def __call__(self, source: Source) -> Iterator[Frame]:
        started = False
        for frame in source:
            if not started:
                started, self.started_s = True, time.perf_counter() - frame.time_s
            early_s = self.started_s + frame.time_s - time.perf_counter()
            if early_s < -self._patience_s:
                self.dropped += 1
                continue
            wait_until(self.started_s + frame.time_s, lambda: source.stopped)
            yield frame


def wait_until(when_s: float, given_up: Callable[[], bool]) -> None:
    """Sleeps until ``when_s`` on the clock of perf_counter, in naps, so that an interrupt need not wait for it."""
    while (left_s := when_s - time.perf_counter()) > 0 and not given_up():
        time.sleep(min(left_s, 0.1))


@dataclass
class Counters:
    """What has happened so far. Rates and latencies are those of the last two seconds."""

    frames: int = 0
    frames_with_people: int = 0
    people: int = 0
    people_seen: set[int] = field(default_factory=set)
    dropped: int = 0
    packets: int = 0
    started_s: float = field(default_factory=time.perf_counter)
    latencies_s: deque[float] = field(default_factory=lambda: deque(maxlen=20_000))  # some ten minutes of them
    _recent: deque[tuple[float, float]] = field(default_factory=deque)  # when done, latency

    def count(self, scene: Scene, now_s: float, latency_s: float) -> None:
        """One more scene has left."""
        self.frames += 1
        self.people = len(scene.poses)
        self.people_seen |= {pose.person_id for pose in scene.poses}
        self.frames_with_people += bool(scene.poses)
        self.latencies_s.append(latency_s)
        self._recent.append((now_s, latency_s))
        while self._recent[0][0] < now_s - 2.0:
            self._recent.popleft()

    @property
    def fps(self) -> float:
        """Scenes per second."""
        if len(self._recent) < 2:
            return 0.0
        return (len(self._recent) - 1) / (self._recent[-1][0] - self._recent[0][0])

    @property
    def latency_ms(self) -> float:
        """From the grab of a frame until its scene has been handed to the outputs, median."""
        return float(np.median([latency_s for _, latency_s in self._recent]) * 1e3) if self._recent else 0.0


@dataclass(frozen=True)
class Hooks:
    """What somebody who steers hangs into the line."""

    mirror: Callable[[], bool | None] = lambda: None
    """Asked at every frame: whether its poses are mirrored; None for as the settings say."""
    lap: Callable[[str], None] = lambda stage: None
    """Told the name of every stage when it is done."""
    events: FindEvents = no_events
    """Finds what is active in every scene."""
    guest: Callable[[], Guest | None] = lambda: None
    """Asked at every frame: what another program has said of somebody until now."""


def drive(
    source: Source,
    networks: Networks,
    settings: PipelineSettings,
    outputs: Sequence[Output],
    after: Callable[[Frame, Scene, Counters], None],
    real_time: bool = True,
    seconds: float | None = None,
    ahead_s: float | None = 0.0,
    counters: Counters | None = None,
    hooks: Hooks = Hooks(),
) -> Counters:
    """Runs until the source ends, is stopped, or ``seconds`` have passed in it.

    ``after`` is called when a scene has been sent. ``real_time`` plays files at their pace; without it every
    frame is taken as fast as it goes. Poses look ``ahead_s`` ahead; None stands for the age of the scenes so far.
    ``counters`` go on where they are given. Raises SettingsError for a line with hindsight in real time.
    """
    if settings.hindsight and real_time:
        raise SettingsError('refine = "offline" is for record: what is live cannot wait for what comes next')
    pace = RealTime(source.fps) if real_time and not source.live else None
    frames = Watched(pace(source) if pace else source, seconds)
    counters = counters or Counters()
    aged = _aged(frames, counters, ahead_s, hooks)
    with _deadline(source, seconds):
        line = scenes(aged, networks.detect, networks.estimate, networks.lift, settings, hooks.lap, hooks.events)
        for scene in line:
            for output in outputs:
                output.send(scene)
            now_s = time.perf_counter()
            counters.count(scene, now_s, now_s - scene.time_s - (pace.started_s if pace else 0.0))
            counters.dropped = _dropped(source, pace)
            counters.packets = sum(output.packets_sent for output in outputs)
            after(frames.waiting.popleft(), scene, counters)
    counters.dropped = _dropped(source, pace)
    return counters


def _aged(frames: Iterable[Frame], counters: Counters, ahead_s: float | None, hooks: Hooks) -> Iterator[Frame]:
    """Frames that know how old they will be: the age travels in the data, so that the line need not read a clock.

    So does what a guest says at that moment.
    """
    for frame in frames:
        age_s = counters.latency_ms / 1e3 if ahead_s is None else ahead_s
        yield replace(frame, age_s=age_s, mirror=hooks.mirror(), guest=hooks.guest())


def _dropped(source: Source, pace: RealTime | None) -> int:
    return source.dropped + (pace.dropped if pace else 0)


class Watched:
    """Frames passed through, ending after ``seconds`` of them; keeps those whose scenes are still to come."""

    def __init__(self, frames: Iterable[Frame], seconds: float | None) -> None:
        self.waiting: deque[Frame] = deque()
        self._frames = frames
        self._seconds = seconds

    def __iter__(self) -> Iterator[Frame]:
        first_s = None
        for frame in self._frames:
            first_s = frame.time_s if first_s is None else first_s
            if self._seconds is not None and frame.time_s - first_s >= self._seconds:
                return
            self.waiting.append(frame)
            yield frame


@contextmanager
def _deadline(source: Source, seconds: float | None) -> Iterator[None]:
    """Stops a live source on time even if it has fallen silent."""
    if seconds is None or not source.live:
        yield
        return
    timer = threading.Timer(seconds + 0.5, source.stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
