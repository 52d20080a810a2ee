"""What a guest told, in a VRMA: fingers and jaw as nodes on the hands and the head, expressions as nodes that move.

An expression's weight is how far its node is along x. Eyes and the expressions that look somewhere are left out: VRMA
wants them as a point that is looked at. Names of VRM 0.x, which VMC uses, become those of VRM 1.0.
"""

from typing import Any

import numpy as np

from ..extra_bones import EXTRA_BONE, EXTRA_BONES, EXTRA_OFFSETS_M, EXTRA_PARENTS, EXTRA_SIZED_BY
from ..records import Array, RigPose
from ..rotations import IDENTITY
from ..skeleton import BONE, REST_OFFSETS_M
from .gltf import continuous

Keyed = tuple[int, str, Array]
"""Node, what of it, a row per frame."""

_PRESETS = (
    {"Joy": "happy", "Angry": "angry", "Sorrow": "sad", "Fun": "relaxed", "Surprised": "surprised"}
    | {"A": "aa", "I": "ih", "U": "ou", "E": "ee", "O": "oh"}
    | {"Blink": "blink", "Blink_L": "blinkLeft", "Blink_R": "blinkRight", "Neutral": "neutral"}
)
_KNOWN = {name.lower(): preset for name, preset in _PRESETS.items()} | {one.lower(): one for one in _PRESETS.values()}
_LOOKS = {"lookup", "lookdown", "lookleft", "lookright"}
_THUMBS = {"ThumbProximal": "ThumbMetacarpal", "ThumbIntermediate": "ThumbProximal"}


class GuestNodes:
    """Nodes after the skeleton's, numbered from ``first``; of somebody without a guest there are none."""

    def __init__(self, poses: tuple[RigPose, ...], offsets_m: Array, first: int) -> None:
        self.nodes: list[dict[str, Any]] = []
        self.keyed: list[Keyed] = []
        self.children: dict[int, list[int]] = {}
        """Node of the skeleton -> nodes that hang on it."""
        self.human_bones: dict[str, dict[str, int]] = {}
        self.expressions: dict[str, dict[str, dict[str, int]]] = {}
        self._first = first
        self._add_bones(np.array([pose.extra_rotations_xyzw for pose in poses]), offsets_m)
        self._add_expressions(poses)

    def _add_bones(self, rotations_xyzw: Array, offsets_m: Array) -> None:
        told = np.any(rotations_xyzw, axis=(0, 2)).tolist()
        numbers: dict[str, int] = {}
        for row, bone in enumerate(EXTRA_BONES):
            if bone.endswith("Eye") or not any(told[other] for other in _chain(bone)):
                continue
            size = float(np.linalg.norm(offsets_m[EXTRA_SIZED_BY[row]]) / _REST_M[EXTRA_SIZED_BY[row]])
            numbers[bone] = self._put({"name": bone, "translation": (EXTRA_OFFSETS_M[row] * size).tolist()})
            above = EXTRA_PARENTS[row]
            if above in numbers:
                self.nodes[numbers[above] - self._first]["children"] = [numbers[bone]]
            else:
                self.children.setdefault(BONE[above] + 1, []).append(numbers[bone])
            self.human_bones[_vrm1(bone)] = {"node": numbers[bone]}
            turns = rotations_xyzw[:, row]
            turns = np.where(np.any(turns != 0.0, axis=1, keepdims=True), turns, IDENTITY)
            self.keyed.append((numbers[bone], "rotation", continuous(turns[:, None])[:, 0]))

    def _add_expressions(self, poses: tuple[RigPose, ...]) -> None:
        values = [{blend.name: blend.value for blend in pose.blends} for pose in poses]
        for name in dict.fromkeys(name for told in values for name in told):
            preset = _KNOWN.get(name.lower())
            group = self.expressions.setdefault("preset" if preset else "custom", {})
            if name.lower() in _LOOKS or (preset or name) in group:
                continue
            number = self._put({"name": f"expression {name}"})
            self.children.setdefault(0, []).append(number)
            group[preset or name] = {"node": number}
            self.keyed.append((number, "translation", np.array([[told.get(name, 0.0), 0.0, 0.0] for told in values])))
        self.expressions = {kind: group for kind, group in self.expressions.items() if group}

    def _put(self, node: dict[str, Any]) -> int:
        self.nodes.append(node)
        return self._first + len(self.nodes) - 1


_REST_M = np.linalg.norm(REST_OFFSETS_M, axis=1)


def _chain(bone: str) -> list[int]:
    """Rows of the whole finger: a file that has one of its bones has them all."""
    finger = bone
    for part in ("Proximal", "Intermediate", "Distal"):
        finger = finger.removesuffix(part)
    return [EXTRA_BONE[other] for other in EXTRA_BONES if other == bone or other.startswith(finger)]


def _vrm1(bone: str) -> str:
    side = bone[:4] if bone.startswith("Left") else bone[:5] if bone.startswith("Right") else ""
    name = side + _THUMBS.get(bone.removeprefix(side), bone.removeprefix(side))
    return name[0].lower() + name[1:]
