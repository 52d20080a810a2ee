"""Short stretches of recorded motion before a camera, with the bones that an avatar should show."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mocap_bridge import rotations as quaternions
from mocap_bridge.records import Array
from mocap_bridge.skeleton import BONE, BONES, JOINT
from models.training.bench.truth import local_rotations
from models.training.figures.rig import Rig, average_body_m
from models.training.lifting.bodies import mirrored, with_proportions
from models.training.motions import Motions

FRAMES = 42
_MOST_OF_A_CLIP, _EVENED = 500, 0.7  # long clips come more often than short ones, but not as much more
_FROM_THE_FRONT, _TURNED_RAD = 0.5, np.radians(45)
_NEAREST_M, _FARTHEST_M, _ASIDE = 1.9, 5.5, 0.35
_TILTED_RAD = np.radians(3)  # what a camera is thought to be level by and is not

_MIRROR = [
    BONE[bone.replace("Left", "?").replace("Right", "Left").replace("?", "Right")] for bone in BONES
]  # row of each bone's other side
_SIGNS = np.array([1.0, -1.0, -1.0, 1.0])
_UP, _SIDEWAYS = np.array([0.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0])

Random = np.random.Generator


@dataclass(frozen=True, eq=False)
class Window:
    """One stretch, ``FRAMES`` at 30 a second."""

    rotations: Array  # (T, 22, 4) local; the hips' in the world of the camera
    joints_camera_m: Array  # (T, 30, 3) camera axes


class Windows:
    """Draws windows from the clips that are not kept for validation; half of them are mirrored."""

    def __init__(self, data: Path, motions: Motions, rig: Rig) -> None:
        shape_m = average_body_m(rig, data)
        self._motions, self._rig = motions, rig
        self._heads_m, self._rest_m = rig.bone_heads_m(shape_m), rig.joints_rest_m(shape_m)
        count = np.bincount(motions.clip)
        self._clips = [c for c in np.flatnonzero(count >= FRAMES) if c not in motions.validation_clips]
        weight = np.minimum(count[self._clips], _MOST_OF_A_CLIP) ** _EVENED
        self._weight = weight / weight.sum()
        self._known: dict[int, tuple[Array, Array]] = {}

    def draw(self, rng: Random) -> Window:
        bones, body_m = self._clip(int(rng.choice(self._clips, p=self._weight)))
        first = int(rng.integers(len(bones) - FRAMES + 1))
        bones, body_m = bones[first : first + FRAMES].copy(), body_m[first : first + FRAMES]
        body_m = with_proportions(body_m[None].astype(np.float32), rng)[0].astype(np.float64)
        if rng.random() < 0.5:
            bones, body_m = bones[:, _MIRROR] * _SIGNS, mirrored(body_m)
        left = quaternions.rotate(bones[FRAMES // 2, BONE["Hips"]], _SIDEWAYS)
        front = rng.random() < _FROM_THE_FRONT
        heading_rad = rng.normal(0, _TURNED_RAD) if front else rng.uniform(-np.pi, np.pi)
        turn = quaternions.about(_UP, heading_rad - np.arctan2(-left[2], left[0]))
        bones[:, BONE["Hips"]] = quaternions.multiply(turn, bones[:, BONE["Hips"]])
        return Window(bones, _filmed(quaternions.rotate(turn, body_m), rng))

    def _clip(self, clip: int) -> tuple[Array, Array]:
        """Local rotations (T, 22, 4) and joints (T, 30, 3) from the pelvis of a whole clip."""
        if clip not in self._known:
            whole = self._motions.rotations[self._motions.clip == clip].astype(np.float64)
            joints_m = self._rig.pose_joints_m(whole, self._heads_m, self._rest_m)
            bones = local_rotations(whole, self._rig, self._heads_m, self._rest_m)
            self._known[clip] = bones, joints_m - joints_m[:, JOINT["Pelvis"], None]
        return self._known[clip]


def _filmed(body_m: Array, rng: Random) -> Array:
    """Joints (T, 30, 3), Y up and from the pelvis, in the axes of a nearly level camera some metres away."""
    away_m = rng.uniform(_NEAREST_M, _FARTHEST_M)
    place_m = np.array([away_m * rng.uniform(-_ASIDE, _ASIDE), rng.normal(-0.3, 0.3), -away_m])
    tilt = quaternions.about(_SIDEWAYS, rng.normal(0, _TILTED_RAD))
    return np.asarray((quaternions.rotate(tilt, body_m) + place_m) * np.array([1.0, -1.0, -1.0]))
