"""How long a person's bones are: the median of the first seconds, left and right as one, then fixed."""

import math
from bisect import insort

import numpy as np

from ..records import Array
from ..skeleton import BONE, BONES, JOINT, JOINT_BONES, JOINT_OFFSETS_M, PARENTS, REST_OFFSETS_M
from .floats import Vec

LEARN_S = 4.0
_SEEN = 0.3
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


class Sizes:
    """Collects one person's measures as shares of the rest pose's."""

    def __init__(self) -> None:
        self._shares: list[list[float]] = [[] for _ in _LINES]
        self._first_s: float | None = None
        self.bone_lengths_m: Array = _REST_LENGTHS_M

    def add(self, joints: list[Vec], seen: list[float], time_s: float) -> None:
        """Measures one frame of joints (30) with visibilities (30), unless enough was seen."""
        self._first_s = time_s if self._first_s is None else self._first_s
        if time_s - self._first_s > LEARN_S:
            return
        for lines, rest_m, shares in zip(_LINES, _REST_LINES_M, self._shares, strict=True):
            if all(seen[a] > _SEEN and seen[b] > _SEEN for a, b in lines):
                length_m = sum(math.dist(joints[a], joints[b]) for a, b in lines) / len(lines)
                if _SMALLEST < (share := length_m / rest_m) < _LARGEST:
                    insort(shares, share)
        self.bone_lengths_m = _REST_LENGTHS_M * np.array(self._sizes())[_PART_ROWS]

    def _sizes(self) -> list[float]:
        medians = [shares[len(shares) // 2] if shares else None for shares in self._shares]
        known = sorted(median for median in medians if median is not None)
        whole = known[len(known) // 2] if known else 1.0
        return [whole if median is None else min(max(median, whole / _ODDEST), whole * _ODDEST) for median in medians]
