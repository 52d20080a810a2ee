"""In which plane a limb usually bends, and how far a plane that was hardly seen is believed.

The less a limb is bent, the more a small mistake about wrist or ankle turns its plane; yet where an upper bone points
tells much of how it is twisted. What is seen and what is usual are averaged as vectors, by how sure they are, so that
a plane may be turned right round by noise and the limb still bends as limbs do.
"""

import math
from dataclasses import dataclass

from .floats import Quat, Vec, X, Y, about, between, dot, multiply, smoothstep

SURE_M, UNSURE_M = 0.003, 0.2
"""How far a limb's end lies beside the plane that is seen: of joints that are seen surely, and of mere guesses."""
_FAR_M = 100.0  # no limb is as long
_BEHIND = (-0.95, -0.7)  # cosine to where the bone points in the T-pose: turned right back, no twist is usual


@dataclass(frozen=True)
class Usual:
    """Degrees of twist of a left limb's upper bone: a constant, and slopes by where it points in its parent."""

    about: Vec  # the axis of the T-pose that the bone lies along
    constant: float
    slopes: tuple[float, float, float]
    spread: float


ARM, LEG = Usual(X, -37, (9, -35, -22), 27), Usual(Y, 12, (33, 10, -5), 12)
"""Fitted to 195 recordings of people who walk, dance, fight and climb (CMU motion capture and others, those that are
not kept for validation; limbs bent by more than 20 degrees). The spread is the standard deviation about the line: of
31,000 arms 0.3 % lie on its other side, of as many legs 0.1 %."""


def usually(limb: Usual, side: float, along: Vec, towards: Vec) -> Quat:
    """How an upper bone that points ``towards`` (unit, in its parent) usually lies in its parent.

    ``side`` is 1 for a left limb and -1 for a right one; ``along`` is where it points in the T-pose.
    """
    x, y, z = limb.slopes
    twist_deg = limb.constant + x * towards[0] * side + y * towards[1] + z * towards[2]
    axis: Vec = (limb.about[0], side * limb.about[1], side * limb.about[2])  # as a mirror shows a turn
    return multiply(between(along, towards), about(axis, math.radians(twist_deg)))


def believed(limb: Usual, off_m: float, seen: float) -> float:
    """Weight of the plane that is seen, beside 1 of the usual one.

    ``off_m`` is how far the limb's end stands off the line of its upper bone, ``seen`` 0..1 how well it is seen.
    """
    if not off_m < _FAR_M:
        return 0.0
    doubt_m = SURE_M + (UNSURE_M - SURE_M) * (1 - seen)
    return (math.radians(limb.spread) * off_m / doubt_m) ** 2


def meaningful(along: Vec, towards: Vec) -> float:
    """0..1 how far there is a usual plane at all for a bone that points ``towards``."""
    return smoothstep(*_BEHIND, dot(along, towards))


def likeliest_rad(limb: Usual, seen_rad: float, believed: float, usual_rad: float, usual: float) -> float:
    """Where the plane of a limb lies: seen at one angle with weight ``believed``, usual at another with ``usual``.

    The usual is as wide as its spread: what lies within is left as it is seen, for forearms and shins shall point
    where they were seen.
    """
    wide_rad, off_rad = math.radians(limb.spread) / 2, math.remainder(seen_rad - usual_rad, 2 * math.pi)
    nearest_rad = usual_rad + min(max(off_rad, -wide_rad), wide_rad)
    return mean_rad(seen_rad, believed, nearest_rad, usual)


def mean_rad(a_rad: float, a_weight: float, b_rad: float, b_weight: float) -> float:
    """The angle of the weighted mean of two unit vectors; 0 where they cancel out."""
    sine = a_weight * math.sin(a_rad) + b_weight * math.sin(b_rad)
    return math.atan2(sine, a_weight * math.cos(a_rad) + b_weight * math.cos(b_rad))
