"""The best that any linear filter without look-ahead can do for one clip: found with the clip's own truth at hand.

A bound, not a filter: what comes after is used to choose its weights. Nothing live that weighs the last frames by
fixed weights can be nearer to the truth's acceleration at the same lag.
"""

import numpy as np

from mocap_bridge.records import Array

TAPS = 24


def best_linear(raw_m: Array, true_m: Array, place: float, stride: int = 1) -> Array:
    """Points (F, N, 3) filtered from ``raw_m`` (F, N, 3) so that they bend as ``true_m`` (F, N, 3), NaN unknown, does.

    ``place`` says how much being in the right place counts beside it: more, and the filter is less late. Depth, the
    last axis, has weights of its own. ``stride`` is the step in frames over which acceleration is taken.
    """
    padded = np.concatenate([np.repeat(raw_m[:1], TAPS, axis=0), raw_m])
    past = np.stack([padded[TAPS - lag : TAPS - lag + len(raw_m)] for lag in range(TAPS)], axis=-1)
    found = raw_m.copy()
    for axes in ([0, 1], [2]):
        # Weights sum to one: written as steps away from the newest point they are free.
        steps, wanted = past[:, :, axes, 1:] - past[:, :, axes, :1], true_m[:, :, axes] - past[:, :, axes, 0]
        rows = np.concatenate([_bent(steps, stride).reshape(-1, TAPS - 1), place * steps.reshape(-1, TAPS - 1)])
        goal = np.concatenate([_bent(wanted, stride).ravel(), place * wanted.ravel()])
        known = np.isfinite(goal)
        weights = np.linalg.lstsq(rows[known], goal[known], rcond=None)[0]
        found[:, :, axes] += steps @ weights
    return found


def _bent(values: Array, stride: int) -> Array:
    return np.asarray(values[2 * stride :] - 2 * values[stride:-stride] + values[: -2 * stride])
