"""From what was measured in each frame to one number, or to one curve. NaN is what was not measured."""

from collections.abc import Callable

import numpy as np

from ..records import Array


def per_frame(values: Array, reduce: Callable[..., Array] = np.mean) -> Array:
    """(F,) of (F, N): over what was measured in each frame; NaN where nothing was."""
    curve = np.full(len(values), np.nan)
    for row in np.flatnonzero(np.isfinite(values).any(axis=1)):
        curve[row] = reduce(values[row][np.isfinite(values[row])])
    return curve


def number(value: float, decimals: int) -> float | None:
    """Rounded; None for NaN."""
    return round(float(value), decimals) if np.isfinite(value) else None


def mean(values: Array, factor: float, decimals: int) -> float | None:
    """Of all that was measured, times ``factor``; None if nothing was."""
    measured = values[np.isfinite(values)]
    return number(measured.mean() * factor, decimals) if len(measured) else None


def percentile(values: Array, percent: float, factor: float, decimals: int) -> float | None:
    """As ``mean``."""
    measured = values[np.isfinite(values)]
    return number(np.percentile(measured, percent) * factor, decimals) if len(measured) else None
