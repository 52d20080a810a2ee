"""Where the picture stirs: furniture that looks like somebody keeps still, and people hardly ever do."""

from collections import deque
from collections.abc import Sequence
from math import ceil, floor

import numpy as np

from ..records import Array, Frame, Image, Track

_CELLS, _SAMPLES = 80, 4
"""Cells along the longer side of the picture, and pixels read along each side of a cell."""
_AGO_S, _LEAST_AGO_S = 0.4, 0.2
"""With what is compared, and at first: people sway within half a second; clouds and dawn do not."""
_EVERY_S = 0.1
"""How often: what moves now still moves in the next frame."""
_NOISE, _LEAST = 5.0, 2.5
"""Times the middle cell's change, and levels of grey, from which a cell has changed."""
_ALL = 3.0
"""Change of the middle cell, in levels of grey, from which the camera moves or the light changes, not the people."""
_ENOUGH = 0.25
"""Share of a box that must not be covered by others to say anything."""


class Stir:
    """Remembers the last moment of a picture, in cells."""

    def __init__(self) -> None:
        self._before: deque[tuple[float, Array]] = deque()  # the first is as old as asked for, or the oldest there is
        self._changed = np.zeros((0, 0), dtype=bool)
        self._proves = False
        self._size, self._cell_px = (0, 0), 1

    def __call__(self, frame: Frame, tracks: Sequence[Track]) -> dict[int, float]:
        """How much moves in everybody's box, by id, not counting what moves in the boxes of others."""
        self.watch(frame.image_rgb, frame.time_s)
        return {
            track.person_id: self.share(track.box_px, [other.box_px for other in tracks if other is not track])
            for track in tracks
        }

    def watch(self, image_rgb: Image, time_s: float) -> None:
        """Take in the next picture (H, W, 3)."""
        if image_rgb.shape[:2] == self._size and time_s - self._before[-1][0] < _EVERY_S:
            return
        self._cell_px = max(max(image_rgb.shape[:2]) // _CELLS // _SAMPLES, 1) * _SAMPLES
        now, before = _cells(image_rgb, self._cell_px), self._before
        if image_rgb.shape[:2] != self._size:
            self._size = image_rgb.shape[:2]
            before.clear()
        before.append((time_s, now))
        while len(before) > 1 and before[1][0] <= time_s - _AGO_S:
            before.popleft()
        change = np.abs(now - before[0][1])
        middle = float(np.median(change)) if change.size else 0.0
        self._changed = change > max(_NOISE * middle, _LEAST)
        self._proves = middle < _ALL and time_s - before[0][0] >= _LEAST_AGO_S

    def share(self, box_px: Array, others_px: Sequence[Array]) -> float:
        """Share 0..1 of a box (4,) that has changed within the last moment, outside of other boxes (4,).

        NaN where that cannot be said: at first, while the camera moves, and of a box that others cover.
        """
        if not self._proves:
            return float("nan")
        x0, y0, x1, y1 = self._within(box_px)
        part = self._changed[y0:y1, x0:x1]
        counts = np.ones(part.shape, dtype=bool)
        for other_px in others_px:
            left, top, right, bottom = self._within(other_px)
            counts[max(top - y0, 0) : max(bottom - y0, 0), max(left - x0, 0) : max(right - x0, 0)] = False
        cells = int(counts.sum())
        return float("nan") if cells <= _ENOUGH * part.size else int((part & counts).sum()) / cells

    def _within(self, box_px: Array) -> tuple[int, int, int, int]:
        """Columns and rows from and up to of the cells that a box (4,) touches."""
        x0, y0, x1, y1 = (side / self._cell_px for side in box_px.tolist())
        return max(floor(x0), 0), max(floor(y0), 0), max(ceil(x1), 0), max(ceil(y1), 0)


def _cells(image_rgb: Image, cell_px: int) -> Array:
    """Brightness (rows, columns) of the cells, from the green of a few pixels of each."""
    step = cell_px // _SAMPLES
    rows, columns = (side // cell_px for side in image_rgb.shape[:2])
    green = image_rgb[: rows * cell_px, : columns * cell_px, 1]
    picked = green[step // 2 :: step, step // 2 :: step][: rows * _SAMPLES, : columns * _SAMPLES].astype(np.float32)
    # Sums of slices: a mean over two axes at once takes five times as long.
    across = np.add.reduce([picked[:, place::_SAMPLES] for place in range(_SAMPLES)])
    return np.asarray(np.add.reduce([across[place::_SAMPLES] for place in range(_SAMPLES)]) / _SAMPLES**2)
