"""Whole-frame training pictures for the people finder, composed anew at every step.

Half show cut-out people over places that nobody is in, so that every box is exact and any number of people, sizes
and overlaps occur; half are annotated photos, turned, stretched, cropped and tiled. All end as the network gets
them from a camera: letterboxed, often dark, blurred, noisy or badly compressed.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from models.training.people import things
from models.training.people.pixels import Float, degraded, moved_box, paste, recoloured, visible_box
from models.training.people.sources import Boxes, Cutouts, Image, Photo, Places, Random

_ASPECTS = (4 / 3, 4 / 3, 16 / 9, 16 / 9, 3 / 2, 5 / 4, 1.0, 3 / 4, 9 / 16)
"""Of cameras and photos; each is as likely as it stands here often."""
_NO_BOXES = np.zeros((0, 4), np.float32)


@dataclass(frozen=True, eq=False)
class Example:
    """One training picture."""

    image: Image  # (H, W, 3) RGB
    boxes_px: Boxes  # (N, 4) the visible part of each person, far people first
    unsure_px: Boxes  # (M, 4) regions where nothing is punished
    complete: bool  # False: there may be people without a box
    body: Image | None = None  # (H, W) 0..255 how much of each pixel shows people, where that is known


class Scenes:
    """Draws examples; everything random comes from the given generator."""

    def __init__(self, places: Places, cutouts: Cutouts, photos: list[Photo], frames: list[Photo]) -> None:
        self.places, self.cutouts, self.photos, self.frames = places, cutouts, photos, frames

    def example(self, rng: Random, width: int, height: int) -> Example:
        """One picture of the network's size."""
        kind = rng.random()
        if kind < 0.5:
            inner = self.composed(rng, *picture_size(rng, width, height))
        elif kind < 0.85:
            inner = self.real(rng, *picture_size(rng, width, height))
        else:
            inner = self.tiled(rng, *picture_size(rng, width, height))
        if rng.random() < 0.5:
            inner = mirrored(inner)
        return letterboxed(replace(inner, image=degraded(rng, inner.image)), width, height)

    def composed(self, rng: Random, width: int, height: int) -> Example:
        """Zero to six cut-out people in an empty place, with things that are not people behind and before them."""
        image = self.places.view(rng, width, height)
        for _ in range(rng.integers(4) if rng.random() < 0.6 else 0):
            self.paint_thing(rng, image)
        count = int(rng.choice(7, p=(0.22, 0.3, 0.2, 0.11, 0.07, 0.05, 0.05)))
        heights = np.sort(np.exp(rng.uniform(math.log(0.1), math.log(1.5), count))) * height
        if count > 2 and rng.random() < 0.4:  # a group: everybody at about the same distance
            heights = np.sort(heights[rng.integers(count)] * rng.uniform(0.8, 1.2, count))
        layers: list[Float] = []  # alpha of each person as painted, 0..1
        for height_px in heights:
            alpha = self.paint_person(rng, image, float(height_px))
            layers = [layer * (1 - alpha) for layer in layers]
            layers.append(alpha)
        if rng.random() < 0.35:
            alpha = self.paint_thing(rng, image)
            layers = [layer * (1 - alpha) for layer in layers]
        boxes: list[Float] = []
        unsure: list[Float] = []
        for layer in layers:
            box, solid_px = visible_box(layer)
            if box is None:
                continue
            # A hand behind somebody's back is neither a person nor a fault to punish.
            whole_px = max(1.0, (box[2] - box[0]) * (box[3] - box[1]))
            (boxes if solid_px > 0.25 * whole_px and solid_px > 40 else unsure).append(box)
        body = np.sum([np.zeros((height, width), np.float32), *layers], axis=0)
        return Example(
            image, _stack(boxes), _stack(unsure), complete=True, body=(body.clip(0, 1) * 255).astype(np.uint8)
        )

    def paint_person(self, rng: Random, image: Image, height_px: float) -> Float:
        """Paste a person of this height into the image; returns the alpha (H, W) as painted."""
        rgb, mask = self.cutouts.draw(rng)
        rows, columns = mask.shape
        angle = math.radians(rng.normal(0, 8) if rng.random() < 0.85 else rng.uniform(-180, 180))
        scale = height_px / rows if rows > 0.6 * columns else height_px * 0.5 / columns
        wide = scale * rng.uniform(0.88, 1.14) * rng.choice((-1, 1))
        height, width = image.shape[:2]
        center = rng.uniform(0, width), rng.uniform(0.25, 0.8) * height
        if height_px > 0.8 * height:  # close to the camera: the head is rather in the picture than the feet
            center = rng.uniform(0.1, 0.9) * width, height * rng.uniform(0.05, 0.3) + height_px / 2
        turn = np.array(
            [[wide * math.cos(angle), -scale * math.sin(angle)], [wide * math.sin(angle), scale * math.cos(angle)]]
        )
        matrix = np.hstack([turn, (np.array(center) - turn @ (columns / 2, rows / 2))[:, None]])
        if rng.random() < 0.5:
            rgb = recoloured(rng, rgb)
        return paste(image, rgb, mask, matrix)

    def paint_thing(self, rng: Random, image: Image) -> Float:
        """Paste something that is no person; returns the alpha (H, W) as painted."""
        height, width = image.shape[:2]
        kind, angle = rng.random(), rng.normal(0, 0.05)
        height_px = math.exp(rng.uniform(math.log(0.12), math.log(0.9))) * height
        if kind < 0.4:
            sides = np.exp(rng.uniform(math.log(0.06), math.log(0.5), 2)) * (width, height)
            columns, rows = (max(4, int(side)) for side in sides)
            thing, height_px, angle = things.patch(rng, self.places, columns, rows), rows, rng.normal(0, 0.3)
        elif kind < 0.65:
            thing = things.furniture(rng, self.places)
        elif kind < 0.85:
            thing = things.coat(rng, self.places, self.cutouts)
        else:
            thing, height_px = things.poster(rng, self.places, self.cutouts), min(height_px, 0.5 * height)
        return paste(image, *thing, things.placed(rng, thing, width, height, height_px, angle))

    def real(self, rng: Random, width: int, height: int, closest: float = 1.7) -> Example:
        """A photo at a random scale, turn and aspect."""
        source = self.frames if self.frames and rng.random() < 0.12 else self.photos
        photo = source[rng.integers(len(source))]
        rows, columns = photo.image.shape[:2]
        aspect = rng.choice((4 / 3, 3 / 2, 3 / 4, 2 / 3, 1.0)) if photo.stretched else rng.uniform(0.9, 1.1)
        fit = min(width / (columns * aspect), height / rows)
        scale = fit * math.exp(rng.uniform(math.log(0.6), math.log(closest)))
        angle = math.radians(rng.normal(0, 8) if rng.random() < 0.93 else rng.uniform(-180, 180))
        stretch = np.diag((scale * aspect, scale))
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]) @ stretch
        spare = np.abs(np.array((width, height)) - np.array((columns * aspect, rows)) * scale) / 2
        center = np.array((width, height)) / 2 + rng.uniform(-1, 1, 2) * spare
        matrix = np.hstack([turn, (center - turn @ (columns / 2, rows / 2))[:, None]])
        canvas = np.zeros((height, width, 3), np.uint8)
        if rng.random() < 0.5:
            canvas = self.places.view(rng, width, height)
        paste(canvas, photo.image, np.full((rows, columns), 255, np.uint8), matrix)
        boxes: list[Float] = []
        unsure: list[Float] = []
        for box in photo.boxes_px:
            moved, share = moved_box(box, matrix, width, height)
            if share > 0.02:
                (boxes if share > 0.35 else unsure).append(moved)
        example = Example(canvas, _stack(boxes), _stack(unsure), photo.complete)
        return self.joined(rng, example) if closest > 1.5 and rng.random() < 0.3 else example

    def joined(self, rng: Random, example: Example) -> Example:
        """Somebody cut out steps into a photo."""
        height = example.image.shape[0]
        alpha = self.paint_person(rng, example.image, height * math.exp(rng.uniform(math.log(0.15), math.log(1.2))))
        box, solid_px = visible_box(alpha)
        hidden = [
            float(alpha[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1].mean()) > 0.3
            for x0, y0, x1, y1 in example.boxes_px
        ]
        boxes = [other for other, behind in zip(example.boxes_px, hidden, strict=True) if not behind]
        unsure = [
            *example.unsure_px,
            *(other for other, behind in zip(example.boxes_px, hidden, strict=True) if behind),
        ]
        if box is not None:
            (boxes if solid_px > 40 else unsure).append(box)
        return Example(example.image, _stack(boxes), _stack(unsure), example.complete)

    def tiled(self, rng: Random, width: int, height: int) -> Example:
        """Four photos in one picture: people are small, and many."""
        x, y = int(width * rng.uniform(0.35, 0.65)), int(height * rng.uniform(0.35, 0.65))
        image = np.zeros((height, width, 3), np.uint8)
        boxes, unsure = [_NO_BOXES], [_NO_BOXES]
        for left, top, right, bottom in ((0, 0, x, y), (x, 0, width, y), (0, y, x, height), (x, y, width, height)):
            part = self.real(rng, right - left, bottom - top, closest=1.2)
            image[top:bottom, left:right] = part.image
            boxes.append(part.boxes_px + np.array((left, top, left, top), np.float32))
            unsure.append(part.unsure_px + np.array((left, top, left, top), np.float32))
        return Example(image, np.concatenate(boxes), np.concatenate(unsure), complete=False)


def picture_size(rng: Random, width: int, height: int) -> tuple[int, int]:
    """Size of a picture of a usual aspect that fits into width x height."""
    aspect = _ASPECTS[rng.integers(len(_ASPECTS))]
    return min(width, round(height * aspect)), min(height, round(width / aspect))


def mirrored(example: Example) -> Example:
    """Left and right exchanged."""
    width = example.image.shape[1]

    def turned(boxes: Boxes) -> Boxes:
        return np.stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]], axis=1)

    image = np.ascontiguousarray(example.image[:, ::-1])
    body = None if example.body is None else np.ascontiguousarray(example.body[:, ::-1])
    return Example(image, turned(example.boxes_px), turned(example.unsure_px), example.complete, body)


def letterboxed(example: Example, width: int, height: int) -> Example:
    """The picture in the middle of a black one."""
    rows, columns = example.image.shape[:2]
    x, y = (width - columns) // 2, (height - rows) // 2
    image = np.zeros((height, width, 3), np.uint8)
    image[y : y + rows, x : x + columns] = example.image
    shift = np.array((x, y, x, y), np.float32)
    body = None
    if example.body is not None:
        body = np.zeros((height, width), np.uint8)
        body[y : y + rows, x : x + columns] = example.body
    return Example(image, example.boxes_px + shift, example.unsure_px + shift, example.complete, body)


def _stack(boxes: list[Float]) -> Boxes:
    return np.stack(boxes).astype(np.float32) if boxes else _NO_BOXES
