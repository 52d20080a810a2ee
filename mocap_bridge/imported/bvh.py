"""BVH, taken for a stranger's: every line is checked, sizes before memory is asked for, errors name the line.

Channels come in any order and number, on any joint; lines may be indented and ended as one likes. Positions stand for
the offset, as Blender reads them; programs that count them from it are told by feet that are not on the floor.
"""

import gzip
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BufferedIOBase
from pathlib import Path

import numpy as np

from ..errors import MotionError
from ..records import Array
from ..rotations import IDENTITY, about, multiply
from .clip import MOST_JOINTS, MOST_NUMBERS

LONGEST_LINE = 1_000_000
LARGEST = 1e7
_MOST_FRAMES = 2_000_000
_SHORTEST_S, _LONGEST_S = 1e-4, 10.0  # of a frame
_CHANNELS = {f"{axis}{kind}": (kind, "xyz".index(axis)) for axis in "xyz" for kind in ("position", "rotation")}
_STEP = 2_000  # frames between two words of progress


@dataclass(eq=False)
class BvhClip:
    """A ``Clip``: joints with columns of the motion's rows."""

    names: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    channels: list[list[tuple[str, int, int]]] = field(default_factory=list)  # kind, axis, column
    offsets: Array = field(default_factory=lambda: np.zeros((0, 3)))
    rows: Array = field(default_factory=lambda: np.zeros((0, 0)))
    fps: float = 0.0
    unit_m: float | None = None
    in_tpose: bool = False
    bones: dict[str, int] | None = None

    @property
    def rest_xyzw(self) -> Array:
        """(N, 4): a BVH has no rotations at rest."""
        return np.tile(IDENTITY, (len(self.names), 1))

    @property
    def frames(self) -> int:
        """Rows of the motion."""
        return len(self.rows)

    def turn(self, joint: int) -> Array:
        """(frames, 4): its rotation channels, the first one outermost."""
        turned = np.tile(IDENTITY, (self.frames, 1))
        for kind, axis, column in self.channels[joint]:
            if kind == "rotation":
                turned = multiply(turned, about(np.eye(3)[axis], np.radians(self.rows[:, column])))
        return turned

    def place(self, joint: int) -> Array | None:
        """(frames, 3) where its position channels put it; None without any, or where they never move it."""
        moved = np.zeros((self.frames, 3))
        found = [(axis, column) for kind, axis, column in self.channels[joint] if kind == "position"]
        for axis, column in found:
            moved[:, axis] = self.rows[:, column]
        if not found or (self.parents[joint] >= 0 and not moved.any()):
            return None
        return moved


class _Lines:
    """Words line by line, and where we are."""

    def __init__(self, file: BufferedIOBase, path: Path) -> None:
        self._file, self.number = file, 0
        self.size, self.read = max(path.stat().st_size, 1), 0

    def next(self) -> list[str]:
        """The next line that is not empty. MotionError at the end of the file."""
        while line := self._file.readline(LONGEST_LINE + 1):
            self.number += 1
            self.read += len(line)
            if len(line) > LONGEST_LINE:
                raise self.wrong(f"it is longer than {LONGEST_LINE:,} bytes")
            try:
                words = line.decode("utf-8-sig" if self.number == 1 else "utf-8").split()
            except UnicodeDecodeError as error:
                raise self.wrong("it is no text; a BVH is a text file") from error
            if words:
                return words
        raise MotionError(f"the file ends in line {self.number}, in the middle")

    def end(self, after: str) -> None:
        """Raises MotionError if anything but blanks is left."""
        while line := self._file.readline(LONGEST_LINE + 1):
            self.number += 1
            if not line.isspace():
                raise self.wrong(f"something stands after {after}")

    def wrong(self, what: str) -> MotionError:
        """An error about this line."""
        return MotionError(f"line {self.number}: {what}")

    def expect(self, words: list[str], right: str) -> None:
        """Raises MotionError unless the line is exactly this."""
        if [word.upper() for word in words] != right.upper().split():
            raise self.wrong(f"{' '.join(words)[:60]!r} stands where {right!r} should")

    def numbers(self, words: list[str], count: int) -> list[float]:
        """So many finite numbers. Raises MotionError."""
        if len(words) != count:
            raise self.wrong(f"it has {len(words)} numbers; {count} are right")
        try:
            values = [float(word) for word in words]
        except ValueError as error:
            raise self.wrong(f"{str(error).rpartition(':')[2].strip()[:40]} is no number") from error
        if not all(abs(value) < LARGEST for value in values):  # also false for NaN
            raise self.wrong("a number in it is not finite, or beyond all measure")
        return values


def read_bvh(path: Path, progress: Callable[[float], None] = lambda share: None) -> BvhClip:
    """A .bvh, or .bvh.gz. Raises MotionError that names the line (not the file), OSError."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        lines = _Lines(file, path)
        clip = _hierarchy(lines)
        frames, clip.fps = _head_of_motion(lines)
        columns = sum(map(len, clip.channels))
        if columns == 0:
            raise MotionError("no joint has channels, so nothing moves")
        if frames * columns > MOST_NUMBERS:
            raise lines.wrong(f"{frames:,} frames of {columns} numbers; at most {MOST_NUMBERS:,} numbers are read")
        clip.rows = np.empty((frames, columns))
        for frame in range(frames):
            clip.rows[frame] = lines.numbers(lines.next(), columns)
            if frame % _STEP == 0:
                progress(lines.read / lines.size)
        lines.end(f"the {frames} frames that are announced")
    return clip


def _hierarchy(lines: _Lines) -> BvhClip:
    lines.expect(lines.next(), "HIERARCHY")
    clip, offsets = BvhClip(), []
    words = lines.next()
    if words[0].upper() != "ROOT":
        raise lines.wrong(f"{words[0][:40]!r} stands where 'ROOT' should")
    line: list[int] = []  # of joints that are still open; -1 for an end site
    columns = 0
    while True:
        key = words[0].upper()
        if key in ("ROOT", "JOINT") and (key == "ROOT") == (not clip.names) and -1 not in line:
            if len(clip.names) >= MOST_JOINTS:
                raise lines.wrong(f"more than {MOST_JOINTS:,} joints")
            clip.parents.append(line[-1] if line else -1)
            clip.channels.append([])
            offsets.append([0.0, 0.0, 0.0])
            clip.names.append(_name(words[1:], lines))
            line.append(len(clip.names) - 1)
        elif key == "END" and len(words) >= 2 and line and line[-1] >= 0:
            _open(words, lines)
            line.append(-1)
        elif key == "OFFSET" and line:
            values = lines.numbers(words[1:], 3)
            if line[-1] >= 0:
                offsets[line[-1]] = values
        elif key == "CHANNELS" and line and line[-1] >= 0:
            if clip.channels[line[-1]]:
                raise lines.wrong(f"{clip.names[line[-1]]} has channels already")
            clip.channels[line[-1]] = _channels(words, columns, lines)
            columns += len(clip.channels[line[-1]])
        elif key == "}" and len(words) == 1 and line:
            line.pop()
            if not line:
                break
        else:
            raise lines.wrong(f"{' '.join(words)[:60]!r} has no place here in a hierarchy")
        words = lines.next()
    clip.offsets = np.array(offsets)
    return clip


def _name(words: list[str], lines: _Lines) -> str:
    """Of a joint, which may hold blanks, and the brace after it."""
    if not (name := " ".join(word for word in words if word != "{")):
        raise lines.wrong("a joint has no name")
    _open(words, lines)
    return name[:200]


def _open(words: list[str], lines: _Lines) -> None:
    if words[-1:] != ["{"]:
        lines.expect(lines.next(), "{")


def _channels(words: list[str], first_column: int, lines: _Lines) -> list[tuple[str, int, int]]:
    count, names = words[1:2], [word.lower() for word in words[2:]]
    if count != [str(len(names))]:
        raise lines.wrong(f"it announces {' '.join(count)[:20] or 'no'} channels and names {len(names)}")
    if unknown := [name for name in names if name not in _CHANNELS]:
        raise lines.wrong(f"no channel {unknown[0][:40]!r}; there are Xposition to Zposition, Xrotation to Zrotation")
    if len(set(names)) < len(names):
        raise lines.wrong("a channel is named twice")
    return [(*_CHANNELS[name], first_column + number) for number, name in enumerate(names)]


def _head_of_motion(lines: _Lines) -> tuple[int, float]:
    """Number of frames, and how many a second."""
    words = lines.next()
    if words[0].upper() == "ROOT":
        raise lines.wrong("a second skeleton; files with one are read")
    lines.expect(words, "MOTION")
    words = lines.next()
    count = words[-1]
    if len(words) != 2 or words[0].lower() != "frames:" or not (count.isascii() and count.isdigit()):
        raise lines.wrong(f"{' '.join(words)[:60]!r} stands where 'Frames: N' should")
    frames = int(count[:12])
    if not 1 <= frames <= _MOST_FRAMES:
        raise lines.wrong(f"{frames:,} frames; 1 to {_MOST_FRAMES:,} are read")
    words = lines.next()
    if len(words) != 3 or [word.lower() for word in words[:2]] != ["frame", "time:"]:
        raise lines.wrong(f"{' '.join(words)[:60]!r} stands where 'Frame Time: SECONDS' should")
    (step_s,) = lines.numbers(words[2:], 1)
    if not _SHORTEST_S <= step_s <= _LONGEST_S:
        raise lines.wrong(f"a frame of {step_s} s; {_SHORTEST_S} to {_LONGEST_S} s are read")
    return frames, _tidy(1.0 / step_s)


def _tidy(fps: float) -> float:
    """30 for 29.9997: files round the time of a frame to six decimals."""
    return float(round(fps)) if math.isclose(fps, round(fps), rel_tol=5e-5) else fps
