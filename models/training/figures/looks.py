"""Colours and fabrics: skin of every tone, hair, dyes, patterns and prints.

Colours are RGB 0..1 as a screen shows them.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from mocap_bridge.records import Array, Image

Random = np.random.Generator

FABRIC_PX = 128

_SKIN = np.array(
    [[248, 222, 203], [236, 200, 172], [219, 172, 138], [188, 135, 98], [148, 98, 66], [108, 70, 48], [72, 47, 35]]
)
"""From the lightest to the darkest, in even steps to the eye."""
_HAIR = np.array(
    [
        [130, 128, 126],
        [215, 212, 208],
        [18, 15, 14],
        [38, 27, 20],
        [62, 42, 28],
        [95, 66, 42],
        [140, 105, 66],
        [196, 164, 112],
        [120, 52, 28],
    ],
)


def skin_colour(rng: Random) -> Array:
    """(3,) any tone between the lightest and the darkest, all alike likely, redder or yellower by chance."""
    tone = rng.uniform(0, len(_SKIN) - 1)
    low = int(min(tone, len(_SKIN) - 2))
    mixed = _SKIN[low] + (tone - low) * (_SKIN[low + 1] - _SKIN[low])
    return np.asarray(np.clip(mixed / 255 * rng.normal(1, 0.03, 3) * rng.normal(1, 0.04), 0, 1))


def hair_colour(rng: Random) -> Array:
    """(3,) natural colours, dark ones more often; one in twenty is dyed."""
    if rng.random() < 0.05:
        return cloth_colour(rng)
    chance = np.array([1, 0.7, 4, 4, 3, 2, 1.5, 1.5, 0.7])
    chosen = _HAIR[rng.choice(len(_HAIR), p=chance / chance.sum())]
    return np.asarray(np.clip(chosen / 255 * rng.uniform(0.7, 1.25), 0, 1))


def cloth_colour(rng: Random) -> Array:
    """(3,) any dye; greys, blacks, whites and blues more often, as in wardrobes."""
    kind = rng.random()
    if kind < 0.35:
        return np.asarray(np.clip(rng.choice([0.06, 0.12, 0.3, 0.55, 0.9, 0.95]) * rng.normal(1, 0.04, 3), 0, 1))
    hue = rng.normal(110, 8) if kind < 0.5 else rng.uniform(0, 180)
    saturation, value = 255 * rng.random() ** 1.2, rng.uniform(25, 250)
    pixel = np.array([[[hue % 180, saturation, value]]], np.uint8)
    return np.asarray(cv2.cvtColor(pixel, cv2.COLOR_HSV2RGB)[0, 0] / 255.0)


def eye_picture(rng: Random) -> Image:
    """White, iris and pupil for a texture whose middle looks straight ahead."""
    picture = np.full((64, 64, 3), (228, 222, 216), np.uint8)
    iris = rng.uniform((40, 30, 20), (130, 120, 130))
    cv2.circle(picture, (32, 32), 15, iris.tolist(), -1, cv2.LINE_AA)
    cv2.circle(picture, (32, 32), 6, (12, 10, 10), -1, cv2.LINE_AA)
    return picture


def fabric(rng: Random, photos: Sequence[Image]) -> Image:
    """(128, 128, 3) a swatch that repeats: plain, striped, checked, dotted, blotched, or cut from a photo."""
    kind = rng.random()
    if kind < 0.3:
        swatch = np.full((FABRIC_PX, FABRIC_PX, 3), cloth_colour(rng))
    elif kind < 0.7:
        swatch = _pattern(rng)
    elif kind < 0.82 or not photos:
        swatch = _blotches(rng)
    else:
        swatch = _cutting(rng, photos) / 255.0
    swatch = swatch + rng.normal(0, rng.uniform(0, 0.05), swatch.shape)
    return np.asarray(np.clip(swatch * 255, 0, 255).astype(np.uint8))


def print_picture(rng: Random, photos: Sequence[Image]) -> Image:
    """(128, 128, 3) something for the front of a shirt: a photo, letters or a shape."""
    if photos and rng.random() < 0.4:
        return _cutting(rng, photos)
    picture = np.full((FABRIC_PX, FABRIC_PX, 3), 255 * cloth_colour(rng), np.uint8)
    ink = (255 * cloth_colour(rng)).tolist()
    if rng.random() < 0.5:
        for row in range(int(rng.integers(1, 4))):
            letters = "".join(chr(65 + letter) for letter in rng.integers(0, 26, rng.integers(3, 8)))
            cv2.putText(picture, letters, (6, 36 + 38 * row), int(rng.integers(0, 5)), 1.0, ink, 4, cv2.LINE_AA)
    else:
        points = rng.integers(8, FABRIC_PX - 8, (rng.integers(3, 9), 2)).astype(np.int32)
        cv2.fillConvexPoly(picture, cv2.convexHull(points), ink, cv2.LINE_AA)
        cv2.circle(picture, (64, 64), int(rng.integers(10, 40)), (255 * cloth_colour(rng)).tolist(), -1, cv2.LINE_AA)
    return picture


def _pattern(rng: Random) -> Array:
    """Stripes, checks or dots of two or three colours."""
    colours = [cloth_colour(rng) for _ in range(3)]
    period = FABRIC_PX // int(rng.choice([4, 8, 16, 32]))
    y, x = np.indices((FABRIC_PX, FABRIC_PX))
    if rng.random() < 0.25:
        dots = (x % period - period / 2) ** 2 + (y % period - period / 2) ** 2 < (period * rng.uniform(0.2, 0.45)) ** 2
        return np.where(dots[..., None], colours[0], colours[1])
    bands = (y if rng.random() < 0.5 else x) % period < period * rng.uniform(0.15, 0.6)
    swatch = np.where(bands[..., None], colours[0], colours[1])
    if rng.random() < 0.4:
        across = (x if rng.random() < 0.5 else y) % period < period * rng.uniform(0.15, 0.6)
        swatch = np.where(across[..., None], 0.5 * swatch + 0.5 * colours[2], swatch)
    return swatch


def _blotches(rng: Random) -> Array:
    """Soft clouds, or with hard edges: camouflage."""
    clouds = np.zeros((FABRIC_PX, FABRIC_PX), np.float32)
    for cells in (4, 8, 16, 32):
        noise = rng.normal(0, 4 / cells, (cells, cells)).astype(np.float32)
        clouds += cv2.resize(noise, (FABRIC_PX, FABRIC_PX), interpolation=cv2.INTER_CUBIC)
    level = clouds[..., None] / (2 * np.abs(clouds).mean() + 1e-6)
    one, other = cloth_colour(rng), cloth_colour(rng)
    if rng.random() < 0.5:
        return np.where(level > 0.4, one, np.where(level > -0.3, other, cloth_colour(rng)))
    return np.asarray(one + (other - one) * np.clip(level * 0.5 + 0.5, 0, 1))


def _cutting(rng: Random, photos: Sequence[Image]) -> Image:
    photo = photos[int(rng.integers(len(photos)))]
    side = int(rng.uniform(0.3, 1.0) * min(photo.shape[:2]))
    y, x = (int(rng.integers(0, length - side + 1)) for length in photo.shape[:2])
    return np.asarray(
        cv2.resize(photo[y : y + side, x : x + side], (FABRIC_PX, FABRIC_PX), interpolation=cv2.INTER_AREA)
    )
