"""Where rays meet rounded cones, exactly: the nearest surface in front of each pixel and which way it faces.

A rounded cone is the union of balls around a + s (b - a) with radius ra - s (ra - rb), s in 0..1. Of these, the ball
that a point q (from a) is deepest in has s = (q.ba - ra rr) / (ba.ba - rr^2), where ba = b - a and rr = ra - rb; the
point lies on the mantle where that ball's surface is, which along a ray is a quadratic in the distance.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
FAR = np.float32(1e9)


@dataclass(eq=False)
class Hits:
    """What each ray of a grid (H, W) meets first."""

    distance: Floats  # (H, W) along the ray; FAR where it meets nothing
    normal: Floats  # (H, W, 3) outwards, unit
    part: npt.NDArray[np.int16]  # (H, W) number of the cone; -1 for none


def no_hits(height: int, width: int) -> Hits:
    """Before the first cone."""
    return Hits(
        np.full((height, width), FAR, np.float32),
        np.zeros((height, width, 3), np.float32),
        np.full((height, width), -1, np.int16),
    )


def cast(
    hits: Hits, window: tuple[slice, slice], origin: Floats, direction: Floats, ends: Floats, radii: Floats, part: int
) -> None:
    """Adds one cone to ``hits`` within a window of rows and columns.

    ``origin`` (3,) or (h, w, 3) and ``direction`` (3,) or (h, w, 3), unit, are those of the rays in the window.
    """
    start, stop = ends
    along, taper = stop - start, np.float32(radii[0] - radii[1])
    from_start, from_stop = origin - start, origin - stop
    distance, share = _mantle(from_start, direction, along, radii[0], taper)
    for at, end, radius in ((0.0, from_start, radii[0]), (1.0, from_stop, radii[1])):
        ball = _ball(end, direction, radius)
        share = np.where(ball < distance, np.float32(at), share)
        distance = np.minimum(ball, distance)
    nearest = hits.distance[window]
    won = distance < nearest
    if not won.any():
        return
    nearest[won] = distance[won]
    hits.part[window][won] = part
    point = from_start + direction * distance[..., None]
    radius = radii[0] - share * taper
    normal = (point - share[..., None] * along) / radius[..., None]
    hits.normal[window][won] = normal[won]


def _mantle(
    from_start: Floats, direction: Floats, along: Floats, radius: np.float32, taper: np.float32
) -> tuple[Floats, Floats]:
    """Distances to the mantle between both balls, FAR where there is none, and the share s along it."""
    squared = np.float32(along @ along)
    slope = squared - taper * taper
    to_axis, ray_axis = from_start @ along, direction @ along
    if slope <= 1e-12:  # one ball swallows the other
        empty = np.broadcast_to(FAR, np.broadcast_shapes(to_axis.shape, ray_axis.shape)).astype(np.float32)
        return empty, np.zeros_like(empty)
    ray_start = _dot(direction, from_start)
    bent = radius * taper
    a = slope - ray_axis * ray_axis
    b = slope * ray_start - to_axis * ray_axis + ray_axis * bent
    c = slope * _dot(from_start, from_start) - to_axis * to_axis + 2 * to_axis * bent - squared * radius * radius
    inside = b * b - a * c
    distance = (-np.sqrt(np.maximum(inside, 0.0)) - b) / np.where(np.abs(a) < 1e-12, np.float32(1e-12), a)
    share = (to_axis + distance * ray_axis - bent) / slope
    met = (inside > 0.0) & (share > 0.0) & (share < 1.0) & (distance > 0.0)
    return np.where(met, distance, FAR).astype(np.float32), share.astype(np.float32)


def _ball(from_centre: Floats, direction: Floats, radius: np.float32) -> Floats:
    along = _dot(direction, from_centre)
    inside = along * along - _dot(from_centre, from_centre) + radius * radius
    distance = -along - np.sqrt(np.maximum(inside, 0.0))
    return np.where((inside > 0.0) & (distance > 0.0), distance, FAR).astype(np.float32)


def _dot(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.einsum("...i,...i->...", a, b), dtype=np.float32)
