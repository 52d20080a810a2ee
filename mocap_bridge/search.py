"""Where to look for people: always the whole picture, and in turn one part of it from closer by.

Somebody a quarter of the picture high is only some sixty pixels for the people finder; from two thirds of the
height he is half as large again. Looking at every part each time would cost as much as a second pose network,
so each search adds one part, and six searches have seen them all. Every other round the parts are seen with their
local contrast raised: that brings people out of the shade.
"""

import math
from collections.abc import Callable, Sequence

import cv2
import numpy as np

from .detect import strongest
from .records import Boxes, Image

PART = 2 / 3
"""Height of a part, as a share of the picture's."""
ASPECT = 5 / 4
"""Width of a part over its height: that of the people finder's own picture."""
STEP = 0.6
"""From one part to the next, as a share of its width, at most: whoever is cut by one is whole in another."""
CUT_SHARE = 0.04
"""A box that ends so near to an edge inside the picture, as a share of the part's side, is a cut person."""
MARGIN = 0.25
"""Width of what is put around a picture to see it from farther away, as a share of its sides."""
SAME = 0.5
"""IoU from which two boxes are one person."""


class Search:
    """Called with a picture, returns the people in it. Remembers only which part comes next."""

    def __init__(self, find: Callable[[Image], Boxes]) -> None:
        self._find = find
        self._turn = 0

    def __call__(self, image_rgb: Image) -> Boxes:
        """People in ``image_rgb`` (H, W, 3), surest first, boxes in its pixels."""
        height_px, width_px = image_rgb.shape[:2]
        places = parts(width_px, height_px)
        left, top, right, bottom = places[self._turn % len(places)]
        shaded = self._turn // len(places) % 2 == 0
        self._turn += 1
        near_rgb = np.ascontiguousarray(image_rgb[top:bottom, left:right])
        if shaded:
            near_rgb = out_of_the_shade(near_rgb)
        whole = self._find(image_rgb)
        return merged([whole, whole_people(self._find(near_rgb), (left, top, right, bottom), (width_px, height_px))])


def search_everywhere(find: Callable[[Image], Boxes], image_rgb: Image) -> Boxes:
    """People in a picture (H, W, 3) that stands alone, all at once.

    The whole, the whole mirrored, out of the shade and from farther away, and every part. Turned pictures are not
    looked at: four times as many empty rooms show somebody then.
    """
    height_px, width_px = image_rgb.shape[:2]
    turned = find(np.ascontiguousarray(image_rgb[:, ::-1]))
    mirrored = Boxes(
        np.array([width_px, 0, width_px, 0]) + turned.boxes_px[:, [2, 1, 0, 3]] * [-1, 1, -1, 1], turned.scores
    )
    near = [
        whole_people(
            find(np.ascontiguousarray(image_rgb[top:bottom, left:right])),
            (left, top, right, bottom),
            (width_px, height_px),
        )
        for left, top, right, bottom in parts(width_px, height_px)
    ]
    shaded = find(out_of_the_shade(image_rgb))
    return merged([find(image_rgb), mirrored, shaded, from_afar(find, image_rgb), *near])


def from_afar(find: Callable[[Image], Boxes], image_rgb: Image) -> Boxes:
    """People in a picture (H, W, 3) with a margin around it: who fills it is larger than the finder expects."""
    height_px, width_px = image_rgb.shape[:2]
    x, y = (round(MARGIN * side) for side in (width_px, height_px))
    found = find(cv2.copyMakeBorder(image_rgb, y, y, x, x, cv2.BORDER_REPLICATE))
    boxes_px = np.clip(found.boxes_px - [x, y, x, y], 0, (width_px, height_px, width_px, height_px))
    kept = (boxes_px[:, 2:] - boxes_px[:, :2]).min(axis=1, initial=np.inf) > 0
    return Boxes(boxes_px[kept], found.scores[kept])


def merged(looks: Sequence[Boxes]) -> Boxes:
    """Everybody of several looks once, surest first."""
    boxes_px = np.concatenate([look.boxes_px for look in looks])
    scores = np.concatenate([look.scores for look in looks])
    order = np.argsort(-scores, kind="stable")
    kept = order[strongest(boxes_px[order], SAME)]
    return Boxes(boxes_px[kept], scores[kept])


def out_of_the_shade(image_rgb: Image) -> Image:
    """The picture with its brightness equalised tile by tile (CLAHE: Zuiderveld, Graphics Gems IV, 1994)."""
    lab = cv2.cvtColor(image_rgb, cv2.COLOR_RGB2LAB)
    lab[..., 0] = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(lab[..., 0])
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB))


def parts(width_px: int, height_px: int) -> list[tuple[int, int, int, int]]:
    """Left, top, right, bottom of overlapping parts that together cover a picture."""
    high = max(1, round(height_px * PART))
    wide = min(width_px, max(1, round(high * ASPECT)))
    columns = math.ceil((width_px - wide) / (wide * STEP)) + 1
    lefts = [round((width_px - wide) * column / max(columns - 1, 1)) for column in range(columns)]
    return [(left, top, left + wide, top + high) for top in (0, height_px - high) for left in lefts]


def whole_people(boxes: Boxes, part_px: tuple[int, int, int, int], size_px: tuple[int, int]) -> Boxes:
    """Those found in a part (left, top, right, bottom) of a picture of this size, in the picture's pixels.

    Without those who are cut by an edge of the part that is no edge of the picture.
    """
    left, top, right, bottom = part_px
    sides_px = np.tile([right - left, bottom - top], 2)
    inner = np.array([left > 0, top > 0, right < size_px[0], bottom < size_px[1]])
    room_px = np.abs(boxes.boxes_px - np.array([0, 0, right - left, bottom - top]))
    kept = ~((room_px < CUT_SHARE * sides_px) & inner).any(axis=1)
    return Boxes(boxes.boxes_px[kept] + np.array([left, top, left, top]), boxes.scores[kept])
