"""Vectors and quaternions (xyzw) as plain tuples of floats.

One person's solve is some three hundred operations on single vectors, each depending on the one before: numpy
spends a microsecond or more on every one, a tuple a third of that. ``mocap_bridge.rotations`` is for arrays.
"""

import math

Vec = tuple[float, float, float]
Quat = tuple[float, float, float, float]

X, Y, Z = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
NOWHERE: Vec = (0.0, 0.0, 0.0)
REST: Quat = (0.0, 0.0, 0.0, 1.0)


def add(a: Vec, b: Vec) -> Vec:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def sub(a: Vec, b: Vec) -> Vec:
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def scaled(a: Vec, factor: float) -> Vec:
    return a[0] * factor, a[1] * factor, a[2] * factor


def dot(a: Vec, b: Vec) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vec, b: Vec) -> Vec:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def unit(a: Vec) -> Vec:
    """Length 1; ``NOWHERE`` for a vector too short or too long to have a direction."""
    length = math.hypot(*a)
    return (a[0] / length, a[1] / length, a[2] / length) if 1e-9 < length < math.inf else NOWHERE


def direction(a: Vec, b: Vec) -> Vec:
    """From a to b, length 1; ``NOWHERE`` where they coincide."""
    return unit(sub(b, a))


def multiply(a: Quat, b: Quat) -> Quat:
    """The rotation "first b, then a"."""
    ax, ay, az, aw = a
    bx, by, bz, bw = b
    return (
        aw * bx + ax * bw + ay * bz - az * by,
        aw * by - ax * bz + ay * bw + az * bx,
        aw * bz + ax * by - ay * bx + az * bw,
        aw * bw - ax * bx - ay * by - az * bz,
    )


def inverse(q: Quat) -> Quat:
    return -q[0], -q[1], -q[2], q[3]


def rotate(q: Quat, v: Vec) -> Vec:
    x, y, z, w = q
    tx, ty, tz = 2 * (y * v[2] - z * v[1]), 2 * (z * v[0] - x * v[2]), 2 * (x * v[1] - y * v[0])
    return v[0] + w * tx + y * tz - z * ty, v[1] + w * ty + z * tx - x * tz, v[2] + w * tz + x * ty - y * tx


def normalized(q: Quat) -> Quat:
    """Unit quaternion with w >= 0; ``REST`` if it has no length."""
    length = math.hypot(*q)
    if not 1e-9 < length < math.inf:
        return REST
    length = -length if q[3] < 0 else length
    return q[0] / length, q[1] / length, q[2] / length, q[3] / length


def about(axis: Vec, angle_rad: float) -> Quat:
    """Rotation about a unit axis."""
    sine = math.sin(angle_rad / 2)
    return axis[0] * sine, axis[1] * sine, axis[2] * sine, math.cos(angle_rad / 2)


def between(a: Vec, b: Vec) -> Quat:
    """The shortest rotation that turns unit vector a into unit vector b."""
    w = 1 + dot(a, b)
    if w < 1e-9:  # opposite: every way round is equally long
        return (*unit(cross(a, X if abs(a[0]) < 0.9 else Y)), 0.0)
    return normalized((*cross(a, b), w))


def slerp(a: Quat, b: Quat, share: float) -> Quat:
    """From a (share 0) to b (share 1) along the shorter arc."""
    cosine = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]
    sign = -1.0 if cosine < 0 else 1.0
    angle = math.acos(min(1.0, abs(cosine)))
    sine = math.sin(angle)
    if sine < 1e-5:  # a straight line is exact there
        p, q = 1 - share, sign * share
    else:
        p, q = math.sin((1 - share) * angle) / sine, sign * math.sin(share * angle) / sine
    return normalized((p * a[0] + q * b[0], p * a[1] + q * b[1], p * a[2] + q * b[2], p * a[3] + q * b[3]))


def frame_yx(y: Vec, x: Vec) -> Quat | None:
    """The rotation that brings the y axis exactly to unit y and the x axis as near to x as it may; None if parallel."""
    x = unit(sub(x, scaled(y, dot(x, y))))
    return _from_axes(x, y, cross(x, y)) if x != NOWHERE != y else None


def frame_xz(x: Vec, z: Vec) -> Quat | None:
    """As ``frame_yx``: x exactly, z nearly."""
    z = unit(sub(z, scaled(x, dot(z, x))))
    return _from_axes(x, cross(z, x), z) if z != NOWHERE != x else None


def frame_zy(z: Vec, y: Vec) -> Quat | None:
    """As ``frame_yx``: z exactly, y nearly."""
    y = unit(sub(y, scaled(z, dot(y, z))))
    return _from_axes(cross(y, z), y, z) if y != NOWHERE != z else None


def _from_axes(x: Vec, y: Vec, z: Vec) -> Quat:
    """Quaternion of the rotation matrix with these columns: the best conditioned of four ways to read it."""
    trace = x[0] + y[1] + z[2]
    best = max(trace, x[0], y[1], z[2])
    if best == trace:
        return normalized((y[2] - z[1], z[0] - x[2], x[1] - y[0], 1 + trace))
    if best == x[0]:
        return normalized((1 + x[0] - y[1] - z[2], y[0] + x[1], z[0] + x[2], y[2] - z[1]))
    if best == y[1]:
        return normalized((y[0] + x[1], 1 - x[0] + y[1] - z[2], z[1] + y[2], z[0] - x[2]))
    return normalized((z[0] + x[2], z[1] + y[2], 1 - x[0] - y[1] + z[2], x[1] - y[0]))


def smoothstep(low: float, high: float, value: float) -> float:
    """0 up to low, 1 from high on, smooth between."""
    share = min(1.0, max(0.0, (value - low) / (high - low)))
    return share * share * (3 - 2 * share)
