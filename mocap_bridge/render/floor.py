"""The stage: a floor with a grid of metres that fades into the distance, and shadows on it."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from ..records import Camera, Image
from .body import LightMap, shadow_mask
from .cones import Floats
from .tone import to_screen


def _rgb(red: float, green: float, blue: float) -> Floats:
    return np.array([red, green, blue], np.float32)


_HORIZON, _ZENITH = _rgb(0.085, 0.1, 0.13), _rgb(0.016, 0.02, 0.03)
_FLOOR, _GRID = _rgb(0.055, 0.06, 0.07), _rgb(0.26, 0.28, 0.3)
_LINES = ((1.0, 0.006, 0.55), (0.25, 0.003, 0.22))  # spacing and half width in metres, and how much they show
_FADE_M = 11.0
_SOFT_PX, _MARGIN_PX = 5.0, 32


@dataclass(frozen=True, eq=False)
class Stage:
    """A floor without people, and where its pixels are."""

    linear: Floats  # (H, W, 3) light
    image: Image  # (H, W, 3)
    floor_m: Floats  # (H, W, 3) of each pixel
    is_floor: Floats  # (H, W) 0 or 1


@dataclass(frozen=True, eq=False)
class _Empty:
    """All that stays the same while a camera moves level without turning."""

    linear: Floats  # (H, W, 3) without the grid
    from_eye_m: Floats  # (H, W, 3) of each pixel, from the point below the camera
    is_floor: Floats  # (H, W)
    lines: tuple[tuple[Floats, Floats], ...]  # half width in metres and strength of both grids, (H, W) each


@lru_cache(maxsize=2)  # a camera that stands still needs its floor once
def stage_of(camera: Camera) -> Stage:
    """The floor that a camera sees."""
    size_px = int(camera.size_px[0]), int(camera.size_px[1])
    turn = tuple(camera.world_from_camera[:3, :3].reshape(-1).tolist())
    eye_m = camera.world_from_camera[:3, 3]
    empty = _empty(size_px, float(camera.focal_px[0]), tuple(camera.center_px.tolist()), turn, float(eye_m[1]))
    floor_m = empty.from_eye_m + (eye_m * [1, 0, 1]).astype(np.float32)
    grid: Floats = np.zeros(floor_m.shape[:2], np.float32)
    for (spacing_m, _, _), (wide_m, shows) in zip(_LINES, empty.lines, strict=True):
        for axis in (0, 2):
            cells = floor_m[..., axis] / np.float32(spacing_m)
            off_m = np.abs(cells - np.rint(cells)) * np.float32(spacing_m)
            grid = np.maximum(grid, shows * np.clip(1.5 - off_m / wide_m, 0.0, 1.0))
    linear = empty.linear + grid[..., None] * _GRID
    return Stage(linear, to_screen(linear), floor_m, empty.is_floor)


@lru_cache(maxsize=2)
def _empty(
    size_px: tuple[int, int], focal_px: float, center_px: tuple[float, ...], turn: tuple[float, ...], eye_y_m: float
) -> _Empty:
    x = (np.arange(size_px[0]) + 0.5 - center_px[0]) / focal_px
    y = (np.arange(size_px[1]) + 0.5 - center_px[1]) / focal_px
    ray = np.stack(np.broadcast_arrays(x[None], y[:, None], np.ones((1, 1))), axis=-1).astype(np.float32)
    ray = ray @ np.array(turn, np.float32).reshape(3, 3).T
    down = -ray[..., 1] / np.linalg.norm(ray, axis=-1)
    is_floor = (ray[..., 1] < -1e-4).astype(np.float32)
    from_eye_m = ray * (eye_y_m / np.maximum(-ray[..., 1:2], np.float32(1e-4)))
    from_eye_m[..., 1] = 0.0
    away_m = np.hypot(from_eye_m[..., 0], from_eye_m[..., 2])
    fade = np.exp(-((away_m / _FADE_M) ** 2)) * is_floor
    sky = _HORIZON + (_ZENITH - _HORIZON) * np.clip(np.abs(down) * 2.2, 0.0, 1.0)[..., None]
    linear = sky + (_FLOOR * (1 + 0.5 * fade[..., None]) - sky) * fade[..., None]
    pixel_m = away_m / np.float32(focal_px) / np.maximum(down, 0.03)  # how much floor a pixel covers
    lines = []
    for spacing_m, half_m, strength in _LINES:
        wide_m = np.maximum(np.float32(half_m), np.float32(0.6) * pixel_m)  # never thinner than a pixel: fainter
        shows = strength * half_m / wide_m * np.clip(1.4 - 3 * pixel_m / spacing_m, 0.0, 1.0) * fade
        lines.append((wide_m.astype(np.float32), shows.astype(np.float32)))
    return _Empty(linear.astype(np.float32), from_eye_m.astype(np.float32), is_floor, tuple(lines))


def shade(light: LightMap, stage: Stage, window: tuple[slice, slice]) -> Floats:
    """(h, w) how much of the light somebody keeps from a window of the floor."""
    mask = cv2.GaussianBlur(np.pad(shadow_mask(light), _MARGIN_PX), (0, 0), _SOFT_PX)
    columns, rows, _ = light.at(stage.floor_m[window])
    if not columns.size:
        return columns
    dark = cv2.remap(mask, columns + _MARGIN_PX, rows + _MARGIN_PX, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(dark * stage.is_floor[window], dtype=np.float32)
