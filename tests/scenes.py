"""Plausible random scenes, the same for the same seed: what the pipeline would hand to an output."""

from dataclasses import replace

import numpy as np

from mocap_bridge.camera import camera_from_world, level_camera, project
from mocap_bridge.extra_bones import EXTRA_BONES
from mocap_bridge.records import ActiveEvent, BlendValue, BodyJoints, RigPose, Scene
from mocap_bridge.rotations import about, bone_heads_m, normalized
from mocap_bridge.skeleton import BONE, BONES, JOINTS, REST_OFFSETS_M

CAMERA = level_camera((640, 480))

_NEAREST_BONE = {
    "Head_top": "Head",
    "Nose": "Head",
    "Thorax": "Neck",
    "Pelvis": "Hips",
    "Spine": "Spine",
    "Head": "Head",
}
_LIMBS = {"Shoulder": "UpperArm", "Elbow": "LowerArm", "Wrist": "Hand", "Hip": "UpperLeg", "Knee": "LowerLeg"} | {
    "Ankle": "Foot",
    "Toe": "Toes",
    "Heel": "Foot",
    "Hand": "Hand",
    "Index": "Hand",
    "Pinky": "Hand",
}


def _bone_of(joint: str) -> int:
    if joint in _NEAREST_BONE:
        return BONE[_NEAREST_BONE[joint]]
    side, name = {"L": "Left", "R": "Right"}[joint[0]], joint[2:]
    return BONE[side + _LIMBS[name]] if name in _LIMBS else BONE["Head"]


def random_pose(person_id: int, time_s: float, random: np.random.Generator) -> RigPose:
    """A standing person some metres away, every bone turned by up to a radian."""
    size = random.uniform(0.8, 1.15)
    lengths_m = np.linalg.norm(REST_OFFSETS_M, axis=1) * size
    lengths_m[0] = 0.0
    rotations = about(normalized(random.normal(size=(len(BONES), 3))), random.uniform(0.0, 1.0, len(BONES)))
    hips_m = np.array([random.uniform(-1.0, 1.0), 0.92 * size, random.uniform(-5.0, -2.0)])
    return RigPose(
        person_id, time_s, hips_m, rotations, random.uniform(size=len(BONES)), lengths_m, random.uniform(size=4)
    )


def body_of(pose: RigPose, random: np.random.Generator) -> BodyJoints:
    """Joints near the heads of the pose's bones, and their picture."""
    scale = np.where(pose.bone_lengths_m > 0.0, pose.bone_lengths_m / np.linalg.norm(REST_OFFSETS_M, axis=1), 1.0)
    heads_m = bone_heads_m(pose.hips_world_m, pose.rotations_xyzw, REST_OFFSETS_M * scale[:, None])
    joints_m = heads_m[[_bone_of(joint) for joint in JOINTS]] + random.normal(scale=0.02, size=(len(JOINTS), 3))
    joints_px = project(camera_from_world(joints_m, CAMERA), CAMERA)
    box_px = np.concatenate([joints_px.min(0), joints_px.max(0)])
    return BodyJoints(pose.person_id, pose.time_s, joints_m, random.uniform(size=len(JOINTS)), joints_px, box_px)


def random_event(person_id: int, time_s: float, random: np.random.Generator, name: str = "hands_up") -> ActiveEvent:
    """An event that began a little before ``time_s``."""
    return ActiveEvent(name, person_id, random.uniform(), time_s - random.uniform(0.0, 2.0), random.normal(size=3))


def visited(scene: Scene, seed: int = 0, blends: int = 5) -> Scene:
    """The scene with a guest who tells some of everyone's fingers, and so many expressions."""
    random = np.random.default_rng((seed, 77))
    poses = []
    for pose in scene.poses:
        told = random.uniform(size=len(EXTRA_BONES)) < 0.6
        told[0] = True
        turns = normalized(random.normal(size=(len(EXTRA_BONES), 4))) * told[:, None]
        faces = tuple(BlendValue(f"shape {number}", float(random.uniform())) for number in range(blends))
        poses.append(replace(pose, extra_rotations_xyzw=turns, blends=faces))
    return replace(scene, poses=tuple(poses))


def random_scene(
    person_ids: tuple[int, ...] = (1,), frame_index: int = 12, time_s: float = 0.4, seed: int = 0, events: int = 0
) -> Scene:
    """One moment with these people; ``events`` events belong to the first of them."""
    random = np.random.default_rng((seed, frame_index))
    poses = tuple(random_pose(person_id, time_s, random) for person_id in person_ids)
    bodies = tuple(body_of(pose, random) for pose in poses)
    names = ["hands_up", *(f"event_{number}" for number in range(1, events))][:events]
    active = tuple(random_event(person_ids[0], time_s, random, name) for name in names)
    return Scene(frame_index, time_s, CAMERA, bodies, poses, active)
