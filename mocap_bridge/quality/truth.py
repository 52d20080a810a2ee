"""Where people really were, as far as somebody knows: two JSON formats, gzipped or not.

The demo clip's: per frame and person ``joints_camera_m`` and ``joints_px``. A calibrated recording's: ``camera`` (K, R,
t from world to camera) and per person and frame points in its world, null where unknown. Frames pair with those of a
take by their number.
"""

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np

from ..errors import SourceError
from ..records import Array
from ..skeleton import JOINT, JOINTS

MOST_BYTES = 500_000_000
"""Of the JSON: a forged gzip must not fill the memory."""

_NOWHERE = (float("nan"),) * 3

_Point = tuple[float, float, float]
_Names = Annotated[tuple[str, ...], msgspec.Meta(max_length=256)]
_Row = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Truth:
    """Frame number -> everybody there, NaN where unknown."""

    joints_camera_m: dict[int, Array]  # (people, 30, 3)
    joints_px: dict[int, Array]  # (people, 30, 2)


class _Seen(msgspec.Struct):
    joints_px: list[tuple[float, float]]
    joints_camera_m: list[_Point]


class _Clip(msgspec.Struct):
    joints: _Names
    frames: list[list[_Seen]]


class _Camera(msgspec.Struct):
    K: tuple[_Row, _Row, _Row]
    R: tuple[_Row, _Row, _Row]
    t: _Row


class _Tracked(msgspec.Struct):
    frames: list[list[_Point | None] | None]


class _Recording(msgspec.Struct):
    joints: _Names
    camera: _Camera
    people: list[_Tracked]


def read_truth(path: Path) -> Truth:
    """Raises SourceError if the file cannot be read or is of neither format."""
    raw = _unpacked(path)
    try:
        return _from_clip(msgspec.json.decode(raw, type=_Clip))
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        as_clip = error
    try:
        return _from_recording(msgspec.json.decode(raw, type=_Recording))
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise SourceError(
            f"{path} is no truth: read as the demo clip's, {as_clip}; read as a calibrated recording's, {error}"
        ) from error


def _unpacked(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:  # also a gzip whose checksum is wrong
        raise SourceError(f"{path} cannot be read: {error.strerror or error}") from error
    except (EOFError, zlib.error) as error:
        raise SourceError(f"{path} is a damaged gzip: {error}") from error
    if len(raw) > MOST_BYTES:
        raise SourceError(f"{path} holds more than {MOST_BYTES:,} bytes")
    return raw


def _from_clip(clip: _Clip) -> Truth:
    rows = _rows(clip.joints)
    points = {n: _placed([p.joints_camera_m for p in frame], rows, 3) for n, frame in enumerate(clip.frames)}
    return Truth(points, {n: _placed([p.joints_px for p in frame], rows, 2) for n, frame in enumerate(clip.frames)})


def _from_recording(recording: _Recording) -> Truth:
    rows, camera = _rows(recording.joints), recording.camera
    rotation, offset_m, lens = np.array(camera.R), np.array(camera.t), np.array(camera.K)
    points: dict[int, Array] = {}
    pixels: dict[int, Array] = {}
    for number in range(max((len(person.frames) for person in recording.people), default=0)):
        here = [person.frames[number] if number < len(person.frames) else None for person in recording.people]
        unknown = [None] * len(recording.joints)
        world_m = _placed([[point or _NOWHERE for point in person or unknown] for person in here], rows, 3)
        points[number] = world_m @ rotation.T + offset_m
        with np.errstate(divide="ignore", invalid="ignore"):  # a point in the lens has no picture
            pixels[number] = ((points[number] / points[number][..., 2:]) @ lens.T)[..., :2]
    return Truth(points, pixels)


def _rows(names: tuple[str, ...]) -> list[tuple[int, int]]:
    """Their row and ours of each joint that both know. Raises ValueError if there is none."""
    if not (both := [(row, JOINT[name]) for row, name in enumerate(names) if name in JOINT]):
        raise ValueError(f"none of its joints is known; they are called {', '.join(JOINTS)}")
    return both


def _placed(people: Sequence[Sequence[Sequence[float]]], rows: list[tuple[int, int]], axes: int) -> Array:
    table = np.full((len(people), len(JOINTS), axes), np.nan)
    for number, points in enumerate(people):
        for theirs, ours in rows:
            if theirs >= len(points):
                raise ValueError(f"a person has {len(points)} joints, fewer than are named")
            table[number, ours] = points[theirs]
    return table
