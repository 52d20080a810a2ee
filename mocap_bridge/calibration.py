"""Measuring a performer who stands still in a T-pose or an A-pose: every limb lies flat before the camera there."""

import numpy as np

from .records import Array, BodyJoints, Scene
from .retarget.sizes import Sizes, stature_m
from .rotations import normalized
from .skeleton import JOINT

_SEEN = 0.3
_PATIENCE_S = 0.5  # a pose broken off for longer begins anew
_ELBOW_COS, _KNEE_COS = np.cos(np.radians([40.0, 30.0]))
_OUT_SIN = np.sin(np.radians(20.0))  # arms this far off the trunk, and not this far above the horizontal
_FLAT_SIN = np.sin(np.radians(35.0))  # arms no farther than this to the front or back
_UPRIGHT_COS = np.cos(np.radians(30.0))
_NEEDED = [JOINT["Pelvis"], JOINT["Thorax"]]
_NEEDED += [JOINT[f"{side}_{name}"] for side in "LR" for name in "Shoulder Elbow Wrist Hip Knee Ankle".split()]


class Calibration:
    """Watches scenes until somebody has held the pose for ``hold_s`` seconds."""

    def __init__(self, hold_s: float = 3.0) -> None:
        self._hold_s = hold_s
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._sizes, self._since_s, self._last_s = Sizes(), -1.0, -1.0

    def __call__(self, scene: Scene) -> float:
        """Share of the time that the pose has been held, 1 when done. The largest person in the picture is asked."""
        if scene.time_s < self._last_s:  # a film begins anew
            self._begin_anew()
        body = max(scene.bodies, key=lambda body: float(body.box_px[3] - body.box_px[1]), default=None)
        if body is None or not holds_pose(body):
            if self._since_s >= 0.0 and scene.time_s - self._last_s > _PATIENCE_S:
                self._begin_anew()
            return self._share
        self._since_s = scene.time_s if self._since_s < 0.0 else self._since_s
        self._last_s = scene.time_s
        joints = [(x, y, z) for x, y, z in body.joints_world_m.tolist()]
        self._sizes.add(joints, body.visibility.tolist(), scene.time_s)
        return self._share

    @property
    def _share(self) -> float:
        return min(1.0, (self._last_s - self._since_s) / self._hold_s)

    def bone_lengths_m(self, height_m: float | None = None) -> Array:
        """(22,) what was measured; of somebody ``height_m`` tall, if that is known better than one camera can tell."""
        lengths_m = self._sizes.bone_lengths_m
        return lengths_m if height_m is None else lengths_m * (height_m / stature_m(lengths_m))


def holds_pose(body: BodyJoints) -> bool:
    """Whether somebody stands upright on straight legs, with straight arms off the trunk to both sides."""
    if body.visibility[_NEEDED].min() < _SEEN:
        return False
    up, across = _way(body, "Pelvis", "Thorax"), _way(body, "R_Shoulder", "L_Shoulder")
    ahead = np.cross(across, up)
    return all(
        _arm_is_out(_limb(body, side, "Shoulder", "Elbow", "Wrist"), sign * across, up, ahead)
        and _leg_is_straight(_limb(body, side, "Hip", "Knee", "Ankle"), up)
        for side, sign in (("L", 1.0), ("R", -1.0))
    )


def _way(body: BodyJoints, near: str, far: str) -> Array:
    return normalized(body.joints_world_m[JOINT[far]] - body.joints_world_m[JOINT[near]])


def _limb(body: BodyJoints, side: str, top: str, middle: str, end: str) -> tuple[Array, Array]:
    """Directions (3,) of its upper and its lower bone."""
    return _way(body, f"{side}_{top}", f"{side}_{middle}"), _way(body, f"{side}_{middle}", f"{side}_{end}")


def _arm_is_out(arm: tuple[Array, Array], outwards: Array, up: Array, ahead: Array) -> bool:
    upper, lower = arm
    straight = upper @ lower > _ELBOW_COS
    return bool(straight and upper @ outwards > _OUT_SIN and upper @ up < _OUT_SIN and abs(upper @ ahead) < _FLAT_SIN)


def _leg_is_straight(leg: tuple[Array, Array], up: Array) -> bool:
    upper, lower = leg
    return bool(upper @ lower > _KNEE_COS and upper @ up < -_UPRIGHT_COS)
