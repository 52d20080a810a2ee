"""Recorded motions strung together into one, and a body that walks by its own feet."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from mocap_bridge import rotations as quaternions
from mocap_bridge.records import Array
from mocap_bridge.skeleton import JOINT
from models.training.figures.rig import Rig
from models.training.motions import Motions

OVERLAP = 18
"""Frames over which one recorded motion turns into the next."""
SOLE_M = 0.03
"""A heel joint stands this far above the floor in shoes."""


@dataclass(frozen=True)
class Take:
    """Part of a recorded motion; the person's heading when it begins (0 faces the camera, 90 walks to the right)."""

    clip: str
    first: int
    last: int
    heading_deg: float


def performed(takes: Sequence[Take], frames: int, motions: Motions, rig: Rig) -> Array:
    """(frames, B, 3, 3) the takes, one running into the next. ValueError if they are too short."""
    whole: Array | None = None
    for take in takes:
        rows = np.flatnonzero(motions.clip == motions.names.index(take.clip))[take.first : take.last]
        rotations = np.asarray(motions.rotations[rows], np.float64)
        ahead = rotations[0, rig.bones.index("Hips"), :, 2]
        turn_rad = np.radians(take.heading_deg) - np.arctan2(ahead[0], ahead[2])
        turned = quaternions.to_matrix(quaternions.about(np.array([0.0, 1.0, 0.0]), turn_rad)) @ rotations
        whole = turned if whole is None else _faded(whole, turned)
    if whole is None or len(whole) < frames:
        raise ValueError(f"the takes give {0 if whole is None else len(whole)} frames; {frames} are needed")
    return whole[:frames]


def stepped_m(joints_m: Array, start_m: tuple[float, float]) -> Array:
    """(T, 3) offsets that keep the lower foot where it stands, of joints (T, 30, 3) whose hips stay in place."""
    feet_m = joints_m[:, [JOINT[name] for name in ("R_Heel", "L_Heel", "R_Toe", "L_Toe")]]
    lowest = feet_m[:-1, :, 1].argmin(axis=1)
    frames = np.arange(len(lowest))
    steps_m = feet_m[frames, lowest] - feet_m[frames + 1, lowest]
    offset_m = np.concatenate([np.zeros((1, 3)), np.cumsum(steps_m, axis=0)])
    offset_m[:, 1] = SOLE_M - feet_m[:, :, 1].min(axis=1)
    offset_m[:, [0, 2]] += np.array(start_m) - joints_m[0, JOINT["Pelvis"]][[0, 2]]
    return np.asarray(gaussian_filter1d(offset_m, 1.5, axis=0, mode="nearest"))


def _faded(before: Array, after: Array) -> Array:
    share = np.linspace(0, 1, OVERLAP)[:, None]
    share = share * share * (3 - 2 * share)
    one, other = (quaternions.from_matrix(part) for part in (before[-OVERLAP:], after[:OVERLAP]))
    between = quaternions.to_matrix(quaternions.slerp(one, other, np.broadcast_to(share, one.shape[:2])))
    return np.concatenate([before[:-OVERLAP], between, after[OVERLAP:]])
