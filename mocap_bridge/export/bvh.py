"""BVH: one person's motion as every animation program reads it. Degrees, channels ZXY, centimetres.

The hierarchy is the T-pose with the person's own bone lengths, or with an avatar's. Its axes are the world's:
right-handed, Y up, the person facing +Z. The root's offset is zero and its position channels say where the hips are,
because readers disagree on whether the two are added.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..avatar import Avatar, Fit, hips_world_m
from ..records import Array, RigPose, Scene
from ..rotations import to_matrix
from ..skeleton import BONES, HIPS_HEIGHT_M, PARENTS
from ..wire.vmc import scaled_offsets_m
from .clips import Clip, clips, whole

_LEFT_TIPS_M = {
    "Head": (0.0, 0.18, 0.0),
    "Hand": (0.18, 0.0, 0.0),
    "Foot": (0.0, -0.07, 0.13),
    "Toes": (0.0, 0.0, 0.07),
}
"""Where the last bone of each limb ends, for a person of average height; right hands are the mirror image."""

_CM = 100.0


@dataclass(frozen=True, eq=False)
class _Rig:
    """Bones from above to below, and how they move."""

    bones: tuple[str, ...]
    parents: list[int]
    offsets_m: Array  # (B, 3)
    size: float  # times an average body
    hips_m: Array  # (frames, 3)
    local_xyzw: Array  # (frames, B, 4)


def export_bvh(
    scenes: Iterable[Scene],
    path: Path,
    fps: float | None = None,
    person_id: int | None = None,
    avatar: Avatar | None = None,
) -> list[Path]:
    """One file per person, named as ``clips`` does; returns the files.

    Raises OutputError for what ``clips`` refuses, and if a file cannot be written.
    """
    chosen = clips(scenes, path, fps, person_id)
    for clip in chosen:
        _write(_of_avatar(clip.poses, avatar) if avatar else _of_performer(clip.poses), clip)
    return [clip.path for clip in chosen]


def _of_performer(poses: tuple[RigPose, ...]) -> _Rig:
    lengths_m = np.median([pose.bone_lengths_m for pose in poses], axis=0)
    hips_m = np.array([pose.hips_world_m for pose in poses])
    local = np.array([pose.rotations_xyzw for pose in poses])
    return _Rig(BONES, list(PARENTS), scaled_offsets_m(lengths_m), 1.0, hips_m, local)


def _of_avatar(poses: tuple[RigPose, ...], avatar: Avatar) -> _Rig:
    fit = Fit(avatar)
    hips_m = np.array([hips_world_m(pose, avatar) for pose in poses])
    local = np.array([fit.tposed(pose.rotations_xyzw) for pose in poses])
    return _Rig(avatar.bones, fit.parents, fit.offsets_m, avatar.pelvis_height_m / HIPS_HEIGHT_M, hips_m, local)


def _write(rig: _Rig, clip: Clip) -> None:
    # Columns stand in the order of the hierarchy, which goes down one limb before it begins the next.
    angles_deg = euler_zxy_deg(rig.local_xyzw)[:, _downwards(rig, 0)]
    rows = np.concatenate([rig.hips_m * _CM, angles_deg.reshape(len(clip.poses), -1)], axis=1)
    head = ["HIERARCHY", *_joint(rig, 0)]
    head += ["MOTION", f"Frames: {len(clip.poses)}", f"Frame Time: {1.0 / clip.fps:.8f}"]
    with whole(clip.path) as part, part.open("w", encoding="ascii", newline="\n") as file:
        file.write("\n".join(head) + "\n")
        np.savetxt(file, rows, fmt="%.5f")


def _children(rig: _Rig, bone: int) -> list[int]:
    return [child for child, parent in enumerate(rig.parents) if parent == bone]


def _downwards(rig: _Rig, bone: int) -> list[int]:
    """A bone and all that hangs on it, each limb to its end."""
    return [bone, *(below for child in _children(rig, bone) for below in _downwards(rig, child))]


def _joint(rig: _Rig, bone: int) -> list[str]:
    """A bone and all that hangs on it, as lines of the hierarchy."""
    children, root = _children(rig, bone), bone == 0
    position = "6 Xposition Yposition Zposition" if root else "3"
    inside = [
        _offset(np.zeros(3) if root else rig.offsets_m[bone]),
        f"CHANNELS {position} Zrotation Xrotation Yrotation",
    ]
    for child in children:
        inside += _joint(rig, child)
    if not children:
        inside += ["End Site", "{", "\t" + _offset(rig.size * _tip_m(rig.bones[bone])), "}"]
    return [f"{'ROOT' if root else 'JOINT'} {rig.bones[bone]}", "{", *(f"\t{line}" for line in inside), "}"]


def _tip_m(bone: str) -> Array:
    x, y, z = _LEFT_TIPS_M[bone.removeprefix("Left").removeprefix("Right")]
    return np.array([-x if bone.startswith("Right") else x, y, z])


def _offset(offset_m: Array) -> str:
    return "OFFSET " + " ".join(f"{value:.5f}" for value in offset_m * _CM + 0.0)


def euler_zxy_deg(rotations_xyzw: Array) -> Array:
    """Angles (frames, bones, 3) of z, x, y with rotation = Rz Rx Ry, without leaps of a whole turn between frames."""
    matrix = to_matrix(rotations_xyzw)
    x = np.arcsin(np.clip(matrix[..., 2, 1], -1.0, 1.0))
    # At x = 90 degrees z and y turn about the same axis: all of it is given to z.
    locked = np.abs(matrix[..., 2, 1]) > 1.0 - 1e-9
    z = np.where(
        locked,
        np.arctan2(matrix[..., 1, 0], matrix[..., 0, 0]),
        np.arctan2(-matrix[..., 0, 1], matrix[..., 1, 1]),
    )
    y = np.where(locked, 0.0, np.arctan2(-matrix[..., 2, 0], matrix[..., 2, 2]))
    return np.degrees(np.unwrap(np.stack([z, x, y], axis=-1), axis=0))
