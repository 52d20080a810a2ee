"""2D labels on real pictures, by two networks as teachers and by hand where COCO has them.

``python -m models.training.teacher --data DATA --out runs/real/real.npz`` needs the extra ``[teachers]`` and the files
that ``models.training.teachers`` names; once.
Photos collected by ``models.training.open_images`` go into a file of their own: ``--data runs/more --out
runs/real/real-more.npz``.
A joint is trusted only where both teachers say the same. The file grows while they work, so that a training may begin
early. It holds, for N people:

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
import numpy as np

from mocap_bridge.records import Image
from mocap_bridge.skeleton import JOINT, JOINTS
from models.training.material.pictures import save_people
from models.training.pose.teacher_labels import (
    CROP_PX,
    PERSON_PX,
    Person,
    add_means,
    alpha_is_good,
    as_grey,
    box_in,
    crop_of,
    label,
    mask_in,
    trusted,
)
from models.training.teachers import TEACHERS
from models.training.teachers.council import Council

EVERY = 8
"""Video frames between two that are used: neighbours show the same."""
MIN_BOX_PX = (32, 110)
"""Smallest box of a stretched photo that the teachers are asked about, width and height."""
SAME = 0.1
"""Distance up to which the teachers mean somebody's joint that was set by hand, in longer box sides."""
COCO_WEIGHT = 2.0
"""How often somebody of COCO is shown, where others of Open Images are shown once: joints set by hand, harder poses."""
ASPECTS = (4 / 3, 3 / 2, 1.0, 3 / 4, 2 / 3)
"""What a stretched photo may have been; a teacher chooses."""
CAMERAS_ASPECT = 0.03
"""What the usual aspect counts beside the teacher's mean score of a joint."""

_COCO = dict(
    zip(
        "L_Ear R_Ear L_Shoulder R_Shoulder L_Elbow R_Elbow L_Wrist R_Wrist "
        "L_Hip R_Hip L_Knee R_Knee L_Ankle R_Ankle".split(),
        range(3, 17),
        strict=True,
    )
) | {"Nose": 0}


def main() -> None:
    parser = argparse.ArgumentParser(description="Label real pictures with MoveNet and BlazePose.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("runs/real/real.npz"))
    parser.add_argument("--teachers", type=Path, default=TEACHERS, help="folder of their weights")
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    council = Council.assembled(options.teachers)
    people: list[Person] = []
    for find in (coco_people, video_people, open_images_people):
        before = len(people)
        for person in find(council, options.data):
            people.append(person)
            if len(people) % 100 == 0:
                save_people(options.out, people)
        print(f"{len(people) - before} from {find.__name__}", flush=True)
    save_people(options.out, people)


def coco_people(council: Council, data: Path) -> Iterator[Person]:
    """People annotated by hand: limbs, nose, ears are theirs, feet and hands the teachers' if they agree on limbs."""
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
            opinion = council.opinion(image, box_px)
            said_px = opinion.joints_px @ matrix[:, :2].T + matrix[:, 2]
            off = np.linalg.norm(said_px - joints_px, axis=1) / PERSON_PX
            if (off[known > 0] < SAME).mean() > 0.7:
                more = (trusted(opinion, image) > 0) & (known == 0)
                more[rows] = False
                joints_px[more], known[more] = said_px[more], 1
                mask = mask_in(opinion, matrix)
                good = alpha_is_good(mask, box_in(matrix, box_px))
            add_means(joints_px, known)
            box = box_in(matrix, box_px)
            yield Person(crop, as_grey(mask), good, joints_px, known, visible, visible_known, box, COCO_WEIGHT, "coco")


def video_people(council: Council, data: Path) -> Iterator[Person]:
    """The one person a teacher finds in every ``EVERY``-th frame, and in each third of group photos."""
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
                    if (box_px := council.box(part)) is None:
                        continue
                    if (person := label(council, part, box_px, path.stem, 0.4)) is not None:
                        yield person


def open_images_people(council: Council, data: Path) -> Iterator[Person]:
    """Boxed people in photos; one that somebody stretched gets the aspect that is understood best."""
    folder = data / "people/openimages_416"
    for photo in _photos(folder):
        stretched = _read_rgb(folder / "images" / photo["file"])
        boxes = sorted(photo["person_boxes_xywh"], key=lambda box: -box[2] * box[3])
        boxes = [box for box in boxes[:4] if box[3] > MIN_BOX_PX[1] and box[2] > MIN_BOX_PX[0]]
        if not boxes:
            continue
        scored = []
        for aspect in (photo["aspect"],) if "aspect" in photo else ASPECTS:
            scale = np.array([np.sqrt(aspect), 1 / np.sqrt(aspect)])
            image = cv2.resize(stretched, None, fx=scale[0], fy=scale[1], interpolation=cv2.INTER_LINEAR)
            box_px = np.array(boxes[0]) @ _CORNERS * np.tile(scale, 2)
            # Cameras of the time took 4:3, upright or not; 1:1 is a crop and rare.
            scored.append((council.clearness(image, box_px) + CAMERAS_ASPECT * (aspect in (4 / 3, 3 / 4)), aspect))
        aspect = max(scored)[1]
        scale = np.array([np.sqrt(aspect), 1 / np.sqrt(aspect)])
        image = cv2.resize(stretched, None, fx=scale[0], fy=scale[1], interpolation=cv2.INTER_LINEAR)
        for box in boxes:
            person = label(council, image, np.array(box) @ _CORNERS * np.tile(scale, 2), "openimages", 1.0)
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
