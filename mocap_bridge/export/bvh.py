"""BVH: one person's motion as every animation program reads it. Degrees, channels ZXY, centimetres.

The hierarchy is the T-pose with the person's own bone lengths. Its axes are the world's: right-handed, Y up,
the person facing +Z. The root's offset is zero and its position channels say where the hips are, because
readers disagree on whether the two are added.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from ..errors import OutputError
from ..records import Array, RigPose, Scene
from ..rotations import to_matrix
from ..skeleton import BONES, PARENTS
from ..wire.vmc import scaled_offsets_m

_TIPS_M = {
    "Head": (0.0, 0.18, 0.0),
    "LeftHand": (0.18, 0.0, 0.0),
    "RightHand": (-0.18, 0.0, 0.0),
    "LeftToes": (0.0, 0.0, 0.07),
    "RightToes": (0.0, 0.0, 0.07),
}
"""Where the last bone of each limb ends, for a person of average height."""

_CM = 100.0


def export_bvh(
    scenes: Iterable[Scene], path: Path, fps: float | None = None, person_id: int | None = None
) -> list[Path]:
    """One file per person, each as long as the whole take, so that several people stay in step.

    One person goes to ``path``; of several, each to ``path`` with ``.person-ID`` before the ending. Without
    ``fps`` the take's own median rate is used. Returns the files. Raises OutputError if nobody (or not
    ``person_id``) is in the take, the rate is unknown, or a file cannot be written.
    """
    times_s: list[float] = []
    people: dict[int, list[RigPose]] = {}
    for scene in scenes:
        times_s.append(scene.time_s)
        for pose in scene.poses:
            people.setdefault(pose.person_id, []).append(pose)
    if not people or person_id not in (None, *people):
        there = f"the take holds person {', '.join(map(str, people))}" if people else "the take holds nobody"
        raise OutputError(f"no motion to export: {there}" + (f", not {person_id}" if people else ""))
    fps = fps if fps is not None else median_fps(times_s)
    if not 0.0 < fps <= 1000.0:
        raise OutputError(f"a rate of {fps} frames a second cannot be exported; give one between 1 and 1000")
    ticks_s = times_s[0] + np.arange(round((times_s[-1] - times_s[0]) * fps) + 1) / fps
    chosen = people if person_id is None else {person_id: people[person_id]}
    written = []
    for number, poses in chosen.items():
        file = path if len(chosen) == 1 else path.with_name(f"{path.stem}.person-{number}{path.suffix}")
        write_bvh(held(poses, ticks_s), file, fps)
        written.append(file)
    return written


def median_fps(times_s: Sequence[float]) -> float:
    """The rate that most frames keep. Raises OutputError if time stands still or there is one frame only."""
    steps_s = np.diff(times_s)
    if not len(steps_s) or not (step_s := float(np.median(steps_s))) > 0.0:
        raise OutputError("the take is too short to tell its rate; give the frames per second")
    return 1.0 / step_s


def held(poses: Sequence[RigPose], ticks_s: Array) -> list[RigPose]:
    """For each tick the newest pose by then (to half a tick); before the first one, the first."""
    half_s = (ticks_s[1] - ticks_s[0]) / 2 if len(ticks_s) > 1 else 0.0
    rows = np.searchsorted([pose.time_s for pose in poses], ticks_s + half_s, side="right") - 1
    return [poses[max(row, 0)] for row in rows]


def write_bvh(poses: Sequence[RigPose], path: Path, fps: float) -> None:
    """One pose per line of motion. Raises OutputError if the file cannot be written."""
    lengths_m = np.median([pose.bone_lengths_m for pose in poses], axis=0)
    hips_cm = np.array([pose.hips_world_m for pose in poses]) * _CM
    # Columns stand in the order of the hierarchy, which goes down one limb before it begins the next.
    angles_deg = euler_zxy_deg(np.array([pose.rotations_xyzw for pose in poses]))[:, _downwards(0)]
    rows = np.concatenate([hips_cm, angles_deg.reshape(len(poses), -1)], axis=1)
    head = ["HIERARCHY", *_joint(0, scaled_offsets_m(lengths_m), 0)]
    head += ["MOTION", f"Frames: {len(poses)}", f"Frame Time: {1.0 / fps:.8f}"]
    try:
        with path.open("w", encoding="ascii", newline="\n") as file:
            file.write("\n".join(head) + "\n")
            np.savetxt(file, rows, fmt="%.5f")
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error


def _children(bone: int) -> list[int]:
    return [child for child, parent in enumerate(PARENTS) if parent == bone]


def _downwards(bone: int) -> list[int]:
    """A bone and all that hangs on it, each limb to its end."""
    return [bone, *(below for child in _children(bone) for below in _downwards(child))]


def _joint(bone: int, offsets_m: Array, depth: int) -> list[str]:
    """A bone and all that hangs on it, as lines of the hierarchy."""
    children = _children(bone)
    position = "6 Xposition Yposition Zposition" if depth == 0 else "3"
    inside = [
        _offset(np.zeros(3) if depth == 0 else offsets_m[bone]),
        f"CHANNELS {position} Zrotation Xrotation Yrotation",
    ]
    for child in children:
        inside += _joint(child, offsets_m, 1)
    if not children:
        inside += ["End Site", "{", "\t" + _offset(np.array(_TIPS_M[BONES[bone]])), "}"]
    kind = "ROOT" if depth == 0 else "JOINT"
    return [f"{kind} {BONES[bone]}", "{", *(f"\t{line}" for line in inside), "}"]


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
