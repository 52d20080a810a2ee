"""Which of those shown is which of the true people."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from mocap_bridge.camera import camera_from_world, project
from mocap_bridge.records import Array, Scene
from mocap_bridge.skeleton import JOINT

NEAR = 0.25
"""Heights within which somebody found is the person looked for."""


def who_is_who(scene: Scene, true_px: Array) -> list[Array | None]:
    """Bones (22, 4) of whoever stands where each of the true people (P, 30, 2) is; None for who is not shown.

    Whoever is shown is one person: who walks behind another is lost, not found in the other's bones.
    """
    found: list[Array | None] = [None] * len(true_px)
    if not scene.bodies or not len(true_px):
        return found
    seen_px = [
        project(camera_from_world(body.joints_world_m[JOINT["Pelvis"]], scene.camera), scene.camera)
        for body in scene.bodies
    ]
    off_px = np.linalg.norm(true_px[:, None, JOINT["Pelvis"]] - np.array(seen_px)[None], axis=-1)
    off = np.minimum(off_px / np.ptp(true_px[:, :, 1], axis=1)[:, None], 2 * NEAR)
    for person, shown in zip(*linear_sum_assignment(off), strict=True):
        if off[person, shown] < NEAR:
            found[person] = scene.poses[shown].rotations_xyzw
    return found
