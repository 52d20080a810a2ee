"""Whom of the truth a person of a take shows, frame by frame: ids of a take may change, people do not."""

import numpy as np

from ..records import Array
from ..skeleton import JOINT
from .motion import Motion
from .truth import Truth

LIMBS = [
    JOINT[f"{side}_{part}"] for part in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle") for side in ("R", "L")
]
"""Joints that a truth is sure to know, by which people are told apart and motion is compared."""

NEAR = 1.0
"""Torso lengths in the picture within which somebody in the take is taken for somebody of the truth."""

_TORSO = [[JOINT["R_Shoulder"], JOINT["L_Shoulder"]], [JOINT["R_Hip"], JOINT["L_Hip"]]]


def matched(truth: Truth, motion: Motion) -> tuple[Array, Array]:
    """For each frame of a motion whom of the truth it shows: joints (F, 30, 3) in camera axes, and number (F,).

    The nearest person in the picture, if near enough; NaN where there is none.
    """
    joints_m, whom = np.full(motion.joints_camera_m.shape, np.nan), np.full(len(motion.frames), np.nan)
    for row, frame in enumerate(motion.frames):
        pixels = truth.joints_px.get(int(frame)) if np.isfinite(frame) else None
        if pixels is None or not len(pixels):
            continue
        torso_px = np.linalg.norm(pixels[:, _TORSO[0]].mean(axis=1) - pixels[:, _TORSO[1]].mean(axis=1), axis=-1)
        off_px = np.linalg.norm(pixels[:, LIMBS] - motion.joints_px[row, LIMBS], axis=-1)
        known = np.isfinite(off_px)
        off = np.where(known, off_px, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1) / np.maximum(torso_px, 1e-9)
        off = np.where(known.any(axis=1) & (off < NEAR), off, np.inf)
        if np.isfinite(off).any():
            whom[row] = int(np.argmin(off))
            joints_m[row] = truth.joints_camera_m[int(frame)][int(whom[row])]
    return joints_m, whom
