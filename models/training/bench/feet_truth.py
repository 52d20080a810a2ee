"""Recorded motions with the way they went, and with feet that stand truly still: the truth that feet are measured by.

A capture's own path through the room, on a body of other proportions, makes its feet skate some millimetres a
frame. So each foot is held where it comes down, for as long as the capture had it low and slow; the leg follows.
"""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from mocap_bridge.records import Array
from mocap_bridge.rotations import between, normalized, rotate
from mocap_bridge.skeleton import CONTACTS, JOINT
from models.training.figures.rig import Rig, average_body_m
from models.training.motion.files import Recording, read_amc, read_bvh
from models.training.motions import Motions

RATE_HZ = 30.0
REST_M = 0.03
"""Height of a heel or toe joint that stands."""
_POINTS = [JOINT[name] for name in CONTACTS]
_LEG = {"L": ("LeftUpLeg", "LeftLeg", "LeftFoot"), "R": ("RightUpLeg", "RightLeg", "RightFoot")}
_LEGS_OF = {"amc": ("lfemur", "ltibia", "lfoot"), "bvh": ("lThigh", "lShin", "lFoot")}
_LOW_M, _SLOW_M_S = 0.05, 0.6  # of a capture that skates
_TRUE_LOW_M, _TRUE_SLOW_M_S = 0.025, 0.15  # of feet that have been made to stand
_STRAIGHT_M = 0.01  # a knee this near the line from hip to ankle does not tell which way it bends
_FADE = 0.75  # of a foot's correction is left after a frame in the air


@dataclass(frozen=True, eq=False)
class Walk:
    """One clip at ``RATE_HZ`` on a floor at height 0."""

    name: str
    joints_m: Array  # (T, 30, 3)
    contacts: npt.NDArray[np.bool_]  # (T, 4) in the order of skeleton.CONTACTS


def walks(names: Sequence[str], data: Path, motions: Motions, rig: Rig) -> list[Walk]:
    """The clips whose file names contain ``names``. ValueError if one of them is not exactly one AMC or BVH clip."""
    shape_m = average_body_m(rig, data)
    heads_m, rest_m = rig.bone_heads_m(shape_m), rig.joints_rest_m(shape_m)
    found = []
    for name in names:
        rows = [row for row, clip in enumerate(motions.names) if f"__{name}." in clip and "iclone" not in clip]
        if len(rows) != 1:
            raise ValueError(f"{len(rows)} clips are called {name}; exactly one is needed")
        rotations = motions.rotations[motions.clip == rows[0]].astype(np.float64)
        joints_m = rig.pose_joints_m(rotations, heads_m, rest_m)
        path_m = _path(data / "motion" / "pack_30hz" / motions.names[rows[0]], joints_m[0])
        if len(path_m) != len(joints_m):
            raise ValueError(f"{name} has {len(path_m)} places for {len(joints_m)} poses")
        found.append(planted(name, joints_m + path_m[:, None]))
    return found


def on_furniture(name: str, data: Path, motions: Motions, rig: Rig) -> Walk:
    """A clip of somebody who sits, kneels or lies: its lowest joint is on the floor and the hips stay in place."""
    rows = [row for row, clip in enumerate(motions.names) if clip.endswith(f":{name}")]
    if len(rows) != 1:
        raise ValueError(f"{len(rows)} clips are called {name}; exactly one is needed")
    shape_m = average_body_m(rig, data)
    rotations = motions.rotations[motions.clip == rows[0]].astype(np.float64)
    joints_m = rig.pose_joints_m(rotations, rig.bone_heads_m(shape_m), rig.joints_rest_m(shape_m))
    joints_m[..., 1] += REST_M - joints_m[..., 1].min()
    return Walk(name, joints_m, np.zeros((len(joints_m), 4), bool))


def planted(name: str, joints_m: Array) -> Walk:
    """A clip from joints (T, 30, 3) whose feet skate a little on a floor of any height."""
    joints_m = joints_m.copy()
    joints_m[..., 1] += REST_M - np.percentile(joints_m[:, _POINTS, 1].min(axis=1), 15)
    for side in "LR":
        joints_m = _stand(joints_m, side)
    points_m = joints_m[:, _POINTS]
    low = points_m[..., 1] < REST_M + _TRUE_LOW_M
    return Walk(name, joints_m, low & (speeds_m_s(points_m) < _TRUE_SLOW_M_S))


def speeds_m_s(points_m: Array) -> Array:
    """(T, N) of points (T, N, 3), each from the frame before; the first as the second."""
    steps_m = np.linalg.norm(np.diff(points_m, axis=0), axis=-1)
    return np.asarray(np.concatenate([steps_m[:1], steps_m]) * RATE_HZ)


def _stand(joints_m: Array, side: str) -> Array:
    """One foot held while its lower end is low and slow; it slides back to the capture's while it is in the air."""
    foot = joints_m[:, [JOINT[f"{side}_Heel"], JOINT[f"{side}_Toe"]]]
    frames = np.arange(len(foot))
    pivot = foot[..., 1].argmin(axis=1)
    at_m = foot[frames, pivot]
    stands = (at_m[:, 1] < REST_M + _LOW_M) & (speeds_m_s(foot)[frames, pivot] < _SLOW_M_S)
    shift_m = np.zeros((len(foot), 3))
    for frame in frames[1:]:
        if stands[frame] and stands[frame - 1]:
            # The end that was lower until now is the one that stays; then the other takes over.
            end = pivot[frame - 1]
            shift_m[frame] = shift_m[frame - 1] - (foot[frame, end] - foot[frame - 1, end])
        else:
            shift_m[frame] = _FADE * shift_m[frame - 1]
    wanted_m = np.where(stands, REST_M - at_m[:, 1], np.maximum(REST_M - at_m[:, 1], 0.0))
    shift_m[:, 1] = gaussian_filter1d(wanted_m, 1.5, mode="nearest")
    return _with_foot(joints_m, side, shift_m)


def _with_foot(joints_m: Array, side: str, shift_m: Array) -> Array:
    """Joints whose ankle, heel and toe are moved by (T, 3) as far as the leg reaches; the knee bends in its plane."""
    joints_m = joints_m.copy()
    hip, knee, ankle = (joints_m[:, JOINT[f"{side}_{name}"]].copy() for name in ("Hip", "Knee", "Ankle"))
    upper, lower = (np.linalg.norm(b - a, axis=1, keepdims=True) for a, b in ((hip, knee), (knee, ankle)))
    target = ankle + shift_m
    span = np.linalg.norm(target - hip, axis=1, keepdims=True)
    reached = np.clip(span, np.abs(upper - lower) + 1e-3, 0.9995 * (upper + lower))
    along = (target - hip) / span
    # The knee's side of the line from hip to ankle, carried over by the turn of that line.
    old = normalized(ankle - hip)
    aside = knee - hip - old * ((knee - hip) * old).sum(axis=1, keepdims=True)
    # A straight leg has no such side: its knee may only bend forwards.
    ahead = np.cross(old, normalized(joints_m[:, JOINT["L_Hip"]] - joints_m[:, JOINT["R_Hip"]]))
    aside = normalized(rotate(between(old, along), aside + _STRAIGHT_M * ahead))
    share = (upper**2 - lower**2 + reached**2) / (2 * reached)
    joints_m[:, JOINT[f"{side}_Knee"]] = hip + along * share + aside * np.sqrt(np.maximum(upper**2 - share**2, 0.0))
    moved = hip + along * reached - ankle
    for name in ("Ankle", "Heel", "Toe"):
        joints_m[:, JOINT[f"{side}_{name}"]] += moved
    return joints_m


def _path(file: Path, joints_m: Array) -> Array:
    """(T, 3) the root's way from where it began, in metres of a body with joints (30, 3)."""
    kind = file.name.removesuffix(".gz").rsplit(".", 1)[-1]
    recording, path = (_amc(file), _amc_root(file)) if kind == "amc" else (read_bvh(file), _bvh_root(file))
    hip, knee, ankle = (recording.heads[bone] for bone in _LEGS_OF[kind])
    theirs = np.linalg.norm(hip - knee) + np.linalg.norm(knee - ankle)
    ends = [joints_m[JOINT[f"L_{name}"]] for name in ("Hip", "Knee", "Ankle")]
    ours_m = np.linalg.norm(ends[0] - ends[1]) + np.linalg.norm(ends[1] - ends[2])
    return np.asarray((path - path[0]) * ours_m / theirs)


def _amc(file: Path) -> Recording:
    stem = file.name.removesuffix(".amc.gz")
    skeletons = [file.with_name(f"{name}.asf.gz") for name in (stem.rsplit("_", 1)[0], stem.rstrip("0123456789"), stem)]
    return read_amc(file, next(path for path in skeletons if path.exists()))


def _amc_root(file: Path) -> Array:
    with gzip.open(file, "rt") as lines:
        return np.array([line.split()[1:4] for line in lines if line.startswith("root ")], dtype=np.float64)


def _bvh_root(file: Path) -> Array:
    with gzip.open(file, "rt") as lines:
        text = lines.read()
    head, rows = text.split("Frame Time:")
    channels = head.split("CHANNELS", 1)[1].split()[1:4]
    if channels != ["Xposition", "Yposition", "Zposition"]:
        raise ValueError(f"{file} begins with the channels {' '.join(channels)}; a root's x, y and z are needed")
    return np.array([row.split()[:3] for row in rows.splitlines()[1:] if row.strip()], dtype=np.float64)
