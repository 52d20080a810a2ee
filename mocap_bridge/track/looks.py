"""What somebody wears: the colours of trunk and thighs, by which people are told apart after they met or were away."""

import numpy as np

from ..records import Array, Image, JointEstimate
from ..skeleton import JOINT

_BINS = 5
_SURE = 0.3  # confidence of the joints that the colours are read between
_LIGHT = 0.4  # share of brightness in the likeness: shade changes it, but black and white have no other colour
_ALONG, _ACROSS = np.linspace(0.1, 0.9, 9), np.linspace(-1.0, 1.0, 5)
_PARTS = (
    (("Thorax", "Pelvis", 0.16),),
    (("R_Hip", "R_Knee", 0.09), ("L_Hip", "L_Knee", 0.09)),
)
"""From where to where, and how far to both sides as a share of that way; above and below the waist."""


def look(image_rgb: Image, estimate: JointEstimate) -> Array | None:
    """Shares (2, 30) of colours above and below the waist, 25 of hue and 5 of brightness; NaN where that is not seen.

    None where nothing is seen.
    """
    rows = [_colours(image_rgb, estimate, part) for part in _PARTS]
    return None if all(np.isnan(row).any() for row in rows) else np.stack(rows)


def likeness(a: Array, b: Array) -> float:
    """Of two looks (2, 30): 1 for the same, 0 for no colour in common (Bhattacharyya's coefficient).

    NaN where they show no part in common.
    """
    shared = np.sqrt(a * b)
    parts = (1 - _LIGHT) * shared[:, : _BINS**2].sum(axis=1) + _LIGHT * shared[:, _BINS**2 :].sum(axis=1)
    seen = np.isfinite(parts)
    return float(parts[seen].mean()) if seen.any() else float("nan")


def blended(before: Array | None, now: Array | None, share: float) -> Array | None:
    """What is remembered of a look after seeing another one that counts this much."""
    if before is None or now is None:
        return now if before is None else before
    mixed = before + share * (now - before)
    return np.where(np.isfinite(before), np.where(np.isfinite(now), mixed, before), now)


def _colours(image_rgb: Image, estimate: JointEstimate, ways: tuple[tuple[str, str, float], ...]) -> Array:
    """Shares (30,) of the colours between joints; NaN where fewer than half of the places are seen."""
    places, sure = [], False
    for begin, end, wide in ways:
        a, b = (estimate.joints_px[JOINT[name]] for name in (begin, end))
        if min(estimate.confidence[JOINT[begin]], estimate.confidence[JOINT[end]]) < _SURE:
            continue
        side = wide * np.array([b[1] - a[1], a[0] - b[0]])
        places.append((a + _ALONG[:, None, None] * (b - a) + _ACROSS[None, :, None] * side).reshape(-1, 2))
        sure = True
    at = np.concatenate(places).round() if sure else np.full((1, 2), -1.0)
    height_px, width_px = image_rgb.shape[:2]
    inside = np.isfinite(at).all(axis=1) & (at >= 0).all(axis=1) & (at < (width_px, height_px)).all(axis=1)
    if inside.mean() < 0.5:
        return np.full(_BINS**2 + _BINS, np.nan)
    x, y = at[inside].astype(int).T
    rgb = image_rgb[y, x].astype(np.float64) + 4.0  # black has no hue: the noise of a camera must not give it one
    # Red and green as shares of all light lie between a fifth and a half for nearly everything that people wear.
    hue = _soft((rgb[:, :2] / rgb.sum(axis=1, keepdims=True) - 0.18) / 0.34)
    light = _soft(rgb.mean(axis=1, keepdims=True) / 255)[:, 0]
    joint = np.einsum("ni,nj->ij", hue[:, 0], hue[:, 1]).ravel()
    return np.concatenate([joint, light.sum(axis=0)]) / len(rgb)


def _soft(values: Array) -> Array:
    """Weights (N, K, bins) that share each value (N, K) of 0..1 between its two nearest bins."""
    at = np.clip(values, 0, 1)[..., None] * (_BINS - 1)
    return np.asarray(np.maximum(1 - np.abs(at - np.arange(_BINS)), 0.0))
