"""Unit quaternions (xyzw) and rotations along the bone tree. Every function takes any leading shape.

Ours, not scipy's ``Rotation``: a pose needs some forty of these, and each scipy call costs ten times as much.
"""

import numpy as np

from .records import Array
from .skeleton import PARENTS

IDENTITY: Array = np.array([0.0, 0.0, 0.0, 1.0])
IDENTITY.setflags(write=False)


def normalized(vectors: Array) -> Array:
    """Vectors (..., n) scaled to length 1; a zero vector stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Array = np.divide(vectors, length, out=np.zeros_like(vectors, dtype=np.float64), where=length > 1e-12)
    return unit


def multiply(a: Array, b: Array) -> Array:
    """The rotation "first b, then a", (..., 4) each."""
    ax, ay, az, aw = np.moveaxis(a, -1, 0)
    bx, by, bz, bw = np.moveaxis(b, -1, 0)
    return np.stack(
        [
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
            aw * bw - ax * bx - ay * by - az * bz,
        ],
        axis=-1,
    )


def inverse(rotation: Array) -> Array:
    """The opposite of unit quaternions (..., 4)."""
    return np.asarray(rotation * np.array([-1.0, -1.0, -1.0, 1.0]))


def rotate(rotation: Array, vectors: Array) -> Array:
    """Vectors (..., 3) turned by unit quaternions (..., 4)."""
    axis, w = rotation[..., :3], rotation[..., 3:]
    twice = 2.0 * np.cross(axis, vectors)
    return np.asarray(vectors + w * twice + np.cross(axis, twice))


def from_matrix(matrix: Array) -> Array:
    """Unit quaternions (..., 4) of rotation matrices (..., 3, 3), w >= 0 (Bar-Itzhack's eigenvector idea, by cases)."""
    m = np.asarray(matrix, dtype=np.float64)
    m00, m11, m22 = m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]
    # Four times the outer product q q^T: its longest row is the best conditioned one.
    rows = np.empty((*m.shape[:-2], 4, 4))
    rows[..., 0, 0] = 1 + m00 - m11 - m22
    rows[..., 1, 1] = 1 - m00 + m11 - m22
    rows[..., 2, 2] = 1 - m00 - m11 + m22
    rows[..., 3, 3] = 1 + m00 + m11 + m22
    rows[..., 0, 1] = rows[..., 1, 0] = m[..., 0, 1] + m[..., 1, 0]
    rows[..., 0, 2] = rows[..., 2, 0] = m[..., 0, 2] + m[..., 2, 0]
    rows[..., 1, 2] = rows[..., 2, 1] = m[..., 1, 2] + m[..., 2, 1]
    rows[..., 0, 3] = rows[..., 3, 0] = m[..., 2, 1] - m[..., 1, 2]
    rows[..., 1, 3] = rows[..., 3, 1] = m[..., 0, 2] - m[..., 2, 0]
    rows[..., 2, 3] = rows[..., 3, 2] = m[..., 1, 0] - m[..., 0, 1]
    best = np.argmax(np.diagonal(rows, axis1=-2, axis2=-1), axis=-1)
    quaternion = normalized(np.take_along_axis(rows, best[..., None, None], axis=-2)[..., 0, :])
    return np.where(quaternion[..., 3:] < 0, -quaternion, quaternion)


def to_matrix(rotation: Array) -> Array:
    """Rotation matrices (..., 3, 3) of unit quaternions (..., 4)."""
    return np.stack([rotate(rotation, axis) for axis in np.eye(3)], axis=-1)


def between(a: Array, b: Array) -> Array:
    """The shortest rotation (..., 4) that turns direction a (..., 3) into direction b (..., 3)."""
    a, b = np.broadcast_arrays(normalized(a), normalized(b))
    w = 1.0 + np.sum(a * b, axis=-1, keepdims=True)
    # Opposite directions have no shortest way: any axis at right angles will do.
    other = np.where(np.abs(a[..., :1]) < 0.9, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    axis = np.where(w < 1e-9, np.cross(a, other), np.cross(a, b))
    return normalized(np.concatenate([axis, np.where(w < 1e-9, 0.0, w)], axis=-1))


def about(axis: Array, angle_rad: Array | float) -> Array:
    """Rotations (..., 4) by ``angle_rad`` (...) about unit axes (..., 3)."""
    half = np.asarray(angle_rad, dtype=np.float64)[..., None] / 2
    vector = np.asarray(axis) * np.sin(half)
    return np.concatenate([vector, np.broadcast_to(np.cos(half), (*vector.shape[:-1], 1))], axis=-1)


def angle_between(a: Array, b: Array) -> Array:
    """Angles (...) in radians, 0..pi, between rotations (..., 4)."""
    difference = multiply(inverse(a), b)
    return np.asarray(2.0 * np.arctan2(np.linalg.norm(difference[..., :3], axis=-1), np.abs(difference[..., 3])))


def slerp(a: Array, b: Array, share: Array | float) -> Array:
    """From a (share 0) to b (share 1) along the shorter arc, (..., 4)."""
    dot = np.sum(a * b, axis=-1, keepdims=True)
    b, dot = np.where(dot < 0, -b, b), np.abs(dot)
    angle = np.arccos(np.clip(dot, 0.0, 1.0))
    share = np.asarray(share, dtype=np.float64)
    share = share[..., None] if share.ndim else share
    near = angle < 1e-4  # sines vanish there; a straight line is exact to 1e-9
    sine = np.where(near, 1.0, np.sin(angle))
    mixed = np.where(near, 1 - share, np.sin((1 - share) * angle) / sine) * a
    return normalized(mixed + np.where(near, share, np.sin(share * angle) / sine) * b)


def world_from_local(local: Array) -> Array:
    """Each bone's rotation in the world, (22, 4), from rotations relative to parents, (22, 4)."""
    world = np.array(local, dtype=np.float64)
    for bone, parent in enumerate(PARENTS):
        if parent >= 0:
            world[bone] = multiply(world[parent], local[bone])
    return world


def local_from_world(world: Array) -> Array:
    """The inverse of ``world_from_local``, (..., 22, 4): one call for all bones."""
    parents = np.where(np.array(PARENTS)[:, None] >= 0, world[..., list(PARENTS), :], IDENTITY)
    return multiply(inverse(parents), world)


def bone_heads_m(hips_m: Array, local: Array, offsets_m: Array) -> Array:
    """Forward kinematics: bone heads (22, 3) from the hips (3,), local rotations (22, 4), rest offsets (22, 3)."""
    world = world_from_local(local)
    heads = np.empty((len(PARENTS), 3))
    turned = rotate(world[list(PARENTS)], offsets_m)
    for bone, parent in enumerate(PARENTS):
        heads[bone] = hips_m if parent < 0 else heads[parent] + turned[bone]
    return heads
