"""Recorded clips as the lifter's training draws from them: poses over time, the way that was gone, feet that stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mocap_bridge.skeleton import CONTACTS, JOINT
from models.training.figures.rig import average_body_m, average_scale, load_rig
from models.training.motion.performance import stepped_m
from models.training.motions import POSES, facing_forward, load_motions

Float = npt.NDArray[Any]
"""float32 where it is large, float64 where random numbers went in."""

RATE_HZ = 30.0
STILL_SHARE = 0.5
"""Of the sequences begin with a pose that has no clip: the flat choice and made-up poses, which are rare in motion."""
_POINTS = [JOINT[name] for name in CONTACTS]
_LOW_M, _HIGH_M, _SLOW_M_S, _FAST_M_S = 0.05, 0.09, 0.2, 0.45


@dataclass(frozen=True, eq=False)
class Pool:
    """Frames of all clips, one after the other, on an average body; clips of a single frame are still poses."""

    joints_m: Float  # (N, 30, 3) from the pelvis, Y up
    path_m: Float  # (N, 3) where the pelvis went, by the feet that stood
    contacts: Float  # (N, 4) 1 stands, 0 does not, NaN unclear; in the order of skeleton.CONTACTS
    first: npt.NDArray[np.intp]  # (C,) row of each clip's first frame
    count: npt.NDArray[np.intp]  # (C,) its frames


def contacts_of(joints_m: Float) -> Float:
    """(T, 4) which heels and toes of joints (T, 30, 3) on a floor at height 0 rest: low and slow; NaN in between."""
    feet_m = joints_m[:, _POINTS]
    speed_m_s = np.linalg.norm(np.gradient(feet_m, 1 / RATE_HZ, axis=0), axis=-1)
    height_m = feet_m[..., 1]
    rests = (height_m < _LOW_M) & (speed_m_s < _SLOW_M_S)
    moves = (height_m > _HIGH_M) | (speed_m_s > _FAST_M_S)
    return np.where(rests, 1.0, np.where(moves, 0.0, np.nan)).astype(np.float32)


def pool_of(clips: Sequence[Float]) -> Pool:
    """A pool of clips (T, 30, 3) whose pelvis stays in place; T = 1 is a still pose."""
    paths, contacts = [], []
    for joints_m in clips:
        moving = len(joints_m) > 2
        path_m = stepped_m(joints_m, (0.0, 0.0)) if moving else np.zeros((len(joints_m), 3))
        paths.append(path_m)
        unclear = np.full((len(joints_m), len(CONTACTS)), np.nan)
        contacts.append(contacts_of(joints_m + path_m[:, None]) if moving else unclear)
    count = np.array([len(joints_m) for joints_m in clips])
    return Pool(
        np.concatenate(clips).astype(np.float32),
        np.concatenate(paths).astype(np.float32),
        np.concatenate(contacts).astype(np.float32),
        np.cumsum(count) - count,
        count,
    )


def draw(pool: Pool, size: int, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """(B,) rows of clips: still poses by their share, moving ones by their length."""
    still = pool.count == 1
    weight = np.where(still, 0.0, pool.count).astype(np.float64)
    share = STILL_SHARE if still.any() and not still.all() else float(still.all())
    weight *= (1 - share) / max(weight.sum(), 1.0)
    weight[still] = share / max(still.sum(), 1)
    return rng.choice(len(weight), size, p=weight / weight.sum())


def at(pool: Pool, clip: npt.NDArray[np.intp], place: Float) -> tuple[Float, Float, Float]:
    """Joints (B, T, 30, 3), path (B, T, 3) and contacts (B, T, 4) at ``place`` (B, T) in frames of each clip.

    Clips run back and forth for as long as they are asked for.
    """
    last = (pool.count[clip] - 1)[:, None].astype(np.float64)
    turned = np.mod(place, np.maximum(2 * last, 1.0))
    place = np.where(last > 0, np.minimum(turned, 2 * last - turned), 0.0)
    low = np.minimum(np.floor(place), np.maximum(last - 1, 0)).astype(np.intp)
    share = (place - low).astype(np.float32)
    before = pool.first[clip][:, None] + low
    after = before + (last > 0)

    def between(values: Float) -> Float:
        weight = share.reshape(*share.shape, *[1] * (values.ndim - 1))
        return np.asarray(values[before] * (1 - weight) + values[after] * weight)

    return between(pool.joints_m), between(pool.path_m), pool.contacts[np.where(share > 0.5, after, before)]


def pools(data: Path) -> tuple[Pool, Pool]:
    """What to train on, and what to judge by: clips that nobody trains on."""
    rig = load_rig(data)
    shape_m = average_body_m(rig, data)
    heads_m, rest_m = rig.bone_heads_m(shape_m), rig.joints_rest_m(shape_m)

    def joints(rotations: npt.NDArray[np.float16]) -> Float:
        posed_m = rig.pose_joints_m(rotations.astype(np.float32), heads_m, rest_m)
        return np.asarray((posed_m - posed_m[:, JOINT["Pelvis"], None]) * average_scale(rest_m), np.float32)

    motions = load_motions()
    with np.load(POSES) as file:
        stills = facing_forward(joints(file["rotations"][~file["is_val"]]))
    training: list[Float] = []
    validation: list[Float] = []
    for row in range(len(motions.names)):
        clip = joints(motions.rotations[motions.clip == row])
        (validation if row in motions.validation_clips else training).append(clip)
    return pool_of([*training, *stills[:, None]]), pool_of(validation)
