"""Height and tilt of a camera that explain a minute of moments."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..records import Array
from .standing import Moment

FEWEST_UPRIGHT = 3
"""Moments in which somebody stood upright, before which a camera keeps the tilt it is said to have."""

# Standard deviations, in tangents of angles.
_FOOT = 0.012  # of where a resting foot is seen, mostly because its distance is wrong
_BODY = 0.12  # of one body's own vertical: people lean and stride
_BIAS = 0.045  # of many: who leans for a minute does so in each of its moments
_SAID = 0.35  # of the tilt that a camera is said to have
_STEEPEST = float(np.tan(np.radians(60)))


@dataclass(frozen=True)
class Stance:
    """How a camera stands."""

    tilt: float  # tangent of its pitch, positive looking down
    drop_m: float  # how far below it, straight down along the picture's y axis, resting feet lie


def fit(moments: Sequence[Moment], said_tilt: float) -> Stance | None:
    """The stance that fits best; None while no foot has rested. ``said_tilt`` is where to begin from.

    A foot on the floor at distance z is seen ``drop_m / z - tilt`` below the middle of the picture. People differ in
    size, and so in how near they seem: each has a drop of their own, and the camera's is their mean.
    """
    feet = [one for one in moments if np.isfinite(one.below)]
    if not feet:
        return None
    people = sorted({one.person_id for one in feet})
    tilts = np.array([one.tilt for one in moments if np.isfinite(one.tilt)])
    rows = np.zeros((len(feet) + len(tilts) + 1, len(people) + 1))
    rows[:, -1] = 1.0
    for row, one in enumerate(feet):
        rows[row, people.index(one.person_id)] = one.nearness
    rows[: len(feet), -1] = -1.0
    wanted = np.concatenate([[one.below for one in feet], tilts, [said_tilt]])
    body = max(_BODY, _BIAS * np.sqrt(len(tilts)))
    sigma = np.concatenate([np.full(len(feet), _FOOT), np.full(len(tilts), body), [_SAID]])
    if len(tilts) < FEWEST_UPRIGHT:
        sigma[-1] = 1e-6
    found = _robust(rows, wanted, sigma, kept=1)
    counts = rows[: len(feet), :-1].astype(bool).sum(axis=0)
    return Stance(float(np.clip(found[-1], -_STEEPEST, _STEEPEST)), float(found[:-1] @ counts / counts.sum()))


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
