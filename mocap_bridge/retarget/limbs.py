"""Arms and legs by analytic two-bone solve: where each limb points, how it is twisted, how far it is bent.

The twist of an upper arm shows only in the plane of the bent elbow. Straight limbs are where solvers flip, so
that plane is believed by the degree of bend, and otherwise carried along from the frame before; what is hardly seen
is moved towards the plane in which limbs usually bend (``planes``).
"""

import math
from dataclasses import dataclass, replace

from . import planes
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
from .held import weight

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
    usual: planes.Usual
    side: float
    """1 left, -1 right."""


ARMS = {
    "Left": Hinge((1.0, 0.0, 0.0), (0.0, -1.0, 0.0), 150 * _RAD, planes.ARM, 1.0),
    "Right": Hinge((-1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 150 * _RAD, planes.ARM, -1.0),
}
LEG = Hinge((0.0, -1.0, 0.0), (1.0, 0.0, 0.0), 155 * _RAD, planes.LEG, 1.0)
LEGS = {"Left": LEG, "Right": replace(LEG, side=-1.0)}


class TwoBone:
    """One limb of one person. Remembers how the upper bone lay in its parent."""

    def __init__(self, hinge: Hinge) -> None:
        self.hinge = hinge
        self._local: Quat | None = None
        self._found = False  # whether the plane was ever seen; until then what is carried along is a guess

    def __call__(self, parent: Quat, chain: tuple[Vec, Vec, Vec], seen: float, dt_s: float) -> tuple[Quat, float]:
        """World rotation of the upper bone and bend in radians.

        ``parent`` is the world rotation above, ``chain`` the three joints, ``seen`` 0..1 how well they are seen.
        """
        upper_to, lower_to = direction(chain[0], chain[1]), direction(chain[1], chain[2])
        carried = multiply(parent, self._local or REST)
        upper = carried
        if upper_to != NOWHERE:
            towards = rotate(inverse(parent), upper_to)
            usual = multiply(parent, planes.usually(self.hinge.usual, self.hinge.side, self.hinge.along, towards))
            upper = multiply(between(rotate(carried, self.hinge.along), upper_to), carried)
            normal, bend_rad = cross(upper_to, lower_to), _between_rad(upper_to, lower_to)
            believed = planes.believed(self.hinge.usual, math.dist(chain[1], chain[2]) * math.sin(bend_rad), seen)
            seen_rad = _about_rad(upper_to, rotate(upper, self.hinge.axis), normal)
            usual_rad = _about_rad(upper_to, rotate(upper, self.hinge.axis), rotate(usual, self.hinge.axis))
            usual_weight = planes.meaningful(self.hinge.along, towards)
            off_rad = planes.likeliest_rad(self.hinge.usual, seen_rad, believed, usual_rad, usual_weight)
            upper = multiply(about(upper_to, self._twist_rad(off_rad, bend_rad, weight(seen), dt_s)), upper)
        self._local = multiply(inverse(parent), upper)
        bend_rad = math.atan2(dot(cross(upper_to, lower_to), rotate(upper, self.hinge.axis)), dot(upper_to, lower_to))
        return upper, min(max(bend_rad, 0.0), self.hinge.most_rad)

    def _twist_rad(self, off_rad: float, bend_rad: float, trust: float, dt_s: float) -> float:
        """How much of the way to the likeliest plane is gone in this frame."""
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


def _between_rad(a: Vec, b: Vec) -> float:
    return math.atan2(math.hypot(*cross(a, b)), dot(a, b))


def _about_rad(axis: Vec, a: Vec, b: Vec) -> float:
    """Turn about a unit vector that brings a to b, which stand at right angles to it."""
    return math.atan2(dot(cross(a, b), axis), dot(a, b))


def clavicle(chest: Quat, shoulder: Vec, elbow: Vec, side: str) -> Quat:
    """Rotation of a clavicle in the chest: it lifts, in the plane of the chest, once the arm is above horizontal."""
    down = -rotate(inverse(chest), direction(shoulder, elbow))[1]
    risen_rad = math.acos(min(1.0, max(-1.0, down))) - math.pi / 2
    lift_rad = CLAVICLE_SHARE * max(0.0, risen_rad)
    return about((0.0, 0.0, 1.0), lift_rad if side == "Left" else -lift_rad)
