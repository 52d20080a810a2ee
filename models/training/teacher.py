"""2D labels on real pictures, by MediaPipe BlazePose as the teacher and by hand where COCO has them.

``python -m models.training.teacher --data DATA --out runs/real/real.npz`` needs the extra ``[mediapipe]``; once.
A joint is trusted only where the teacher says the same of the picture and of its mirror image; its depth is
never used. The file grows while the teacher works, so that a training may begin early. It holds, for N people:

- ``rgb`` with ``rgb_at`` (N+1,): JPEGs of square crops of ``CROP_PX``, ``CROP_PER_BOX`` longer sides of the box;
- ``alpha`` with ``alpha_at``: the person's silhouette as grey JPEG, and ``alpha_good`` (N,): may it be cut out?
- ``joints_px`` (N, 30, 2), ``known`` (N, 30), ``visible`` (N, 30), ``visible_known`` (N, 30) in the order of JOINTS;
- ``box_px`` (N, 4) in the crop, ``weight`` (N,): how often to show it, ``source`` (N,): where it came from.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import mediapipe
import numpy as np

from mocap_bridge.records import Array, Image
from mocap_bridge.skeleton import JOINT, JOINTS, MIRROR_JOINTS
from models.training.pictures import save_people

CROP_PX, CROP_PER_BOX = 320, 1.6
EVERY = 8
"""Video frames between two that are used: neighbours show the same."""
ASPECTS = (4 / 3, 3 / 2, 1.0, 3 / 4, 2 / 3)
"""What a stretched photo may have been; the teacher chooses."""
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
_COCO = dict(
    zip(
        "L_Ear R_Ear L_Shoulder R_Shoulder L_Elbow R_Elbow L_Wrist R_Wrist "
        "L_Hip R_Hip L_Knee R_Knee L_Ankle R_Ankle".split(),
        range(3, 17),
        strict=True,
    )
) | {"Nose": 0}
_MEANS = {
    "Head": ("L_Ear", "R_Ear"),
    "Pelvis": ("L_Hip", "R_Hip"),
    "Thorax": ("L_Shoulder", "R_Shoulder"),
    "L_Hand": ("L_Index", "L_Pinky"),
    "R_Hand": ("R_Index", "R_Pinky"),
}
"""Joints the teacher lacks, as the middle of two it has."""
_LIMBS = [JOINT[f"{side}_{part}"] for side in "LR" for part in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle")]


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


def main() -> None:
    parser = argparse.ArgumentParser(description="Label real pictures with BlazePose.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("runs/real/real.npz"))
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    teacher = mediapipe.solutions.pose.Pose(
        static_image_mode=True, model_complexity=1, enable_segmentation=True, min_detection_confidence=0.4
    )
    people: list[Person] = []
    for find in (coco_people, video_people, open_images_people):
        before = len(people)
        for person in find(teacher, options.data):
            people.append(person)
            if len(people) % 100 == 0:
                save_people(options.out, people)
        print(f"{len(people) - before} from {find.__name__}", flush=True)
    save_people(options.out, people)


def coco_people(teacher: Any, data: Path) -> Iterator[Person]:
    """People annotated by hand: limbs, nose, ears are theirs, feet and hands the teacher's if both agree on limbs."""
    folder = data / "people/coco_ok"
    rows, columns = [JOINT[name] for name in _COCO], list(_COCO.values())
    for photo in json.loads((folder / "annotations.json").read_text()):
        image = _read_rgb(folder / "images" / photo["file"])
        for person in photo["annotations"]:
            keypoints = np.array(person["keypoints"], float).reshape(-1, 3)[columns]
            box_px = np.array(person["bbox"]) @ _CORNERS
            if (keypoints[:, 2] > 0).sum() < 6 or max(person["bbox"][2:]) < 70:
                continue
            crop, matrix = crop_of(image, box_px)
            joints_px, known = np.zeros((len(JOINTS), 2)), np.zeros(len(JOINTS))
            joints_px[rows] = keypoints[:, :2] @ matrix[:, :2].T + matrix[:, 2]
            known[rows] = keypoints[:, 2] > 0
            visible, visible_known = np.zeros(len(JOINTS)), np.zeros(len(JOINTS))
            visible[rows] = keypoints[:, 2] == 2
            visible_known[rows] = known[rows]
            mask, good = np.zeros((CROP_PX, CROP_PX)), False
            if (opinion := ask(teacher, crop)) is not None:
                off = np.linalg.norm(opinion.joints_px - joints_px, axis=1) / _person_px()
                if (off[known > 0] < 2 * AGREEMENT).mean() > 0.8:
                    more = (trusted(opinion, image, matrix) > 0) & (known == 0)
                    more[rows] = False
                    joints_px[more], known[more] = opinion.joints_px[more], 1
                    mask, good = opinion.mask, alpha_is_good(opinion, box_in(matrix, box_px))
            _add_means(joints_px, known)
            yield Person(
                crop, _grey(mask), good, joints_px, known, visible, visible_known, box_in(matrix, box_px), 3.0, "coco"
            )


def video_people(teacher: Any, data: Path) -> Iterator[Person]:
    """The one person the teacher finds in every ``EVERY``-th frame, and in each third of group photos."""
    for pattern in ("people/intel_sample_videos/*.m*", "video/*/*.mp4", "video/*/*.jpg"):
        for path in sorted(data.glob(pattern)):
            for image in _frames(path):
                width = image.shape[1]
                parts = (
                    [(0, width)]
                    if path.suffix != ".jpg"
                    else [(0, width)] + [(x, x + width // 2) for x in (0, width // 4, width // 2)]
                )
                for x0, x1 in parts:
                    part = np.ascontiguousarray(image[:, x0:x1])
                    if (box_px := box_by(teacher, part)) is None:
                        continue
                    if (person := label(teacher, part, box_px, path.stem, 1.0)) is not None:
                        yield person


def open_images_people(teacher: Any, data: Path) -> Iterator[Person]:
    """Boxed people in photos that somebody stretched; each photo gets the aspect that the teacher understands best."""
    folder = data / "people/openimages_416"
    for photo in json.loads((folder / "annotations.json").read_text()):
        stretched = _read_rgb(folder / "images" / photo["file"])
        boxes = sorted(photo["person_boxes_xywh"], key=lambda box: -box[2] * box[3])
        boxes = [box for box in boxes[:4] if box[3] > 120 and box[2] > 35]
        if not boxes:
            continue
        scored = []
        for aspect in ASPECTS:
            scale = np.array([np.sqrt(aspect), 1 / np.sqrt(aspect)])
            image = cv2.resize(stretched, None, fx=scale[0], fy=scale[1], interpolation=cv2.INTER_LINEAR)
            box_px = np.array(boxes[0]) @ _CORNERS * np.tile(scale, 2)
            opinion = ask(teacher, crop_of(image, box_px)[0])
            if opinion is not None:
                sure = np.clip(opinion.visibility[_LIMBS], 0.1, 1)
                clear = 1 - (sure * opinion.disagreement[_LIMBS]).sum() / sure.sum() / 0.1
                # Cameras of the time took 4:3, upright or not; 1:1 is a crop and rare.
                scored.append((clear + sure.mean() + 0.1 * (aspect in (4 / 3, 3 / 4)), aspect))
        if not scored:
            continue
        aspect = max(scored)[1]
        scale = np.array([np.sqrt(aspect), 1 / np.sqrt(aspect)])
        image = cv2.resize(stretched, None, fx=scale[0], fy=scale[1], interpolation=cv2.INTER_LINEAR)
        for box in boxes:
            person = label(teacher, image, np.array(box) @ _CORNERS * np.tile(scale, 2), "openimages", 1.0)
            if person is not None:
                yield person


def label(teacher: Any, image: Image, box_px: Array, source: str, weight: float) -> Person | None:
    """The labelled crop of the person in this box, or None where the teacher is not sure of both shoulders."""
    crop, matrix = crop_of(image, box_px)
    opinion = ask(teacher, crop)
    if opinion is None:
        return None
    known, box = trusted(opinion, image, matrix), box_in(matrix, box_px)
    joints_px = opinion.joints_px.copy()
    margin = 0.12 * _person_px()
    inside = np.all((joints_px > box[:2] - margin) & (joints_px < box[2:] + margin), axis=1)
    shoulders = known[[JOINT["L_Shoulder"], JOINT["R_Shoulder"]]].all()
    if not shoulders or known[_LIMBS].sum() < 5 or inside[known > 0].mean() < 0.9:
        return None
    seen, unseen = opinion.visibility > SEEN, opinion.visibility < UNSEEN
    visible_known = ((seen & (known > 0)) | unseen).astype(float)
    for name in _MEANS:
        visible_known[JOINT[name]] = 0
    _add_means(joints_px, known)
    good = alpha_is_good(opinion, box)
    return Person(
        crop, _grey(opinion.mask), good, joints_px, known, seen.astype(float), visible_known, box, weight, source
    )


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
    disagreement = np.linalg.norm(first[:, :2] - second[:, :2], axis=1) / _person_px()
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
    margin = 0.1 * _person_px()
    inside = (columns > box_px[0] - margin) & (columns < box_px[2] + margin)
    inside &= (rows > box_px[1] - margin) & (rows < box_px[3] + margin)
    return bool(undecided < 0.12 and inside.mean() > 0.97)


def crop_of(image: Image, box_px: Array) -> tuple[Image, Array]:
    """The square crop around a box, and the (2, 3) matrix from picture to crop pixels."""
    side_px = float(max(box_px[2:] - box_px[:2])) * CROP_PER_BOX
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


_CORNERS = np.array([[1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1]], float)
"""(x, y, width, height) times this is (x0, y0, x1, y1)."""


def _person_px() -> float:
    return CROP_PX / CROP_PER_BOX


def _add_means(joints_px: Array, known: Array) -> None:
    for name, pair in _MEANS.items():
        rows = [JOINT[part] for part in pair]
        joints_px[JOINT[name]] = joints_px[rows].mean(axis=0)
        known[JOINT[name]] = known[rows].min()


def _grey(mask: Array) -> Image:
    return np.asarray(np.clip(mask * 255, 0, 255), np.uint8)


def _read_rgb(path: Path) -> Image:
    return np.asarray(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB))


def _frames(path: Path) -> Iterator[Image]:
    if path.suffix == ".jpg":
        yield _read_rgb(path)
        return
    clip, index = cv2.VideoCapture(str(path)), 0
    while clip.grab():
        if index % EVERY == 0:
            frame = clip.retrieve()[1]
            scale = min(1.0, 960 / max(frame.shape[:2]))
            yield cv2.cvtColor(cv2.resize(frame, None, fx=scale, fy=scale), cv2.COLOR_BGR2RGB)
        index += 1


if __name__ == "__main__":
    main()
