"""Places for people to stand in front of: parts of panoramas, photographs, and rooms made up at random."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from mocap_bridge import rotations as quaternions
from mocap_bridge.records import Image
from models.training.material.splits import Part, part_of

Random = np.random.Generator


@dataclass(frozen=True, eq=False)
class Backgrounds:
    """Pictures that places are cut from, RGB."""

    panoramas: Sequence[Image]  # equirectangular: full circle wide, zenith at the top
    photos: Sequence[Image]


def read_backgrounds(data: Path, part: Part | None = None) -> Backgrounds:
    """The pictures below ``data/backgrounds``: all, or those of one part."""
    folder = data / "backgrounds" / "pano_jpg"
    panoramas = [_read(path) for path in sorted(folder.glob("*.jpg")) if part in (None, part_of(path))]
    return Backgrounds(panoramas, read_photos(data, part))


def read_photos(data: Path, part: Part | None = None) -> list[Image]:
    """The flat photographs, all or those of one part, shorter side 320 px at most."""
    photos = []
    for path in sorted((data / "backgrounds").glob("photos_*/*.jpg")):
        if part not in (None, part_of(path)):
            continue
        picture = _read(path)
        scale = min(1.0, 320 / min(picture.shape[:2]))
        photos.append(np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)))
    return photos


def random_view(pictures: Backgrounds, rng: Random, width: int, height: int) -> Image:
    """(height, width, 3) of any kind."""
    kind = rng.random()
    if kind < 0.45 and pictures.panoramas:
        panorama = pictures.panoramas[int(rng.integers(len(pictures.panoramas)))]
        angles = rng.uniform(0, 2 * np.pi), rng.normal(0.05, 0.15), rng.normal(0, 0.08)
        return panorama_view(panorama, *angles, float(np.radians(rng.uniform(30, 85))), width, height)
    if kind < 0.65 and pictures.photos:
        photo = pictures.photos[int(rng.integers(len(pictures.photos)))]
        return _cut(photo, rng, width, height)
    return room(rng, width, height)


def panorama_view(
    panorama: Image, yaw: float, pitch: float, roll: float, fov_rad: float, width: int, height: int
) -> Image:
    """What a camera inside a panorama sees; radians, ``pitch`` down positive, ``fov_rad`` over the width."""
    rows, columns = panorama.shape[:2]
    x, y = np.meshgrid(np.arange(width) + 0.5 - width / 2, np.arange(height) + 0.5 - height / 2)
    focal = width / 2 / np.tan(fov_rad / 2)
    rays = quaternions.normalized(np.stack([x, y, np.full_like(x, focal)], axis=-1))
    axes = np.eye(3)
    turn = quaternions.multiply(
        quaternions.about(axes[1], yaw),
        quaternions.multiply(quaternions.about(axes[0], -pitch), quaternions.about(axes[2], roll)),
    )
    rays = quaternions.rotate(turn, rays)
    longitude, latitude = np.arctan2(rays[..., 0], rays[..., 2]), np.arcsin(np.clip(rays[..., 1], -1, 1))
    at_x = ((longitude / (2 * np.pi) + 0.5) * columns - 0.5).astype(np.float32)
    at_y = ((latitude / np.pi + 0.5) * rows - 0.5).astype(np.float32)
    return np.asarray(cv2.remap(panorama, at_x, at_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_WRAP))


def room(rng: Random, width: int, height: int) -> Image:
    """A wall, a floor, things on both, and light that falls off to one side."""
    picture = np.empty((height, width, 3), np.float32)
    wall, floor = rng.uniform(70, 245, 3) * [1, 0.95, 0.9], rng.uniform(40, 190, 3) * [1, 0.85, 0.7]
    horizon = int(height * rng.uniform(0.55, 0.9))
    picture[:horizon], picture[horizon:] = wall, floor
    for _ in range(rng.integers(0, 9)):
        x, y = rng.uniform(-0.1, 1.0) * width, rng.uniform(0, 0.85) * height
        w, h = rng.uniform(0.05, 0.4, 2) * (width, height)
        corners = (int(x), int(y)), (int(x + w), int(y + h))
        colour = rng.uniform(20, 250, 3) if rng.random() < 0.6 else wall * rng.uniform(0.6, 1.2)
        cv2.rectangle(picture, *corners, colour.tolist(), -1)
        if rng.random() < 0.6:
            cv2.rectangle(picture, *corners, (colour * 0.5).tolist(), int(rng.integers(1, 5)))
    for row in np.linspace(horizon, height, int(rng.integers(1, 9)), endpoint=False).astype(int):
        cv2.line(picture, (0, int(row)), (width, int(row)), (floor * 0.85).tolist(), 1)
    light = cv2.resize(rng.uniform(0.55, 1.25, (2, 3)).astype(np.float32), (width, height))
    picture *= light[..., None]
    picture += rng.normal(0, rng.uniform(0, 6), picture.shape)
    if rng.random() < 0.5:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.5, 3.0))
    return np.asarray(np.clip(picture, 0, 255).astype(np.uint8))


def _cut(photo: Image, rng: Random, width: int, height: int) -> Image:
    rows, columns = photo.shape[:2]
    share = rng.uniform(0.4, 1.0) * min(columns / width, rows / height)
    w, h = max(1, int(width * share)), max(1, int(height * share))
    x, y = int(rng.integers(0, columns - w + 1)), int(rng.integers(0, rows - h + 1))
    return np.asarray(cv2.resize(photo[y : y + h, x : x + w], (width, height), interpolation=cv2.INTER_LINEAR))


def _read(path: Path) -> Image:
    picture = cv2.imread(str(path))
    if picture is None:
        raise FileNotFoundError(f"{path} cannot be read as a picture")
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
