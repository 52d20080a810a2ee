"""How far human joints turn, and a clamp that gives way gradually.

A rotation is split into a twist about the bone's length and a swing of that length, each held between two angles
per axis. Up to nine tenths of a limit nothing changes; what goes beyond is squeezed into the last tenth, so that
nothing snaps and no turn passes the limit.

Sources, means in degrees of healthy people; the table goes about two standard deviations further. Shoulder, elbow,
forearm, wrist: Boone and Azen, "Normal range of motion of joints in male subjects" (J. Bone Joint Surg. 61-A, 1979)
beside five others, as in Norkin and White, "Measurement of Joint Motion", table A.1 (elbow 143 to 158, pronation and
supination 76 to 98, wrist bent 73 to 93 and back 63 to 89, to the thumb 18 to 25, away 26 to 41). Hip, knee, ankle:
Soucie et al., "Range of motion measurements" (Haemophilia 17, 2011; the CDC's table: hip up 131 to 141, back 26 to 28,
knee 148 to 153, ankle up 23 to 25, all at age 2 to 8, where most is possible); the ankle down 58, at most 74, in
J. Physiol. Anthropol. 35:30 (2016), table 3. Neck: 64 bowed, 63 back, 49 aside, a review of in vivo studies by
Savlovskis (anatomystandard.com), and 80 to 99 to each side (exrx.net). Lumbar spine back: 53 to 60, Trudelle-Jackson
et al. (Spine 35, 2010). Collarbones: 45 to 48 up, 10 to 15 down, 15 to 30 ahead and back, in anatomy courses.

Necks and palms are one turn spread over two bones. Hips and shoulders reach as far as dancers' do, ankles as far as
standing ones; the other limits of the spine, over three bones, are estimates.
"""

import math
from dataclasses import dataclass
from functools import cached_property

from ..skeleton import BONES
from .floats import Quat, Vec, X, Y, Z, about, add, dot, multiply, scaled, slerp, sub

_FREE = 0.9
_AXES = (X, Y, Z)


@dataclass(frozen=True)
class Limit:
    """Degrees about the axes of the T-pose, lowest and highest, of a left or middle bone.

    x points to the left, y up, z ahead; ``along`` (0 or 1) is the row of the axis that lies along the bone.
    """

    along: int
    x: tuple[float, float]
    y: tuple[float, float]
    z: tuple[float, float]

    @cached_property
    def ranges_rad(self) -> tuple[tuple[float, float], ...]:
        return tuple((math.radians(low), math.radians(high)) for low, high in (self.x, self.y, self.z))

    @cached_property
    def free_rad(self) -> tuple[tuple[float, float], ...]:
        """Where the clamp does nothing."""
        return tuple((_FREE * low, _FREE * high) for low, high in self.ranges_rad)


LIMITS = {
    "Spine": Limit(1, (-35, 60), (-30, 30), (-35, 35)),  # bowing is positive x
    "Chest": Limit(1, (-20, 35), (-25, 25), (-25, 25)),
    "UpperChest": Limit(1, (-20, 25), (-20, 20), (-25, 25)),
    "Neck": Limit(1, (-35, 35), (-40, 40), (-30, 30)),
    "Head": Limit(1, (-50, 60), (-60, 60), (-40, 40)),
    "Shoulder": Limit(0, (-20, 20), (-30, 30), (-15, 45)),  # y: ahead is negative; z: up is positive
    "UpperArm": Limit(0, (-130, 100), (-140, 65), (-115, 115)),  # x: the bent forearm up is negative
    "LowerArm": Limit(0, (-55, 55), (-160, 5), (-5, 5)),  # x: its half of what turns the palm
    "Hand": Limit(0, (-55, 55), (-40, 50), (-90, 90)),  # z: the palm bends; y: to the thumb is negative
    "UpperLeg": Limit(1, (-140, 40), (-60, 80), (-50, 110)),  # x: lifted is negative; z: outwards is positive
    "LowerLeg": Limit(1, (-5, 160), (-5, 5), (-5, 5)),
    "Foot": Limit(1, (-45, 75), (-45, 45), (-45, 45)),  # x: the pointed foot is positive
}
"""By bone without its side; hips and toes have none."""


def _of(bone: str) -> tuple[Limit, float] | None:
    limit = LIMITS.get(bone.removeprefix("Left").removeprefix("Right"))
    return (limit, -1.0 if bone.startswith("Right") else 1.0) if limit else None


_BY_ROW = [_of(bone) for bone in BONES]
_FREELY = Limit(1, (-180, 180), (-180, 180), (-180, 180)), 1.0


def within(bone: int, turn: Quat) -> Quat:
    """The turn that a human's bone (its row in ``BONES``) can make, as near to ``turn`` as the clamp is gentle."""
    if (known := _BY_ROW[bone]) is None:
        return turn
    limit, side = known
    x, y, z = angles = _angles(turn, limit, side)
    (x_low, x_high), (y_low, y_high), (z_low, z_high) = limit.free_rad
    if x_low <= x <= x_high and y_low <= y <= y_high and z_low <= z <= z_high:
        return turn
    held = [_soft(angle, *ends) for angle, ends in zip(angles, limit.ranges_rad, strict=True)]
    return _turn((held[0], held[1], held[2]), limit, side)


def cut(bone: int, turn: Quat) -> Quat:
    """The turn with whatever passes a limit cut off: for what has been through ``within`` and was changed since."""
    if (known := _BY_ROW[bone]) is None:
        return turn
    angles, ranges = _angles(turn, *known), known[0].ranges_rad
    x, y, z = (min(max(angle, low), high) for angle, (low, high) in zip(angles, ranges, strict=True))
    return turn if (x, y, z) == angles else _turn((x, y, z), *known)


def on_the_way(bone: int, a: Quat, b: Quat, most_rad: float) -> Quat:
    """From a towards b, both within limits, no farther than ``most_rad``, and never out of the limits between.

    The straight way would lead an arm from before the chest to behind it through the back.
    """
    if (known := _BY_ROW[bone]) is None:
        return slerp(a, b, most_rad / max(apart_rad(a, b), most_rad))
    start, end = _angles(a, *known), _angles(b, *known)
    step = sub(end, start)
    # Swing and twist follow one another: together they turn by no more than the sum of both.
    twist_rad = abs(step[known[0].along])
    way_rad = twist_rad + math.sqrt(max(dot(step, step) - twist_rad * twist_rad, 0.0))
    return _turn(add(start, scaled(step, most_rad / max(way_rad, most_rad))), *known)


def angles(bone: int, turn: Quat) -> Vec:
    """Radians about x, y and z of a bone (its row in ``BONES``): the twist in its place, beside it the swing."""
    return _angles(turn, *(_BY_ROW[bone] or _FREELY))


def turn_of(bone: int, angles: Vec) -> Quat:
    """The rotation with these ``angles``."""
    return _turn(angles, *(_BY_ROW[bone] or _FREELY))


def beyond_rad(bone: int, turn: Quat) -> float:
    """How far, in radians, a turn lies outside the limits of its bone; 0 inside."""
    if (known := _BY_ROW[bone]) is None:
        return 0.0
    limit, side = known
    pairs = zip(_angles(turn, limit, side), limit.ranges_rad, strict=True)
    return max(0.0, *(max(low - angle, angle - high) for angle, (low, high) in pairs))


def _angles(turn: Quat, limit: Limit, side: float) -> Vec:
    """The twist in its place, beside it the swing that follows it, as a vector; right bones as left ones mirrored."""
    turn = (turn[0], turn[1] * side, turn[2] * side, turn[3])
    twist_rad = math.remainder(2 * math.atan2(turn[limit.along], turn[3]), 2 * math.pi)
    x, y, z, w = multiply(turn, about(_AXES[limit.along], -twist_rad))
    sine = math.sqrt(x * x + y * y + z * z)
    per_sine = math.remainder(2 * math.atan2(sine, w), 2 * math.pi) / sine if sine > 1e-9 else 2.0
    if limit.along == 0:
        return twist_rad, y * per_sine, z * per_sine
    return x * per_sine, twist_rad, z * per_sine


def _turn(angles: Vec, limit: Limit, side: float) -> Quat:
    """The rotation with these ``_angles``."""
    twist = about(_AXES[limit.along], angles[limit.along])
    swing = (0.0, angles[1], angles[2]) if limit.along == 0 else (angles[0], 0.0, angles[2])
    swing_rad = math.hypot(*swing)
    x, y, z, w = multiply(about(scaled(swing, 1 / max(swing_rad, 1e-9)), swing_rad), twist)
    return x, y * side, z * side, w


def apart_rad(a: Quat, b: Quat) -> float:
    """The angle between two rotations, 0 to pi."""
    return 2 * math.acos(min(1.0, abs(a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3])))


def _soft(angle: float, low: float, high: float) -> float:
    """The angle itself, but squeezed so that it never passes an end."""
    end = high if angle > 0 else low
    share = angle / end
    return angle if share <= _FREE else end * (1 - (1 - _FREE) * math.exp((_FREE - share) / (1 - _FREE)))
