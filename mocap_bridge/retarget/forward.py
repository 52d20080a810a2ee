"""The way back: where a pose puts the 30 joints. What the solve must undo, and what drawings and tests want."""

import numpy as np

from ..records import Array, RigPose
from ..rotations import bone_heads_m, rotate, world_from_local
from ..skeleton import BONE, BONES, JOINT_BONES, JOINT_OFFSETS_M, REST_OFFSETS_M

_REST_LENGTHS_M = np.linalg.norm(REST_OFFSETS_M, axis=1)
_SIZED_BY = {"Hips": "Spine", "LeftFoot": "LeftToes", "RightFoot": "RightToes"}
_SIZED_BY_ROWS = [BONE[_SIZED_BY.get(bone, bone)] for bone in BONES]


def joints_from_pose(pose: RigPose) -> Array:
    """(30, 3) joints in the world, metres, in the order of ``skeleton.JOINTS``, at the person's own size."""
    return joints_from_rotations(pose.hips_world_m, pose.rotations_xyzw, pose.bone_lengths_m)


def joints_from_rotations(hips_world_m: Array, rotations_xyzw: Array, bone_lengths_m: Array | None = None) -> Array:
    """(30, 3) joints in the world from hips (3,), local rotations (22, 4) and bone lengths (22,).

    Without lengths the body is that of the rest pose.
    """
    size = np.ones(len(BONES)) if bone_lengths_m is None else bone_lengths_m / _REST_LENGTHS_M
    heads_m = bone_heads_m(hips_world_m, rotations_xyzw, REST_OFFSETS_M * size[:, None])
    world = world_from_local(rotations_xyzw)
    rows = list(JOINT_BONES)
    # What a bone carries (a nose, a heel) grows with the bone that measures that part of the body.
    offsets_m = JOINT_OFFSETS_M * size[_SIZED_BY_ROWS][rows, None]
    return np.asarray(heads_m[rows] + rotate(world[rows], offsets_m))
