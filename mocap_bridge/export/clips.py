"""What every animation file needs first: each person's poses at even steps, all as long as the whole take."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import OutputError
from ..records import Array, RigPose, Scene


@dataclass(frozen=True)
class Clip:
    """One person at ``fps``, and the file that is to hold them."""

    path: Path
    fps: float
    poses: tuple[RigPose, ...]


def clips(scenes: Iterable[Scene], path: Path, fps: float | None = None, person_id: int | None = None) -> list[Clip]:
    """Everybody, each as long as the whole take, so that several people stay in step.

    One person goes to ``path``; of several, each to ``path`` with ``.person-ID`` before the ending. Without
    ``fps`` the take's own median rate is used. Raises OutputError if nobody (or not ``person_id``) is in the take,
    or the rate is unknown.
    """
    times_s: list[float] = []
    people: dict[int, list[RigPose]] = {}
    for scene in scenes:
        times_s.append(scene.time_s)
        for pose in scene.poses:
            people.setdefault(pose.person_id, []).append(pose)
    if not people or person_id not in (None, *people):
        there = f"the take holds person {', '.join(map(str, people))}" if people else "the take holds nobody"
        raise OutputError(f"no motion to export: {there}" + (f", not {person_id}" if people else ""))
    fps = fps if fps is not None else median_fps(times_s)
    if not 0.0 < fps <= 1000.0:
        raise OutputError(f"a rate of {fps} frames a second cannot be exported; give one between 1 and 1000")
    ticks_s = times_s[0] + np.arange(round((times_s[-1] - times_s[0]) * fps) + 1) / fps
    chosen = people if person_id is None else {person_id: people[person_id]}
    alone = len(chosen) == 1
    return [Clip(person_path(path, number, alone), fps, held(poses, ticks_s)) for number, poses in chosen.items()]


def person_path(path: Path, person_id: int, alone: bool) -> Path:
    """Where one person goes: to ``path``, or, if there are more, beside it."""
    return path if alone else path.with_name(f"{path.stem}.person-{person_id}{path.suffix}")


def median_fps(times_s: Sequence[float]) -> float:
    """The rate that most frames keep. Raises OutputError if time stands still or there is one frame only."""
    steps_s = np.diff(times_s)
    if not len(steps_s) or not (step_s := float(np.median(steps_s))) > 0.0:
        raise OutputError("the take is too short to tell its rate; give the frames per second")
    fps, whole = 1.0 / step_s, float(round(1.0 / step_s))
    return whole if abs(fps - whole) < 5e-5 * fps else fps  # times of takes are rounded to a microsecond


def held(poses: Sequence[RigPose], ticks_s: Array) -> tuple[RigPose, ...]:
    """For each tick the newest pose by then (to half a tick); before the first one, the first."""
    half_s = (ticks_s[1] - ticks_s[0]) / 2 if len(ticks_s) > 1 else 0.0
    rows = np.searchsorted([pose.time_s for pose in poses], ticks_s + half_s, side="right") - 1
    return tuple(poses[max(row, 0)] for row in rows)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A file beside ``path`` to write to: it gets the name at the end, and vanishes if that is not reached.

    Raises OutputError if it cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        yield part
        os.replace(part, path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Raises OutputError if the file cannot be written."""
    with whole(path) as part:
        part.write_bytes(content)
