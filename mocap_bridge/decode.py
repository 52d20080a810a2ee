"""From the pose network's maps to joints in the crop, with how far to trust each. Pure; shared with training."""

from dataclasses import dataclass

import numpy as np

from .records import Array

WINDOW_CELLS = 2
"""Cells around the strongest one that share in the position: a second bump elsewhere must not pull the joint away."""


@dataclass(frozen=True, eq=False)
class CropJoints:
    """Joints of one crop."""

    joints: Array  # (J, 2) x, y in crop sides: 0 left or top, 1 right or bottom
    depth_m: Array  # (J,) from the pelvis, + away from the camera, for a body of average size
    confidence: Array  # (J,) 0..1


def decode(
    xy_map: Array, z_line: Array, visibility: Array, sigma: Array, depth_range_m: tuple[float, float]
) -> CropJoints:
    """Joints from ``xy_map`` (J, H, W) and ``z_line`` (J, D), both probabilities that sum to 1 per joint.

    ``visibility`` (J,) is 0..1 and ``sigma`` (J,) the expected 2D error in crop sides. A joint whose numbers are not
    finite lies in the middle with confidence 0. Raises ValueError if the shapes do not belong together.
    """
    count = len(xy_map)
    if xy_map.ndim != 3 or z_line.shape[:1] != (count,) or visibility.shape != (count,) or sigma.shape != (count,):
        raise ValueError(
            f"maps {xy_map.shape}, lines {z_line.shape}, visibility {visibility.shape} and sigma {sigma.shape} "
            "must speak of the same joints: (J, H, W), (J, D), (J,), (J,)"
        )
    sound = np.isfinite(xy_map).all(axis=(1, 2)) & np.isfinite(z_line).all(axis=1)
    sound &= np.isfinite(visibility) & np.isfinite(sigma)
    xy_map = np.where(sound[:, None, None], xy_map, 1.0)
    z_line = np.where(sound[:, None], z_line, 1.0)
    depth_axis = _cell_centers(z_line.shape[1]) * (depth_range_m[1] - depth_range_m[0]) + depth_range_m[0]
    depth_m = z_line @ depth_axis / np.maximum(z_line.sum(axis=1), 1e-12)
    joints = around_peak(xy_map)
    confidence = np.where(sound, _confidence(np.where(sound, visibility, 0.0), np.where(sound, sigma, 1.0)), 0.0)
    joints[~sound] = 0.5
    return CropJoints(joints, depth_m, confidence)


def around_peak(xy_map: Array, window_cells: int = WINDOW_CELLS) -> Array:
    """(J, 2) mean position of the map (J, H, W) within ``window_cells`` of its strongest cell, in crop sides."""
    count, height, width = xy_map.shape
    peak_y, peak_x = np.divmod(xy_map.reshape(count, -1).argmax(axis=1), width)
    near_y = np.abs(np.arange(height) - peak_y[:, None]) <= window_cells
    near_x = np.abs(np.arange(width) - peak_x[:, None]) <= window_cells
    local = xy_map * (near_y[:, :, None] & near_x[:, None, :])
    mass = np.maximum(local.sum(axis=(1, 2)), 1e-12)
    x = local.sum(axis=1) @ _cell_centers(width) / mass
    y = local.sum(axis=2) @ _cell_centers(height) / mass
    return np.stack([x, y], axis=1)


def _confidence(visibility: Array, sigma: Array) -> Array:
    """Falls with the expected error; a hidden joint keeps a part, because the network often knows where it must be."""
    sure = np.exp(-np.maximum(sigma, 0.0) / 0.08)
    return np.asarray(np.clip(sure * (0.4 + 0.6 * np.clip(visibility, 0, 1)), 0, 1))


def _cell_centers(count: int) -> Array:
    return (np.arange(count) + 0.5) / count
