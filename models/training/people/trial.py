"""The fixed examination of the people finder: scenes made of what it never saw, and frames of real clips.

Scenes hold rendered people whose bodies, clothes and movements are kept from training, before places that are kept
from training or rooms drawn at random, as training never sees them. Three in ten show nobody, but furniture,
coats or posters. The real clips come with the boxes that a human drew into some of their frames.
"""

import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from mocap_bridge.records import Array
from models.training.material.backgrounds import room
from models.training.people import things
from models.training.people.pixels import Float, degraded, paste, visible_box
from models.training.people.scenes import Scenes
from models.training.people.sources import Cutouts, Image, Places, Random

SCENES = 1000
EMPTY_KINDS = ("bare", "furniture", "coats", "posters")
EMPTY = 75
"""Scenes of each of those kinds; the others hold people."""
LEAST_SEEN, LEAST_HEIGHT = 0.5, 0.15
"""Who is more covered or cut off, or lower as a share of the picture, need not be found but may be."""
SIZES = ((640, 480), (640, 360))
CLIPS = Path(__file__).with_name("clips.toml")


@dataclass(frozen=True, eq=False)
class Scene:
    """One picture of the examination."""

    kind: str  # "people" or one of EMPTY_KINDS
    image: Image  # (H, W, 3) RGB
    boxes_px: Array  # (N, 4) who must be found
    unsure_px: Array  # (M, 4) who may be


@dataclass(frozen=True, eq=False)
class Glimpse:
    """Some frames of a real clip one after the other, and the people in the first of them."""

    clip: str
    frames: tuple[Image, ...]
    boxes_px: Array  # (N, 4) who must be found
    unsure_px: Array  # (M, 4) who may be


def scenes(data: Path, renders: Path, held_out: bool = True) -> Iterator[Scene]:
    """The same ``SCENES`` scenes at every call; ``held_out=False`` makes others, of places and people of training.

    Those are for choosing a threshold. FileNotFoundError without the assets or the renders.
    """
    shards = "val" if held_out else "train"
    cutouts = Cutouts(renders / "none.npz", renders, shards)
    if cutouts.rescan() == 0:
        raise FileNotFoundError(f"{renders} has no {shards}-*.npz; make them with models.training.renders")
    maker = Scenes(Places(data, held_out), cutouts, [], [])
    kinds = [kind for kind in EMPTY_KINDS for _ in range(EMPTY)]
    for number in range(SCENES):
        rng = np.random.default_rng((1000 if held_out else 2000, number))
        kind = kinds[number // 3] if number % 3 == 0 and number // 3 < len(kinds) else "people"
        width, height = SIZES[number % len(SIZES)]
        image = room(rng, width, height) if rng.random() < 1 / 3 else maker.places.view(rng, width, height)
        if kind == "people":
            scene = peopled(rng, maker, image)
        else:
            furnish(rng, maker, image, kind)
            scene = Scene(kind, image, np.zeros((0, 4)), np.zeros((0, 4)))
        yield Scene(kind, degraded(rng, scene.image), scene.boxes_px, scene.unsure_px)


def peopled(rng: Random, maker: Scenes, image: Image) -> Scene:
    """One to four people, some behind others or behind a thing."""
    height = image.shape[0]
    for _ in range(rng.integers(3)):
        maker.paint_thing(rng, image)
    heights_px = np.sort(np.exp(rng.uniform(math.log(0.18), math.log(1.3), rng.integers(1, 5)))) * height
    layers: list[Float] = []
    whole: list[float] = []
    for height_px in heights_px:
        alpha = maker.paint_person(rng, image, float(height_px))
        layers = [layer * (1 - alpha) for layer in layers]
        layers.append(alpha)
        whole.append(max(float(alpha.sum()), 1.0))
    if rng.random() < 0.25:
        alpha = maker.paint_thing(rng, image)
        layers = [layer * (1 - alpha) for layer in layers]
    sure: list[Float] = []
    unsure: list[Float] = []
    for layer, all_of_it in zip(layers, whole, strict=True):
        box, _ = visible_box(layer)
        if box is None:
            continue
        seen = layer.sum() >= LEAST_SEEN * all_of_it and box[3] - box[1] >= LEAST_HEIGHT * height
        (sure if seen else unsure).append(box)
    return Scene("people", image, _rows(sure), _rows(unsure))


def furnish(rng: Random, maker: Scenes, image: Image, kind: str) -> None:
    """Fill an empty place with two to five things of a kind, in place."""
    height, width = image.shape[:2]
    for _ in range(0 if kind == "bare" else rng.integers(2, 6)):
        if kind == "coats":
            thing, share = things.coat(rng, maker.places, maker.cutouts), rng.uniform(0.25, 0.6)
        elif kind == "posters":
            thing, share = things.poster(rng, maker.places, maker.cutouts), rng.uniform(0.15, 0.4)
        else:
            thing, share = things.furniture(rng, maker.places), rng.uniform(0.2, 0.7)
        paste(image, *thing, things.placed(rng, thing, width, height, share * height, rng.normal(0, 0.03)))


def glimpses(validation: Path, length: int) -> Iterator[Glimpse]:
    """``length`` frames from each frame on that people were marked in. FileNotFoundError without the clips."""
    for clip in tomllib.loads(CLIPS.read_text())["clips"]:
        frames = _read(validation / clip["file"])
        size_px = np.tile(frames[0].shape[1::-1], 2)
        for mark in clip["marks"]:
            shown = tuple(frames[mark["frame"] : mark["frame"] + length])
            boxes = (np.array(mark.get(name, []), float).reshape(-1, 4) * size_px for name in ("people", "unsure"))
            yield Glimpse(Path(clip["file"]).stem, shown, *boxes)


def _read(path: Path) -> list[Image]:
    clip = cv2.VideoCapture(str(path))
    frames = []
    while True:
        more, frame = clip.read()
        if not more:
            break
        frames.append(np.ascontiguousarray(frame[..., ::-1]))
    if not frames:
        raise FileNotFoundError(f"{path} is no clip that OpenCV can read")
    return frames


def _rows(boxes: list[Float]) -> Array:
    return np.array(boxes, np.float64).reshape(-1, 4)
