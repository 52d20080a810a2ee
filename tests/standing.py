"""A body that rules can be asked about: the T-pose, standing three metres before the camera, and moved about."""

import numpy as np

from mocap_bridge.records import Array, BodyJoints
from mocap_bridge.retarget import joints_from_rotations
from mocap_bridge.skeleton import BONES, JOINT

T_POSE_M = joints_from_rotations(np.array([0.0, 0.92, -3.0]), np.tile([0.0, 0.0, 0.0, 1.0], (len(BONES), 1)))
TORSO_M = float(T_POSE_M[JOINT["Thorax"], 1] - T_POSE_M[JOINT["Pelvis"], 1])


def body(
    time_s: float,
    joints_m: Array = T_POSE_M,
    person_id: int = 1,
    unseen: tuple[str, ...] = (),
) -> BodyJoints:
    """These joints at a time; ``unseen`` ones have no visibility."""
    visibility = np.ones(len(JOINT))
    visibility[[JOINT[name] for name in unseen]] = 0.0
    return BodyJoints(person_id, time_s, joints_m, visibility, np.zeros((len(JOINT), 2)), np.zeros(4))


def with_joints(joints_m: Array = T_POSE_M, **moved: tuple[float, float, float]) -> Array:
    """The body with joints moved by so many metres."""
    changed = joints_m.copy()
    for name, by_m in moved.items():
        changed[JOINT[name]] += by_m
    return changed


def turned(joints_m: Array, degrees: float) -> Array:
    """The body turned to its left about the vertical through its pelvis."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    pivot = joints_m[JOINT["Pelvis"]]
    return np.asarray((joints_m - pivot) @ np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]]).T + pivot)
