"""A leg that reaches for another place than it was seen at: its knee bends or stretches, then it swings there."""

import math
from dataclasses import dataclass

from .floats import (
    NOWHERE,
    Quat,
    Vec,
    X,
    about,
    add,
    between,
    direction,
    inverse,
    multiply,
    rotate,
    scaled,
    slerp,
    smoothstep,
)
from .limbs import LEG
from .limits import apart_rad

BEND_RAD_S = 4.0
"""Fastest bending of a knee beyond what is seen of it: at 30/s less than 8 degrees a frame. A straight knee is so
touchy (15 mm of leg are 16 degrees of knee) that the foot rather slides a little."""
_STRETCH = 0.998  # share of its length a leg is stretched to at most, unless it was seen straighter
SLACK_M = 0.004
"""A nearly straight leg may be so much too long or too short: noise of 2 mm would shake its knee by degrees."""
_STRAIGHT_RAD, _BENT_RAD = math.radians(12), math.radians(25)  # of slack: all of it, and none
_JUMP_RAD = math.radians(28)  # in a frame, unless it is seen to turn faster; held back sooner, feet lag in a dance


@dataclass(frozen=True)
class Leg:
    """One leg: world rotations of what is above it and of its thigh, the knee's turn, and how it is built."""

    hip: Vec
    thigh: Quat
    knee: Quat  # shin relative to thigh, about X alone
    thigh_m: float
    shin_m: float

    @property
    def ankle(self) -> Vec:
        return add(self.hip, self._to_ankle(self.knee))

    @property
    def shin(self) -> Quat:
        """World rotation."""
        return multiply(self.thigh, self.knee)

    @property
    def bend_rad(self) -> float:
        return 2 * math.atan2(self.knee[0], self.knee[3])

    def _to_ankle(self, knee: Quat) -> Vec:
        thigh = rotate(self.thigh, scaled(LEG.along, self.thigh_m))
        return add(thigh, rotate(multiply(self.thigh, knee), scaled(LEG.along, self.shin_m)))

    def _span_m(self, bend_rad: float) -> float:
        a, b = self.thigh_m, self.shin_m
        return math.sqrt(max(0.0, a * a + b * b + 2 * a * b * math.cos(bend_rad)))

    def stretched_m(self, wanted_m: float) -> float:
        """How long the leg gets when it should be ``wanted_m``: softly less as it comes near its full length."""
        seen_m = self._span_m(self.bend_rad)
        room_m = _STRETCH * (self.thigh_m + self.shin_m) - seen_m
        if wanted_m <= seen_m or room_m <= 0:
            return min(wanted_m, seen_m)
        return seen_m + room_m * (1 - math.exp(-(wanted_m - seen_m) / room_m))

    def bend_for_rad(self, span_m: float) -> float:
        """The knee's bend at which hip and ankle are ``span_m`` apart."""
        a, b = self.thigh_m, self.shin_m
        cosine = (span_m * span_m - a * a - b * b) / max(2 * a * b, 1e-9)
        return min(math.acos(min(1.0, max(-1.0, cosine))), LEG.most_rad)

    def moved(self, hip: Vec, added_rad: float, target: Vec) -> "Leg":
        """The leg on another hip, its knee bent further, swung the shortest way towards ``target``."""
        knee = multiply(about(X, added_rad), self.knee)
        now, wanted = direction(NOWHERE, self._to_ankle(knee)), direction(hip, target)
        thigh = multiply(between(now, wanted), self.thigh) if now != NOWHERE != wanted else self.thigh
        return Leg(hip, thigh, knee, self.thigh_m, self.shin_m)


class Reach:
    """One leg of one person: remembers how far its knee was bent, as seen and as shown."""

    def __init__(self) -> None:
        self._last_rad: tuple[float, float] | None = None

    def __call__(self, leg: Leg, hip: Vec, target: Vec, dt_s: float, most_slack_m: float = SLACK_M) -> Leg:
        """The leg with its hip and ankle moved, the ankle as far as the leg reaches."""
        span_m = leg.stretched_m(math.dist(hip, target))
        seen_rad, shown_rad = leg.bend_rad, leg.bend_for_rad(span_m)
        if self._last_rad is not None:
            last_seen_rad, last_rad = self._last_rad
            slack_m = most_slack_m * (1 - smoothstep(_STRAIGHT_RAD, _BENT_RAD, max(seen_rad, shown_rad)))
            if slack_m > 0:  # bent as it was beyond what is seen of it, as far as the slack goes
                kept_rad = seen_rad + last_rad - last_seen_rad
                longest_rad, shortest_rad = leg.bend_for_rad(span_m + slack_m), leg.bend_for_rad(span_m - slack_m)
                shown_rad = min(max(kept_rad, longest_rad), shortest_rad)
            most_rad = abs(seen_rad - last_seen_rad) + BEND_RAD_S * dt_s
            shown_rad = min(max(shown_rad, last_rad - most_rad), last_rad + most_rad)
        return leg.moved(hip, shown_rad - seen_rad, target)

    def shown(self, seen: Leg, moved: Leg) -> None:
        """Remembers what was made of a leg in this frame."""
        self._last_rad = seen.bend_rad, moved.bend_rad


class Guard:
    """The bones of both legs of one person: none jumps because its foot is moved."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[Quat, Quat]] = {}  # as seen and as shown
        self.behind = False
        """Whether a bone was held back in this frame."""

    def __call__(self, wanted: dict[int, tuple[Quat, Quat]]) -> dict[int, Quat]:
        """What to show of each bone (its row in ``BONES``), from its turn as seen and as the moved foot wants it."""
        self.behind = False
        shown = {bone: self._near(bone, seen, turn) for bone, (seen, turn) in wanted.items()}
        self._last = {bone: (seen, shown[bone]) for bone, (seen, _) in wanted.items()}
        return shown

    def _near(self, bone: int, seen: Quat, turn: Quat) -> Quat:
        last_seen, last = self._last.get(bone, (seen, turn))
        most_rad = max(_JUMP_RAD, apart_rad(last_seen, seen))
        asked_rad = apart_rad(last, turn)
        if asked_rad <= most_rad:
            return turn
        self.behind = True
        return slerp(last, turn, most_rad / asked_rad)


def local(above: Quat, world: Quat) -> Quat:
    """A world rotation relative to the bone above."""
    return multiply(inverse(above), world)
