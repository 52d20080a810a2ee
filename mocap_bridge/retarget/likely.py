"""How people mostly hold their bones, and how far a turn that was hardly seen is believed.

A joint whose place is unsure makes turns that are wilder than bodies are. Each angle of a bone is therefore moved
towards its usual value, by as much as the doubt about it outweighs the spread among people: the mean of what was seen
and what was to be expected, weighted by their variances. What is seen surely passes unchanged, and so does what lies
far from usual: who does a handstand does not do it by mistake.
"""

import math
from dataclasses import dataclass

from ..skeleton import BONES
from .floats import Quat
from .limits import angles, turn_of

_SMOOTH_S = 0.4  # time constant of a bone's visibility: what is believed must not flicker
_SURE = 0.98
_FAR = 2.5  # standard deviations, of spread and doubt together, at which the pull has halved


@dataclass(frozen=True)
class Habit:
    """Degrees about the axes of the T-pose, as in ``limits``: of a left or middle bone."""

    usual: tuple[float, float, float]
    spread: tuple[float, float, float]  # standard deviation among poses
    doubt: tuple[float, float, float]  # the same of the error of a turn that is not seen at all


HABITS = {
    "Spine": Habit((4, 0, 0), (16, 7, 9), (75, 10, 25)),
    "Chest": Habit((0, 0, 0), (4, 3, 3), (25, 25, 10)),
    "UpperChest": Habit((-4, 0, 0), (6, 3, 5), (50, 10, 10)),
    "Neck": Habit((0, 0, 0), (12, 11, 8), (30, 5, 50)),
    "Head": Habit((8, 0, 0), (24, 15, 13), (40, 10, 50)),
    "UpperArm": Habit((-15, -5, -60), (39, 32, 37), (0, 10, 0)),
    "LowerArm": Habit((0, -55, 0), (15, 37, 2), (0, 20, 0)),
    "Hand": Habit((4, -3, 5), (33, 20, 16), (150, 100, 90)),  # before the forearm takes its half of the roll
    "UpperLeg": Habit((-15, 3, 3), (22, 14, 15), (15, 0, 25)),
    "Foot": Habit((-12, 5, 0), (25, 23, 6), (60, 90, 150)),
}
"""By bone without its side. Usual and spread: 170 recordings of people who walk, dance, fight and climb (CMU motion
capture, those that are not kept for validation). Doubt: chosen on half of ``models.training.motion_bench``;
less for swings of arms and legs, none for hips and knees: those show in the picture, and pulled they gained nothing;
none for the twist of upper arms and thighs, which has been moved towards what is usual before (``planes``)."""


def _of(bone: str) -> Habit | None:
    return HABITS.get(bone.removeprefix("Left").removeprefix("Right"))


class Likely:
    """One person's bones; remembers how well each was seen of late."""

    def __init__(self) -> None:
        self._seen: list[float | None] = [None] * len(BONES)

    def __call__(self, bone: int, turn: Quat, seen: float, dt_s: float) -> Quat:
        """The turn of a bone (its row in ``BONES``) that is likeliest, given how well it is seen, 0..1."""
        last = self._seen[bone]
        seen = seen if last is None else last + (1 - math.exp(-dt_s / _SMOOTH_S)) * (seen - last)
        self._seen[bone] = seen
        habit = _of(BONES[bone])
        if habit is None or seen >= _SURE:
            return turn
        unseen, (x, y, z), usual, spread, doubt = 1 - seen, angles(bone, turn), habit.usual, habit.spread, habit.doubt
        likely = (
            _pulled(x, usual[0], spread[0], unseen * doubt[0]),
            _pulled(y, usual[1], spread[1], unseen * doubt[1]),
            _pulled(z, usual[2], spread[2], unseen * doubt[2]),
        )
        return turn_of(bone, likely)


def _pulled(angle_rad: float, usual_deg: float, spread_deg: float, doubt_deg: float) -> float:
    off_rad = angle_rad - math.radians(usual_deg)
    known, unsure = math.radians(spread_deg) ** 2, math.radians(doubt_deg) ** 2
    pull = unsure / (known + unsure) / (1 + off_rad * off_rad / (_FAR * _FAR * (known + unsure)))
    return angle_rad - pull * off_rad
