"""Mannequins seen by a camera: rays, the light's own picture of them for shadows, and the colour of every hit."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..camera import camera_from_world
from ..mannequin import Parts, parts_for, placed
from ..records import Array, Camera, RigPose
from ..skeleton import BONE, BONES
from .cones import FAR, Floats, Hits, cast, no_hits

SUB = 2  # rays across a pixel: what makes edges smooth
_NEAR_M = 0.15
_CLAYS = np.array([(0.72, 0.66, 0.34), (0.76, 0.56, 0.42), (0.36, 0.58, 0.72), (0.60, 0.46, 0.72), (0.46, 0.66, 0.42)])
# Who misses one of these bones has the body there all the same.
_LIKE = [BONE[{"Chest": "Spine", "UpperChest": "Spine"}.get(bone, bone.replace("Toes", "Foot"))] for bone in BONES]
_UNSEEN = np.array([0.30, 0.31, 0.33])
_LIGHT = np.array([-0.42, 0.80, 0.46]) / np.linalg.norm([-0.42, 0.80, 0.46])  # towards it, in the world
_MAP_PX, _MAP_PER_M = 640, 160.0  # the light's picture: pixels in all at most, and per metre
_BIAS_M = 0.03


@dataclass(frozen=True, eq=False)
class Cast:
    """Everybody's parts in one scene."""

    ends_m: Array  # (P, 2, 3) in the world
    radii_m: Array  # (P, 2)
    colours: Array  # (P, 3) linear light


def cast_of(poses: tuple[RigPose, ...]) -> Cast:
    """One colour a person; what is not seen is grey."""
    ends, radii, colours = [np.zeros((0, 2, 3))], [np.zeros((0, 2))], [np.zeros((0, 3))]
    for pose in poses:
        parts = _parts(pose)
        ends.append(placed(parts, pose))
        radii.append(parts.radii_m)
        seen = np.maximum(pose.visibility, pose.visibility[_LIKE])[parts.bones, None].clip(0.0, 1.0)
        colours.append(seen * _CLAYS[pose.person_id % len(_CLAYS)] + (1 - seen) * _UNSEEN)
    return Cast(np.concatenate(ends), np.concatenate(radii), np.concatenate(colours))


def _parts(pose: RigPose) -> Parts:
    return parts_for(pose.bone_lengths_m, pose.girth)


@dataclass(eq=False)
class Seen:
    """A window of the picture, ``SUB`` rays a pixel across, and what they meet."""

    left_px: int
    top_px: int
    hits: Hits
    rays: Floats  # (h, w, 3) unit, in the camera's axes

    @property
    def window(self) -> tuple[slice, slice]:
        """Rows and columns of the picture."""
        height, width = self.rays.shape[0] // SUB, self.rays.shape[1] // SUB
        return slice(self.top_px, self.top_px + height), slice(self.left_px, self.left_px + width)


def seen_by(camera: Camera, bodies: Cast) -> Seen | None:
    """None if nobody is in the picture."""
    ends_m = camera_from_world(bodies.ends_m, camera)
    depth_m = ends_m[..., 2] - bodies.radii_m
    shown = np.flatnonzero(depth_m.min(axis=1) > _NEAR_M)
    if not len(shown):
        return None
    # A ball's outline lies a little farther out than its radius over its depth.
    reach_px = (bodies.radii_m * camera.focal_px.max() / np.maximum(depth_m, _NEAR_M))[..., None] * 1.2 + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        centre_px = ends_m[..., :2] / ends_m[..., 2:] * camera.focal_px + camera.center_px
    size_px = camera.size_px.astype(int)
    low = np.floor((centre_px - reach_px)[shown].min(axis=1)).clip(0, size_px).astype(int)
    high = np.ceil((centre_px + reach_px)[shown].max(axis=1)).clip(0, size_px).astype(int)
    kept = (high > low).all(axis=1)
    if not kept.any():
        return None
    left, top = low[kept].min(axis=0)
    right, bottom = high[kept].max(axis=0)
    rays = _rays(camera, left, top, right, bottom)
    hits = no_hits(*rays.shape[:2])
    for part, (x0, y0), (x1, y1) in zip(shown[kept], low[kept], high[kept], strict=True):
        window = slice((y0 - top) * SUB, (y1 - top) * SUB), slice((x0 - left) * SUB, (x1 - left) * SUB)
        ends, radii = ends_m[part].astype(np.float32), bodies.radii_m[part].astype(np.float32)
        cast(hits, window, np.zeros(3, np.float32), rays[window], ends, radii, int(part))
    return Seen(int(left), int(top), hits, rays)


def _rays(camera: Camera, left: int, top: int, right: int, bottom: int) -> Floats:
    x = (np.arange(left * SUB, right * SUB) + 0.5) / SUB
    y = (np.arange(top * SUB, bottom * SUB) + 0.5) / SUB
    rays = np.ones((len(y), len(x), 3), np.float32)
    rays[..., 0] = ((x - camera.center_px[0]) / camera.focal_px[0])[None]
    rays[..., 1] = ((y - camera.center_px[1]) / camera.focal_px[1])[:, None]
    rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
    return rays


@dataclass(eq=False)
class LightMap:
    """How far the light gets before it meets somebody, on a grid across its direction."""

    distance: Floats  # (h, w) from a plane above everybody; FAR where it meets nobody
    across: Array  # (2, 3) the grid's axes in the world
    origin_m: Array  # (3,) its corner

    def at(self, points_m: Floats) -> tuple[Floats, Floats, Floats]:
        """Columns and rows of world points (..., 3), and their distance from the light's plane."""
        from_corner = points_m - self.origin_m.astype(np.float32)
        columns, rows = (from_corner @ axis.astype(np.float32) * _MAP_PER_M for axis in self.across)
        return columns, rows, np.asarray(-(from_corner @ _LIGHT.astype(np.float32)), dtype=np.float32)


def light_map(bodies: Cast) -> LightMap | None:
    """None where nobody is."""
    if not len(bodies.ends_m):
        return None
    right = np.cross([0.0, 1.0, 0.0], _LIGHT)
    right /= np.linalg.norm(right)
    across = np.stack([right, np.cross(_LIGHT, right)])
    flat = bodies.ends_m @ across.T  # (P, 2, 2)
    radii = bodies.radii_m[..., None]
    low, high = (flat - radii).min(axis=(0, 1)) - 0.1, (flat + radii).max(axis=(0, 1)) + 0.1
    high = np.minimum(high, low + _MAP_PX / _MAP_PER_M)
    above = float((bodies.ends_m @ _LIGHT).max() + bodies.radii_m.max()) + 0.1
    origin_m = low @ across + above * _LIGHT
    width, height = np.ceil((high - low) * _MAP_PER_M).astype(int)
    steps = (np.arange(height)[:, None, None] * across[1] + np.arange(width)[None, :, None] * across[0]) / _MAP_PER_M
    origins = (origin_m + steps).astype(np.float32)
    hits, down = no_hits(height, width), (-_LIGHT).astype(np.float32)
    for part in range(len(bodies.ends_m)):
        x0, y0 = np.floor(((flat - radii)[part].min(axis=0) - low) * _MAP_PER_M).clip(0, [width, height]).astype(int)
        x1, y1 = np.ceil(((flat + radii)[part].max(axis=0) - low) * _MAP_PER_M + 1).clip(0, [width, height]).astype(int)
        if x1 > x0 and y1 > y0:
            window = slice(y0, y1), slice(x0, x1)
            ends, ball = bodies.ends_m[part].astype(np.float32), bodies.radii_m[part].astype(np.float32)
            cast(hits, window, origins[window], down, ends, ball, part)
    return LightMap(hits.distance, across, origin_m)


def lit(seen: Seen, bodies: Cast, camera: Camera, light: LightMap | None) -> npt.NDArray[np.float32]:
    """(h, w, 3) linear light of every ray; what met nothing is black."""
    there = seen.hits.part >= 0
    turn = camera.world_from_camera[:3, :3].T.astype(np.float32)
    normal, ray = seen.hits.normal[there] @ turn, seen.rays[there] @ turn
    points_m = ray * seen.hits.distance[there][:, None] + camera.world_from_camera[:3, 3].astype(np.float32)
    towards = _LIGHT.astype(np.float32)
    key = np.maximum(normal @ towards, 0.0)
    if light is not None:
        key = key * _not_in_shadow(light, points_m, key)
    sky = 0.5 + 0.5 * normal[:, 1]
    facing = np.clip(-np.einsum("ni,ni->n", normal, ray), 0.0, 1.0)
    half = towards - ray
    half /= np.linalg.norm(half, axis=-1, keepdims=True)
    shine = 0.22 * np.maximum(np.einsum("ni,ni->n", normal, half), 0.0) ** 40 * (key > 0)
    base = bodies.colours[seen.hits.part[there]].astype(np.float32)
    near_floor = np.clip(points_m[:, 1] / 0.25, 0.0, 1.0) * 0.35 + 0.65  # little light comes in near the floor
    ambient = (0.13 + 0.24 * sky) * near_floor
    warm, cool = np.array([1.0, 0.96, 0.88], np.float32), np.array([0.86, 0.94, 1.0], np.float32)
    colour = base * (key[:, None] * warm * 1.2 + ambient[:, None] * cool)
    colour += shine[:, None] + (0.16 * (1 - facing) ** 3 * sky)[:, None] * cool
    picture = np.zeros((*there.shape, 3), np.float32)
    picture[there] = colour
    return picture


def _not_in_shadow(light: LightMap, points_m: Floats, key: Floats) -> Floats:
    """(n,) 0..1: four neighbouring rays of the light, so that edges are soft."""
    columns, rows, distance = light.at(points_m)
    height, width = light.distance.shape
    lit_by: Floats = np.zeros(len(points_m), np.float32)
    slack = _BIAS_M * (1.5 - key)
    for dx, dy in ((-0.8, -0.8), (0.8, -0.8), (-0.8, 0.8), (0.8, 0.8)):
        x = np.clip(np.rint(columns + dx), 0, width - 1).astype(np.intp)
        y = np.clip(np.rint(rows + dy), 0, height - 1).astype(np.intp)
        lit_by += light.distance[y, x] > distance - slack
    return np.asarray(lit_by / 4, dtype=np.float32)


def shadow_corners_m(bodies: Cast) -> Array:
    """(N, 3) points of the floor around everybody's shadow."""
    ends_m, radii_m = bodies.ends_m.reshape(-1, 3), bodies.radii_m.reshape(-1)
    falls_m = ends_m - _LIGHT * (ends_m[:, 1] / _LIGHT[1])[:, None]
    wide_m = (radii_m / _LIGHT[1] + 0.15)[:, None]
    return np.concatenate([falls_m + wide_m * corner for corner in ((1, 0, 1), (1, 0, -1), (-1, 0, 1), (-1, 0, -1))])


def shadow_mask(light: LightMap) -> Floats:
    """(h, w) 1 where the light reaches nothing below."""
    return np.asarray(light.distance < FAR, dtype=np.float32)
