"""Height and tilt of a camera that explain a minute of moments."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..records import Array
from .standing import Moment

# Standard deviations, in tangents of angles.
_FOOT, _STEP = 0.012, 0.035  # of where a foot is seen that rests, mostly because its distance is wrong; or may not rest
_BENT = 0.05  # more of one whose owner does not stand upright: who crouches is small, and so seems far away
_BODY = 0.12  # of one body's own vertical: people lean and stride
_BIAS = 0.1  # of many of one person: who leans for a minute does so in each of its moments, and so err networks
_LEVEL, _STATED = 0.35, 0.06  # of a camera that nobody has measured and so is taken to be level, and of one that was
_ASSUMED = 1e-3  # a tangent below it is no statement
_STEEPEST = float(np.tan(np.radians(60)))

# The same in metres.
_SIZE_M = 0.15  # of what a person's size makes of the height of a camera
_SAME_M = 0.5  # drops farther apart are of two floors
_MANY = 0.75  # share of the moments that may lie above the floor
_USUAL_M, _UNUSUAL_M = 1.3, 0.7  # height of cameras: on desks, screens and tripods


@dataclass(frozen=True)
class Stance:
    """How a camera stands."""

    tilt: float  # tangent of its pitch, positive looking down
    drop_m: float  # how far below it, straight down along the picture's y axis, resting feet lie


def fit(moments: Sequence[Moment], said_tilt: float) -> Stance | None:
    """The stance that fits best; None while no foot has rested. ``said_tilt`` is where to begin from.

    A foot on the floor at distance z is seen ``drop_m / z - tilt`` below the middle of the picture. People differ in
    size, and so in how near they seem: each has a drop of their own, not far from the camera's. So two who stand at
    different distances tell the tilt, as one does who walks. While nobody has stood upright the tilt is as said.
    """
    feet = [one for one in moments if np.isfinite(one.below)]
    if not feet:
        return None
    people = sorted({one.person_id for one in feet})
    upright = [one for one in moments if np.isfinite(one.tilt)]
    often = [sum(one.person_id == other.person_id for other in upright) for one in upright]
    rows = np.zeros((len(feet) + len(people) + len(upright) + 2, len(people) + 2))  # a drop each, the camera's, tilt
    own, bodies = slice(len(feet), len(feet) + len(people)), slice(len(feet) + len(people), len(rows) - 2)
    for row, one in enumerate(feet):
        rows[row, people.index(one.person_id)] = one.nearness
    rows[: len(feet), -1] = -1.0
    rows[own, : len(people)], rows[own, -2] = np.eye(len(people)), -1.0
    rows[bodies, -1] = rows[-1, -1] = rows[-2, -2] = 1.0
    below, tilts = [one.below for one in feet], [one.tilt for one in upright]
    wanted = np.array([*below, *(0.0 for _ in people), *tilts, _USUAL_M, said_tilt])
    sigma = np.full(len(wanted), _FOOT)
    sigma[: len(feet)] = [_foot_sigma(one) for one in feet]
    sigma[own], sigma[bodies], sigma[-2] = _SIZE_M, np.maximum(_BODY, _BIAS * np.sqrt(often)), _UNUSUAL_M
    sigma[-1] = 1e-6 if not upright else _STATED if abs(said_tilt) > _ASSUMED else _LEVEL
    found = _robust(rows, wanted, sigma, kept=2)
    counts = rows[: len(feet), : len(people)].astype(bool).sum(axis=0)
    return Stance(float(np.clip(found[-1], -_STEEPEST, _STEEPEST)), _floor_m(found[: len(people)], counts))


def _foot_sigma(one: Moment) -> float:
    rests, upright = _FOOT if one.rests else _STEP, np.isfinite(one.tilt)
    return rests if upright else float(np.hypot(rests, _BENT))


def _floor_m(drops_m: Array, counts: Array) -> float:
    """The mean drop of those who stand lowest, if they are more than a few: others are on a wall or a table."""
    order = np.argsort(drops_m)
    low_m = drops_m[order][np.searchsorted(np.cumsum(counts[order]), _MANY * counts.sum())]
    near = np.abs(drops_m - low_m) < _SAME_M
    return float(drops_m[near] @ counts[near] / counts[near].sum())


def _robust(rows: Array, wanted: Array, sigma: Array, kept: int) -> Array:
    """Least squares that weighs what lies far off down (Geman-McClure), but never the last ``kept`` rows."""
    trust = np.ones(len(wanted))
    for _ in range(5):
        scale = np.sqrt(trust) / sigma
        found = np.linalg.lstsq(rows * scale[:, None], wanted * scale, rcond=None)[0]
        miss = (rows @ found - wanted) / sigma
        usual = max(2.0, 3.0 * float(np.median(np.abs(miss))))
        trust = 1 / (1 + (miss / usual) ** 2) ** 2
        trust[-kept:] = 1.0
    return np.asarray(found)
