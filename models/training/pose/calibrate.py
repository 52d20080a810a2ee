"""What the heads of a trained network must be told to be believed: 64 numbers, fitted after the training.

Visibility and presence keep their order; a slope, and a bias per joint, make chances of them that come true as often
as they say. Sigma, the expected 2D error, is read off the concentration of the joint's own map: that orders joints by
their true error better than the trained head does (rank correlation 0.61 against 0.51 on renders, 0.49 against 0.31
on real video), and a formula of both was no better on any set.

Everything is fitted on crops that neither the training nor the evaluation sees (``calibration_crops``). Both fits
are convex, so the same crops give the same numbers.
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from mocap_bridge.records import Array

LEAST_CHANCE = 1e-6
"""Chances are kept this far from 0 and 1 before their logits are taken."""
FLOOR = 0.003
"""Added to the errors, in crop sides: labels are not exact either, and a lucky joint must not claim to be perfect."""
_VISIBILITY_RIDGE, _SIGMA_RIDGE = 1e-4, 0.1
"""How firmly the joints' biases are held together. Sigma orders errors best with nearly one bias for all."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """Folded into the exported graph by ``calibrated.Calibrated``."""

    visibility_slope: float
    visibility_bias: Array  # (30,)
    presence_slope: float
    presence_bias: float
    sigma_power: float
    """Of the concentration, the sum of the squared chances of a joint's map."""
    sigma_bias: Array  # (30,) logarithm of the error where the whole map is one cell


@dataclass(frozen=True, eq=False)
class Observations:
    """What the network says of N crops, and what is true; NaN where nobody knows."""

    visibility: Array  # (N, 30) 0..1
    presence: Array  # (N,) 0..1
    concentration: Array  # (N, 30) 1/256..1
    visible: Array  # (N, 30) 0 or 1
    off: Array  # (N, 30) 2D errors in crop sides
    person: Array  # (N,) 0 or 1


def fitted(seen: Observations) -> Calibration:
    """The calibration under which what was seen is likeliest. Raises ValueError where something was never seen."""
    for name, values in (("joints, visible and hidden", seen.visible), ("crops, of people and of nobody", seen.person)):
        if not (values == 0).any() or not (values == 1).any():
            raise ValueError(f"calibration needs {name}; all that are known are of one kind")
    if not np.isfinite(seen.off).any():
        raise ValueError("calibration needs joints whose place is known; there is none")
    slope, bias = fit_chance(logit(seen.visibility), seen.visible)
    presence_slope, presence_bias = fit_chance(logit(seen.presence)[:, None], seen.person[:, None])
    power, sigma_bias = fit_size(np.log(seen.concentration), seen.off)
    return Calibration(slope, bias, presence_slope, float(presence_bias[0]), power, sigma_bias)


def logit(chance: Array) -> Array:
    """ln(p / (1 - p)), finite for all p."""
    chance = np.clip(chance, LEAST_CHANCE, 1 - LEAST_CHANCE)
    return np.asarray(np.log(chance) - np.log1p(-chance))


def fit_chance(score: Array, true: Array) -> tuple[float, Array]:
    """Slope and biases (J,) for which sigmoid(slope * score + bias) fits ``true`` (N, J) best; NaN is left out."""
    known = np.isfinite(true)
    count, goal = known.sum(), np.where(known, true, 0.0)

    def cost(p: Array) -> tuple[float, Array]:
        u, apart = p[0] * score + p[1:], p[1:] - p[1:].mean()
        value = (known * (np.logaddexp(0, u) - goal * u)).sum() / count + _VISIBILITY_RIDGE * (apart**2).sum()
        fall = known * (special.expit(u) - goal) / count
        return float(value), np.append((fall * score).sum(), fall.sum(axis=0) + 2 * _VISIBILITY_RIDGE * apart)

    found = optimize.minimize(cost, np.append(1.0, np.zeros(score.shape[1])), jac=True, method="L-BFGS-B").x
    return float(found[0]), found[1:]


def fit_size(score: Array, size: Array) -> tuple[float, Array]:
    """Power and biases (J,) for which exp(power * score + bias) is the mean of ``size`` (N, J); NaN is left out.

    The likelihood is that of an exponential distribution, whose one number is its mean.
    """
    known = np.isfinite(size)
    count, goal = known.sum(), np.where(known, size, 0.0) + FLOOR
    middle = score.mean()
    centered = score - middle

    def cost(p: Array) -> tuple[float, Array]:
        u, apart = p[0] * centered + p[1:], p[1:] - p[1:].mean()
        ratio = goal * np.exp(-u)
        value = (known * (u + ratio)).sum() / count + _SIGMA_RIDGE * (apart**2).sum()
        fall = known * (1 - ratio) / count
        return float(value), np.append((fall * centered).sum(), fall.sum(axis=0) + 2 * _SIGMA_RIDGE * apart)

    begin = np.append(0.0, np.full(size.shape[1], np.log(goal[known].mean())))
    found = optimize.minimize(cost, begin, jac=True, method="L-BFGS-B").x
    return float(found[0]), found[1:] - middle * found[0]
