"""Turns parts of posed bodies: a branch of the skeleton, a limb towards a direction, everything a little.

Poses are (N, B, 3, 3) global rotations in the order of ``Rig.bones``.
"""

import numpy as np

from mocap_bridge import rotations as quaternions
from mocap_bridge.records import Array
from models.training.figures.rig import Rig

_UP = np.array([0.0, 1.0, 0.0])


def heading(rotations: Array) -> Array:
    """(N, 3, 3) only the turn about the vertical of rotations (N, 3, 3)."""
    forward = rotations[:, :, 2] * [1.0, 0.0, 1.0]
    # A pelvis that looks at the ceiling or the floor has its heading in its up axis.
    forward = np.where(np.linalg.norm(forward, axis=1, keepdims=True) < 0.3, -rotations[:, :, 1] * [1, 0, 1], forward)
    angle = np.arctan2(forward[:, 0], forward[:, 2])
    return quaternions.to_matrix(quaternions.about(_UP, angle))


def turn_branch(rotations: Array, rig: Rig, bone: str, turn: Array) -> None:
    """Turns a bone and everything that hangs on it by (N, 3, 3), in place."""
    inside = [rig.bones.index(bone)]
    for row, parent in enumerate(rig.parents):
        if parent in inside:
            inside.append(row)
    rotations[:, inside] = turn[:, None] @ rotations[:, inside]


def point_limb(
    rotations: Array, rig: Rig, heads_m: Array, bones: tuple[str, str, str], upper: Array, lower: Array
) -> None:
    """Turns a limb (upper, lower, end bone) so that it points along (N, 3) directions, in place.

    The directions are in the axes of the bone that carries the limb.
    """
    rows = [rig.bones.index(bone) for bone in bones]
    carrier = rig.parents[rows[0]]
    for at, direction in ((0, upper), (1, lower)):
        rest = heads_m[rows[at + 1]] - heads_m[rows[at]]
        now = np.einsum("nij,j->ni", rotations[:, rows[at]], rest)
        wanted = np.einsum("nij,nj->ni", rotations[:, carrier], direction)
        turn_branch(rotations, rig, bones[at], quaternions.to_matrix(quaternions.between(now, wanted)))


def loosened(rotations: Array, rig: Rig, degrees: float, rng: np.random.Generator) -> Array:
    """Every bone turned a little at random."""
    turned = rotations.copy()
    for bone in ("LowerBack", "Spine1", "Neck", "Head", "LeftUpLeg", "LeftLeg", "RightUpLeg", "RightLeg"):
        wiggle = np.radians(rng.normal(0, degrees, (len(turned), 3)))
        angle = np.linalg.norm(wiggle, axis=1)
        turn_branch(turned, rig, bone, quaternions.to_matrix(quaternions.about(quaternions.normalized(wiggle), angle)))
    return turned
