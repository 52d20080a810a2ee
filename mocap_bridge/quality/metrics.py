"""What can be measured on a motion. Every function takes one person's frames and answers per frame.

Frames are the first axis and stand one step apart; a frame in which the person was not seen is NaN, and whatever
would need it is NaN too. Metres, radians, and steps of one frame; points in the world (y up) where a floor matters.
"""

import numpy as np

from ..records import Array
from ..retarget.limits import beyond_rad
from ..rotations import angle_between, rotate, slerp
from ..skeleton import BONE, JOINT

SOLE_M = 0.02
"""How far the sole of a person of average height lies below heel and toe joints."""

BENT_RAD = np.radians(20)
"""Bend from which a limb has a plane at all."""

FLIP_RAD = np.radians(90)

HINGES = {
    "left elbow": ("LeftUpperArm", "LeftLowerArm", (0.0, -1.0, 0.0), (1.0, 0.0, 0.0)),
    "right elbow": ("RightUpperArm", "RightLowerArm", (0.0, 1.0, 0.0), (-1.0, 0.0, 0.0)),
    "left knee": ("LeftUpperLeg", "LeftLowerLeg", (1.0, 0.0, 0.0), (0.0, -1.0, 0.0)),
    "right knee": ("RightUpperLeg", "RightLowerLeg", (1.0, 0.0, 0.0), (0.0, -1.0, 0.0)),
}
"""Upper bone, lower bone, axis of the hinge in the T-pose, direction of the limb in the T-pose."""

_LENGTHS = [
    (JOINT[f"{side}_{a}"], JOINT[f"{side}_{b}"])
    for side in "LR"
    for a, b in (("Shoulder", "Elbow"), ("Elbow", "Wrist"), ("Hip", "Knee"), ("Knee", "Ankle"))
]


def acceleration_m(points_m: Array) -> Array:
    """Second differences (F, N, 3) of points (F, N, 3), metres per frame^2; the first and last frame have none."""
    bent = np.full(points_m.shape, np.nan)
    if len(points_m) > 2:
        bent[1:-1] = points_m[2:] - 2 * points_m[1:-1] + points_m[:-2]
    return bent


def turn_jitter_rad(rotations_xyzw: Array) -> Array:
    """The same for rotations (F, 22, 4), radians (F, 22): twice the turn from half-way between both neighbours."""
    jitter = np.full(rotations_xyzw.shape[:2], np.nan)
    if len(rotations_xyzw) > 2:
        middle = slerp(rotations_xyzw[:-2], rotations_xyzw[2:], 0.5)
        jitter[1:-1] = 2 * angle_between(middle, rotations_xyzw[1:-1])
    return jitter


def joint_error_m(points_m: Array, truth_m: Array) -> Array:
    """Distances (F, N) of points (F, N, 3) from where they should be."""
    return np.asarray(np.linalg.norm(points_m - truth_m, axis=-1))


def foot_slide_m(feet_m: Array, contacts: Array, touching: float = 0.5) -> Array:
    """How far each foot point (F, N, 3) moved along the floor since the frame before, (F, N).

    NaN unless its contact (F, N) was at least ``touching`` in both frames: a lifted foot cannot slide.
    """
    slide = np.full(feet_m.shape[:2], np.nan)
    moved = np.linalg.norm(np.diff(feet_m[..., [0, 2]], axis=0), axis=-1)
    both = (contacts[1:] >= touching) & (contacts[:-1] >= touching)
    slide[1:] = np.where(both, moved, np.nan)
    return slide


def floor_depth_m(feet_m: Array, sole_m: float = SOLE_M) -> Array:
    """How far below the floor (y = 0) the deepest sole is, (F,), from heel and toe joints (F, N, 3)."""
    return np.asarray(np.maximum(0.0, sole_m - np.min(feet_m[..., 1], axis=1)))


def bone_length_cv(joints_m: Array) -> Array:
    """Standard deviation over mean (8,) of the arm and leg bones' lengths in joints (F, 30, 3); NaN if never seen.

    A body whose bones do not change their length has 0.
    """
    ends = np.array(_LENGTHS)
    lengths_m = np.linalg.norm(joints_m[:, ends[:, 0]] - joints_m[:, ends[:, 1]], axis=-1)
    lengths_m = lengths_m[np.isfinite(lengths_m).all(axis=1)]
    if not len(lengths_m):
        return np.full(len(_LENGTHS), np.nan)
    return np.asarray(lengths_m.std(axis=0) / np.maximum(lengths_m.mean(axis=0), 1e-9))


def bends_rad(rotations_xyzw: Array) -> Array:
    """How far elbows and knees are bent, (F, 4) in the order of ``HINGES``, from local rotations (F, 22, 4)."""
    rows = [BONE[lower] for _, lower, _, _ in HINGES.values()]
    along = np.array([direction for *_, direction in HINGES.values()])
    return np.asarray(np.arccos(np.clip(np.sum(rotate(rotations_xyzw[:, rows], along) * along, axis=-1), -1.0, 1.0)))


def hinge_flips(rotations_xyzw: Array) -> Array:
    """Where the plane of a bent elbow or knee leapt to the other side within a frame, (F, 4) of 0, 1 or NaN."""
    rows = [BONE[upper] for upper, *_ in HINGES.values()]
    axes = rotate(rotations_xyzw[:, rows], np.array([axis for _, _, axis, _ in HINGES.values()]))
    flips = np.full(axes.shape[:2], np.nan)
    turned = np.arccos(np.clip(np.sum(axes[1:] * axes[:-1], axis=-1), -1.0, 1.0))
    bends = bends_rad(rotations_xyzw)
    bent = (bends[1:] > BENT_RAD) & (bends[:-1] > BENT_RAD)
    flips[1:] = np.where(np.isfinite(turned), bent & (turned > FLIP_RAD), np.nan)
    return flips


def limit_excess_rad(rotations_xyzw: Array) -> Array:
    """How far each bone is turned beyond what a body can do, (F, 22); 0 within, by the solver's own table."""
    excess = np.full(rotations_xyzw.shape[:2], np.nan)
    for frame in np.flatnonzero(np.isfinite(rotations_xyzw).all(axis=(1, 2))):
        turns = rotations_xyzw[frame].tolist()
        excess[frame] = [beyond_rad(bone, (x, y, z, w)) for bone, (x, y, z, w) in enumerate(turns)]
    return excess


def yaw_steps_rad(hips_xyzw: Array) -> Array:
    """How far the hips (F, 4) turned about the vertical since the frame before, (F,), 0..pi.

    The way they face is taken from left to right, which has a direction on the floor also for one who bends down.
    """
    left = rotate(hips_xyzw, np.array([1.0, 0.0, 0.0]))
    yaw = np.arctan2(-left[:, 2], left[:, 0])
    steps = np.full(len(yaw), np.nan)
    steps[1:] = np.abs((np.diff(yaw) + np.pi) % (2 * np.pi) - np.pi)
    return steps
