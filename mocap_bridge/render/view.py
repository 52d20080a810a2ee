"""Where to look from: a camera that sees everybody in a take, and goes with them where they go far."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ..records import Array, Camera, Scene
from ..rotations import normalized

FOV_DEG = 35.0  # along the longer side
_YAW_DEG, _PITCH_DEG = 22.0, 11.0  # a little from their left and from above: depth shows
_ROAM_M = 2.0  # a camera that stands still shows this much; of more, it follows
_TALL_M, _ARMS_M = 2.0, 1.9
_CALM_S = 0.7


@dataclass(frozen=True, eq=False)
class View:
    """A camera for each moment of a take."""

    times_s: Array  # (frames,)
    targets_m: Array  # (frames, 3) what it looks at
    distance_m: float
    size_px: tuple[int, int]

    def camera(self, time_s: float) -> Camera:
        """At a time between the frames too."""
        at = np.array([np.interp(time_s, self.times_s, self.targets_m[:, axis]) for axis in range(3)])
        yaw, pitch = np.radians(_YAW_DEG), np.radians(_PITCH_DEG)
        towards = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])
        return look_at(at + self.distance_m * towards, at, self.size_px)


def view_of(scenes: Iterable[Scene], size_px: tuple[int, int]) -> View:
    """Looks at the middle of everybody; where nobody is, at the middle of the last ones."""
    times_s: list[float] = []
    low: list[Array] = []
    high: list[Array] = []
    for scene in scenes:
        times_s.append(scene.time_s)
        hips_m = np.array([pose.hips_world_m for pose in scene.poses])
        if len(hips_m):
            low.append(hips_m.min(axis=0))
            high.append(hips_m.max(axis=0))
        else:
            low.append(low[-1] if low else np.full(3, np.nan))
            high.append(high[-1] if high else np.full(3, np.nan))
    if not times_s or np.isnan(low[-1]).any():
        return View(np.zeros(1), np.array([[0.0, _TALL_M / 2, -3.0]]), 5.0, size_px)
    lows, highs = np.array(low), np.array(high)
    first = int(np.argmax(~np.isnan(lows[:, 0])))  # before anybody came, look where they will
    lows[:first], highs[:first] = lows[first], highs[first]
    whole_low, whole_high = lows.min(axis=0), highs.max(axis=0)
    roams = float(np.max((whole_high - whole_low)[[0, 2]])) > _ROAM_M
    middles = (lows + highs) / 2 if roams else np.tile((whole_low + whole_high) / 2, (len(lows), 1))
    if roams:
        step_s = max(float(np.median(np.diff(times_s))), 1e-3)
        middles = gaussian_filter1d(middles, _CALM_S / step_s, axis=0, mode="nearest")
    middles[:, 1] = 0.44 * _TALL_M
    reach_m = np.maximum(np.abs(lows - middles), np.abs(highs - middles))[:, [0, 2]]
    wide_m = 2 * float(reach_m.max()) + _ARMS_M
    focal = 1 / (2 * np.tan(np.radians(FOV_DEG) / 2))  # of the longer side
    width, height = np.array(size_px) / max(size_px)
    distance_m = focal * max(wide_m / width, (_TALL_M + 0.6) / height) + 0.4 * (wide_m - _ARMS_M)
    return View(np.array(times_s), middles, distance_m, size_px)


def look_at(eye_m: Array, target_m: Array, size_px: tuple[int, int], fov_deg: float = FOV_DEG) -> Camera:
    """A level camera at one point that looks at another."""
    forward = normalized(target_m - eye_m)
    right = normalized(np.cross(forward, [0.0, 1.0, 0.0]))
    pose = np.eye(4)
    pose[:3, :3] = np.stack([right, np.cross(forward, right), forward], axis=1)
    pose[:3, 3] = eye_m
    focal_px = max(size_px) / 2 / np.tan(np.radians(fov_deg) / 2)
    return Camera(np.array(size_px), np.array([focal_px, focal_px]), np.array(size_px) / 2, pose)
