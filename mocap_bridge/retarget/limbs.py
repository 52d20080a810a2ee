"""Arms and legs by analytic two-bone solve: where each limb points, how it is twisted, how far it is bent.

The twist of an upper arm shows only in the plane of the bent elbow. Straight limbs are where solvers flip, so
that plane is believed by the degree of bend, and otherwise carried along from the frame before.
"""

import math
from dataclasses import dataclass

from .floats import (
    NOWHERE,
    REST,
    Quat,
    Vec,
    about,
    between,
    cross,
    direction,
    dot,
    inverse,
    multiply,
    rotate,
    smoothstep,
)

_RAD = math.pi / 180
STRAIGHT_RAD, BENT_RAD = 5 * _RAD, 20 * _RAD
"""Bend below which the plane tells nothing, and from which it tells all."""
SURE_RAD = 60 * _RAD
"""Bend from which a plane is believed even against what was carried along."""
_FLIP_RAD = 100 * _RAD  # a plane turned this far is a sign flip of a limb that noise bent backwards
# Slow keeps a plane just found from snapping (5 degrees in a frame at 30/s); fast lets a bent arm follow.
_SLOW_RAD_S, _FAST_RAD_S = 150 * _RAD, 1100 * _RAD
_CATCH_UP_RAD = 60 * _RAD  # a plane this far off was lost, not fast: it comes back slowly
_PLAIN_RAD = 30 * _RAD  # bend from which a plane never seen before is taken at once
_FOUND_RAD = 10 * _RAD  # a plane this near to the one that is seen has been found

CLAVICLE_SHARE = 0.25
"""Of the arm's rise above the horizontal, taken by the clavicle (20 to 30 %)."""


@dataclass(frozen=True)
class Hinge:
    """How a limb lies in the T-pose: its direction, and the axis its lower bone turns about when it bends."""

    along: Vec
    axis: Vec
    most_rad: float


ARMS = {
    "Left": Hinge((1.0, 0.0, 0.0), (0.0, -1.0, 0.0), 150 * _RAD),
    "Right": Hinge((-1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 150 * _RAD),
}
LEG = Hinge((0.0, -1.0, 0.0), (1.0, 0.0, 0.0), 155 * _RAD)


class TwoBone:
    """One limb of one person. Remembers how the upper bone lay in its parent."""

    def __init__(self, hinge: Hinge) -> None:
        self.hinge = hinge
        self._local: Quat | None = None
        self._found = False  # whether the plane was ever seen; until then what is carried along is a guess

    def __call__(self, parent: Quat, chain: tuple[Vec, Vec, Vec], trust: float, dt_s: float) -> tuple[Quat, float]:
        """World rotation of the upper bone and bend in radians.

        ``parent`` is the world rotation above, ``chain`` the three joints, ``trust`` 0..1 how well they are seen.
        """
        upper_to, lower_to = direction(chain[0], chain[1]), direction(chain[1], chain[2])
        carried = multiply(parent, self._local or REST)
        upper = carried
        if upper_to != NOWHERE:
            upper = multiply(between(rotate(carried, self.hinge.along), upper_to), carried)
            upper = multiply(about(upper_to, self._twist_rad(upper, upper_to, lower_to, trust, dt_s)), upper)
        self._local = multiply(inverse(parent), upper)
        axis = rotate(upper, self.hinge.axis)
        bend_rad = math.atan2(dot(cross(upper_to, lower_to), axis), dot(upper_to, lower_to))
        return upper, min(max(bend_rad, 0.0), self.hinge.most_rad)

    def _twist_rad(self, carried: Quat, upper_to: Vec, lower_to: Vec, trust: float, dt_s: float) -> float:
        """How far to turn the carried bone about its own length towards the plane that is seen."""
        normal = cross(upper_to, lower_to)
        bend_rad = math.atan2(math.hypot(*normal), dot(upper_to, lower_to))
        axis = rotate(carried, self.hinge.axis)
        off_rad = math.atan2(dot(cross(axis, normal), upper_to), dot(axis, normal))
        share = trust * smoothstep(STRAIGHT_RAD, BENT_RAD, bend_rad)
        if self._local is None:
            return share * off_rad
        sure = smoothstep(BENT_RAD, SURE_RAD, bend_rad)
        fast = sure if abs(off_rad) < _CATCH_UP_RAD else 0.0
        if not self._found:
            self._found = share > 0.9 and abs(off_rad) < _FOUND_RAD
            fast = smoothstep(BENT_RAD, _PLAIN_RAD, bend_rad)
        elif abs(off_rad) > _FLIP_RAD:
            share *= sure
        limit_rad = (_SLOW_RAD_S + fast * (_FAST_RAD_S - _SLOW_RAD_S)) * dt_s
        return min(max(share * off_rad, -limit_rad), limit_rad)


def clavicle(chest: Quat, shoulder: Vec, elbow: Vec, side: str) -> Quat:
    """Rotation of a clavicle in the chest: it lifts, in the plane of the chest, once the arm is above horizontal."""
    down = -rotate(inverse(chest), direction(shoulder, elbow))[1]
    risen_rad = math.acos(min(1.0, max(-1.0, down))) - math.pi / 2
    lift_rad = CLAVICLE_SHARE * max(0.0, risen_rad)
    return about((0.0, 0.0, 1.0), lift_rad if side == "Left" else -lift_rad)
