"""What whole-frame training pictures are made of: empty places, clutter, cut-out people, annotated photos.

Every picture is RGB uint8; a box is x0, y0, x1, y1 in pixels.
"""

import itertools
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Boxes = npt.NDArray[np.float32]
Random = np.random.Generator

_PANORAMAS = "backgrounds/pano_jpg"
_PHOTOS = "backgrounds/photos_cc0_budgie"
_CLUTTER = "backgrounds/photos_mit_grocery"
_HELD_OUT = 6


@dataclass(frozen=True, eq=False)
class Photo:
    """A real picture and the people that are known to be in it."""

    image: Image
    boxes_px: Boxes  # (N, 4)
    complete: bool  # whether everybody in it has a box
    stretched: bool  # whether the true aspect is lost


class Places:
    """Pictures that nobody is in, seen from a new angle each time.

    Every ``_HELD_OUT``-th picture of each kind is kept from training: ``held_out`` gives those, and only those.
    """

    def __init__(self, data: Path, held_out: bool = False) -> None:
        def read(pattern: str, longest_px: int) -> list[Image]:
            paths = sorted(data.glob(pattern))
            return [
                read_rgb(path, longest_px)
                for number, path in enumerate(paths, start=1)
                if (number % _HELD_OUT == 0) == held_out
            ]

        self.panoramas = read(f"{_PANORAMAS}/*.jpg", 1024)
        self.photos = read(f"{_PHOTOS}/*", 1200)
        self.clutter = read(f"{_CLUTTER}/*.jpg", 400)
        if not (self.panoramas and self.photos and self.clutter):
            raise FileNotFoundError(f"{data} has no {_PANORAMAS}, {_PHOTOS} and {_CLUTTER}; name the data folder")

    def view(self, rng: Random, width: int, height: int) -> Image:
        """A view of one of the places (width, height in pixels)."""
        kind = rng.random()
        if kind < 0.1:  # the panorama itself, bent as no camera sees it, but an empty picture like any other
            panorama = self.panoramas[rng.integers(len(self.panoramas))]
            view = crop(rng, np.roll(panorama, rng.integers(panorama.shape[1]), axis=1), width, height, 0.6)
        elif kind < 0.65:
            view = look_around(rng, self.panoramas[rng.integers(len(self.panoramas))], width, height)
        else:
            view = crop(rng, self.photos[rng.integers(len(self.photos))], width, height, 0.3)
        return np.ascontiguousarray(view[:, ::-1]) if rng.random() < 0.5 else view

    def texture(self, rng: Random, width: int, height: int) -> Image:
        """Any texture: clutter, or part of a place."""
        if rng.random() < 0.6:
            return crop(rng, self.clutter[rng.integers(len(self.clutter))], width, height, 0.2)
        return crop(rng, self.photos[rng.integers(len(self.photos))], width, height, 0.05)


class Cutouts:
    """People with alpha: real ones, and rendered ones as far as their shards exist yet."""

    def __init__(self, real: Path, renders: Path, kind: str = "train") -> None:
        self.renders, self.kind = renders, kind
        self.seen: set[Path] = set()
        self.rendered: list[tuple[Image, Image]] = []  # JPEG of colour and alpha
        self.real: list[tuple[Image, Image]] = []
        for path in (real, real.with_name("people-more.npz")):
            if path.exists():
                with np.load(path) as file:
                    self.real += _pairs(file, "cutout_rgb", "cutout_alpha")

    def rescan(self) -> int:
        """Take in shards written since the last call; how many people there are now."""
        for path in sorted(set(self.renders.glob(f"{self.kind}-*.npz")) - self.seen):
            with np.load(path) as file:
                self.rendered += _pairs(file, "rgb", "alpha")
            self.seen.add(path)
        return len(self.rendered) + len(self.real)

    def draw(self, rng: Random) -> tuple[Image, Image]:
        """Colour and alpha of one person, cut to the silhouette."""
        # A render shows any pose but the same few clothes; a photo shows real skin and cloth. Both equally often.
        pool = self.rendered if self.rendered and (not self.real or rng.random() < 0.5) else self.real
        colour, alpha = pool[rng.integers(len(pool))]
        rgb, mask = decoded(colour), decoded(alpha, grey=True)
        columns, rows = np.flatnonzero(mask.max(axis=0) > 127), np.flatnonzero(mask.max(axis=1) > 127)
        if not len(columns):
            return rgb[:1, :1], mask[:1, :1]
        part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
        return rgb[part], mask[part]


def read_photos(data: Path, labels: Path, more: Path | None = None) -> tuple[list[Photo], list[Photo]]:
    """Annotated photos, those of ``more`` (``models.training.open_images``) too, and frames a teacher found one in."""
    photos = []
    folders = [data / "people/openimages_416"]
    if more is not None and (more / "people/openimages_416").exists():
        folders.append(more / "people/openimages_416")
    for folder in folders:
        for entry in json.loads((folder / "annotations.json").read_text()):
            image = read_rgb(folder / "images" / entry["file"], 416)
            photos.append(Photo(image, _corners(entry["person_boxes_xywh"], 1.0), complete=False, stretched=True))
    folder = data / "people/coco_ok"
    for entry in json.loads((folder / "annotations.json").read_text()):
        image = read_rgb(folder / "images" / entry["file"], 480)
        boxes = _corners([person["bbox"] for person in entry["annotations"]], image.shape[1] / entry["width"])
        photos.append(Photo(image, boxes, complete=False, stretched=not entry["aspect_preserved"]))
    frames: list[Photo] = []
    if labels.exists():
        with np.load(labels) as file:
            for jpeg, box in zip(_pictures(file, "frame_rgb"), file["frame_box_px"], strict=True):
                frames.append(Photo(decoded(jpeg), box[None], complete=False, stretched=False))
    return photos, frames


def decoded(jpeg: Image, grey: bool = False) -> Image:
    """A picture from its JPEG bytes: RGB, or one channel. Raises ValueError if the bytes are no picture."""
    image = cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE if grey else cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError(f"{len(jpeg)} bytes are no picture; make the shard or the labels again")
    return _bytes(image) if grey else _bytes(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))


def read_rgb(path: Path, longest_px: int) -> Image:
    """Read a picture and shrink it to at most ``longest_px``."""
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise FileNotFoundError(f"{path} is no picture that OpenCV can read")
    scale = longest_px / max(image.shape[:2])
    if scale < 1:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return _bytes(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))


def look_around(rng: Random, panorama: Image, width: int, height: int) -> Image:
    """Perspective view into an equirectangular panorama, level or nearly so."""
    field = rng.uniform(0.6, 1.8)  # radians, horizontally
    pitch, roll, yaw = rng.normal(0, 0.2), rng.normal(0, 0.08), rng.uniform(-math.pi, math.pi)
    focal = width / 2 / math.tan(field / 2)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32) - width / 2, np.arange(height, dtype=np.float32) - height / 2)
    x, y = (math.cos(roll) * x - math.sin(roll) * y) / focal, (math.sin(roll) * x + math.cos(roll) * y) / focal
    down, ahead = y * math.cos(pitch) + math.sin(pitch), math.cos(pitch) - y * math.sin(pitch)
    rows, columns = panorama.shape[:2]
    longitude = (np.arctan2(x, ahead) + yaw) / (2 * math.pi) % 1.0 * columns
    latitude = (np.arctan2(down, np.hypot(x, ahead)) / math.pi + 0.5) * rows
    at = longitude.astype(np.float32), latitude.astype(np.float32)
    return _bytes(cv2.remap(panorama, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP))


def crop(rng: Random, image: Image, width: int, height: int, least: float) -> Image:
    """A random part of at least this share of the largest that has the wanted aspect, resized."""
    rows, columns = image.shape[:2]
    share = min(columns / width, rows / height) * rng.uniform(least, 1.0)
    part_width, part_height = max(2, int(width * share)), max(2, int(height * share))
    x, y = rng.integers(columns - part_width + 1), rng.integers(rows - part_height + 1)
    part = image[y : y + part_height, x : x + part_width]
    return _bytes(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA if share > 1 else cv2.INTER_LINEAR))


def _bytes(image: npt.ArrayLike) -> Image:
    return np.asarray(image, np.uint8)


def _corners(boxes_xywh: list[list[float]], scale: float) -> Boxes:
    boxes = np.array(boxes_xywh, np.float32).reshape(-1, 4) * np.float32(scale)
    boxes[:, 2:] += boxes[:, :2]
    return boxes


def _pictures(file: Any, name: str) -> list[Image]:
    content, at = file[name], file[f"{name}_at"]
    return [content[begin:end] for begin, end in itertools.pairwise(at)]


def _pairs(file: Any, colour: str, alpha: str) -> list[tuple[Image, Image]]:
    """Colour and alpha of each person that has both."""
    return [pair for pair in zip(_pictures(file, colour), _pictures(file, alpha), strict=True) if len(pair[1])]
