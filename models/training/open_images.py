"""More photos of people for the teacher: ``python -m models.training.open_images CHECKOUT --out runs/more``.

``CHECKOUT`` is a clone of github.com/brianhuster/human-dataset (commit 9d1b33d, "Human Dataset v2" of Roboflow, CC BY
4.0). Only what came from Open Images is taken, photos "listed as having a CC BY 2.0 licence" whose names are their
sixteen hexadecimal digits; where the rest of that collection came from is not said. Photos that ``--but`` holds
already are left out. ``people/openimages_416`` in the new folder then has the form that ``models.training.teacher``
reads: the photos, stretched to 416 px as they were, and ``annotations.json`` with the boxes and where each is from.
"""

import argparse
import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np

SIDE_PX = 416
MIN_HEIGHT = 0.22
"""Least height of the largest box, in sides of the photo: below, a crop is made of a few dozen pixels."""
_NAME = re.compile(r"([0-9a-f]{16})_jpg\.rf\.")


def main() -> None:
    parser = argparse.ArgumentParser(description="Collect the photos of Open Images in a collection of people.")
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--but", type=Path, help="a folder of photos named by their ids, to leave out")
    parser.add_argument("--out", type=Path, default=Path("runs/more"))
    options = parser.parse_args()
    without = {path.stem for path in options.but.iterdir()} if options.but else set()
    folder = options.out / "people/openimages_416"
    (folder / "images").mkdir(parents=True, exist_ok=True)
    taken = []
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


def entry(name: str, path: Path, checkout: Path, boxes: np.ndarray) -> dict[str, Any]:
    """What is known of one photo; boxes in pixels: left, top, width, height."""
    corners = np.hstack([boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, 2:]]) * SIDE_PX
    return {
        "openimages_id": name[:16],
        "file": name,
        "path": str(path.relative_to(checkout)),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "person_boxes_xywh": np.round(corners, 1).tolist(),
    }


if __name__ == "__main__":
    main()
