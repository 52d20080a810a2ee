"""Poses that nobody recorded: limbs of different recordings on one body, and joints turned far.

Motion capture shows what people mostly do. Athletes, dancers and climbers do the rest: a split with the arms of a
throw, a somersault, a handstand. Each limb here comes from somewhere where a person held it so against the trunk;
what is new is what belongs together.
"""

import cv2
import numpy as np

from mocap_bridge import rotations as quaternions
from mocap_bridge.records import Array
from models.training.figures.rig import Rig

Random = np.random.Generator

LIMBS = ("LeftUpLeg", "RightUpLeg", "LeftShoulder", "RightShoulder", "Neck")
SWAPPED_SHARE = 0.5
"""Of the limbs of a composed pose, those that come from another recording."""
_FAR_RAD = {"LeftUpLeg": 0.35, "RightUpLeg": 0.35, "LeftArm": 0.4, "RightArm": 0.4, "Spine": 0.25, "LowerBack": 0.2}


def composed(rig: Rig, pose: Array, others: Array, rng: Random) -> Array:
    """The pose (B, 3, 3) with some limbs held, against what they hang on, as in the other poses (N, B, 3, 3)."""
    rotations = pose.copy()
    for limb in LIMBS:
        if rng.random() < SWAPPED_SHARE:
            other = others[rng.integers(len(others))]
            bone = rig.bones.index(limb)
            root = rig.parents[bone]
            rows = list(branch(rig.parents, bone))
            rotations[rows] = pose[root] @ other[root].T @ other[rows]
    return rotations


def stretched(rig: Rig, pose: Array, rng: Random) -> Array:
    """The pose with hips, shoulders and trunk turned far, everything that hangs on them included."""
    rotations = pose.copy()
    for bone, spread_rad in _FAR_RAD.items():
        rows = list(branch(rig.parents, rig.bones.index(bone)))
        rotations[rows] = cv2.Rodrigues(rng.normal(0, spread_rad, 3))[0] @ rotations[rows]
    return rotations


def any_camera(rng: Random) -> Array:
    """(3, 3) from body to camera axes, uniform over all rotations."""
    drawn = rng.normal(size=4)
    return np.asarray(quaternions.to_matrix(drawn / np.linalg.norm(drawn)))


def branch(parents: tuple[int, ...], bone: int) -> tuple[int, ...]:
    """A bone and all that hang on it. Parents come first."""
    inside = [bone]
    for row in range(bone + 1, len(parents)):
        if parents[row] in inside:
            inside.append(row)
    return tuple(inside)
