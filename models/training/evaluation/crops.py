"""A crop with everything that is known of the person in it: the one form in which all sets are judged."""

from dataclasses import dataclass

import cv2
import numpy as np

from mocap_bridge.records import Array, Camera, Image
from mocap_bridge.skeleton import JOINT, JOINTS

CROP_PX = 256
CROP_PER_BOX = 1.25
LIMBS = [f"{side}_{part}" for part in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle") for side in ("R", "L")]
LIMB_ROWS = [JOINT[name] for name in LIMBS]


@dataclass(frozen=True, eq=False)
class Crop:
    """One person as the pose network sees them. Lengths are in crop sides unless their names say otherwise."""

    image: Image  # (CROP_PX, CROP_PX, 3) RGB
    joints: Array  # (30, 2) 0..1 inside; NaN = unknown
    torso: float
    camera: Camera | None = None  # of the crop's pixels
    joints_m: Array | None = None  # (30, 3) camera axes; NaN = unknown
    visible: Array | None = None  # (30,) 1 or 0
    in_picture: Array | None = None  # (30,) 1 where the joint lies in the crop and before the picture's edge


def blank_joints(dimensions: int) -> Array:
    """(30, dimensions) of nothing known."""
    return np.full((len(JOINTS), dimensions), np.nan)


def around(joints_px: Array) -> Array:
    """(4,) a box around known joints (N, 2), grown as a box of the visible body would be."""
    low, high = np.nanmin(joints_px, axis=0), np.nanmax(joints_px, axis=0)
    grown = 0.1 * max(high - low)  # hands, feet and skull reach beyond the limb joints
    low, high = low - grown, high + grown
    low[1] -= 0.5 * grown
    return np.concatenate([low, high])


def cut_around(image: Image, box_px: Array) -> tuple[Image, Array]:
    """The square crop around a box (4,), black beyond the picture, and the (2, 3) matrix from picture to crop."""
    side_px = float(max(box_px[2:] - box_px[:2])) * CROP_PER_BOX
    return cut_square(image, (box_px[:2] + box_px[2:]) / 2, side_px)


def cut_square(image: Image, center_px: Array, side_px: float) -> tuple[Image, Array]:
    """The square of this middle (2,) and side, and the (2, 3) matrix from picture to crop."""
    scale = CROP_PX / side_px
    matrix = np.hstack([np.eye(2) * scale, (CROP_PX / 2 - scale * center_px)[:, None]])
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.warpAffine(image, matrix, (CROP_PX, CROP_PX), flags=flags)), matrix


def camera_of(focal_px: Array, center_px: Array, matrix: Array) -> Camera:
    """The camera whose picture is the crop, from that of the whole picture and the (2, 3) matrix between them."""
    scale = matrix[0, 0]
    return Camera(np.full(2, CROP_PX), focal_px * scale, center_px * scale + matrix[:, 2], np.eye(4))


def torso_of(joints: Array) -> float:
    """From between the shoulders to between the hips, of joints (30, 2)."""
    neck, hips = (joints[JOINT[f"R_{part}"]] + joints[JOINT[f"L_{part}"]] for part in ("Shoulder", "Hip"))
    return float(np.linalg.norm(neck - hips) / 2)
