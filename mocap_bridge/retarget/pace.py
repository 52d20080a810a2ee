"""No bone turns much faster than what is seen of it: the last guard against flips.

Where a turn hangs on little (the plane of a limb that is nearly straight, an arm that points straight back), a
small move of the joints may ask for a large one of the bone. It is granted over several frames.
"""

import math

from ..skeleton import BONES, JOINT
from .floats import Quat, Vec, direction
from .limits import on_the_way, within

_PATIENCE_RAD_S = math.radians(600)
_MOST_RAD = math.radians(20)  # of patience in one frame, however long it took
_GAIN = 2.0  # a bone may turn by this much more than any line that is seen of it and its parents

_TRUNK = ("Pelvis Spine", "Spine Thorax", "R_Hip L_Hip", "R_Shoulder L_Shoulder")
_ARM = ("Shoulder Elbow", "Elbow Wrist")
_HAND = ("Wrist Index", "Pinky Index")
_LEG = ("Hip Knee", "Knee Ankle")
_FOOT = ("Heel Toe", "Heel Ankle")
_LINES: dict[str, tuple[str, ...]] = {"Neck": ("Thorax Head", "R_Ear L_Ear", "Head Nose")}
_LINES |= dict.fromkeys(("Shoulder", "UpperArm"), _ARM) | dict.fromkeys(("LowerArm", "Hand"), (*_ARM, *_HAND))
_LINES |= dict.fromkeys(("UpperLeg", "LowerLeg"), _LEG) | {"Foot": (*_LEG, *_FOOT)}
_LINES["Head"] = _LINES["Neck"]


def _lines_of(bone: str) -> tuple[tuple[int, int], ...]:
    side = next((side for side in ("Left", "Right") if bone.startswith(side)), "")
    own = [
        " ".join(f"{side[0]}_{joint}" for joint in line.split()) if side else line
        for line in _LINES.get(bone.removeprefix(side), ())
    ]
    return tuple((JOINT[a], JOINT[b]) for a, b in (line.split() for line in (*_TRUNK, *own)))


_BY_ROW = [_lines_of(bone) for bone in BONES]
_ALL = tuple(sorted({line for lines in _BY_ROW for line in lines}))


class Pace:
    """One person's bones and lines of a frame ago."""

    def __init__(self) -> None:
        self._shown: list[Quat | None] = [None] * len(BONES)
        self._lines: dict[tuple[int, int], Vec] = {}
        self._moved_rad: dict[tuple[int, int], float] = {}
        self._patience_rad = 0.0

    def begin(self, joints: list[Vec], dt_s: float) -> None:
        """A new frame: joints (30) in the world, metres."""
        lines, before = {(a, b): direction(joints[a], joints[b]) for a, b in _ALL}, self._lines
        # The chord between two unit vectors is their angle, or a little less.
        self._moved_rad = {line: math.dist(now, before.get(line, now)) for line, now in lines.items()}
        self._lines, self._patience_rad = lines, min(_PATIENCE_RAD_S * dt_s, _MOST_RAD)

    def __call__(self, bone: int, turn: Quat) -> Quat:
        """The turn of a bone (its row in ``BONES``) as a human can make it, or as much of the way as a frame brings."""
        last, turn = self._shown[bone], within(bone, turn)
        if last is not None:
            cosine = abs(last[0] * turn[0] + last[1] * turn[1] + last[2] * turn[2] + last[3] * turn[3])
            asked_rad = 2 * math.acos(min(1.0, cosine))
            if asked_rad > self._patience_rad:
                most_rad = self._patience_rad + _GAIN * max(self._moved_rad[line] for line in _BY_ROW[bone])
                if asked_rad > most_rad:
                    turn = on_the_way(bone, last, turn, most_rad)
        self._shown[bone] = turn
        return turn
