"""Curves over time as a picture: one strip per measure, one colour per person, the same seconds below each other.

Drawn with OpenCV, which is here anyway: a plotting library would be the largest thing a motion program installs.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ..records import Image
from .report import Curves

WIDTH_PX, STRIP_PX = 1200, 130
_LEFT_PX, _RIGHT_PX, _TOP_PX, _HEADING_PX = 70, 20, 44, 24
_PAPER, _LINE, _TEXT = (250, 250, 248), (215, 215, 210), (60, 60, 60)
_COLOURS = ((31, 119, 180), (214, 95, 14), (44, 140, 60), (178, 40, 60), (120, 80, 170), (120, 95, 80))


def plot(people: Sequence[tuple[int, Curves]], title: str) -> Image:
    """A picture (H, WIDTH_PX, 3) RGB of everybody's curves. Nobody, or nothing measured, gives a title alone."""
    names = list(dict.fromkeys(name for _, curves in people for name in curves.values))
    paper: Image = np.full((_TOP_PX + len(names) * STRIP_PX + 24, WIDTH_PX, 3), _PAPER, np.uint8)
    _write(paper, title, (_LEFT_PX, 28), 0.6)
    for number, (person_id, _) in enumerate(people[:12]):
        at = (WIDTH_PX - _RIGHT_PX - 95 * (min(len(people), 12) - number), 28)
        _write(paper, f"person {person_id}", at, 0.45, _COLOURS[number % len(_COLOURS)])
    times_s = np.concatenate([curves.times_s[np.isfinite(curves.times_s)] for _, curves in people] or [np.zeros(1)])
    begin_s, end_s = float(times_s.min()), max(float(times_s.max()), float(times_s.min()) + 1e-3)
    for row, name in enumerate(names):
        _strip(paper, _TOP_PX + row * STRIP_PX, name, [curves for _, curves in people], (begin_s, end_s))
    for second in np.linspace(begin_s, end_s, 7):
        _write(paper, f"{second:.2f} s", (_across_px(second, begin_s, end_s) - 20, len(paper) - 8), 0.4)
    return paper


def _strip(paper: Image, top_px: int, name: str, curves: list[Curves], span_s: tuple[float, float]) -> None:
    known = np.concatenate([each.values[name] for each in curves if name in each.values])
    # Not the largest of all: one broken frame would press everything else flat. It is cut off at the top.
    largest = 1.2 * float(np.nanpercentile(known, 99)) or float(np.nanmax(known)) or 1.0
    bottom_px, high_px = top_px + STRIP_PX - 10, STRIP_PX - 10 - _HEADING_PX
    _write(paper, name, (_LEFT_PX, top_px + 16), 0.45)
    for share in (0.0, 0.5, 1.0):
        y_px = round(bottom_px - share * high_px)
        cv2.line(paper, (_LEFT_PX, y_px), (WIDTH_PX - _RIGHT_PX, y_px), _LINE, 1)
        _write(paper, f"{share * largest:.3g}", (8, y_px + 4), 0.4)
    for number, each in enumerate(curves):
        if name not in each.values:
            continue
        x_px = np.array([_across_px(time_s, *span_s) if np.isfinite(time_s) else 0 for time_s in each.times_s])
        heights_px = np.clip(np.nan_to_num(each.values[name]) / largest, 0.0, 1.0) * high_px
        for run in _runs(np.isfinite(each.values[name]) & np.isfinite(each.times_s)):
            points = np.stack([x_px[run], bottom_px - heights_px[run]], axis=1).round().astype(np.int32)
            colour = _COLOURS[number % len(_COLOURS)]
            if len(points) == 1:
                cv2.circle(paper, points[0].tolist(), 1, colour, -1, cv2.LINE_AA)
            cv2.polylines(paper, [points], False, colour, 1, cv2.LINE_AA)


def _across_px(time_s: float, begin_s: float, end_s: float) -> int:
    return round(_LEFT_PX + (time_s - begin_s) / (end_s - begin_s) * (WIDTH_PX - _LEFT_PX - _RIGHT_PX))


def _runs(known: npt.NDArray[np.bool_]) -> list[slice]:
    """Where something is known without a gap."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], known.astype(np.int8), [0]])))
    return [slice(begin, end) for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def _write(paper: Image, text: str, at_px: tuple[int, int], size: float, colour: tuple[int, int, int] = _TEXT) -> None:
    plain = text.encode("ascii", "replace").decode()  # OpenCV's letters know no others
    cv2.putText(paper, plain, at_px, cv2.FONT_HERSHEY_SIMPLEX, size, colour, 1, cv2.LINE_AA)
