"""Real pictures whose truth is known: a man on a balance board, filmed, and photos of athletes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from mocap_bridge.records import Array, Image
from models.training.evaluation.crops import (
    CROP_PER_BOX,
    CROP_PX,
    LIMB_ROWS,
    LIMBS,
    Crop,
    around,
    blank_joints,
    camera_of,
    cut_around,
    cut_square,
    torso_of,
)


def balance(folder: Path) -> Iterator[tuple[Image, Array, Crop]]:
    """Each frame, the box and the crop of the man, who was triangulated from several cameras."""
    truth = json.loads((folder / "cam01.json").read_text())
    camera, rows = truth["camera"], [truth["joints"].index(name) for name in LIMBS]
    rotation, offset, lens, bend = (np.array(camera[key], float) for key in ("R", "t", "K", "dist"))
    clip = cv2.VideoCapture(str(folder / "cam01.mp4"))
    for frame in truth["people"][0]["frames"]:
        image = clip.read()[1]
        if frame is None or any(frame[row] is None for row in rows):
            continue
        points_m = np.array([frame[row] for row in rows], float) @ rotation.T + offset
        joints_px, joints_m = blank_joints(2), blank_joints(3)
        joints_px[LIMB_ROWS] = cv2.projectPoints(points_m, np.zeros(3), np.zeros(3), lens, bend)[0][:, 0]
        joints_m[LIMB_ROWS] = points_m
        rgb, box_px = _rgb(image), around(joints_px)
        crop, matrix = cut_around(rgb, box_px)
        joints = (joints_px * matrix[0, 0] + matrix[:, 2]) / CROP_PX
        eye = camera_of(lens[[0, 1], [0, 1]], lens[:2, 2], matrix)
        yield rgb, box_px, Crop(crop, joints, torso_of(joints), eye, joints_m)


def athletes(folder: Path) -> Iterator[tuple[Image, Array, Crop]]:
    """Each photo, and the box and the crop of the person in it whose limbs were annotated by hand."""
    truth = json.loads((folder / "truth2d.json").read_text())
    rows = [truth["joints"].index(name) for name in LIMBS]
    for photo in truth["images"]:
        joints_px = blank_joints(2)
        joints_px[LIMB_ROWS] = [photo["joints_px"][row] or [np.nan, np.nan] for row in rows]
        rgb, box_px = _rgb(cv2.imread(str(folder / "images" / photo["file"]))), around(joints_px)
        crop, matrix = cut_around(rgb, box_px)
        joints = (joints_px * matrix[0, 0] + matrix[:, 2]) / CROP_PX
        yield rgb, box_px, Crop(crop, joints, photo["torso_px"] * matrix[0, 0] / CROP_PX)


def beside(image: Image, box_px: Array, rng: np.random.Generator, tries: int = 20) -> Image | None:
    """A crop of the same picture that shows nothing of the box; None where the box leaves no room for one.

    Nobody has looked whether other people stand there.
    """
    height, width = image.shape[:2]
    longest = float(max(box_px[2:] - box_px[:2])) * CROP_PER_BOX
    for _ in range(tries):
        side = longest * rng.uniform(0.4, 1.0)
        center = rng.uniform((0, 0), (width, height))
        low, high = center - side / 2, center + side / 2
        shown = np.minimum(high, (width, height)) - np.maximum(low, 0)
        apart = (low > box_px[2:]).any() or (high < box_px[:2]).any()
        if apart and shown.min() > 0.6 * side:
            return cut_square(image, center, side)[0]
    return None


def _rgb(image: Any) -> Image:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
