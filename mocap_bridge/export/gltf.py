"""What the glTF files that we write share: arrays in one buffer, nodes of a skeleton, keys, and the packing."""

import struct
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from ..avatar.pose import performer_height_m
from ..records import Array, RigPose
from ..skeleton import BONES, PARENTS
from ..wire.vmc import scaled_offsets_m

ROOT = 0  # node 0 stands on the floor; bone n is node n + 1
_COMPONENTS = {"<f4": 5126, "<u1": 5121, "<u2": 5123, "<u4": 5125}
_SHAPES = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}


class Arrays:
    """Numbers that grow into accessors, one view each; every one begins at a multiple of four bytes."""

    def __init__(self) -> None:
        self._accessors: list[dict[str, Any]] = []
        self._views: list[dict[str, Any]] = []
        self._binary = bytearray()

    def add(self, values: npt.NDArray[Any], kind: str = "<f4", target: int | None = None, bounds: bool = False) -> int:
        """An accessor for values (count,) or (count, n); ``target`` is what a mesh uses them for."""
        stored = np.ascontiguousarray(values).astype(kind)
        rows = stored.reshape(len(stored), -1)
        view: dict[str, Any] = {"buffer": 0, "byteOffset": len(self._binary), "byteLength": stored.nbytes}
        self._views.append(view | ({"target": target} if target else {}))
        accessor: dict[str, Any] = {
            "bufferView": len(self._accessors),
            "componentType": _COMPONENTS[kind],
            "count": len(stored),
            "type": _SHAPES[rows.shape[1]],
        }
        if bounds:  # as they are stored
            accessor |= {"min": rows.min(axis=0).tolist(), "max": rows.max(axis=0).tolist()}
        self._accessors.append(accessor)
        self._binary += stored.tobytes() + b"\0" * (-stored.nbytes % 4)
        return len(self._accessors) - 1

    def packed(self, document: dict[str, Any]) -> bytes:
        """The bytes of a .glb with the rest of its JSON."""
        whole = document | {
            "accessors": self._accessors,
            "bufferViews": self._views,
            "buffers": [{"byteLength": len(self._binary)}],
        }
        text = msgspec.json.encode(whole)
        text += b" " * (-len(text) % 4)
        chunks = struct.pack("<I4s", len(text), b"JSON") + text
        chunks += struct.pack("<I4s", len(self._binary), b"BIN\0") + bytes(self._binary)
        return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def standing_offsets_m(poses: tuple[RigPose, ...]) -> Array:
    """(22, 3) of the T-pose with the person's median bone lengths; the hips' from the floor."""
    lengths_m = np.median([pose.bone_lengths_m for pose in poses], axis=0)
    offsets_m = scaled_offsets_m(lengths_m)
    offsets_m[0] = 0.0, performer_height_m(lengths_m), 0.0
    return offsets_m


def bone_nodes(offsets_m: Array) -> list[dict[str, Any]]:
    """The root and the bones below it."""
    nodes: list[dict[str, Any]] = [{"name": "Root", "children": [1]}]
    for bone, name in enumerate(BONES):
        children = [child + 1 for child, parent in enumerate(PARENTS) if parent == bone]
        node = {"name": name, "translation": offsets_m[bone].tolist()}
        nodes.append(node | ({"children": children} if children else {}))  # glTF allows no empty list
    return nodes


def animation(
    arrays: Arrays, poses: tuple[RigPose, ...], fps: float, more: Sequence[tuple[int, str, Array]] = ()
) -> dict[str, Any]:
    """A key per pose: rotation on every bone, translation on the hips alone; ``more`` nodes, paths and their keys."""
    turns = continuous(np.array([pose.rotations_xyzw for pose in poses]))
    keyed = [(1, "translation", np.array([pose.hips_world_m for pose in poses]))]
    keyed += [(bone + 1, "rotation", turns[:, bone]) for bone in range(len(BONES))]
    keyed += more
    times = arrays.add(np.arange(len(poses)) / fps, bounds=True)  # of times glTF demands the bounds
    return {
        "name": "take",
        "channels": [
            {"sampler": row, "target": {"node": node, "path": path}} for row, (node, path, _) in enumerate(keyed)
        ],
        "samplers": [
            {"input": times, "interpolation": "LINEAR", "output": arrays.add(values)} for _, _, values in keyed
        ],
    }


def continuous(rotations_xyzw: Array) -> Array:
    """The same rotations (frames, bones, 4), signs chosen so that neighbours are near: some players mix numbers."""
    near = np.sum(rotations_xyzw[1:] * rotations_xyzw[:-1], axis=-1, keepdims=True) < 0
    signs = np.cumprod(np.where(near, -1.0, 1.0), axis=0)
    return np.concatenate([rotations_xyzw[:1], rotations_xyzw[1:] * signs])
