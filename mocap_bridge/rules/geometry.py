"""Angles and ways of plain numbers; nothing here raises, whatever the numbers are."""

import math

Vec = tuple[float, float, float]


def angle_deg(a: Vec, b: Vec) -> float | None:
    """Between two vectors; None if one has no direction."""
    ax, ay, az = a
    bx, by, bz = b
    lengths = math.hypot(ax, ay, az) * math.hypot(bx, by, bz)
    if not 1e-12 < lengths < math.inf:
        return None
    cosine = (ax * bx + ay * by + az * bz) / lengths
    return math.degrees(math.acos(-1.0 if cosine < -1.0 else 1.0 if cosine > 1.0 else cosine))


def corner_deg(a: Vec, at: Vec, b: Vec) -> float | None:
    """At the middle one of three places; None if two of them are one."""
    x, y, z = at
    return angle_deg((a[0] - x, a[1] - y, a[2] - z), (b[0] - x, b[1] - y, b[2] - z))
