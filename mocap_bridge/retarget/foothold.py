"""One foot on the floor: where its heel and toe stand, and how far the foot must be moved to stay there.

A point that takes hold does so where it is shown, so nothing jumps; from then on the foot is moved against what is
seen, however fast that changes: who stands does not move. What the leg could not follow is made up for no faster than
``KEEP_M_S``. When a point lets go the move fades, no faster than ``SHIFT_M_S``.
"""

import math
from collections.abc import Iterable
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
from .limits import apart_rad

ENTER, LEAVE = 0.5, 0.1
"""Probability of contact at which a point takes hold, at once because nothing pops, and at which it lets go."""
SHIFT_M_S, TURN_RAD_S = 0.44, 4.0
"""Fastest change of the correction: at 30/s less than 15 mm and 8 degrees a frame."""
KEEP_M_S = 0.8
"""Fastest move of a point that holds back to its hold, or of the correction if that is less."""
LEASH_M = 0.12
"""A point that is seen farther from its hold pulls it along: the picture is right in the long run."""
LIFT_M = 0.08
"""A foot in the air that is seen below the ground is raised by so much at most: more is no foot, or no ground."""
AIR_M = (0.08, 0.16)
"""A foot shown so far above the ground touches it, and does not, whatever was seen of it: its leg comes after."""
_GROUND_M = (0.2, 0.4)  # so far below the ground it is doubtful, and no ground of this foot
_FADE_S = 0.065  # time constant: 95 % gone after 0.2 s
_SETTLE_S = 0.08  # time constant in which a point sinks or rises to the floor once it holds
_FORCED_RAD = math.radians(14)  # by so much an ankle may keep a foot off its holds before they give way
_GONE_M, _GONE_RAD = 1e-4, 1e-3


@dataclass(frozen=True)
class SeenFoot:
    """A foot as the solve left it."""

    ankle: Vec
    turn: Quat  # in the world
    points: tuple[Vec, Vec]  # heel and toe from the ankle, in the foot's axes
    joints: tuple[Vec, Vec] | None = None  # heel and toe as they were seen before the solve, if that is known
    sure: float = 1.0
    """0..1 how well it is seen: the less, the less it pulls at its holds."""


class Foothold:
    """One foot of one person."""

    def __init__(self) -> None:
        self._holds: list[Vec | None] = [None, None]
        self._shown: tuple[Vec, Vec] | None = None  # heel and toe a frame ago
        self._lowest_m: float | None = None  # of heel and toe, a frame ago, as they were seen
        self.shift: Vec = NOWHERE
        """How far the ankle is moved from where it was seen."""
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
        before = [hold is not None for hold in self._holds]
        for end in (0, 1):
            self._update_hold(end, foot, contacts[end], ground_m, dt_s)
        self._begin_anew(before)
        self.turn = _towards(self.turn, self._wanted_turn(foot, ground_m), dt_s, fade=not self.holds)
        points = self._shown_from_ankle(foot)
        lowest_m = foot.ankle[1] + min(point[1] for point in points)
        wanted = [
            sub(hold, add(foot.ankle, p)) for hold, p in zip(self._holds, points, strict=True) if hold is not None
        ]
        if wanted:
            shift = scaled(add(wanted[0], wanted[-1]), 0.5)
            shift = (shift[0], max(one[1] for one in wanted), shift[2])  # neither end goes through the floor
        else:
            shift = scaled(self.shift, math.exp(-dt_s / _FADE_S))
            shift = (shift[0], shift[1] + _lift_m(ground_m - lowest_m - shift[1]), shift[2])
        most_m = (KEEP_M_S if self.holds else SHIFT_M_S) * dt_s
        if shift[1] > self.shift[1]:  # a foot that comes down stops at the floor, however fast it came
            most_m += math.inf if self._lowest_m is None else max(0.0, self._lowest_m - lowest_m)
        self._lowest_m = lowest_m
        kept = _limited(self.shift, shift, most_m)
        if self.holds and self._shown is not None:
            at, last = (self._middle(ends) for ends in ((add(foot.ankle, point) for point in points), self._shown))
            kept = min(kept, sub(_limited(last, add(at, shift), most_m), at), key=lambda one: math.dist(one, shift))
        self.shift = kept
        if not self.holds and math.hypot(*self.shift) < _GONE_M:
            self.shift = NOWHERE

    def ankle(self, foot: SeenFoot, turn: Quat) -> Vec:
        """Where the ankle must be for what holds to stand, with the foot turned as its joint allows, in the world."""
        at, wanted = add(foot.ankle, self.shift), self._shown_from_ankle(foot)
        off = [sub(a, rotate(turn, point)) for a, point in zip(wanted, foot.points, strict=True)]
        x, _, z = self._middle(off)
        return add(at, (x, max(one[1] for one, hold in zip(off, self._holds, strict=True) if hold is not None), z))

    def aimed(self, foot: SeenFoot, ankle: Vec, turn: Quat) -> Quat:
        """The foot's turn in the world that brings an end that holds alone nearest to its hold: legs are short."""
        ends = [end for end in (0, 1) if self._holds[end] is not None]
        if len(ends) != 1:
            return turn
        place = add(add(foot.ankle, self.shift), self._shown_from_ankle(foot)[ends[0]])
        along = direction(NOWHERE, rotate(turn, foot.points[ends[0]]))
        return multiply(between(along, direction(ankle, place)), turn)

    def shown(self, foot: SeenFoot, ankle: Vec, turn: Quat) -> None:
        """Takes back where ankle and foot came to be; holds that an ankle cannot turn to give way."""
        turned = apart_rad(turn, multiply(self.turn, foot.turn)) > _FORCED_RAD
        self.shift = sub(ankle, foot.ankle)
        heel, toe = self._shown = add(ankle, rotate(turn, foot.points[0])), add(ankle, rotate(turn, foot.points[1]))
        if turned and None not in self._holds:
            self._holds = [hold and (at[0], hold[1], at[2]) for hold, at in zip(self._holds, (heel, toe), strict=True)]

    def touching(self, contacts: tuple[float, float], ground_m: float) -> tuple[float, float]:
        """Probabilities of contact of heel and toe as they are shown."""
        heel, toe = (
            contact * (1 - smoothstep(*AIR_M, at[1] - ground_m))
            for contact, at in zip(contacts, self._shown or (NOWHERE, NOWHERE), strict=True)
        )
        return heel, toe

    def _begin_anew(self, before: list[bool]) -> None:
        """When one end takes hold or lets go, the other stands where it is shown: it would jump to its hold."""
        if self._shown is None:
            return
        for end in (0, 1):
            hold, other_changed = self._holds[end], before[1 - end] != (self._holds[1 - end] is not None)
            if hold is not None and before[end] and other_changed:
                self._holds[end] = self._shown[end][0], hold[1], self._shown[end][2]

    def _wanted_turn(self, foot: SeenFoot, ground_m: float) -> Quat:
        """That brings both ends onto their holds, or the one that does not hold up to the floor."""
        if not self.holds:
            return REST
        heel, toe = self._holds
        x, y, z = along = rotate(foot.turn, sub(foot.points[1], foot.points[0]))
        if heel is not None and toe is not None:
            wanted = sub(toe, heel)
        elif heel is not None:
            wanted = x, max(y, ground_m - heel[1]), z
        elif toe is not None:
            wanted = x, min(y, toe[1] - ground_m), z
        return between(direction(NOWHERE, along), direction(NOWHERE, wanted))

    def _middle(self, ends: Iterable[Vec]) -> Vec:
        """Of the points that hold."""
        held = [at for at, hold in zip(ends, self._holds, strict=True) if hold is not None]
        return scaled(add(held[0], held[-1]), 0.5)

    def _update_hold(self, end: int, foot: SeenFoot, contact: float, ground_m: float, dt_s: float) -> None:
        hold = self._holds[end]
        if hold is None:
            x, y, z = add(add(foot.ankle, self.shift), self._shown_from_ankle(foot)[end])
            if contact >= ENTER and y - ground_m < AIR_M[1]:
                self._holds[end] = x, y + _lift_m(ground_m - y), z
            return
        if contact <= LEAVE:
            self._holds[end] = None
            return
        # A limb that bends as limbs do ends elsewhere than its joint was seen; neither alone pulls.
        ends = [add(foot.ankle, rotate(foot.turn, foot.points[end])), *([foot.joints[end]] if foot.joints else [])]
        off_m, seen = min((math.hypot(hold[0] - at[0], hold[2] - at[2]), at) for at in ends)
        sunk_m = hold[1] + (ground_m - hold[1]) * (1 - math.exp(-dt_s / _SETTLE_S))
        share = min(1.0, LEASH_M / (off_m * foot.sure)) if off_m * foot.sure > 0 else 1.0
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
