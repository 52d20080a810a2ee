"""A leg that reaches for another place than it was seen at: its knee bends or stretches, then it swings there."""

import math
from dataclasses import dataclass

from .floats import NOWHERE, Quat, Vec, X, about, add, between, direction, inverse, multiply, rotate, scaled
from .limbs import LEG

BEND_RAD_S = 4.0
"""Fastest bending of a knee beyond what is seen of it: at 30/s less than 8 degrees a frame. A straight knee is so
touchy (15 mm of leg are 16 degrees of knee) that the foot rather slides a little."""
_STRETCH = 0.998  # share of its length a leg is stretched to at most, unless it was seen straighter


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

    def __call__(self, leg: Leg, hip: Vec, target: Vec, dt_s: float) -> Leg:
        """The leg with its hip and ankle moved, the ankle as far as the leg reaches."""
        span_m = leg.stretched_m(math.dist(hip, target))
        seen_rad, shown_rad = leg.bend_rad, leg.bend_for_rad(span_m)
        if self._last_rad is not None:
            last_seen_rad, last_rad = self._last_rad
            most_rad = abs(seen_rad - last_seen_rad) + BEND_RAD_S * dt_s
            shown_rad = min(max(shown_rad, last_rad - most_rad), last_rad + most_rad)
        self._last_rad = seen_rad, shown_rad
        return leg.moved(hip, shown_rad - seen_rad, target)

    def rest(self, leg: Leg) -> None:
        """Remembers a leg that is shown as it was seen."""
        self._last_rad = leg.bend_rad, leg.bend_rad


def local(above: Quat, world: Quat) -> Quat:
    """A world rotation relative to the bone above."""
    return multiply(inverse(above), world)
