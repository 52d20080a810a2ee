"""A body to look at: rounded cones on the bones, for pictures and for files. Tables and plain geometry.

A rounded cone is what a ball sweeps over that goes from one point to another and grows or shrinks on the way.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .records import Array, RigPose
from .rotations import IDENTITY, bone_heads_m, rotate, world_from_local
from .skeleton import BONE, BONES, REST_OFFSETS_M
from .wire.vmc import scaled_offsets_m

_MIDDLE = [
    # bone, from, to (metres from the bone's head, in the T-pose of an average body), radii at both ends
    ("Hips", (-0.078, -0.02, 0.0), (0.078, -0.02, 0.0), 0.096, 0.096),
    ("Hips", (-0.062, -0.01, 0.0), (-0.05, 0.1, 0.004), 0.096, 0.082),
    ("Hips", (0.062, -0.01, 0.0), (0.05, 0.1, 0.004), 0.096, 0.082),
    ("Spine", (-0.048, 0.0, 0.004), (-0.048, 0.13, 0.006), 0.083, 0.086),
    ("Spine", (0.048, 0.0, 0.004), (0.048, 0.13, 0.006), 0.083, 0.086),
    ("Chest", (-0.048, 0.0, 0.006), (-0.062, 0.12, 0.006), 0.085, 0.096),
    ("Chest", (0.048, 0.0, 0.006), (0.062, 0.12, 0.006), 0.085, 0.096),
    ("Spine", (0.0, -0.01, 0.012), (0.0, 0.13, 0.012), 0.085, 0.088),
    ("Chest", (0.0, 0.0, 0.012), (0.0, 0.12, 0.01), 0.088, 0.098),
    ("UpperChest", (-0.062, -0.01, 0.006), (-0.098, 0.095, 0.0), 0.096, 0.07),
    ("UpperChest", (0.062, -0.01, 0.006), (0.098, 0.095, 0.0), 0.096, 0.07),
    ("UpperChest", (0.0, -0.02, 0.008), (0.0, 0.085, 0.0), 0.1, 0.078),
    ("UpperChest", (-0.09, 0.09, 0.0), (0.09, 0.09, 0.0), 0.066, 0.066),
    ("Neck", (0.0, -0.04, -0.005), (0.0, 0.1, 0.012), 0.056, 0.047),
    ("Head", (0.0, 0.085, 0.018), (0.0, 0.012, 0.062), 0.09, 0.052),
    ("Head", (0.0, 0.045, 0.112), (0.0, 0.026, 0.12), 0.01, 0.013),
]
_LEFT = [
    ("Shoulder", (0.02, -0.01, 0.0), "UpperArm", 0.058, 0.056),
    ("UpperArm", (0.0, 0.0, 0.0), "LowerArm", 0.054, 0.039),
    ("LowerArm", (0.0, 0.0, 0.0), "Hand", 0.04, 0.027),
    ("Hand", (0.01, 0.0, 0.004), (0.083, 0.0, 0.02), 0.025, 0.021),
    ("Hand", (0.01, 0.0, -0.004), (0.08, 0.0, -0.02), 0.024, 0.019),
    ("Hand", (0.09, 0.0, 0.03), (0.155, -0.008, 0.031), 0.0105, 0.0085),
    ("Hand", (0.09, 0.0, 0.01), (0.168, -0.008, 0.01), 0.0105, 0.0085),
    ("Hand", (0.088, 0.0, -0.009), (0.16, -0.008, -0.01), 0.0105, 0.0085),
    ("Hand", (0.082, 0.0, -0.027), (0.138, -0.008, -0.03), 0.0095, 0.0075),
    ("Hand", (0.02, -0.004, 0.022), (0.075, -0.014, 0.064), 0.015, 0.01),
    ("UpperLeg", (0.0, 0.0, 0.0), "LowerLeg", 0.088, 0.057),
    ("LowerLeg", (0.0, 0.0, 0.0), "Foot", 0.056, 0.036),
    ("LowerLeg", (0.0, -0.09, -0.018), (0.0, -0.24, -0.008), 0.046, 0.036),
    ("Foot", (0.0, -0.056, -0.035), (0.0, -0.06, 0.115), 0.034, 0.03),
    ("Foot", (0.0, -0.01, 0.0), (0.0, -0.052, 0.1), 0.037, 0.03),
    ("Toes", (0.012, 0.006, 0.0), (0.01, 0.0, 0.05), 0.024, 0.019),
    ("Toes", (-0.014, 0.006, 0.0), (-0.012, 0.0, 0.042), 0.023, 0.017),
]
_REST_LENGTHS_M = np.linalg.norm(REST_OFFSETS_M, axis=1)
_REST_TURNS: Array = np.tile(IDENTITY, (len(BONES), 1))


@dataclass(frozen=True, eq=False)
class Parts:
    """P rounded cones, each rigid on one bone."""

    bones: npt.NDArray[np.intp]  # (P,) rows of ``BONES``
    ends_m: Array  # (P, 2, 3) from the bone's head, in the T-pose's axes
    radii_m: Array  # (P, 2)
    offsets_m: Array  # (22, 3) of the skeleton that they were made for


def parts_for(bone_lengths_m: Array, girth: float = 1.0) -> Parts:
    """The mannequin for bone lengths (22,); limbs are as long as the bones, the rest grows with the whole body."""
    offsets_m = scaled_offsets_m(bone_lengths_m)
    size = float(np.linalg.norm(offsets_m[1:], axis=1).sum() / _REST_LENGTHS_M[1:].sum())
    bones, ends, radii = [], [], []
    for side, sign, table in (("", 1.0, _MIDDLE), ("Left", 1.0, _LEFT), ("Right", -1.0, _LEFT)):
        for bone, start, end, thick, thin in table:
            mirror = np.array([sign, 1.0, 1.0]) * size
            to = offsets_m[BONE[side + end]] if isinstance(end, str) else np.array(end) * mirror
            bones.append(BONE[side + bone])
            ends.append([np.array(start) * mirror, to])
            radii.append([thick, thin])
    return Parts(np.array(bones, dtype=np.intp), np.array(ends), np.array(radii) * size * girth, offsets_m)


def placed(parts: Parts, pose: RigPose) -> Array:
    """(P, 2, 3) both ends of each part in the world, metres."""
    heads_m = bone_heads_m(pose.hips_world_m, pose.rotations_xyzw, parts.offsets_m)
    turns = world_from_local(pose.rotations_xyzw)
    return np.asarray(heads_m[parts.bones, None] + rotate(turns[parts.bones, None], parts.ends_m))


def in_tpose(parts: Parts) -> Array:
    """(P, 2, 3) both ends of each part, metres from the hips, in the T-pose."""
    heads_m = bone_heads_m(np.zeros(3), _REST_TURNS, parts.offsets_m)
    return np.asarray(heads_m[parts.bones, None] + parts.ends_m)


def surface(
    ends_m: Array, radii_m: Array, rings: int = 6, around: int = 16
) -> tuple[Array, Array, npt.NDArray[np.int64]]:
    """Points (V, 3), normals (V, 3) and triangles (T, 3) of one rounded cone, seen from outside anticlockwise."""
    along = ends_m[1] - ends_m[0]
    length = max(float(np.linalg.norm(along)), 1e-9)
    axis = along / length
    side = np.cross(axis, [1.0, 0.0, 0.0] if abs(axis[0]) < 0.9 else [0.0, 1.0, 0.0])
    side /= np.linalg.norm(side)
    other = np.cross(axis, side)
    # Normals of the mantle lean by this: both balls touch it there.
    lean = float(np.arcsin(np.clip((radii_m[0] - radii_m[1]) / length, -0.999, 0.999)))
    up = [(angle, 0) for angle in np.linspace(-np.pi / 2, lean, rings)]
    up += [(angle, 1) for angle in np.linspace(lean, np.pi / 2, rings)]
    turn = np.linspace(0.0, 2 * np.pi, around, endpoint=False)
    circle = np.cos(turn)[:, None] * side + np.sin(turn)[:, None] * other
    normals = np.concatenate([np.cos(angle) * circle + np.sin(angle) * axis for angle, _ in up])
    centres = np.concatenate([np.tile(ends_m[end], (around, 1)) for _, end in up])
    thick = np.repeat([radii_m[end] for _, end in up], around)
    rows = np.arange(len(up) * around).reshape(-1, around)
    a, b = rows[:-1], rows[1:]
    a_next, b_next = np.roll(a, -1, axis=1), np.roll(b, -1, axis=1)
    faces = np.concatenate(
        [np.stack(corners, axis=-1).reshape(-1, 3) for corners in ((a, a_next, b), (a_next, b_next, b))]
    )
    return centres + normals * thick[:, None], normals, faces
