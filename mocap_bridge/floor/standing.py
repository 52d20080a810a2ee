"""What a moment of one person says about the camera: where feet rest, and which way is up.

Nothing here knows how the camera is tilted. A foot rests where it hardly moves; a body is upright if trunk and leg
are in one line, and then the line from its feet to its weight is the vertical, for who leans on nothing would fall.
"""

from dataclasses import dataclass

import numpy as np

from ..records import Array
from ..skeleton import JOINT

MOMENT_S = 0.4
"""Long enough to see whether a foot rests, short enough that one step lasts longer."""
FEW = 4
"""Frames below which nothing can be said: where they come slowly a moment is longer."""

_FEET = [JOINT[name] for name in ("R_Heel", "L_Heel", "R_Toe", "L_Toe")]
_SIDES = [[JOINT[f"{side}_{end}"] for end in ("Heel", "Toe")] for side in "RL"]
_LEGS = np.array([[JOINT[f"{side}_{name}"] for name in ("Hip", "Knee", "Ankle")] for side in "LR"])
_BODY = [JOINT["Pelvis"], JOINT["Thorax"], *_LEGS.ravel()]
_SEEN, _GUESSED = 0.3, 0.15  # visibility of a joint; of a foot that is better than none
_CLEAR = 0.35  # of a body whose distance can be told, on average: who is half hidden seems far away
_RESTS_M_S = 0.5  # of the slowest heel or toe: in a jump and on a swinging leg they are faster
_NEARLY_M_S = 0.1  # points that are no faster than this beyond the slowest rest as well
_STRAIGHT_COS, _ALIGNED_COS = np.cos(np.radians([55.0, 40.0]))  # knees that a network saw: true ones look bent by 35
_STEEPEST_COS, _MOST_ROLL = np.cos(np.radians(55.0)), np.sin(np.radians(20.0))
_LEAST_UPRIGHT = 0.6  # share of a moment
_TRUNK_SHARE = 0.4  # of the way from pelvis to thorax: where the weight of a body lies
_NOTHING = float("nan"), float("nan"), 0.0


@dataclass(frozen=True)
class Moment:
    """Camera axes (x right, y down, z ahead); NaN where it says nothing."""

    person_id: int
    nearness: float  # 1 / z of the foot that rests, or of the lower one, per metre
    below: float  # y / z of it
    rests: bool
    sure: float  # visibility of that foot
    tilt: float  # tangent of the camera's pitch by the body's own vertical, positive looking down


def moment(person_id: int, joints_m: Array, visibility: Array, times_s: Array) -> Moment:
    """Of joints (T, 30, 3) in camera axes with visibilities (T, 30) at times (T,)."""
    if visibility[:, _BODY].mean() < _CLEAR:
        return _nothing(person_id)
    nearness, below, sure = _foothold(joints_m[:, _FEET], visibility[:, _FEET], times_s)
    rests = np.isfinite(below)
    if not rests:
        nearness, below, sure = _lower_foot(joints_m, visibility)
    return Moment(person_id, nearness, below, bool(rests), sure, _tilt(joints_m, visibility))


def glimpse(person_id: int, joints_m: Array, visibility: Array) -> Moment:
    """Of a single frame, joints (30, 3) and visibility (30,), which does not tell whether a foot rests."""
    frames, sights = np.repeat(joints_m[None], FEW, axis=0), np.repeat(visibility[None], FEW, axis=0)
    if visibility[_BODY].mean() < _CLEAR:
        return _nothing(person_id)
    nearness, below, sure = _lower_foot(frames, sights)
    return Moment(person_id, nearness, below, False, sure, _tilt(frames, sights))


def _nothing(person_id: int) -> Moment:
    nearness, below, sure = _NOTHING
    return Moment(person_id, nearness, below, False, sure, float("nan"))


def _lower_foot(joints_m: Array, visibility: Array) -> tuple[float, float, float]:
    """Of who walks or dances one foot is on the floor, or not far from it."""
    feet_m, sights = joints_m[:, _SIDES].mean(axis=2), visibility[:, _SIDES].min(axis=2)
    for least in (_SEEN, _GUESSED):
        seen = sights > least
        here = seen.any(axis=1)
        if here.sum() >= FEW and feet_m[..., 2].min() > 0:
            lower = np.where(seen, feet_m[..., 1], -np.inf).argmax(axis=1)[here]
            foot_m = np.median(feet_m[here, lower], axis=0)
            return float(1 / foot_m[2]), float(foot_m[1] / foot_m[2]), float(sights[here, lower].mean())
    return _NOTHING


def _foothold(feet_m: Array, sights: Array, times_s: Array) -> tuple[float, float, float]:
    enough = (sights > _SEEN).sum(axis=0) >= max(FEW, 0.7 * len(feet_m))
    if not enough.any() or feet_m[..., 2].min() <= 0:
        return _NOTHING
    # A straight line through each path: what trembles is not fast.
    since_s = times_s - times_s.mean()
    speeds_m_s = np.linalg.norm((since_s[:, None, None] * feet_m).sum(axis=0) / (since_s**2).sum(), axis=-1)
    speeds_m_s = np.where(enough, speeds_m_s, np.inf)
    slowest_m_s = speeds_m_s.min()
    if slowest_m_s > _RESTS_M_S:
        return _NOTHING
    rest = speeds_m_s <= slowest_m_s + _NEARLY_M_S
    resting_m = feet_m[:, rest].reshape(-1, 3)
    below = resting_m[:, 1] / resting_m[:, 2]
    return float((1 / resting_m[:, 2]).mean()), float(below.mean()), float(sights[:, rest].mean())


def _tilt(joints_m: Array, visibility: Array) -> float:
    pelvis, thorax = joints_m[:, JOINT["Pelvis"]], joints_m[:, JOINT["Thorax"]]
    weight = pelvis + _TRUNK_SHARE * (thorax - pelvis)
    up = _unit(weight - joints_m[:, _FEET].mean(axis=1))
    trunk = _unit(thorax - pelvis)
    hips, knees, ankles = (joints_m[:, column] for column in _LEGS.T)
    thighs, shins = _unit(hips - knees), _unit(knees - ankles)
    # One leg carries; the other may swing.
    carries = ((thighs * shins).sum(axis=-1) > _STRAIGHT_COS) & ((thighs * trunk[:, None]).sum(axis=-1) > _ALIGNED_COS)
    upright = carries.any(axis=1) & (visibility[:, _BODY].min(axis=1) > _SEEN)
    upright &= (-up[:, 1] > _STEEPEST_COS) & (np.abs(up[:, 0]) < _MOST_ROLL)
    if upright.sum() < max(FEW, _LEAST_UPRIGHT * len(upright)):
        return float("nan")
    middle = up[upright].mean(axis=0)
    return float(middle[2] / middle[1])


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
