"""Boxes that the people finder found: whose are they, and which show somebody new?"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from ..records import Array
from . import boxes as box
from .doubles import SAME_BOX, is_detail
from .people import Person


def assigned(people: Sequence[Person], boxes_px: Array, allowed: box.Mask, time_s: float) -> list[tuple[Person, int]]:
    """The pairs of people and allowed ones of the boxes (N, 4) that fit best together, all in all."""
    rows = np.flatnonzero(allowed)
    if not people or not len(rows):
        return []
    misfit = np.array([[person.misfit(boxes_px[row], time_s) for row in rows] for person in people])
    misfit /= np.array([[person.reach(time_s)] for person in people])
    # Capped, so that one hopeless pair cannot bend the good ones.
    pairs = np.column_stack(linear_sum_assignment(np.minimum(misfit, 1.0))).tolist()
    return [(people[i], int(rows[j])) for i, j in pairs if misfit[i, j] < 1.0]


def confirmed(
    people: Sequence[Person], boxes_px: Array, strong: box.Mask, weak: box.Mask, time_s: float
) -> dict[int, int]:
    """Rows of the boxes (N, 4) that show people already followed, by their ids: first of the strong ones."""
    rows: dict[int, int] = {}
    for those in (strong, weak):
        free = those.copy()
        free[list(rows.values())] = False
        rest = [person for person in people if person.person_id not in rows]
        rows |= {person.person_id: row for person, row in assigned(rest, boxes_px, free, time_s)}
    for row in np.flatnonzero(strong).tolist():
        for person in people if row not in rows.values() else ():
            if person.person_id not in rows and box.is_part(person.box_px, boxes_px[row]):
                rows[person.person_id] = row
                break
    return rows


def on_somebody(people: Sequence[Person], boxes_px: Array, rows: Mapping[int, int]) -> box.Mask:
    """Whether each box (N, 4) shows, once more or in part, somebody who is followed already."""
    double = np.zeros(len(boxes_px), dtype=bool)
    for person in people:
        theirs_px = person.box_px[None]
        within = box.inside(boxes_px, theirs_px)[:, 0]
        # A box inside somebody the finder saw elsewhere is a second person; otherwise it is their arm. One
        # around all of somebody, but not much larger, is the same person with a piece of furniture.
        if person.person_id in rows:
            double |= box.overlap(boxes_px, theirs_px)[:, 0] > SAME_BOX
            double |= np.array([box.is_part(person.box_px, box_px) for box_px in boxes_px], dtype=bool)
            double |= is_detail(boxes_px, person.box_px)
        else:
            double |= within > 0.6
    return double
