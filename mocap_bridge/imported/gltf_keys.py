"""The keys of a glTF animation: where they lie in the file, and what they say between two of them."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from ..errors import MotionError
from ..records import Array
from ..rotations import normalized, slerp

MOST_BYTES = 512 * 2**20
_CHUNK = struct.Struct("<I4s")
_LARGEST = 1e7
_TYPES = {
    5126: ("<f4", 1.0),
    5120: ("<i1", 127.0),
    5121: ("<u1", 255.0),
    5122: ("<i2", 32767.0),
    5123: ("<u2", 65535.0),
}
_WIDTHS = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}

Rows = npt.NDArray[np.intp]
_Index = Annotated[int, msgspec.Meta(ge=0, le=2**40)]


class _View(msgspec.Struct):
    byteLength: _Index  # noqa: N815  here and below the file's own names
    buffer: _Index = 0
    byteOffset: _Index = 0  # noqa: N815
    byteStride: _Index | None = None  # noqa: N815


class _Accessor(msgspec.Struct):
    count: _Index
    type: str
    componentType: int  # noqa: N815
    bufferView: _Index | None = None  # noqa: N815
    byteOffset: _Index = 0  # noqa: N815
    sparse: Any = None


class _Target(msgspec.Struct):
    path: str
    node: _Index | None = None


class _Channel(msgspec.Struct):
    sampler: _Index
    target: _Target


class _Sampler(msgspec.Struct):
    input: _Index
    output: _Index
    interpolation: Literal["LINEAR", "STEP", "CUBICSPLINE"] = "LINEAR"


class _Animation(msgspec.Struct):
    channels: list[_Channel]
    samplers: list[_Sampler]
    name: str = ""


class _Buffer(msgspec.Struct):
    uri: str | None = None


class _Animated(msgspec.Struct):
    animations: list[_Animation] = []
    accessors: list[_Accessor] = []
    bufferViews: list[_View] = []  # noqa: N815
    buffers: list[_Buffer] = []


@dataclass(frozen=True, eq=False)
class Keys:
    """What one property of one node is at some times; before the first and after the last it rests."""

    times_s: Array  # (K,) rising
    values: Array  # (K, 3 | 4); for CUBICSPLINE (K, 3, 3 | 4) in-tangent, value, out-tangent
    kind: str

    def at(self, times_s: Array) -> Array:
        """(T, 3 | 4)."""
        right = np.clip(np.searchsorted(self.times_s, times_s, side="right"), 1, max(len(self.times_s) - 1, 1))
        left = right - 1
        right = np.minimum(right, len(self.times_s) - 1)
        step_s = np.where(right > left, self.times_s[right] - self.times_s[left], 1.0)
        share = np.clip((times_s - self.times_s[left]) / step_s, 0.0, 1.0)
        is_turn = self.values.shape[-1] == 4
        if self.kind == "CUBICSPLINE":
            mixed = self._spline(left, right, share[:, None], step_s[:, None])
            return normalized(mixed) if is_turn else mixed
        a, b = self.values[left], self.values[right]
        if self.kind == "STEP":
            return np.where(share[:, None] >= 1.0, b, a)
        return slerp(a, b, share) if is_turn else a + (b - a) * share[:, None]

    def _spline(self, left: Rows, right: Rows, t: Array, step_s: Array) -> Array:
        rows_a, rows_b = self.values[left], self.values[right]
        leaving, coming = rows_a[:, 2] * step_s, rows_b[:, 0] * step_s
        square, cube = t * t, t * t * t
        return np.asarray(
            (2 * cube - 3 * square + 1) * rows_a[:, 1]
            + (cube - 2 * square + t) * leaving
            + (3 * square - 2 * cube) * rows_b[:, 1]
            + (cube - square) * coming
        )


Tracks = dict[tuple[int, str], Keys]
"""(node, "rotation" or "translation") -> its keys."""


def read_tracks(path: Path, nodes: int, animation: str | None = None) -> Tracks:
    """The animation of this name in a .glb, or the first one. Raises MotionError, OSError."""
    document, binary = _chunks(path)
    try:
        read = msgspec.json.decode(document, type=_Animated)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MotionError(f"its animations cannot be read: {error}") from error
    if not read.animations:
        raise MotionError("it holds no animation")
    named = {one.name: one for one in reversed(read.animations)}
    if animation is not None and animation not in named:
        names = ", ".join(sorted(named))[:500]
        raise MotionError(f"it holds no animation {animation!r}; choose from {names}")
    chosen = read.animations[0] if animation is None else named[animation]
    tracks: Tracks = {}
    for channel in chosen.channels:
        target = channel.target
        if target.node is None or target.path not in ("rotation", "translation"):
            continue  # faces and scales
        if target.node >= nodes or channel.sampler >= len(chosen.samplers):
            raise MotionError(f"the animation speaks of node {target.node}, sampler {channel.sampler}: not there")
        sampler = chosen.samplers[channel.sampler]
        tracks[target.node, target.path] = _keys(read, binary, sampler, 4 if target.path == "rotation" else 3)
    if not tracks:
        raise MotionError("its animation moves nothing")
    return tracks


def _chunks(path: Path) -> tuple[bytes, bytes]:
    """The JSON and the binary chunk. Their lengths have been looked at by ``read_document`` but for the second."""
    if (size := path.stat().st_size) > MOST_BYTES:
        raise MotionError(f"{size:,} bytes; at most {MOST_BYTES:,} are read")
    raw = path.read_bytes()
    if raw[:4] != b"glTF":
        raise MotionError("it is no binary glTF; files of one piece are read (.glb, .vrma)")
    parts: list[bytes] = []
    at = 12
    while at + _CHUNK.size <= len(raw) and len(parts) < 2:
        length, _ = _CHUNK.unpack_from(raw, at)
        at += _CHUNK.size
        if length > len(raw) - at:
            raise MotionError(f"it is cut off: a part of {length:,} bytes begins at byte {at:,} of {len(raw):,}")
        parts.append(raw[at : at + length])
        at += length
    if len(parts) < 2:
        raise MotionError("it has no binary part, where the keys should be")
    return parts[0], parts[1]


def _keys(read: _Animated, binary: bytes, sampler: _Sampler, width: int) -> Keys:
    times_s = _numbers(read, binary, sampler.input, 1)[:, 0]
    values = _numbers(read, binary, sampler.output, width)
    each = 3 if sampler.interpolation == "CUBICSPLINE" else 1
    if len(times_s) == 0 or len(values) != each * len(times_s):
        raise MotionError(f"{len(times_s)} times for {len(values)} keys")
    if not (np.diff(times_s) > 0).all():
        raise MotionError("the times of its keys do not rise")
    if each == 3:
        return Keys(times_s, values.reshape(-1, 3, width), sampler.interpolation)
    return Keys(times_s, normalized(values) if width == 4 else values, sampler.interpolation)


def _numbers(read: _Animated, binary: bytes, number: int, width: int) -> Array:
    """(count, width) of an accessor. Raises MotionError if it reaches beyond the file, or holds what it must not."""
    if number >= len(read.accessors):
        raise MotionError(f"there is no accessor {number}")
    one = read.accessors[number]
    if one.sparse is not None or one.bufferView is None or one.bufferView >= len(read.bufferViews):
        raise MotionError(f"accessor {number} is sparse or lies in no buffer; plain ones are read")
    if one.componentType not in _TYPES or _WIDTHS.get(one.type) != width:
        raise MotionError(
            f"accessor {number} is {one.type[:20]} of type {one.componentType}, not {width} numbers a key"
        )
    view, (kind, most) = read.bufferViews[one.bufferView], _TYPES[one.componentType]
    if view.buffer != 0 or any(buffer.uri is not None for buffer in read.buffers):
        raise MotionError("its keys lie in another file; files of one piece are read")
    size = np.dtype(kind).itemsize * width
    stride = view.byteStride or size
    first, last = view.byteOffset + one.byteOffset, max(one.count - 1, 0) * stride + size
    if stride < size or one.byteOffset + last > view.byteLength or first + last > len(binary):
        raise MotionError(f"accessor {number} reaches beyond the file")
    if one.count == 0:
        return np.zeros((0, width))
    rows = np.lib.stride_tricks.as_strided(
        np.frombuffer(binary, "u1", last, first), (one.count, size), (stride, 1), writeable=False
    )
    values = np.ascontiguousarray(rows).view(kind).astype(np.float64)
    values = values if most == 1.0 else np.maximum(values / most, -1.0)
    if not (np.abs(values) < _LARGEST).all():  # also false for NaN
        raise MotionError(f"accessor {number} holds numbers beyond all measure")
    return values
