"""One foot on the floor: where its heel and toe stand, and how far the foot must be moved to stay there.

A point that takes hold does so where it is shown, so nothing jumps; from then on the foot is moved against what is
seen. When it lets go the move fades. Both ways it changes no faster than ``KEEP_M_S`` and ``SHIFT_M_S``.
"""

import math
from dataclasses import dataclass

from .floats import (
    NOWHERE,
    REST,
    Quat,
    Vec,
    add,
    between,
    direction,
    inverse,
    multiply,
    normalized,
    rotate,
    scaled,
    slerp,
    smoothstep,
    sub,
)

ENTER, LEAVE = 0.5, 0.1
"""Probability of contact at which a point takes hold, at once because nothing pops, and at which it lets go."""
SHIFT_M_S, TURN_RAD_S = 0.44, 4.0
"""Fastest change of the correction: at 30/s less than 15 mm and 8 degrees a frame."""
KEEP_M_S = 0.8
"""The same while a point holds: what is seen slips away below a foot that is shown to stand, and nothing pops."""
LEASH_M = 0.12
"""A point that is seen farther from its hold pulls it along: the picture is right in the long run."""
LIFT_M = 0.08
"""A foot in the air that is seen below the ground is raised by so much at most: more is no foot, or no ground."""
_GROUND_M = (0.2, 0.4)  # so far below the ground it is doubtful, and no ground of this foot
_FADE_S = 0.065  # time constant: 95 % gone after 0.2 s
_SETTLE_S = 0.08  # time constant in which a point sinks or rises to the floor once it holds
_GONE_M, _GONE_RAD = 1e-4, 1e-3


@dataclass(frozen=True)
class SeenFoot:
    """A foot as the solve left it."""

    ankle: Vec
    turn: Quat  # in the world
    points: tuple[Vec, Vec]  # heel and toe from the ankle, in the foot's axes


class Foothold:
    """One foot of one person."""

    def __init__(self) -> None:
        self._holds: list[Vec | None] = [None, None]
        self._lowest_m: float | None = None  # of heel and toe, a frame ago, as they were seen
        self.shift: Vec = NOWHERE
        """How far the ankle is moved from where it was seen. The leg writes back how far it could follow."""
        self.turn: Quat = REST
        """How the foot is turned, in the world, from how it was seen."""

    @property
    def holds(self) -> bool:
        return self._holds != [None, None]

    @property
    def idle(self) -> bool:
        """Whether the foot stays as it was seen."""
        return not self.holds and self.shift == NOWHERE and self.turn == REST

    def __call__(self, foot: SeenFoot, contacts: tuple[float, float], ground_m: float, dt_s: float) -> None:
        """Updates ``shift`` and ``turn`` for one frame; ``contacts`` are those of heel and toe."""
        for end in (0, 1):
            self._update_hold(end, foot, contacts[end], ground_m, dt_s)
        heel, toe = self._holds
        wanted_turn = REST
        if heel is not None and toe is not None:
            seen_along = rotate(foot.turn, sub(foot.points[1], foot.points[0]))
            wanted_turn = between(direction(NOWHERE, seen_along), direction(heel, toe))
        self.turn = _towards(self.turn, wanted_turn, dt_s, fade=not self.holds)
        points = self._shown_from_ankle(foot)
        lowest_m = foot.ankle[1] + min(point[1] for point in points)
        wanted = [
            sub(hold, add(foot.ankle, p)) for hold, p in zip(self._holds, points, strict=True) if hold is not None
        ]
        if wanted:
            shift = scaled(add(wanted[0], wanted[-1]), 0.5)
        else:
            shift = scaled(self.shift, math.exp(-dt_s / _FADE_S))
            shift = (shift[0], shift[1] + _lift_m(ground_m - lowest_m - shift[1]), shift[2])
        most_m = (KEEP_M_S if self.holds else SHIFT_M_S) * dt_s
        if shift[1] > self.shift[1]:  # a foot that comes down stops at the floor, however fast it came
            most_m += math.inf if self._lowest_m is None else max(0.0, self._lowest_m - lowest_m)
        self._lowest_m = lowest_m
        self.shift = _limited(self.shift, shift, most_m)
        if not self.holds and math.hypot(*self.shift) < _GONE_M:
            self.shift = NOWHERE

    def _update_hold(self, end: int, foot: SeenFoot, contact: float, ground_m: float, dt_s: float) -> None:
        hold = self._holds[end]
        if hold is None:
            if contact >= ENTER:
                x, y, z = add(add(foot.ankle, self.shift), self._shown_from_ankle(foot)[end])
                self._holds[end] = x, y + _lift_m(ground_m - y), z
            return
        if contact <= LEAVE:
            self._holds[end] = None
            return
        seen = add(foot.ankle, rotate(foot.turn, foot.points[end]))
        sunk_m = hold[1] + (ground_m - hold[1]) * (1 - math.exp(-dt_s / _SETTLE_S))
        off_m = math.hypot(hold[0] - seen[0], hold[2] - seen[2])
        share = min(1.0, LEASH_M / off_m) if off_m > 0 else 1.0
        self._holds[end] = (
            seen[0] + share * (hold[0] - seen[0]),
            sunk_m,
            seen[2] + share * (hold[2] - seen[2]),
        )

    def _shown_from_ankle(self, foot: SeenFoot) -> tuple[Vec, Vec]:
        turn = multiply(self.turn, foot.turn)
        return rotate(turn, foot.points[0]), rotate(turn, foot.points[1])


def _lift_m(below_m: float) -> float:
    """By how much a foot is raised that is seen so far below the ground."""
    return min(max(0.0, below_m), LIFT_M) * (1 - smoothstep(*_GROUND_M, below_m))


def _limited(old: Vec, new: Vec, most: float) -> Vec:
    step = sub(new, old)
    length = math.hypot(*step)
    return new if length <= most else add(old, scaled(step, most / length))


def _towards(old: Quat, new: Quat, dt_s: float, fade: bool) -> Quat:
    """A step from one small rotation to another."""
    x, y, z, w = multiply(inverse(old), new)
    left_rad = 2 * math.atan2(math.hypot(x, y, z), abs(w))
    if left_rad < _GONE_RAD:
        return new
    share = min(1.0, TURN_RAD_S * dt_s / left_rad)
    if fade:
        share = min(share, 1 - math.exp(-dt_s / _FADE_S))
    return normalized(slerp(old, new, share))
