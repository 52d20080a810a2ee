"""What the teacher, MediaPipe BlazePose, says of one person: trusted joints, what can be seen, and the silhouette.

Every crop is asked twice, once mirrored. Where both answers agree the joint is trusted. Of 115 boxes of Open Images the
teacher is sure of 11 people in crops 1.6 times as large as their boxes, of 18 if it may look nearer and farther too.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from mocap_bridge.records import Array, Image
from mocap_bridge.skeleton import JOINT, JOINTS, MIRROR_JOINTS

CROP_PX, CROP_PER_BOX = 320, 1.6
PERSON_PX = CROP_PX / CROP_PER_BOX
"""Longer side of the box in its crop."""
LOOKS = (CROP_PER_BOX, 1.25, 2.1)
"""Sides of the crops that the teacher is asked about, in longer box sides, one after the other until it is sure."""
AGREEMENT = 0.05
"""Largest distance between a joint and its mirror image's, in longer box sides."""
MIN_VISIBILITY, SEEN, UNSEEN = 0.3, 0.7, 0.2

_BLAZE = {"Nose": 0, "L_Ear": 7, "R_Ear": 8, "L_Shoulder": 11, "R_Shoulder": 12, "L_Elbow": 13, "R_Elbow": 14} | {
    name: 15 + row
    for row, name in enumerate(
        "L_Wrist R_Wrist L_Pinky R_Pinky L_Index R_Index L_Thumb R_Thumb L_Hip R_Hip L_Knee R_Knee "
        "L_Ankle R_Ankle L_Heel R_Heel L_Toe R_Toe".split()
    )
    if name in JOINT
}
_MEANS = {
    "Head": ("L_Ear", "R_Ear"),
    "Pelvis": ("L_Hip", "R_Hip"),
    "Thorax": ("L_Shoulder", "R_Shoulder"),
    "L_Hand": ("L_Index", "L_Pinky"),
    "R_Hand": ("R_Index", "R_Pinky"),
}
"""Joints the teacher lacks, as the middle of two it has."""
LIMBS = [JOINT[f"{side}_{part}"] for side in "LR" for part in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle")]


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


@dataclass(frozen=True, eq=False)
class Opinion:
    """What the teacher says of one crop, after asking it twice."""

    joints_px: Array  # (30, 2)
    visibility: Array  # (30,) the lower of both answers
    disagreement: Array  # (30,) in longer box sides
    mask: Array  # (CROP_PX, CROP_PX) 0..1


def label(teacher: Any, image: Image, box_px: Array, source: str, weight: float) -> Person | None:
    """The labelled crop of the person in this box, or None where the teacher is not sure of both shoulders."""
    crop, matrix = crop_of(image, box_px)
    box = box_in(matrix, box_px)
    for per_box in LOOKS:
        opinion = ask(teacher, crop_of(image, box_px, per_box)[0])
        if opinion is not None:
            opinion = zoomed(opinion, per_box / CROP_PER_BOX)
            known = trusted(opinion, image, matrix)
            if _is_sure(opinion.joints_px, known, box):
                break
    else:
        return None
    joints_px = opinion.joints_px.copy()
    seen, unseen = opinion.visibility > SEEN, opinion.visibility < UNSEEN
    visible_known = ((seen & (known > 0)) | unseen).astype(float)
    for name in _MEANS:
        visible_known[JOINT[name]] = 0
    add_means(joints_px, known)
    good = alpha_is_good(opinion, box)
    return Person(
        crop, as_grey(opinion.mask), good, joints_px, known, seen.astype(float), visible_known, box, weight, source
    )


def _is_sure(joints_px: Array, known: Array, box_px: Array) -> bool:
    """Whether both shoulders and five limb joints are trusted, and nearly all that are lie in the box."""
    margin = 0.12 * PERSON_PX
    inside = np.all((joints_px > box_px[:2] - margin) & (joints_px < box_px[2:] + margin), axis=1)
    shoulders = known[[JOINT["L_Shoulder"], JOINT["R_Shoulder"]]].all()
    return bool(shoulders and known[LIMBS].sum() >= 5 and inside[known > 0].mean() >= 0.9)


def zoomed(opinion: Opinion, factor: float) -> Opinion:
    """What was said of a crop ``factor`` times as large, in pixels of the usual crop with the same middle."""
    middle_px = CROP_PX / 2
    matrix = np.array([[factor, 0, middle_px * (1 - factor)], [0, factor, middle_px * (1 - factor)]])
    joints_px = (opinion.joints_px - middle_px) * factor + middle_px
    mask = opinion.mask if factor == 1 else cv2.warpAffine(opinion.mask, matrix, (CROP_PX, CROP_PX))
    return Opinion(joints_px, opinion.visibility, opinion.disagreement * factor, mask)


def ask(teacher: Any, crop: Image) -> Opinion | None:
    """The teacher's mean answer for a crop and its mirror image; None unless it finds somebody in both."""
    answers = []
    for mirrored in (False, True):
        found = teacher.process(np.ascontiguousarray(crop[:, ::-1]) if mirrored else crop)
        if found.pose_landmarks is None:
            return None
        landmarks = found.pose_landmarks.landmark
        joints = np.zeros((len(JOINTS), 3))
        for name, row in _BLAZE.items():
            point = landmarks[row]
            joints[JOINT[name]] = point.x * CROP_PX, point.y * CROP_PX, point.visibility
        mask = np.asarray(found.segmentation_mask, float)
        if mirrored:
            joints, mask = joints[list(MIRROR_JOINTS)], mask[:, ::-1]
            joints[:, 0] = CROP_PX - joints[:, 0]
        answers.append((joints, mask))
    (first, mask), (second, other) = answers
    disagreement = np.linalg.norm(first[:, :2] - second[:, :2], axis=1) / PERSON_PX
    return Opinion((first + second)[:, :2] / 2, np.minimum(first[:, 2], second[:, 2]), disagreement, (mask + other) / 2)


def trusted(opinion: Opinion, image: Image, matrix: Array) -> Array:
    """(30,) 1 where the teacher names the joint, agrees with itself, and the joint lies inside the photo."""
    height, width = image.shape[:2]
    in_photo = (opinion.joints_px - matrix[:, 2]) / matrix[0, 0]
    inside = ((in_photo > -2) & (in_photo < (width + 2, height + 2))).all(axis=1)
    named = np.isin(np.arange(len(JOINTS)), [JOINT[name] for name in _BLAZE])
    sure = (opinion.disagreement < AGREEMENT) & (opinion.visibility > MIN_VISIBILITY)
    return np.asarray(named & sure & inside, float)


def alpha_is_good(opinion: Opinion, box_px: Array) -> bool:
    """Whether the silhouette is decided nearly everywhere, lies in the box and fills a plausible share of it."""
    solid = opinion.mask > 0.5
    rows, columns = np.nonzero(solid)
    if len(rows) < 1500:
        return False
    undecided = ((opinion.mask > 0.2) & (opinion.mask < 0.8)).sum() / len(rows)
    margin = 0.1 * PERSON_PX
    inside = (columns > box_px[0] - margin) & (columns < box_px[2] + margin)
    inside &= (rows > box_px[1] - margin) & (rows < box_px[3] + margin)
    return bool(undecided < 0.12 and inside.mean() > 0.97)


def crop_of(image: Image, box_px: Array, per_box: float = CROP_PER_BOX) -> tuple[Image, Array]:
    """The square crop around a box, ``per_box`` longer sides wide, and the (2, 3) matrix from picture to crop."""
    side_px = float(max(box_px[2:] - box_px[:2])) * per_box
    scale = CROP_PX / side_px
    center_px = (box_px[:2] + box_px[2:]) / 2
    matrix = np.hstack([np.eye(2) * scale, (CROP_PX / 2 - scale * center_px)[:, None]])
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.warpAffine(image, matrix, (CROP_PX, CROP_PX), flags=flags), matrix


def box_in(matrix: Array, box_px: Array) -> Array:
    """(4,) a box of the picture, in crop pixels."""
    return np.asarray((box_px.reshape(2, 2) @ matrix[:, :2].T + matrix[:, 2]).reshape(4))


def box_by(teacher: Any, image: Image) -> Array | None:
    """Box of the person whom the teacher finds in a whole picture, from its confident joints."""
    found = teacher.process(image)
    if found.pose_landmarks is None:
        return None
    points = np.array([(p.x, p.y, p.visibility) for p in found.pose_landmarks.landmark])
    seen = (points[:, 2] > 0.5) & (points[:, :2] > 0).all(axis=1) & (points[:, :2] < 1).all(axis=1)
    if seen.sum() < 8:
        return None
    joints_px = points[seen, :2] * image.shape[1::-1]
    low, high = joints_px.min(axis=0), joints_px.max(axis=0)
    size = high - low
    # Joints end at the ears, the ankles and the wrists; skull, soles and hands stick out.
    return np.concatenate([low - size * (0.1, 0.1) - (0, 0.08 * max(size)), high + size * (0.1, 0.06)])


def add_means(joints_px: Array, known: Array) -> None:
    """Fill in the joints the teacher lacks, in place."""
    for name, pair in _MEANS.items():
        rows = [JOINT[part] for part in pair]
        joints_px[JOINT[name]] = joints_px[rows].mean(axis=0)
        known[JOINT[name]] = known[rows].min()


def as_grey(mask: Array) -> Image:
    """A mask of 0..1 as a picture."""
    return np.asarray(np.clip(mask * 255, 0, 255), np.uint8)
