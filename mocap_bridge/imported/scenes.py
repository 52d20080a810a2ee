"""A motion as the scenes of a take: bodies with all joints, poses with contacts, and a camera that sees them all."""

from collections.abc import Iterator

import numpy as np

from ..camera import camera_from_world, level_camera, project
from ..records import Array, BodyJoints, Camera, RigPose, Scene
from ..retarget.contacts import Contacts
from ..rotations import rotate, world_from_local
from ..skeleton import BONE, BONES, CONTACTS, JOINT, JOINT_BONES, JOINT_OFFSETS_M, JOINTS, PARENTS
from ..skeleton import REST_OFFSETS_M as REST_M
from ..wire.vmc import scaled_offsets_m
from .motion import Motion

PERSON = 1
_SOLES = [JOINT[name] for name in CONTACTS]
_OFF_FLOOR_M = 0.10  # what is farther from it was measured from somewhere else
_BLOCK = 512  # frames at a time
_REST_LENGTHS_M = np.linalg.norm(REST_M, axis=1)
_SIZED_BY = {"Hips": "Spine", "LeftFoot": "LeftToes", "RightFoot": "RightToes"}
_SIZED_BY_ROWS = [BONE[_SIZED_BY.get(bone, bone)] for bone in BONES]


def scenes(motion: Motion, floor_m: float | None = None) -> Iterator[Scene]:
    """One person, frame by frame, ``time_s`` from 0. ``floor_m`` is what to raise them by; None is ``raised_m``."""
    up_m = np.array([0.0, raised_m(motion) if floor_m is None else floor_m, 0.0])
    camera, contacts = _camera(motion, up_m), Contacts()
    there = [float(bone in motion.bones) for bone in BONES]
    seen = [1.0] * len(JOINTS)
    for start in range(0, len(motion.hips_m), _BLOCK):
        hips_m = motion.hips_m[start : start + _BLOCK] + up_m
        turns = motion.rotations_xyzw[start : start + _BLOCK]
        for row, joints_m in enumerate(joints_over_time_m(hips_m, turns, motion.bone_lengths_m)):
            touching = contacts([(x, y, z) for x, y, z in joints_m.tolist()], seen, 1.0 / motion.fps)
            index = start + row
            time_s = index / motion.fps
            pose = RigPose(
                PERSON, time_s, hips_m[row], turns[row], np.array(there), motion.bone_lengths_m, np.array(touching)
            )
            yield Scene(index, time_s, camera, (_body(joints_m, time_s, camera),), (pose,))


def raised_m(motion: Motion) -> float:
    """What brings the lowest sole to the floor, where the file measures heights from somewhere else; mostly 0."""
    step = max(1, len(motion.hips_m) // 2_000)
    joints_m = joints_over_time_m(motion.hips_m[::step], motion.rotations_xyzw[::step], motion.bone_lengths_m)
    lowest_m = float(np.quantile(joints_m[:, _SOLES, 1].min(axis=1), 0.05))
    return -lowest_m if abs(lowest_m) > _OFF_FLOOR_M else 0.0


def joints_over_time_m(hips_m: Array, rotations_xyzw: Array, bone_lengths_m: Array) -> Array:
    """(frames, 30, 3) joints of one body: ``joints_from_rotations`` for all frames at once."""
    offsets_m = scaled_offsets_m(bone_lengths_m)
    size = np.where(bone_lengths_m > 0.0, bone_lengths_m, _REST_LENGTHS_M) / _REST_LENGTHS_M
    world = world_from_local(np.moveaxis(rotations_xyzw, 1, 0))  # (22, frames, 4)
    heads_m = np.empty((len(BONES), len(hips_m), 3))
    for bone, parent in enumerate(PARENTS):
        heads_m[bone] = hips_m if parent < 0 else heads_m[parent] + rotate(world[parent], offsets_m[bone])
    rows = list(JOINT_BONES)
    carried_m = JOINT_OFFSETS_M * size[_SIZED_BY_ROWS][rows, None]
    return np.moveaxis(heads_m[rows] + rotate(world[rows], carried_m[:, None]), 0, 1)


def _body(joints_m: Array, time_s: float, camera: Camera) -> BodyJoints:
    joints_px = project(camera_from_world(joints_m, camera), camera)
    box_px = np.concatenate([joints_px.min(axis=0), joints_px.max(axis=0)])
    return BodyJoints(PERSON, time_s, joints_m, np.ones(len(JOINTS)), joints_px, box_px)


def _camera(motion: Motion, up_m: Array) -> Camera:
    """Stands before the scene at eye height, so far away that everything fits: nobody filmed this."""
    low_m, high_m = (motion.hips_m + up_m).min(axis=0), (motion.hips_m + up_m).max(axis=0)
    tall_m = 2.2 * float(np.linalg.norm(motion.bone_lengths_m[[BONE["LeftLowerLeg"], BONE["LeftFoot"]]]))
    middle_m, reach_m = (low_m + high_m) / 2, float((high_m - low_m).max()) / 2 + max(tall_m, 0.5)
    seen = level_camera((1280, 720), height_m=float(max(middle_m[1], 0.3)))
    stands = seen.world_from_camera.copy()
    stands[0, 3], stands[2, 3] = middle_m[0], high_m[2] + 2.2 * reach_m
    return Camera(seen.size_px, seen.focal_px, seen.center_px, stands)
