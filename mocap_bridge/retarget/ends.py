"""Hands from their knuckles, feet from heel and toe."""

import math

from ..skeleton import JOINT
from .floats import Quat, Vec, X, about, add, direction, frame_xz, frame_zy, inverse, multiply, scaled, sub, unit

FOREARM_SHARE = 0.5
"""Of the hand's roll, taken by the forearm: a wrist does not turn about the arm, and skin would wring there."""
_FULL_RAD = math.radians(100)  # the roll that forearms can take; beyond it the share fades, to nothing at half a turn


def hand(joints: list[Vec], side: str) -> Quat | None:
    """World rotation of a hand; None where its knuckles span no palm."""
    letter = side[0]
    wrist, index, pinky = (joints[JOINT[f"{letter}_{name}"]] for name in ("Wrist", "Index", "Pinky"))
    knuckles = add(add(index, pinky), joints[JOINT[f"{letter}_Hand"]])
    along = unit(sub(knuckles, scaled(wrist, 3.0)))
    return frame_xz(along if side == "Left" else scaled(along, -1.0), direction(pinky, index))


def forearm_twist(hand_in_forearm: Quat) -> Quat:
    """The part of a hand's rotation, relative to its forearm, that the forearm takes over."""
    x, _, _, w = hand_in_forearm
    roll_rad = 2 * math.atan2(x, w)
    roll_rad = math.remainder(roll_rad, 2 * math.pi)
    taken_rad = min(abs(roll_rad), (math.pi - abs(roll_rad)) * _FULL_RAD / (math.pi - _FULL_RAD))
    return about(X, math.copysign(FOREARM_SHARE * taken_rad, roll_rad))


def split_roll(bent_forearm: Quat, hand_in_forearm: Quat) -> tuple[Quat, Quat]:
    """Local rotations of forearm and hand from the forearm's bend and the hand relative to the bent forearm."""
    twist = forearm_twist(hand_in_forearm)
    return multiply(bent_forearm, twist), multiply(inverse(twist), hand_in_forearm)


def foot(joints: list[Vec], side: str) -> Quat | None:
    """World rotation of a foot: pitch and yaw from heel to toe, roll from the ankle above that line."""
    ankle, heel, toe = (joints[JOINT[f"{side[0]}_{name}"]] for name in ("Ankle", "Heel", "Toe"))
    return frame_zy(direction(heel, toe), direction(heel, ankle))
