"""Events of a recording as spans of time, and as a picture: one row per event, one colour per person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from .records import Image, Scene

WIDTH_PX, ROW_PX = 1200, 24
_LEFT_PX, _RIGHT_PX, _TOP_PX = 170, 20, 44
_PAPER, _LINE, _TEXT = (250, 250, 248), (215, 215, 210), (60, 60, 60)
_COLOURS = ((31, 119, 180), (214, 95, 14), (44, 140, 60), (178, 40, 60), (120, 80, 170), (120, 95, 80))


@dataclass(frozen=True)
class Span:
    """An event from its begin to its end."""

    name: str
    person_id: int
    other_id: int
    begin_s: float
    end_s: float
    strength: float  # the greatest
    count: int


def spans(scenes: Iterable[Scene]) -> list[Span]:
    """All events of a recording in the order in which they began."""
    done: list[Span] = []
    going: dict[tuple[str, int, int], Span] = {}
    for scene in scenes:
        before, going = going, {}
        for e in scene.events:
            key = (e.name, e.person_id, e.other_id)
            strength = max(e.strength, before[key].strength if key in before else 0.0)
            going[key] = Span(e.name, e.person_id, e.other_id, e.since_s, scene.time_s, strength, e.count)
        done += [replace(span, end_s=scene.time_s) for key, span in before.items() if key not in going]
    return sorted([*done, *going.values()], key=lambda span: (span.begin_s, span.name, span.person_id))


def timeline(found: Sequence[Span], between_s: tuple[float, float], title: str) -> Image:
    """A picture (H, WIDTH_PX, 3) RGB of what happened when. Nothing found gives an empty one."""
    begin_s, end_s = between_s[0], max(between_s[1], between_s[0] + 1e-3)
    names = list(dict.fromkeys(span.name for span in found))
    people = sorted({span.person_id for span in found})
    paper: Image = np.full((_TOP_PX + max(len(names), 1) * ROW_PX + 30, WIDTH_PX, 3), _PAPER, np.uint8)
    _write(paper, title, (10, 28), 0.6)
    for number, person_id in enumerate(people[:8]):
        who = f"person {person_id}" if person_id else "room"
        _write(paper, who, (WIDTH_PX - 95 * (min(len(people), 8) - number), 28), 0.45, _colour(number))
    scale = (WIDTH_PX - _LEFT_PX - _RIGHT_PX) / (end_s - begin_s)
    for second in np.linspace(begin_s, end_s, 9):
        x_px = round(_LEFT_PX + (second - begin_s) * scale)
        cv2.line(paper, (x_px, _TOP_PX - 6), (x_px, len(paper) - 24), _LINE, 1)
        _write(paper, f"{second - begin_s:.1f} s", (x_px - 16, len(paper) - 8), 0.4)
    for row, name in enumerate(names):
        y_px = _TOP_PX + row * ROW_PX
        _write(paper, name, (10, y_px + 15), 0.45)
        for span in (span for span in found if span.name == name):
            left, right = (round(_LEFT_PX + (at_s - begin_s) * scale) for at_s in (span.begin_s, span.end_s))
            box = (left, y_px + 4), (max(right, left + 2), y_px + ROW_PX - 4)
            cv2.rectangle(paper, *box, _colour(people.index(span.person_id)), -1)
    return paper


def _colour(number: int) -> tuple[int, int, int]:
    return _COLOURS[number % len(_COLOURS)]


def _write(paper: Image, text: str, at_px: tuple[int, int], size: float, colour: tuple[int, int, int] = _TEXT) -> None:
    plain = text.encode("ascii", "replace").decode()  # OpenCV's letters know no others
    cv2.putText(paper, plain, at_px, cv2.FONT_HERSHEY_SIMPLEX, size, colour, 1, cv2.LINE_AA)
