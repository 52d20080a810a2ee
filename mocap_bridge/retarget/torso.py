"""Hips, spine and head: world rotations from Pelvis, hips, Spine, Thorax, shoulders, ears, nose and crown.

Between hips and upper chest the picture shows one joint, so the bend is spread over three bones by fixed shares.
Frames put the long axis first: the line from joint to joint is sure, the short line across only tells the twist.
"""

import math

from ..skeleton import BONE, JOINT, JOINT_OFFSETS_M, REST_OFFSETS_M
from .floats import (
    NOWHERE,
    REST,
    Quat,
    Vec,
    X,
    Y,
    about,
    add,
    between,
    cross,
    direction,
    dot,
    frame_xz,
    frame_yx,
    inverse,
    multiply,
    rotate,
    scaled,
    slerp,
    sub,
)

SPINE_SHARES = (0.3, 0.4, 0.3)
"""Of the turn from hips to upper chest: Spine, Chest, UpperChest."""
NECK_SHARE = 0.4
"""Of the head's turn in the chest, where the line of the neck is not seen; where it is, of the turn about that line."""
_ROUNDS = 5  # of correction: the T-pose is off by 0.31 degrees after three, by 0.04 after five


def _vec(row: list[float]) -> Vec:
    return row[0], row[1], row[2]


_STEPS_M = [_vec(REST_OFFSETS_M[BONE[bone]].tolist()) for bone in ("Spine", "Chest", "UpperChest", "Neck")]
_WAIST_M = _vec(JOINT_OFFSETS_M[JOINT["Spine"]].tolist())
_WAIST_AT_REST_M = add(add(_STEPS_M[0], _STEPS_M[1]), _WAIST_M)
_REST_TRUNK_M = sum(step[1] for step in _STEPS_M)
_EARS_M = [_vec(JOINT_OFFSETS_M[JOINT[f"{side}_Ear"]].tolist()) for side in "LR"]
_ON_HEAD = [
    (JOINT[name], _vec(JOINT_OFFSETS_M[JOINT[name]].tolist()))
    for name in ("L_Ear", "R_Ear", "Nose", "Head", "Head_top")
]
_BETWEEN_EARS_M: Vec = (0.0, _EARS_M[0][1], _EARS_M[0][2])
_NOSE_M = sub(_vec(JOINT_OFFSETS_M[JOINT["Nose"]].tolist()), _BETWEEN_EARS_M)
_CROWN_M = sub(_vec(JOINT_OFFSETS_M[JOINT["Head_top"]].tolist()), _BETWEEN_EARS_M)


def trunk(joints: list[Vec], waist_weight: float, hips_weight: float) -> tuple[Quat, Quat] | None:
    """World rotations of Hips and UpperChest; None where the joints span no body.

    ``waist_weight`` says how far the Spine joint is believed; without it the back is straight. With
    ``hips_weight`` 0 (behind a desk) the hips stand upright and face where the chest does.
    """
    pelvis, thorax = joints[JOINT["Pelvis"]], joints[JOINT["Thorax"]]
    across_hips = direction(joints[JOINT["R_Hip"]], joints[JOINT["L_Hip"]])
    across_chest = direction(joints[JOINT["R_Shoulder"]], joints[JOINT["L_Shoulder"]])
    straight = frame_yx(direction(pelvis, thorax), across_hips)
    if straight is None:
        return None
    waist = _waist(pelvis, thorax, joints[JOINT["Spine"]], straight, waist_weight)
    lower, upper = direction(pelvis, waist), direction(waist, thorax)
    lower_aim, upper_aim = lower, upper
    hips, chest = frame_yx(lower_aim, across_hips), frame_yx(upper_aim, across_chest)
    for _ in range(_ROUNDS):
        if hips is None or chest is None:
            return None
        lower_now, upper_now = _trunk_lines(hips, chest)
        lower_aim = rotate(between(lower_now, lower), lower_aim)
        upper_aim = rotate(between(upper_now, upper), upper_aim)
        hips, chest = frame_yx(lower_aim, across_hips), frame_yx(upper_aim, across_chest)
    if hips is None or chest is None:
        return None
    if hips_weight < 1.0:
        hips = slerp(frame_yx(Y, rotate(chest, X)) or hips, hips, hips_weight)
    return hips, chest


def _waist(pelvis: Vec, thorax: Vec, seen: Vec, straight: Quat, weight: float) -> Vec:
    size = math.dist(pelvis, thorax) / _REST_TRUNK_M
    x, y, z = rotate(straight, _WAIST_AT_REST_M)
    guess = add(pelvis, (x * size, y * size, z * size))
    return (
        guess[0] + weight * (seen[0] - guess[0]),
        guess[1] + weight * (seen[1] - guess[1]),
        guess[2] + weight * (seen[2] - guess[2]),
    )


def _trunk_lines(hips: Quat, chest: Quat) -> tuple[Vec, Vec]:
    """Directions Pelvis to Spine and Spine to Thorax that these two rotations would give."""
    turn = multiply(inverse(hips), chest)
    spine = multiply(hips, slerp(REST, turn, SPINE_SHARES[0]))
    middle = multiply(hips, slerp(REST, turn, SPINE_SHARES[0] + SPINE_SHARES[1]))
    chest_m = add(rotate(hips, _STEPS_M[0]), rotate(spine, _STEPS_M[1]))
    waist_m = add(chest_m, rotate(middle, _WAIST_M))
    neck_m = add(add(chest_m, rotate(middle, _STEPS_M[2])), rotate(chest, _STEPS_M[3]))
    return direction((0.0, 0.0, 0.0), waist_m), direction(waist_m, neck_m)


def neck(chest: Quat, head: Quat, joints: list[Vec], size: float) -> Quat:
    """World rotation of the neck: it points from the base of the neck to where the head of this size sits on it."""
    nod = slerp(REST, multiply(inverse(chest), head), NECK_SHARE)
    guess = multiply(chest, nod)
    base = NOWHERE
    for joint, offset in _ON_HEAD:
        base = add(base, sub(joints[joint], rotate(head, scaled(offset, size))))
    towards = direction(joints[JOINT["Thorax"]], scaled(base, 1 / len(_ON_HEAD)))
    return multiply(between(rotate(guess, Y), towards), guess) if towards != NOWHERE else guess


def head(joints: list[Vec]) -> Quat | None:
    """World rotation of the head: yaw and roll from the ears, pitch from nose and crown together."""
    left, right = joints[JOINT["L_Ear"]], joints[JOINT["R_Ear"]]
    middle: Vec = tuple((a + b) / 2 for a, b in zip(left, right, strict=True))  # type: ignore[assignment]
    nose, crown = sub(joints[JOINT["Nose"]], middle), sub(joints[JOINT["Head_top"]], middle)
    facing = frame_xz(direction(right, left), direction(middle, joints[JOINT["Nose"]]))
    if facing is None:
        return None
    sine = cosine = 0.0
    for seen, rest in ((nose, _NOSE_M), (crown, _CROWN_M)):
        seen = rotate(inverse(facing), seen)
        flat: Vec = (0.0, seen[1], seen[2])
        sine += cross(rest, flat)[0]
        cosine += dot(rest, flat)
    pitch = math.atan2(sine, cosine)
    return multiply(facing, about(X, pitch)) if math.isfinite(pitch) else None
