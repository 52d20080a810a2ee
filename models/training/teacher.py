"""2D labels on real pictures, by MediaPipe BlazePose as the teacher and by hand where COCO has them.

``python -m models.training.teacher --data DATA --out runs/real/real.npz`` needs the extra ``[mediapipe]``; once.
Photos collected by ``models.training.open_images`` go into a file of their own: ``--data runs/more --out
runs/real/real-more.npz``.
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
from pathlib import Path
from typing import Any

import cv2
import mediapipe
import numpy as np

from mocap_bridge.records import Image
from mocap_bridge.skeleton import JOINT, JOINTS
from models.training.material.pictures import save_people
from models.training.pose.teacher_labels import (
    AGREEMENT,
    CROP_PX,
    LIMBS,
    PERSON_PX,
    Person,
    add_means,
    alpha_is_good,
    as_grey,
    ask,
    box_by,
    box_in,
    crop_of,
    label,
    trusted,
)

EVERY = 8
"""Video frames between two that are used: neighbours show the same."""
MIN_BOX_PX = (28, 90)
"""Smallest box of a stretched photo that the teacher is asked about, width and height."""
COCO_WEIGHT = 2.0
"""How often somebody of COCO is shown, where others of Open Images are shown once: joints set by hand, harder poses."""
ASPECTS = (4 / 3, 3 / 2, 1.0, 3 / 4, 2 / 3)
"""What a stretched photo may have been; the teacher chooses."""

_COCO = dict(
    zip(
        "L_Ear R_Ear L_Shoulder R_Shoulder L_Elbow R_Elbow L_Wrist R_Wrist "
        "L_Hip R_Hip L_Knee R_Knee L_Ankle R_Ankle".split(),
        range(3, 17),
        strict=True,
    )
) | {"Nose": 0}


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
    for photo in _photos(folder):
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
                off = np.linalg.norm(opinion.joints_px - joints_px, axis=1) / PERSON_PX
                if (off[known > 0] < 2 * AGREEMENT).mean() > 0.8:
                    more = (trusted(opinion, image, matrix) > 0) & (known == 0)
                    more[rows] = False
                    joints_px[more], known[more] = opinion.joints_px[more], 1
                    mask, good = opinion.mask, alpha_is_good(opinion, box_in(matrix, box_px))
            add_means(joints_px, known)
            box = box_in(matrix, box_px)
            yield Person(crop, as_grey(mask), good, joints_px, known, visible, visible_known, box, COCO_WEIGHT, "coco")


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
                    if (person := label(teacher, part, box_px, path.stem, 0.4)) is not None:
                        yield person


def open_images_people(teacher: Any, data: Path) -> Iterator[Person]:
    """Boxed people in photos that somebody stretched; each photo gets the aspect that the teacher understands best."""
    folder = data / "people/openimages_416"
    for photo in _photos(folder):
        stretched = _read_rgb(folder / "images" / photo["file"])
        boxes = sorted(photo["person_boxes_xywh"], key=lambda box: -box[2] * box[3])
        boxes = [box for box in boxes[:4] if box[3] > MIN_BOX_PX[1] and box[2] > MIN_BOX_PX[0]]
        if not boxes:
            continue
        scored = []
        for aspect in ASPECTS:
            scale = np.array([np.sqrt(aspect), 1 / np.sqrt(aspect)])
            image = cv2.resize(stretched, None, fx=scale[0], fy=scale[1], interpolation=cv2.INTER_LINEAR)
            box_px = np.array(boxes[0]) @ _CORNERS * np.tile(scale, 2)
            opinion = ask(teacher, crop_of(image, box_px)[0])
            if opinion is not None:
                sure = np.clip(opinion.visibility[LIMBS], 0.1, 1)
                clear = 1 - (sure * opinion.disagreement[LIMBS]).sum() / sure.sum() / 0.1
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


_CORNERS = np.array([[1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1]], float)
"""(x, y, width, height) times this is (x0, y0, x1, y1)."""


def _photos(folder: Path) -> list[dict[str, Any]]:
    """The annotated photos of a folder; none where the folder is absent, as its count then says."""
    path = folder / "annotations.json"
    return json.loads(path.read_text()) if path.exists() else []


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
