"""Height and tilt of a camera that explain a minute of moments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..records import Array
from .standing import Moment

# Standard deviations, in tangents of angles.
_FOOT, _STEP = 0.012, 0.035  # of where a foot is seen that rests, mostly because its distance is wrong; or may not rest
_SURE = 0.5  # visibility of a foot from which that holds; below it in proportion more
_BENT = 0.05  # more of one whose owner does not stand upright: who crouches is small, and so seems far away
_BODY = 0.12  # of one body's own vertical: people lean and stride
_BIAS = 0.1  # of many of one person: who leans for a minute does so in each of its moments, and so err networks
_COMMON = 0.08  # of all people's before one camera
_SLOPE = 0.7  # of a tilt that nobody told them about eyes see so much: 0.6 ours, 0.9 true joints through the lifter
_LEVEL, _STATED = 0.35, 0.06  # of a camera that nobody has measured and so is taken to be level, and of one that was
_ASSUMED = 1e-3  # a tangent below it is no statement
_STEEPEST = float(np.tan(np.radians(60)))

# Of how high a camera hangs.
_USUAL_M, _UNUSUAL_M = 1.3, 0.8  # on desks, screens and tripods
_SIZE = 0.1  # share of it that a person's size makes of it
_LEAST_M, _MOST_M = 0.3, 4.0  # by which that share is taken
_SAME_M = 0.5  # drops farther apart are of two floors
_MANY = 0.75  # share of the moments that may lie above the floor
_SIZES, _OTHER = 0.18, 0.3  # logarithms: people of one floor differ by the first; by the second they are of two
_GLIMPSED = 0.5  # share of that logarithm that is believed of who was seen for a moment


@dataclass(frozen=True)
class Stance:
    """How a camera stands."""

    tilt: float  # tangent of its pitch, positive looking down
    drop_m: float  # how far below it, straight down along the picture's y axis, resting feet lie
    shares: Mapping[int, float]  # of the distance at which each person was seen, that puts their resting feet there

    def share_of(self, one: Moment) -> float:
        """The same of somebody who was seen for a moment only; 1 if that says nothing."""
        drop_m = (one.below + self.tilt) / one.nearness
        return _share(self.drop_m / drop_m) ** _GLIMPSED if drop_m > 0 else 1.0


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
    rows, wanted, sigma = _system(feet, [one for one in moments if np.isfinite(one.tilt)], people, said_tilt)
    sizes = slice(len(feet), len(feet) + len(people))
    sigma[sizes] = _SIZE * _USUAL_M
    usual_m = _robust(rows, wanted, sigma, kept=3)[-3]
    sigma[sizes] = _SIZE * np.clip(usual_m, _LEAST_M, _MOST_M)
    *drops_m, _, _, tilt = _robust(rows, wanted, sigma, kept=3)
    floor_m = _floor_m(np.array(drops_m), rows[: len(feet), : len(people)].astype(bool).sum(axis=0))
    shares = {person: _share(floor_m / drop_m) for person, drop_m in zip(people, drops_m, strict=True)}
    return Stance(float(np.clip(tilt, -_STEEPEST, _STEEPEST)), floor_m, shares)


def _system(
    feet: Sequence[Moment], upright: Sequence[Moment], people: Sequence[int], said_tilt: float
) -> tuple[Array, Array, Array]:
    """Rows, what they should come to, and its standard deviation.

    Columns: each person's drop, the camera's, by how much eyes err about all that is upright, and the tilt. Rows:
    the feet, the people's sizes, the upright bodies, and what is usual of the last three columns.
    """
    often = [sum(one.person_id == other.person_id for other in upright) for one in upright]
    rows = np.zeros((len(feet) + len(people) + len(upright) + 3, len(people) + 3))
    for row, one in enumerate(feet):
        rows[row, people.index(one.person_id)] = one.nearness
    rows[: len(feet), -1] = -1.0
    sizes, bodies = slice(len(feet), len(feet) + len(people)), slice(len(feet) + len(people), len(rows) - 3)
    rows[sizes, : len(people)], rows[sizes, -3] = np.eye(len(people)), -1.0
    rows[bodies, -1], rows[bodies, -2] = _SLOPE, 1.0
    rows[-3:, -3:] = np.eye(3)
    verticals = [one.tilt - (1 - _SLOPE) * said_tilt for one in upright]
    wanted = np.array([*(one.below for one in feet), *(0.0 for _ in people), *verticals, _USUAL_M, 0.0, said_tilt])
    sigma = np.ones(len(wanted))
    sigma[: len(feet)] = [_foot_sigma(one) for one in feet]
    sigma[bodies] = np.maximum(_BODY, _BIAS * np.sqrt(often))
    level = 1e-6 if not upright else _STATED if abs(said_tilt) > _ASSUMED else _LEVEL
    sigma[-3:] = _UNUSUAL_M, _COMMON, level
    return rows, wanted, sigma


def _share(share: float) -> float:
    """People differ in size, and networks err, by so much; who seems to differ by more is on another floor."""
    if not 0.0 < share < np.inf:
        return 1.0
    believed = np.clip((_OTHER - abs(np.log(share))) / (_OTHER - _SIZES), 0.0, 1.0)
    return float(share**believed)


def _foot_sigma(one: Moment) -> float:
    sigma = _FOOT if one.rests else _STEP
    if not np.isfinite(one.tilt):
        sigma = float(np.hypot(sigma, _BENT))
    return sigma * max(1.0, _SURE / one.sure)


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
