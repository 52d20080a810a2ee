"""Photos of COCO that may be passed on, with joints set by hand, for ``models.training.teacher``.

``python -m models.training.coco_photos CHECKOUT... --licences JSON... --labels LABELS --out runs/more``. Photos are
known by COCO's names, wherever they lie in the checkouts: ``000000081988.jpg``, ``COCO_val2014_000000081988.jpg`` or
``000000081988_jpg.rf.75.jpg``. ``JSON`` is any file of COCO's annotations with ``images``; photos whose licence none
names are left out. ``LABELS`` holds a text file per photo, in a folder per part: a line per person of class, box
(centre and size) and 17 times x, y, visibility, all 0..1 (github.com/Jar-17/yolov7_for_baseball at 3b2e46c, labels/:
COCO's keypoints of 2017, CC BY 4.0). ``people/coco_ok`` in the new folder then has the form that the teacher reads.

Checkouts that hold such photos: minto5z/coco_yolo at 4715f5c (nearly everybody in val2017), mchoccie/
DeepDataMiningLearning at 13136af, openpifpaf/openpifpaf at 37aacea, 274869388/debug_dataloader at 6785250,
kasurashan/mini-coco at 8bd22bf, airockchip/rknn_model_zoo at bad6c73; and brianhuster/human-dataset at 9d1b33d, whose
photos are stretched to a square: they get their shape back, which ``JSON`` tells. A few each: qsj-github/demo at
fb556eb, jiangkx/ATSS at d61fd19, tikitong/minicoco at 779cc21, codewithminer/ImageCaptioning at 8f5b204,
developer0hye/COCO128 at 47a3de3, yuanyl00/miniCOCO at 21200bd, zhengsipeng/rlt_system at 5352f5c and
CMU-Perceptual-Computing-Lab/openpose at 5c5d965 (some of these photos are in the histories alone).

The licences of val2017 stand in annotations/captions_val2017.json of ruizewang/evaluate at 1152656, those of 21,000
other photos beside them, in captions_train2017.json of zhangbo2008/YAD2K at c7f656f and instances_train2017.json of
Ria-Ghosh/Misc at b56acca (both cut off), captions_val2014.json of Elsa1024/ece285_final_project at 7c8658f and
small_captions_val2014.json at 7c16953, and mscoco-it/captions_ita_*.json of crux82/mscoco-it at b7c8405.
"""

import argparse
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

SHARED = {4: "CC BY 2.0", 5: "CC BY-SA 2.0", 7: "no known copyright restrictions", 8: "United States government work"}
"""COCO's numbers of the licences that let a photo be used, changed and passed on, in trade too."""
QUALITY = 95
_NAME = re.compile(r"(?:COCO_(?:train|val)20\d\d_)?(\d{12})(?:_jpg\.rf\.[^.]+)?\.jpg")


def main() -> None:
    parser = argparse.ArgumentParser(description="Collect the photos of COCO with a free licence and keypoints.")
    parser.add_argument("checkouts", nargs="+", type=Path)
    parser.add_argument("--licences", nargs="+", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--but", type=Path, help="a people/coco_ok with annotations.json: its photos are left out")
    parser.add_argument("--out", type=Path, default=Path("runs/more"))
    options = parser.parse_args()
    without = (
        {photo["id"] for photo in json.loads((options.but / "annotations.json").read_text())} if options.but else ()
    )
    shared = {key: image for key, image in shared_images(options.licences).items() if key not in without}
    folder = options.out / "people/coco_ok"
    (folder / "images").mkdir(parents=True, exist_ok=True)
    taken = []
    for key, path, labels in photos(options.checkouts, options.labels, shared):
        found = cv2.imread(str(path))
        if found is None:
            parser.error(f"{path} is no picture; is the checkout complete?")
        name, image = f"{key:012}.jpg", shared[key]
        picture = unstretched(found, image["width"], image["height"])
        if picture is found:
            (folder / "images" / name).write_bytes(path.read_bytes())
        else:
            cv2.imwrite(str(folder / "images" / name), picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
        taken.append(entry(image, name, path, people(labels.read_text(), picture.shape[1], picture.shape[0])))
    (folder / "annotations.json").write_text(json.dumps(taken, indent=1))
    if not taken:
        parser.error(f"none of COCO's photos with a licence of {sorted(SHARED)} and labels in {options.checkouts}")
    print(f"{folder}: {len(taken)} photos, {sum(len(photo['annotations']) for photo in taken)} people")


def shared_images(files: list[Path]) -> dict[int, dict[str, Any]]:
    """What the files say of each photo, by its number, where all that name it give it a licence of ``SHARED``."""
    images = [image for file in files for image in images_in(file.read_text()) if "license" in image]
    refused = {int(image["id"]) for image in images if image["license"] not in SHARED}
    return {int(image["id"]): image for image in images if int(image["id"]) not in refused}


def images_in(text: str) -> list[dict[str, Any]]:
    """What annotations say of their photos; where somebody cut the file off, of those that it still has whole.

    Raises ValueError where the text has no ``images``, KeyError where it is whole and has none.
    """
    try:
        return list(json.loads(text)["images"])
    except json.JSONDecodeError:
        start = re.search(r'"images"\s*:\s*\[', text)
        if start is None:
            raise ValueError("neither whole annotations of COCO nor the beginning of some, with images") from None
    found: list[dict[str, Any]] = []
    at, next_one = start.end(), re.compile(r"[\s,]*(?=\{)")
    while there := next_one.match(text, at):
        try:
            image, at = json.JSONDecoder().raw_decode(text, there.end())
        except json.JSONDecodeError:
            break
        found.append(image)
    return found


def photos(checkouts: list[Path], labels: Path, shared: dict[int, Any]) -> Iterator[tuple[int, Path, Path]]:
    """Number, picture and labels of each shared photo, once: of several copies the largest file."""
    known = {int(path.stem): path for path in labels.glob("*/*.txt") if path.stem.isdigit()}
    copies: dict[int, Path] = {}
    for path in sorted(path for checkout in checkouts for path in checkout.rglob("*.jpg")):
        match = _NAME.fullmatch(path.name)
        if match is None or (key := int(match[1])) not in shared or key not in known:
            continue
        if key not in copies or path.stat().st_size > copies[key].stat().st_size:
            copies[key] = path
    yield from ((key, path, known[key]) for key, path in sorted(copies.items()))


def unstretched(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """The picture itself if its sides are as the photo's, else in the photo's shape."""
    aspect = picture.shape[1] / picture.shape[0]
    return picture if abs(aspect * height / width - 1) < 0.02 else cv2.resize(picture, (width, height))


def people(lines: str, width: int, height: int) -> list[dict[str, Any]]:
    """Box (left, top, width, height) and keypoints (x, y, visibility, 17 times) in pixels, of each line of labels.

    Raises ValueError where a line has not 5 + 51 numbers.
    """
    found = []
    for line in lines.splitlines():
        row = np.array(line.split(), float)
        if len(row) != 56:
            raise ValueError(f"a line of labels has {len(row)} numbers, not class, box and 17 keypoints: 56")
        box, joints = row[1:5] * np.tile((width, height), 2), row[5:].reshape(17, 3) * (width, height, 1)
        if not (joints[:, 2] > 0).any():
            continue
        corner = np.concatenate([box[:2] - box[2:] / 2, box[2:]])
        found.append({"bbox": corner.round(2).tolist(), "keypoints": joints.round(2).ravel().tolist()})
    return found


def entry(image: dict[str, Any], name: str, path: Path, annotations: list[dict[str, Any]]) -> dict[str, Any]:
    """What is known of one photo: whose it is, its licence, where it was found, and who is on it."""
    return {
        "id": int(image["id"]),
        "file": name,
        "license": image["license"],
        "license_name": SHARED[image["license"]],
        "flickr_url": image.get("flickr_url", ""),
        "path": str(path),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "annotations": annotations,
    }


if __name__ == "__main__":
    main()
