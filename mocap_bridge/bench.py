"""How long each stage takes on this machine, measured on real frames through the real line."""

import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .daemon import Networks
from .pipeline import PipelineSettings, scenes
from .records import Frame

STAGES = ("detect", "track", "estimate", "lift", "place", "smooth", "retarget", "events")
"""In the order of the line. Capture and outputs wait for the world and are left out."""


class Stopwatch:
    """Collects what ``pipeline.scenes`` tells its ``lap``: milliseconds per stage and frame."""

    def __init__(self) -> None:
        self.frames: list[dict[str, float]] = []
        self._this_frame: dict[str, float] = defaultdict(float)
        self._last_s = time.perf_counter()

    def __call__(self, stage: str) -> None:
        now_s = time.perf_counter()
        if stage == "capture":  # a frame begins; what came before it was waiting
            self._this_frame = defaultdict(float)
            self.frames.append(self._this_frame)
        else:
            self._this_frame[stage] += (now_s - self._last_s) * 1e3
        self._last_s = now_s


@dataclass(frozen=True)
class Timing:
    """One row of the table."""

    stage: str
    p50_ms: float
    p95_ms: float
    share_of_frames: float  # in which the stage ran at all: the people finder rests most of the time


@dataclass(frozen=True)
class Report:
    """What ``bench`` prints."""

    rows: tuple[Timing, ...]
    frames: int
    fps: float
    people_per_frame: float
    peak_memory_mib: float | None  # of the whole process; None where the system does not tell


def bench(frames: Sequence[Frame], networks: Networks, settings: PipelineSettings) -> Report:
    """Runs frames that are decoded already as fast as they go, after a warm-up of ten of them."""
    for _ in scenes(frames[:10], networks.detect, networks.estimate, networks.lift, settings):
        pass
    watch = Stopwatch()
    people = 0
    start_s = time.perf_counter()
    for scene in scenes(frames, networks.detect, networks.estimate, networks.lift, settings, watch):
        people += len(scene.bodies)
    seconds = time.perf_counter() - start_s
    rows = [_timing(stage, [frame[stage] for frame in watch.frames if stage in frame], len(frames)) for stage in STAGES]
    whole = [sum(frame[stage] for stage in STAGES if stage in frame) for frame in watch.frames]
    rows.append(_timing("whole line", whole, len(frames)))
    return Report(tuple(rows), len(frames), len(frames) / seconds, people / len(frames), peak_memory_mib())


def _timing(stage: str, samples_ms: list[float], frames: int) -> Timing:
    p50_ms, p95_ms = np.percentile(samples_ms, [50, 95]) if samples_ms else (0.0, 0.0)
    return Timing(stage, float(p50_ms), float(p95_ms), len(samples_ms) / frames)


def peak_memory_mib() -> float | None:
    """The most memory this process ever held; None on Windows, which has no getrusage."""
    if sys.platform == "win32":
        return None
    import resource  # not there on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)
