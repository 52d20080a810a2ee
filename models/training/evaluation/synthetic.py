"""Rendered people before real places, composed in one fixed way that no change of the training's augmentation moves.

A crop is made as the program makes one: upright, around a box that is a little off, black where the camera's
picture ends. A third of the people are cut off by the box, a third are partly behind something or somebody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from mocap_bridge.records import Array, Camera, Image
from models.training.evaluation.crops import CROP_PER_BOX, CROP_PX, Crop, torso_of
from models.training.material.backgrounds import panorama_view
from models.training.material.pictures import unpacked
from models.training.material.splits import Part, backgrounds_of

VIEW_PX, VIEWS = 320, 240
_NEEDED = ("joints_m", "view", "alpha", "visible", "box_px")

Random = np.random.Generator


@dataclass(frozen=True, eq=False)
class Figure:
    """One rendered person; pixels are those of ``rgb``."""

    rgb: Image  # (S, S, 3)
    alpha: Image  # (S, S)
    joints_px: Array  # (30, 2)
    joints_m: Array  # (30, 3)
    visible: Array  # (30,)
    box_px: Array  # (4,)
    view: Array  # (3,) tangents of the middle and of half the side


def figures(folder: Path, pattern: str) -> Iterator[list[Figure]]:
    """The people of each shard. Raises FileNotFoundError without shards, ValueError for one that lacks something."""
    shards = sorted(folder.glob(pattern))
    if not shards:
        raise FileNotFoundError(f"no {pattern} in {folder}; python -m models.training.renders --help tells how")
    for shard in shards:
        with np.load(shard) as file:
            if missing := [name for name in _NEEDED if name not in file.files]:
                raise ValueError(
                    f"{shard} lacks {', '.join(missing)}; render it again: models.training.renders adds it"
                )
            arrays = {name: file[name] for name in file.files}
        yield [_figure(arrays, index) for index in range(len(arrays["box_px"]))]


def _figure(arrays: dict[str, Any], index: int) -> Figure:
    plain = {name: np.asarray(arrays[name][index], np.float64) for name in ("joints_px", *_NEEDED) if name != "alpha"}
    return Figure(unpacked(arrays, "rgb", index), unpacked(arrays, "alpha", index), **plain)


def places(data: Path, part: Part) -> list[Image]:
    """``VIEWS`` square views of the backgrounds of one part: two of three look into a panorama."""
    rng = np.random.default_rng(11)
    files = backgrounds_of(data, part)
    panoramas = [path for path in files if "pano" in path.parent.name]
    photos = [path for path in files if path not in panoramas]
    views = []
    for number in range(VIEWS):
        if panoramas and (number % 3 or not photos):
            panorama = _read(panoramas[number % len(panoramas)])
            angles = rng.uniform(0, 2 * np.pi), rng.normal(0.05, 0.15), rng.normal(0, 0.08)
            views.append(panorama_view(panorama, *angles, np.radians(rng.uniform(35, 80)), VIEW_PX, VIEW_PX))
        else:
            views.append(part_of_place(_read(photos[int(rng.integers(len(photos)))]), rng, VIEW_PX))
    return views


def synthetic_crops(folder: Path, pattern: str, views: Sequence[Image], seed: int, count: int) -> Iterator[Crop]:
    """The first ``count`` people of the shards, each composed with its own random numbers."""
    number = 0
    for people in figures(folder, pattern):
        for person in people:
            if number == count:
                return
            rng = np.random.default_rng((seed, number))
            yield composed(person, people[int(rng.integers(len(people)))], views, rng)
            number += 1


def empty_crops(folder: Path, pattern: str, views: Sequence[Image], seed: int, count: int) -> Iterator[Image]:
    """``count`` places without anybody; into every third one somebody reaches from outside."""
    people = next(figures(folder, pattern))
    for number in range(count):
        rng = np.random.default_rng((seed, number, 1))
        image = part_of_place(_one(views, rng), rng, CROP_PX)
        if number % 3 == 0:
            person = _one(people, rng)
            angle = rng.uniform(0, 2 * np.pi)
            off = np.array([np.cos(angle), np.sin(angle)]) * rng.uniform(0.7, 0.9) * CROP_PX
            _paste(image, person, _matrix(person.box_px, np.zeros(2), 1.0) + np.column_stack([np.zeros((2, 2)), off]))
        yield _by_a_camera(image, rng)


def composed(person: Figure, other: Figure, views: Sequence[Image], rng: Random) -> Crop:
    """The crop of ``person``; ``other`` may stand beside."""
    box_px = _cut_off(person, rng) if rng.random() < 1 / 3 else person.box_px
    matrix = _matrix(box_px, rng.normal(0, 0.04, 2), float(np.exp(rng.normal(0, 0.1))))
    image = part_of_place(_one(views, rng), rng, CROP_PX)
    before = rng.random()
    aside = rng.choice([-1, 1]) * rng.uniform(0.3, 0.6), rng.normal(0, 0.08)
    beside = _matrix(other.box_px, np.array(aside), float(np.exp(rng.normal(0, 0.2))))
    if before > 0.9:
        _paste(image, other, beside)
    _paste(image, person, matrix)
    hidden = np.zeros((CROP_PX, CROP_PX), bool)
    if before < 0.1:
        hidden |= _paste(image, other, beside) > 127
    if 0.1 < before < 0.33:
        hidden |= _occlude(image, _one(views, rng), rng)
    outside = _beyond_the_picture(person, matrix)
    image[outside] = 0
    at = person.joints_px @ matrix[:, :2].T + matrix[:, 2]
    cell = np.clip(at, 0, CROP_PX - 1).astype(int)
    in_picture = ((at >= 0) & (at < CROP_PX)).all(axis=1) & ~outside[cell[:, 1], cell[:, 0]]
    joints = at / CROP_PX
    return Crop(
        _by_a_camera(image, rng),
        joints,
        torso_of(joints),
        _camera(person, matrix),
        person.joints_m,
        person.visible * in_picture * ~hidden[cell[:, 1], cell[:, 0]],
        in_picture.astype(np.float64),
    )


def part_of_place(place: Image, rng: Random, size_px: int) -> Image:
    """A random square of a picture, in the wanted size."""
    height, width = place.shape[:2]
    side = int(min(height, width) * rng.uniform(0.5, 1.0))
    top, left = rng.integers(0, height - side + 1), rng.integers(0, width - side + 1)
    return np.array(cv2.resize(place[top : top + side, left : left + side], (size_px, size_px)))


def _matrix(box_px: Array, shift: Array, grow: float) -> Array:
    """(2, 3) from the render to the crop around a box, moved by a share of its side."""
    side_px = float(max(box_px[2:] - box_px[:2])) * CROP_PER_BOX * grow
    scale = CROP_PX / side_px
    center_px = (box_px[:2] + box_px[2:]) / 2
    return np.hstack([np.eye(2) * scale, (CROP_PX * (0.5 + shift) - scale * center_px)[:, None]])


def _cut_off(person: Figure, rng: Random) -> Array:
    """The box without its lower part, as behind a desk, or now and then without another side."""
    low, high = person.box_px[:2].copy(), person.box_px[2:].copy()
    part = rng.uniform(0.25, 0.6) * (high - low)
    side = rng.integers(5)
    if side < 3:
        high[1] -= part[1]
    elif side == 3:
        low[0] += part[0]
    else:
        high[0] -= part[0]
    return np.concatenate([low, high])


def _paste(image: Image, person: Figure, matrix: Array) -> Image:
    """Lay the person over the picture, in place; returns the mask."""
    size = image.shape[1::-1]
    rgb = cv2.warpAffine(person.rgb, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.warpAffine(person.alpha, matrix, size, flags=cv2.INTER_LINEAR)
    share = alpha[..., None].astype(np.float32) / 255
    image[:] = np.rint(rgb * share + image * (1 - share))
    return np.asarray(alpha)


def _occlude(image: Image, place: Image, rng: Random) -> Array:
    """Something oval or square before the picture, in place; returns where."""
    mask = np.zeros(image.shape[:2], np.uint8)
    center, size = rng.uniform(0.2, 0.8, 2) * CROP_PX, rng.uniform(0.15, 0.45, 2) * CROP_PX
    turned = (center.tolist(), size.tolist(), float(rng.uniform(0, 180)))
    if rng.random() < 0.5:
        cv2.ellipse(mask, turned, 255, -1)
    else:
        cv2.fillPoly(mask, [cv2.boxPoints(turned).astype(np.int32)], 255)
    image[mask > 0] = part_of_place(place, rng, CROP_PX)[mask > 0]
    return np.asarray(mask > 0)


def _beyond_the_picture(person: Figure, matrix: Array) -> Array:
    """(CROP_PX, CROP_PX) True beyond those edges of the render that cut the person off."""
    size_px = person.rgb.shape[0]
    low, high = matrix[:, 2], size_px * matrix[0, 0] + matrix[:, 2]
    at = np.arange(CROP_PX) + 0.5
    x0, y0, x1, y1 = person.box_px
    columns = ((at < low[0]) & (x0 <= 0)) | ((at > high[0]) & (x1 >= size_px))
    rows = ((at < low[1]) & (y0 <= 0)) | ((at > high[1]) & (y1 >= size_px))
    return np.asarray(rows[:, None] | columns[None, :])


def _camera(person: Figure, matrix: Array) -> Camera:
    size_px, (x, y, half) = person.rgb.shape[0], person.view
    focal = size_px / (2 * half) * matrix[0, 0]
    center = size_px * (0.5 - np.array([x, y]) / (2 * half)) * matrix[0, 0] + matrix[:, 2]
    return Camera(np.full(2, CROP_PX), np.full(2, focal), center, np.eye(4))


def _by_a_camera(image: Image, rng: Random) -> Image:
    """Exposure and JPEG."""
    levels = np.linspace(0, 1, 256) ** rng.uniform(0.8, 1.25) * rng.uniform(0.8, 1.15)
    image = cv2.LUT(image, np.clip(levels * 255, 0, 255).astype(np.uint8))
    jpeg = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 95))])[1]
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR))


def _one(things: Sequence[Any], rng: Random) -> Any:
    return things[int(rng.integers(len(things)))]


def _read(path: Path) -> Image:
    picture = cv2.imread(str(path))
    if picture is None:
        raise ValueError(f"{path} cannot be read as a picture")
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
