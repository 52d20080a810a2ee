"""People in a whole picture: letterbox, run the network, read its maps.

The network says for each cell of 8x8 pixels how likely the centre of a person is there (``heat``), how far the
four sides of the visible person's box are from the cell's centre (``sides_px``), and how much of the cell shows a
person (``body``). A box needs both a centre and a body: of two doubtful witnesses, one catches what the other misses.
"""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from .errors import ModelError
from .model import load_model
from .records import Array, Boxes, Image

CELL_PX = 8
"""Pixels of the network's picture per cell of its maps."""
MOST_PEOPLE = 32
"""More are never followed; the limit keeps a picture full of noise from costing time."""
DOUBTFUL = 0.25
"""Score from which a box may be of use to the tracker, which asks the pose network or knows who is there."""
LEAST_SIDE_PX = 2.0
"""In the network's picture; smaller answers are no boxes."""


class PeopleFinder:
    """Finds people in pictures of any size; keeps nothing from one picture to the next."""

    def __init__(self, model: Path, least: float | None = None) -> None:
        """``least`` is the score from which boxes are given; None takes the card's, from which a box alone is believed.

        Raises ModelError if the network at ``model`` is damaged or finds no people.
        """
        loaded = load_model(model)
        card, self._session = loaded.card, loaded.session
        if card.kind != "people" or card.people is None or card.outputs.keys() != {"heat", "sides_px", "body"}:
            raise ModelError(f"{model} is a {card.kind} network; finding people takes one with heat, sides_px and body")
        self._threshold = card.people.threshold if least is None else least
        self._overlap = card.people.overlap
        self._input = card.input.name
        _, self._height_px, self._width_px, _ = card.input.shape

    def __call__(self, image_rgb: Image) -> Boxes:
        """People in ``image_rgb`` (H, W, 3), surest first, boxes in its pixels."""
        letter, scale, offset_px = letterbox(image_rgb, self._width_px, self._height_px)
        heat, sides_px, body = self._session.run(["heat", "sides_px", "body"], {self._input: letter[None]})
        # The body's share is at most 1, so a score of the threshold takes a heat of its square.
        boxes_px, chances = peaks(heat[0], sides_px[0], self._threshold**2)
        scores = np.sqrt(chances * core_shares(body[0], boxes_px))
        order = np.argsort(-scores, kind="stable")[: np.count_nonzero(scores >= self._threshold)]
        boxes_px, scores = boxes_px[order], scores[order]
        boxes_px = (boxes_px - np.tile(offset_px, 2)) / scale
        height_px, width_px = image_rgb.shape[:2]
        boxes_px = np.clip(boxes_px, 0, (width_px, height_px, width_px, height_px))
        large = (boxes_px[:, 2:] - boxes_px[:, :2]).min(axis=1, initial=np.inf) * scale >= LEAST_SIDE_PX
        boxes_px, scores = boxes_px[large], scores[large]
        kept = strongest(boxes_px, self._overlap)
        return Boxes(boxes_px[kept], scores[kept])


def letterbox(image_rgb: Image, width_px: int, height_px: int) -> tuple[Image, float, Array]:
    """The picture in the middle of a black one of the given size, its scale, and where its corner lies (2,)."""
    rows, columns = image_rgb.shape[:2]
    scale = min(width_px / columns, height_px / rows)
    size = max(1, round(columns * scale)), max(1, round(rows * scale))
    shrunk = cv2.resize(image_rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    x, y = (width_px - size[0]) // 2, (height_px - size[1]) // 2
    letter = np.zeros((height_px, width_px, 3), np.uint8)
    letter[y : y + size[1], x : x + size[0]] = shrunk
    return letter, scale, np.array([x, y], np.float64)


def peaks(heat: npt.NDArray[np.float32], sides_px: npt.NDArray[np.float32], threshold: float) -> tuple[Array, Array]:
    """Boxes (N, 4) and scores (N,) where ``heat`` (h, w) has a summit of at least ``threshold``, highest first.

    ``sides_px`` (4, h, w): left, top, right, bottom. A cell where anything is not a number is no summit.
    """
    good = np.isfinite(heat) & np.isfinite(sides_px).all(axis=0)
    heat = np.where(good, heat, 0).astype(np.float32)
    summit = (heat >= cv2.dilate(heat, np.ones((3, 3), np.uint8))) & (heat >= threshold) & good
    rows, columns = np.nonzero(summit)
    order = np.argsort(-heat[rows, columns], kind="stable")[:MOST_PEOPLE]
    rows, columns = rows[order], columns[order]
    center_px = np.stack([columns + 0.5, rows + 0.5], axis=1) * CELL_PX
    left_top, right_bottom = sides_px[:2, rows, columns].T, sides_px[2:, rows, columns].T
    boxes_px = np.concatenate([center_px - left_top, center_px + right_bottom], axis=1)
    return boxes_px.astype(np.float64), heat[rows, columns].astype(np.float64)


def core_shares(body: npt.NDArray[np.float32], boxes_px: Array) -> Array:
    """Mean of ``body`` (h, w) over the middle half of each box (N, 4), where even a thin person fills it; (N,)."""
    rows, columns = body.shape
    body = np.clip(np.nan_to_num(body, nan=0), 0, 1)
    middle_px, half_px = (boxes_px[:, :2] + boxes_px[:, 2:]) / 2, (boxes_px[:, 2:] - boxes_px[:, :2]) / 4
    size = np.array([columns, rows])
    begin = np.clip(np.floor((middle_px - half_px) / CELL_PX), 0, size - 1).astype(int)
    end = np.clip(np.ceil((middle_px + half_px) / CELL_PX), begin + 1, size).astype(int)
    means = [body[y0:y1, x0:x1].mean() for (x0, y0), (x1, y1) in zip(begin, end, strict=True)]
    return np.array(means, np.float64)


def strongest(boxes_px: Array, overlap: float) -> list[int]:
    """Rows of ``boxes_px`` (N, 4), strongest first, that overlap no stronger one by more than this IoU."""
    kept: list[int] = []
    for row, box in enumerate(boxes_px):
        if all(shared_area(box, boxes_px[other]) <= overlap for other in kept):
            kept.append(row)
    return kept


def shared_area(a: Array, b: Array) -> float:
    """Intersection over union of two boxes (4,); 0 for boxes without area."""
    sides = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    shared = float(np.prod(np.maximum(sides, 0)))
    union = float(np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2])) - shared
    return shared / union if union > 0 else 0.0
