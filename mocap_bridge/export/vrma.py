"""VRMA: one person's motion for any VRM avatar. A glTF binary with the extension ``VRMC_vrm_animation`` 1.0.

Its nodes are the T-pose with the person's bone lengths, all without rotation; rotations are keyed on every bone,
translation on the hips alone, which players scale by hip height. Axes are VRM 1.0's, which are our world's.
https://github.com/vrm-c/vrm-specification/tree/master/specification/VRMC_vrm_animation-1.0
"""

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from ..avatar.pose import performer_height_m
from ..errors import OutputError
from ..records import Array, RigPose, Scene
from ..skeleton import BONES, PARENTS
from ..wire.vmc import scaled_offsets_m
from .clips import clips

_FLOAT = 5126
_ROOT = 0  # node 0 stands on the floor; bone n is node n + 1


def export_vrma(
    scenes: Iterable[Scene], path: Path, fps: float | None = None, person_id: int | None = None
) -> list[Path]:
    """One file per person, named as ``clips`` does; returns the files.

    Raises OutputError for what ``clips`` refuses, and if a file cannot be written.
    """
    chosen = clips(scenes, path, fps, person_id)
    for clip in chosen:
        try:
            clip.path.write_bytes(vrma(clip.poses, clip.fps))
        except OSError as error:
            raise OutputError(f"{clip.path} cannot be written: {error.strerror}") from error
    return [clip.path for clip in chosen]


def vrma(poses: tuple[RigPose, ...], fps: float) -> bytes:
    """The bytes of a file with a key per pose."""
    lengths_m = np.median([pose.bone_lengths_m for pose in poses], axis=0)
    offsets_m = scaled_offsets_m(lengths_m)
    offsets_m[0] = 0.0, performer_height_m(lengths_m), 0.0
    hips_m = np.array([pose.hips_world_m for pose in poses])
    turns = continuous(np.array([pose.rotations_xyzw for pose in poses]))
    keys = _Keys(np.arange(len(poses)) / fps)
    keys.add(1, "translation", hips_m)
    for bone in range(len(BONES)):
        keys.add(bone + 1, "rotation", turns[:, bone])
    names = [bone[0].lower() + bone[1:] for bone in BONES]
    humanoid = {"humanBones": {name: {"node": bone + 1} for bone, name in enumerate(names)}}
    document = {
        "asset": {"version": "2.0", "generator": "mocap-bridge"},
        "extensionsUsed": ["VRMC_vrm_animation"],
        "extensions": {"VRMC_vrm_animation": {"specVersion": "1.0", "humanoid": humanoid}},
        "scene": 0,
        "scenes": [{"nodes": [_ROOT]}],
        "nodes": _nodes(offsets_m),
        **keys.document(),
    }
    return _glb(msgspec.json.encode(document), keys.binary())


def continuous(rotations_xyzw: Array) -> Array:
    """The same rotations (frames, bones, 4), signs chosen so that neighbours are near: some players mix numbers."""
    near = np.sum(rotations_xyzw[1:] * rotations_xyzw[:-1], axis=-1, keepdims=True) < 0
    signs = np.cumprod(np.where(near, -1.0, 1.0), axis=0)
    return np.concatenate([rotations_xyzw[:1], rotations_xyzw[1:] * signs])


def _nodes(offsets_m: Array) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = [{"name": "Root", "children": [1]}]
    for bone, name in enumerate(BONES):
        children = [child + 1 for child, parent in enumerate(PARENTS) if parent == bone]
        node = {"name": name, "translation": offsets_m[bone].tolist()}
        nodes.append(node | ({"children": children} if children else {}))  # glTF allows no empty list
    return nodes


class _Keys:
    """Arrays that grow into accessors and channels; all share the times."""

    def __init__(self, times_s: Array) -> None:
        self._arrays = [times_s]
        self._channels: list[dict[str, Any]] = []

    def add(self, node: int, path: str, values: Array) -> None:
        """Keys (frames, n) for one property of one node."""
        self._channels.append({"sampler": len(self._channels), "target": {"node": node, "path": path}})
        self._arrays.append(values)

    def document(self) -> dict[str, Any]:
        """The keys' part of the JSON."""
        views, accessors, offset = [], [], 0
        for number, values in enumerate(self._arrays):
            size = 4 * values.size
            views.append({"buffer": 0, "byteOffset": offset, "byteLength": size})
            kind = "SCALAR" if values.ndim == 1 else f"VEC{values.shape[1]}"
            accessor: dict[str, Any] = {
                "bufferView": number,
                "componentType": _FLOAT,
                "count": len(values),
                "type": kind,
            }
            if number == 0:  # of times glTF demands the bounds, as they are stored
                accessor |= {"min": [float(np.float32(values[0]))], "max": [float(np.float32(values[-1]))]}
            accessors.append(accessor)
            offset += size
        samplers = [{"input": 0, "interpolation": "LINEAR", "output": row + 1} for row in range(len(self._channels))]
        return {
            "animations": [{"name": "take", "channels": self._channels, "samplers": samplers}],
            "accessors": accessors,
            "bufferViews": views,
            "buffers": [{"byteLength": offset}],
        }

    def binary(self) -> bytes:
        """All numbers, little-endian."""
        return b"".join(values.astype("<f4").tobytes() for values in self._arrays)


def _glb(document: bytes, binary: bytes) -> bytes:
    document += b" " * (-len(document) % 4)
    binary += b"\0" * (-len(binary) % 4)
    chunks = (
        struct.pack("<I4s", len(document), b"JSON") + document + struct.pack("<I4s", len(binary), b"BIN\0") + binary
    )
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks
