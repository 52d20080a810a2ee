"""What is measured, as plain functions of arrays."""

import numpy as np
from scipy import stats

from mocap_bridge.records import Array
from mocap_bridge.skeleton import JOINT

_HIPS = [JOINT["R_Hip"], JOINT["L_Hip"]]


def aligned(points: Array, target: Array) -> Array:
    """``points`` (N, 3) turned, scaled and moved onto ``target`` (N, 3) as well as a similarity can."""
    middle, goal = points.mean(axis=0), target.mean(axis=0)
    left, strength, right = np.linalg.svd((points - middle).T @ (target - goal))
    upright = np.array([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
    spread = ((points - middle) ** 2).sum()
    scale = (strength * upright).sum() / spread if spread > 0 else 0.0
    return np.asarray(scale * (points - middle) @ (left * upright) @ right + goal)


def aligned_error(found: Array, true: Array) -> Array:
    """(J,) distances after Procrustes alignment of joints (J, 3)."""
    return np.asarray(np.linalg.norm(aligned(found, true) - true, axis=1))


def rooted_error(found: Array, true: Array) -> Array:
    """(30,) distances between joints (30, 3) with the middles of the hips on each other."""
    off = (found - found[_HIPS].mean(axis=0)) - (true - true[_HIPS].mean(axis=0))
    return np.asarray(np.linalg.norm(off, axis=1))


def area_under_curve(yes: Array, no: Array) -> float:
    """How often a score of ``yes`` (N,) is above one of ``no`` (M,); ties count half. NaN where one is empty."""
    if len(yes) == 0 or len(no) == 0:
        return float("nan")
    ranks = stats.rankdata(np.concatenate([yes, no]))
    wins = ranks[: len(yes)].sum() - len(yes) * (len(yes) + 1) / 2
    return float(wins / (len(yes) * len(no)))


def calibration_error(said: Array, true: Array, bins: int = 10) -> float:
    """Expected calibration error of chances ``said`` (N,) for events ``true`` (N,), 0 or 1, in bins of equal width."""
    if len(said) == 0:
        return float("nan")
    row = np.minimum((said * bins).astype(int), bins - 1)
    gaps = np.bincount(row, said, bins) - np.bincount(row, true, bins)
    return float(np.abs(gaps).sum() / len(said))


def rank_correlation(a: Array, b: Array) -> float:
    """Spearman's, of the pairs in which both are numbers; NaN where one of them is always the same."""
    known = np.isfinite(a) & np.isfinite(b)
    a, b = a[known], b[known]
    if len(a) == 0 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(stats.spearmanr(a, b).statistic)
