"""Labelled crops of people in pictures, by the teachers: trusted joints, what can be seen, the silhouette."""

from dataclasses import dataclass

import cv2
import numpy as np

from mocap_bridge.records import Array, Image
from mocap_bridge.skeleton import JOINT
from models.training.teachers.council import LIMBS, MIN_LIMBS, Council, Opinion

CROP_PX, CROP_PER_BOX = 320, 1.6
PERSON_PX = CROP_PX / CROP_PER_BOX
"""Longer side of the box in its crop."""
SEEN, UNSEEN = 0.7, 0.2

_MEANS = {
    "Head": ("L_Ear", "R_Ear"),
    "Pelvis": ("L_Hip", "R_Hip"),
    "Thorax": ("L_Shoulder", "R_Shoulder"),
    "L_Hand": ("L_Index", "L_Pinky"),
    "R_Hand": ("R_Index", "R_Pinky"),
}
"""Joints the teacher lacks, as the middle of two it has."""


@dataclass(frozen=True, eq=False)
class Person:
    """One labelled crop."""

    rgb: Image  # (CROP_PX, CROP_PX, 3)
    alpha: Image  # (CROP_PX, CROP_PX)
    alpha_good: bool
    joints_px: Array  # (30, 2)
    known: Array  # (30,) 0 or 1
    visible: Array  # (30,)
    visible_known: Array  # (30,)
    box_px: Array  # (4,)
    weight: float
    source: str


def label(council: Council, image: Image, box_px: Array, source: str, weight: float) -> Person | None:
    """The labelled crop of the person in this box, or None where too little is trusted."""
    opinion = council.opinion(image, box_px)
    crop, matrix = crop_of(image, box_px)
    box, joints_px = box_in(matrix, box_px), opinion.joints_px @ matrix[:, :2].T + matrix[:, 2]
    known = trusted(opinion, image)
    if not _is_sure(joints_px, known, box):
        return None
    seen, unseen = opinion.visibility > SEEN, opinion.visibility < UNSEEN
    visible_known = ((seen & (known > 0)) | (unseen & (known == 0))).astype(float)
    for name in _MEANS:
        visible_known[JOINT[name]] = 0
    add_means(joints_px, known)
    mask = mask_in(opinion, matrix)
    good = alpha_is_good(mask, box)
    return Person(crop, as_grey(mask), good, joints_px, known, seen.astype(float), visible_known, box, weight, source)


def _is_sure(joints_px: Array, known: Array, box_px: Array) -> bool:
    """Whether some limb joints are trusted, and nearly all that are lie in the box."""
    margin = 0.12 * PERSON_PX
    inside = np.all((joints_px > box_px[:2] - margin) & (joints_px < box_px[2:] + margin), axis=1)
    return bool(known[LIMBS].sum() >= MIN_LIMBS and inside[known > 0].mean() >= 0.9)


def trusted(opinion: Opinion, image: Image) -> Array:
    """(30,) 1 where a joint is trusted and lies inside the photo."""
    height, width = image.shape[:2]
    inside = ((opinion.joints_px > -2) & (opinion.joints_px < (width + 2, height + 2))).all(axis=1)
    return np.asarray(opinion.trusted * inside, float)


def mask_in(opinion: Opinion, matrix: Array) -> Array:
    """(CROP_PX, CROP_PX) the silhouette in the crop that ``matrix`` (2, 3) leads to from the picture."""
    to_picture = np.linalg.inv(np.vstack([opinion.view, [0, 0, 1]]))
    return np.asarray(cv2.warpAffine(opinion.mask, (np.vstack([matrix, [0, 0, 1]]) @ to_picture)[:2], (CROP_PX,) * 2))


def alpha_is_good(mask: Array, box_px: Array) -> bool:
    """Whether the silhouette is decided nearly everywhere, lies in the box and fills a plausible share of it."""
    solid = mask > 0.5
    rows, columns = np.nonzero(solid)
    if len(rows) < 1500:
        return False
    # Edges are never decided: what counts is undecided over some width.
    doubtful = cv2.morphologyEx(((mask > 0.2) & (mask < 0.8)).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5)))
    margin = 0.1 * PERSON_PX
    inside = (columns > box_px[0] - margin) & (columns < box_px[2] + margin)
    inside &= (rows > box_px[1] - margin) & (rows < box_px[3] + margin)
    return bool(doubtful.sum() < 0.05 * len(rows) and inside.mean() > 0.97)


def crop_of(image: Image, box_px: Array) -> tuple[Image, Array]:
    """The square crop around a box, ``CROP_PER_BOX`` longer sides wide, and the (2, 3) matrix from picture to crop."""
    scale = CROP_PX / (float(max(box_px[2:] - box_px[:2])) * CROP_PER_BOX)
    center_px = (box_px[:2] + box_px[2:]) / 2
    matrix = np.hstack([np.eye(2) * scale, (CROP_PX / 2 - scale * center_px)[:, None]])
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.warpAffine(image, matrix, (CROP_PX, CROP_PX), flags=flags), matrix


def box_in(matrix: Array, box_px: Array) -> Array:
    """(4,) a box of the picture, in crop pixels."""
    return np.asarray((box_px.reshape(2, 2) @ matrix[:, :2].T + matrix[:, 2]).reshape(4))


def add_means(joints_px: Array, known: Array) -> None:
    """Fill in the joints the teacher lacks, in place."""
    for name, pair in _MEANS.items():
        rows = [JOINT[part] for part in pair]
        joints_px[JOINT[name]] = joints_px[rows].mean(axis=0)
        known[JOINT[name]] = known[rows].min()


def as_grey(mask: Array) -> Image:
    """A mask of 0..1 as a picture."""
    return np.asarray(np.clip(mask * 255, 0, 255), np.uint8)
