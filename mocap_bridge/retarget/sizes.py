"""How long a person's bones are: the weighted median of the first clearly seen seconds, left and right as one.

Each part has its own seconds: legs that come into the picture later are measured later. Then lengths are fixed.
"""

import math
from bisect import insort
from collections.abc import Sequence

import msgspec
import numpy as np

from ..records import Array
from ..skeleton import BONE, BONES, HEIGHT_M, JOINT, JOINT_BONES, JOINT_OFFSETS_M, PARENTS, REST_OFFSETS_M
from .floats import Vec

LEARN_S = 4.0
"""Time for which a part must have been seen until its length is fixed."""
_SEEN = 0.3
_LONGEST_STEP_S = 0.1  # a gap between frames counts as this much of being seen
_SMALLEST, _LARGEST = 0.1, 10.0  # shares of the rest pose; anything beyond is no body, but a failed frame
_ODDEST = 1.33  # a part is at most this much longer or shorter than the whole body would have it

_PARTS = {
    "trunk": ("Pelvis Spine", "Spine Thorax"),
    "head": ("Thorax Head_top",),
    "shoulders": ("R_Shoulder L_Shoulder",),
    "hips": ("R_Hip L_Hip",),
    "upper_arm": ("L_Shoulder L_Elbow", "R_Shoulder R_Elbow"),
    "forearm": ("L_Elbow L_Wrist", "R_Elbow R_Wrist"),
    "thigh": ("L_Hip L_Knee", "R_Hip R_Knee"),
    "shin": ("L_Knee L_Ankle", "R_Knee R_Ankle"),
    "foot": ("L_Ankle L_Toe", "R_Ankle R_Toe"),
}
_LINES = [[(JOINT[a], JOINT[b]) for a, b in (line.split() for line in lines)] for lines in _PARTS.values()]
_PART_OF = {"UpperArm": "shoulders", "LowerArm": "upper_arm", "Hand": "forearm", "Head": "head"} | {
    "UpperLeg": "hips",
    "LowerLeg": "thigh",
    "Foot": "shin",
    "Toes": "foot",
}
_PART_ROWS = [
    list(_PARTS).index(_PART_OF.get(bone.removeprefix("Left").removeprefix("Right"), "trunk")) for bone in BONES
]


def _rest_joints_m() -> Array:
    heads_m = np.zeros((len(BONES), 3))
    for bone in range(len(BONES)):
        heads_m[bone] = REST_OFFSETS_M[bone] + (heads_m[PARENTS[bone]] if bone else 0.0)
    return np.asarray(heads_m[list(JOINT_BONES)] + JOINT_OFFSETS_M)


_REST_M = _rest_joints_m()
_REST_LINES_M = [sum(math.dist(_REST_M[a], _REST_M[b]) for a, b in lines) / len(lines) for lines in _LINES]
_REST_LENGTHS_M = np.linalg.norm(REST_OFFSETS_M, axis=1)
_REST_LENGTHS_M[BONE["Hips"]] = 0.0


class Build(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of a body before it is seen."""

    bone_lengths_m: tuple[float, ...] = ()
    """(22,) in the order of ``skeleton.BONES``; none stands for lengths to be learned."""
    girth: float = 1.0
    """How thick the body is, as a share of an average one of its size."""


class Sizes:
    """Collects one person's measures as shares of the rest pose's, unless they are known."""

    def __init__(self, bone_lengths_m: Sequence[float] = ()) -> None:
        """``bone_lengths_m`` (22,) are those of a performer who was measured before."""
        self._shares: list[list[tuple[float, float]]] = [[] for _ in _LINES]  # sorted, each with its weight
        self._left_s = [0.0 if len(bone_lengths_m) else LEARN_S] * len(_LINES)
        self._last_s: float | None = None
        self.bone_lengths_m: Array = np.array(bone_lengths_m) if len(bone_lengths_m) else _REST_LENGTHS_M

    @property
    def learned(self) -> bool:
        """Whether every part has been seen for long enough."""
        return max(self._left_s) <= 0.0

    def add(self, joints: list[Vec], seen: list[float], time_s: float) -> None:
        """Measures one frame of joints (30) with visibilities (30), as far as its parts are not fixed yet."""
        if self.learned:
            return
        step_s = 0.0 if self._last_s is None else min(time_s - self._last_s, _LONGEST_STEP_S)
        self._last_s = time_s
        for part, (lines, rest_m) in enumerate(zip(_LINES, _REST_LINES_M, strict=True)):
            if self._left_s[part] > 0.0 and (surest := min(min(seen[a], seen[b]) for a, b in lines)) > _SEEN:
                length_m = sum(math.dist(joints[a], joints[b]) for a, b in lines) / len(lines)
                if _SMALLEST < (share := length_m / rest_m) < _LARGEST:
                    insort(self._shares[part], (share, surest))
                    self._left_s[part] -= step_s
        self.bone_lengths_m = _REST_LENGTHS_M * np.array(self._sizes())[_PART_ROWS]

    def _sizes(self) -> list[float]:
        medians = [_weighted_median(shares) if shares else None for shares in self._shares]
        known = sorted(median for median in medians if median is not None)
        whole = known[len(known) // 2] if known else 1.0
        return [whole if median is None else min(max(median, whole / _ODDEST), whole * _ODDEST) for median in medians]


def _weighted_median(shares: list[tuple[float, float]]) -> float:
    """The share with half of the weight below it, of pairs in ascending order."""
    half = sum(weight for _, weight in shares) / 2
    for share, weight in shares:
        half -= weight
        if half <= 0.0:
            return share
    return shares[-1][0]


_UPRIGHT = [BONE[bone] for bone in ("Spine", "Chest", "UpperChest", "Neck", "Head", "LeftLowerLeg", "LeftFoot")]


def stature_m(bone_lengths_m: Array) -> float:
    """Height of somebody with these bone lengths (22,): the table's, by trunk, head and legs."""
    return float(HEIGHT_M * bone_lengths_m[_UPRIGHT].sum() / _REST_LENGTHS_M[_UPRIGHT].sum())
