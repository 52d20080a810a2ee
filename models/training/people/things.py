"""What a camera sees in rooms and might take for people: coats on hooks, posters, furniture, anything at all.

Each function draws one thing and returns its colours (H, W, 3) and its mask (H, W) 0..255, like a cut-out person.
"""

import math
from collections.abc import Callable

import cv2
import numpy as np

from models.training.people.pixels import recoloured
from models.training.people.sources import Cutouts, Image, Places, Random

Thing = tuple[Image, Image]

_PX = 160
"""Longer side of what is drawn, before it is scaled into the scene."""


def coat(rng: Random, places: Places, cutouts: Cutouts) -> Thing:
    """Clothes without anybody in them: a coat or jacket on a hook, of the cloth that somebody wears."""
    height, width = _PX, int(_PX * rng.uniform(0.4, 0.65))
    worn, mask = cutouts.draw(rng)
    rows, columns = mask.shape
    cloth = worn[int(0.3 * rows) : int(0.5 * rows) + 1, int(0.35 * columns) : int(0.65 * columns) + 1]
    if rng.random() < 0.3:
        cloth = places.texture(rng, width, height)
    folds = 1 + 0.25 * np.sin(np.linspace(0, rng.uniform(6, 25), width) + rng.uniform(0, 6))
    lit = np.asarray(cv2.resize(cloth, (width, height)), np.float32) * folds[None, :, None]
    rgb = lit.clip(0, 255).astype(np.uint8)
    mask = np.zeros((height, width), np.uint8)
    neck, shoulder, hem = rng.uniform(0.05, 0.12), rng.uniform(0.25, 0.38), rng.uniform(0.25, 0.48)
    slope, cuff, sleeve = rng.uniform(0.08, 0.2), rng.uniform(0.4, 0.8), rng.uniform(0.08, 0.13)

    def shape(*corners: tuple[float, float]) -> None:
        points = np.array(corners) * (width, height)
        cv2.fillPoly(mask, [points.astype(np.int32)], 255)

    top = 0.06
    shape(
        (0.5 - neck, top),
        (0.5 + neck, top),
        (0.5 + shoulder, slope),
        (0.5 + hem, 1),
        (0.5 - hem, 1),
        (0.5 - shoulder, slope),
    )
    for side in (-1, 1):
        swing = rng.uniform(-0.05, 0.1)
        inner, outer = shoulder - sleeve, shoulder + sleeve / 2
        shape(
            (0.5 + side * inner, slope),
            (0.5 + side * outer, slope + 0.02),
            (0.5 + side * (outer + swing), cuff),
            (0.5 + side * (outer + swing - 1.2 * sleeve), cuff),
        )
    opening = (width // 2, int(top * height)), (int(neck * width), int(0.03 * height) + 1)
    cv2.ellipse(rgb, *opening, 0, 0, 360, (20, 20, 20), -1)
    cv2.line(rgb, (width // 2, int(top * height)), (width // 2, height), (rgb.mean(axis=(0, 1)) * 0.4).tolist(), 2)
    hook = (width // 2, 0), (width // 2, int(top * height))
    _both(rgb, mask, np.full(3, rng.uniform(20, 200)), lambda on, c: cv2.line(on, *hook, c, 2))
    return rgb, mask


def poster(rng: Random, places: Places, cutouts: Cutouts) -> Thing:
    """A framed print on a wall: a figure, or only a pattern, flat and in colours of its own."""
    height, width = _PX, int(_PX * rng.uniform(0.6, 1.4))
    paper = places.texture(rng, width, height)
    tint = np.full_like(paper, rng.uniform(20, 250, 3).astype(np.uint8))
    paper = np.asarray(cv2.addWeighted(paper, 0.3, tint, 0.7, 0), np.uint8)
    if rng.random() < 0.7:
        rgb, mask = cutouts.draw(rng)
        scale = min(0.9 * width / mask.shape[1], height * rng.uniform(0.5, 1.6) / mask.shape[0])
        size = max(1, int(mask.shape[1] * scale)), max(1, int(mask.shape[0] * scale))
        rgb, mask = (np.asarray(cv2.resize(picture, size), np.uint8) for picture in (recoloured(rng, rgb), mask))
        x, y = (width - size[0]) // 2, int(height * 0.08)
        shown = min(size[1], height - y)
        share = mask[:shown, :, None] / np.float32(255)
        part = paper[y : y + shown, x : x + size[0]]
        part[:] = (part + (rgb[:shown].astype(np.float32) - part) * share).astype(np.uint8)
    if rng.random() < 0.5:  # few inks
        steps = int(rng.integers(40, 110))
        paper = (paper // steps * steps + steps // 2).clip(0, 255).astype(np.uint8)
    frame = rng.uniform(0, 255, 3).tolist()
    cv2.rectangle(paper, (0, 0), (width - 1, height - 1), frame, max(4, int(_PX * rng.uniform(0.03, 0.1))))
    return paper, np.full((height, width), 255, np.uint8)


def furniture(rng: Random, places: Places) -> Thing:
    """A cupboard, chair, floor lamp or plant, in wood, cloth or leaf colours."""
    height, width = _PX, int(_PX * rng.uniform(0.35, 1.0))
    draw: Callable[[Random, Image, Image], None] = (cupboard, chair, lamp, plant)[rng.integers(4)]
    rgb, mask = np.zeros((height, width, 3), np.uint8), np.zeros((height, width), np.uint8)
    draw(rng, rgb, mask)
    grain = places.texture(rng, width, height)
    light = np.linspace(rng.uniform(0.6, 1.2), rng.uniform(0.6, 1.2), width, dtype=np.float32)[None, :, None]
    mixed = np.asarray(cv2.addWeighted(rgb, 0.8, grain, 0.2, 0), np.float32) * light
    return mixed.clip(0, 255).astype(np.uint8), mask


def cupboard(rng: Random, rgb: Image, mask: Image) -> None:
    """A box with doors or drawers."""
    height, width = mask.shape
    wood = _wood(rng)
    mask[:] = 255
    rgb[:] = wood
    dark = (wood * 0.6).tolist()
    for share in np.linspace(0, 1, int(rng.integers(2, 6))):
        cv2.line(rgb, (0, int(share * height)), (width, int(share * height)), dark, 2)
    cv2.line(rgb, (width // 2, 0), (width // 2, height), dark, 2)
    for share in (0.45, 0.55):
        cv2.circle(rgb, (int(share * width), height // 2), 3, (wood * 1.2).clip(0, 255).tolist(), -1)


def chair(rng: Random, rgb: Image, mask: Image) -> None:
    """Back, seat and legs; upholstered like somebody who sits there."""
    height, width = mask.shape
    cloth, wood = rng.uniform(10, 245, 3), _wood(rng)
    seat, thick = int(height * rng.uniform(0.5, 0.65)), max(3, int(width * rng.uniform(0.05, 0.12)))
    for x in (thick, width - 2 * thick):
        _both(rgb, mask, wood, lambda on, c, x=x: cv2.rectangle(on, (x, seat), (x + thick, height), c, -1))
    back = int(width * 0.12), int(height * 0.05), int(width * 0.76), seat
    _both(rgb, mask, cloth, lambda on, c: cv2.rectangle(on, back[:2], (back[0] + back[2], back[3]), c, -1))
    curve = (width // 2, back[1] + 6), (back[2] // 2, int(height * rng.uniform(0.03, 0.12)))
    _both(rgb, mask, cloth, lambda on, c: cv2.ellipse(on, *curve, 0, 0, 360, c, -1))
    _both(rgb, mask, cloth * 0.8, lambda on, c: cv2.rectangle(on, (0, seat - 8), (width, seat + 10), c, -1))


def lamp(rng: Random, rgb: Image, mask: Image) -> None:
    """A shade on a pole: the size and place of a head on a body."""
    height, width = mask.shape
    metal, shade = rng.uniform(10, 160, 3), rng.uniform(120, 255, 3)
    x, half = width // 2, max(1, int(width * rng.uniform(0.02, 0.06)))
    low = int(height * rng.uniform(0.15, 0.3))
    _both(rgb, mask, metal, lambda on, c: cv2.rectangle(on, (x - half, 0), (x + half, height), c, -1))
    _both(rgb, mask, metal, lambda on, c: cv2.ellipse(on, (x, height - 4), (width // 3, 6), 0, 0, 360, c, -1))
    wide, narrow = int(width * rng.uniform(0.25, 0.5)), int(width * rng.uniform(0.1, 0.3))
    corners = np.array([[x - narrow, 0], [x + narrow, 0], [x + wide, low], [x - wide, low]], np.int32)
    _both(rgb, mask, shade, lambda on, c: cv2.fillConvexPoly(on, corners, c))


def plant(rng: Random, rgb: Image, mask: Image) -> None:
    """Leaves on stems above a pot."""
    height, width = mask.shape
    pot = rng.uniform((90, 40, 20), (230, 170, 150))
    for _ in range(int(rng.integers(10, 40))):
        leaf = rng.uniform((10, 50, 10), (120, 200, 110))
        at = int(rng.normal(0.5, 0.2) * width), int(rng.uniform(0.05, 0.7) * height)
        size = int(rng.uniform(0.04, 0.12) * height) + 1, int(rng.uniform(0.02, 0.05) * height) + 1
        turn = float(rng.uniform(0, 180))
        stem = (width // 2, int(0.75 * height))
        _both(rgb, mask, leaf * 0.7, lambda on, c, at=at, stem=stem: cv2.line(on, at, stem, c, 2))
        _both(
            rgb, mask, leaf, lambda on, c, at=at, size=size, turn=turn: cv2.ellipse(on, at, size, turn, 0, 360, c, -1)
        )
    corners = (width // 3, int(0.75 * height)), (2 * width // 3, height)
    _both(rgb, mask, pot, lambda on, c: cv2.rectangle(on, *corners, c, -1))


def patch(rng: Random, places: Places, columns: int, rows: int) -> Thing:
    """Any shape in any texture, sometimes in skin or cloth colours."""
    shape = rng.random()
    mask = np.zeros((rows, columns), np.uint8)
    if shape < 0.5:
        mask[:] = 255
    elif shape < 0.75:
        cv2.ellipse(mask, (columns // 2, rows // 2), (columns // 2, rows // 2), 0, 0, 360, 255, -1)
    else:
        points = rng.uniform(0, 1, (rng.integers(3, 8), 2)) * (columns, rows)
        cv2.fillConvexPoly(mask, cv2.convexHull(points.astype(np.int32)), 255)
    rgb = places.texture(rng, columns, rows)
    if rng.random() < 0.4:
        skin_or_cloth = rng.uniform((60, 40, 30), (240, 200, 180)) if rng.random() < 0.5 else rng.uniform(0, 255, 3)
        tint = np.full_like(rgb, skin_or_cloth.astype(np.uint8))
        rgb = np.asarray(cv2.addWeighted(rgb, 0.25, tint, 0.75, 0), np.uint8)
    return rgb, mask


def placed(rng: Random, thing: Thing, width: int, height: int, height_px: float, angle: float) -> np.ndarray:
    """Affine matrix (2, 3) that puts a thing of this height somewhere into a picture of width x height."""
    rows, columns = thing[1].shape
    scale = height_px / rows
    turn = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    center = np.array((rng.uniform(0, 1) * width, rng.uniform(0.1, 0.9) * height))
    return np.hstack([turn, (center - turn @ (columns / 2, rows / 2))[:, None]])


def _wood(rng: Random) -> np.ndarray:
    return np.asarray(rng.uniform(0.3, 1.2) * rng.uniform((150, 90, 50), (220, 190, 170)).clip(0, 255))


def _both(rgb: Image, mask: Image, colour: np.ndarray, stroke: Callable[..., object]) -> None:
    """The same stroke in colour and, solid, in the mask."""
    stroke(rgb, np.clip(colour, 0, 255).tolist())
    stroke(mask, 255)
