"""Whether two boxes or two poses lie on one person, and which of them is to be believed."""

import numpy as np

from ..records import Array, JointEstimate
from .boxes import CORE, Mask, inside, size_px

ALIKE = 0.1
"""Mean distance of two poses, in body lengths, below which both lie on one person."""
SAME_TRUNK = 0.1
"""The same of shoulders and hips alone: a second crop may see the trunk right and invent legs."""

SAME_BOX = 0.45
"""Overlap above which two boxes found at once are one person; two people meet before they hide."""
DETAIL, WITHIN = 0.4, 0.9
"""Size of a box over that of a person, and share of it that lies in theirs, of a hand or a head."""


def is_detail(boxes_px: Array, theirs_px: Array) -> Mask:
    """Whether each box (N, 4) shows no more than a hand or a head of the person in a box (4,).

    Somebody far behind is taken for one as well, until they step out beside.
    """
    small = size_px(boxes_px) < DETAIL * size_px(theirs_px)
    return np.asarray(small & (inside(boxes_px, theirs_px[None])[:, 0] > WITHIN))


def on_one(a: JointEstimate, b: JointEstimate, length_px: float) -> bool:
    """Whether two poses lie on one person, whose body is this long."""
    trunks = _distance(a, b, CORE) < SAME_TRUNK * length_px
    return trunks or _distance(a, b, slice(None)) < ALIKE * length_px


def goes(older: JointEstimate, newer: JointEstimate, known: tuple[bool, bool]) -> bool:
    """Whether of two poses on one person the older goes: only where it was not known, and is the less sure."""
    return not known[0] and (known[1] or surety(older) < surety(newer))


def surety(estimate: JointEstimate) -> float:
    """Mean confidence 0..1 of all joints; one that is no number counts as none."""
    return float(np.nan_to_num(estimate.confidence).mean())


def _distance(a: JointEstimate, b: JointEstimate, rows: list[int] | slice) -> float:
    """Mean distance in pixels of those of the joints that both see; infinite when they share none."""
    weight = np.minimum(a.confidence, b.confidence)[rows]
    apart_px = np.linalg.norm(a.joints_px[rows] - b.joints_px[rows], axis=1)
    both = np.isfinite(apart_px) & (weight > 0)
    return float(np.average(apart_px[both], weights=weight[both])) if both.any() else np.inf
