"""More photos of people for the teacher: ``python -m models.training.open_images CHECKOUT --out runs/more``.

``CHECKOUT`` is a clone of github.com/brianhuster/human-dataset (commit 9d1b33d, "Human Dataset v2" of Roboflow, CC BY
4.0). Only what came from Open Images is taken, photos "listed as having a CC BY 2.0 licence" whose names are their
sixteen hexadecimal digits; where the rest of that collection came from is not said. Photos that ``--but`` holds
already are left out. ``people/openimages_416`` in the new folder then has the form that ``models.training.teacher``
reads: the photos, stretched to 416 px as they were, and ``annotations.json`` with the boxes and where each is from.

With ``--boxes JSON...`` ``CHECKOUT`` holds photos of Open Images in their own shape, named by their ids alone, and the
files say where people are: COCO's form with boxes as shares of the photo, ``--category`` being people's number
(github.com/DineshRamachandran14/dlfoveabox at 749c310: data/annotations/*.json, people are 5; most of its photos are
in its history alone, `git checkout` of its earlier commits brings them).
"""

import argparse
import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np

SIDE_PX = 416
LONGEST_PX = 1024
"""Longer side of a photo in its own shape: larger ones are made smaller."""
MIN_HEIGHT = 0.22
"""Least height of the largest box, in sides of the photo: below, a crop is made of a few dozen pixels."""
_NAME = re.compile(r"([0-9a-f]{16})_jpg\.rf\.")
_OWN_NAME = re.compile(r"([0-9a-f]{16})\.jpg")


def main() -> None:
    parser = argparse.ArgumentParser(description="Collect the photos of Open Images in a collection of people.")
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--but", type=Path, help="a folder of photos named by their ids, to leave out")
    parser.add_argument("--boxes", nargs="+", type=Path, help="annotations of photos in their own shape")
    parser.add_argument("--category", type=int, default=5, help="people's number in these annotations")
    parser.add_argument("--out", type=Path, default=Path("runs/more"))
    options = parser.parse_args()
    without = {path.stem for path in options.but.iterdir()} if options.but else set()
    folder = options.out / "people/openimages_416"
    (folder / "images").mkdir(parents=True, exist_ok=True)
    taken = []
    if options.boxes:
        for path, boxes in photos_in_shape(options.checkout, boxes_of(options.boxes, options.category), without):
            size_px = write_smaller(path, folder / "images" / path.name)
            taken.append(entry(path.name, path, options.checkout, boxes, size_px) | {"aspect": 1.0})
    else:
        for path, boxes in photos(options.checkout, without):
            name = path.name[:16] + ".jpg"
            shutil.copyfile(path, folder / "images" / name)
            taken.append(entry(name, path, options.checkout, boxes))
    (folder / "annotations.json").write_text(json.dumps(taken, indent=1))
    if not taken:
        parser.error(f"{options.checkout} has no photo of Open Images in */images; is it a clone of human-dataset?")
    print(f"{folder}: {len(taken)} photos, {sum(len(photo['person_boxes_xywh']) for photo in taken)} boxes")


def photos(checkout: Path, without: set[str]) -> list[tuple[Path, np.ndarray]]:
    """Each photo once, and its boxes (N, 4) as centre and size, 0..1, as the labels beside it say."""
    found: dict[str, tuple[Path, np.ndarray]] = {}
    for path in sorted(checkout.glob("*/images/*.jpg")):
        match = _NAME.match(path.name)
        labels = path.parent.parent / "labels" / f"{path.stem}.txt"
        if match is None or match[1] in without or match[1] in found or not labels.exists():
            continue
        rows = np.array([line.split()[1:5] for line in labels.read_text().splitlines() if line.strip()], float)
        if len(rows) and rows[:, 3].max() > MIN_HEIGHT:
            found[match[1]] = path, rows
    return list(found.values())


def boxes_of(files: list[Path], category: int) -> dict[str, np.ndarray]:
    """Boxes (N, 4) of one category as centre and size, 0..1, by the ids of the photos.

    Commas before a closing bracket, which somebody's own writer left there, are forgiven.
    """
    found: dict[str, list[list[float]]] = {}
    for file in files:
        told = json.loads(re.sub(r",(?=\s*[\]}])", "", file.read_text()))
        names = {image["id"]: Path(image["file_name"]).stem for image in told["images"]}
        for box in told["annotations"]:
            if box["category_id"] == category:
                left, top, width, height = box["bbox"]
                found.setdefault(names[box["image_id"]], []).append([left + width / 2, top + height / 2, width, height])
    return {name: np.array(boxes) for name, boxes in found.items()}


def photos_in_shape(checkout: Path, boxes: dict[str, np.ndarray], without: set[str]) -> list[tuple[Path, np.ndarray]]:
    """Each photo with a large enough box once, and its boxes."""
    found: dict[str, tuple[Path, np.ndarray]] = {}
    for path in sorted(checkout.rglob("*.jpg")):
        match = _OWN_NAME.fullmatch(path.name)
        if match and match[1] not in without and match[1] in boxes and boxes[match[1]][:, 3].max() > MIN_HEIGHT:
            found.setdefault(match[1], (path, boxes[match[1]]))
    return list(found.values())


def write_smaller(path: Path, copy: Path) -> tuple[int, int]:
    """Write the photo with at most ``LONGEST_PX`` along its longer side; width and height it has then."""
    picture = cv2.imread(str(path))
    if picture is None:
        raise ValueError(f"{path} is no picture; is the checkout complete?")
    scale = LONGEST_PX / max(picture.shape[:2])
    if scale < 1:
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(copy), picture, [cv2.IMWRITE_JPEG_QUALITY, 95])
    return picture.shape[1], picture.shape[0]


def entry(
    name: str, path: Path, checkout: Path, boxes: np.ndarray, size_px: tuple[int, int] = (SIDE_PX, SIDE_PX)
) -> dict[str, Any]:
    """What is known of one photo; boxes in pixels: left, top, width, height."""
    corners = np.hstack([boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, 2:]]) * np.tile(size_px, 2)
    return {
        "openimages_id": name[:16],
        "file": name,
        "path": str(path.relative_to(checkout)),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "person_boxes_xywh": np.round(corners, 1).tolist(),
    }


if __name__ == "__main__":
    main()
