"""Endless examples for the lifter: recorded poses on varied bodies, seen by random cameras, with bad eyes.

Joints are float32 throughout; B is the batch. Body axes are Y up; camera axes are x right, y down, z forward.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mocap_bridge.refine import normalized
from mocap_bridge.skeleton import JOINT, JOINT_PARENTS, JOINTS, MIRROR_JOINTS
from models.training.rig import average_scale

Float = npt.NDArray[Any]
"""float32 where it is large, float64 where random numbers went in."""

_PARENT = np.array(JOINT_PARENTS)


def _depth(joint: int) -> int:
    return 0 if JOINT_PARENTS[joint] < 0 else 1 + _depth(JOINT_PARENTS[joint])


_ORDER = sorted(range(len(JOINTS)), key=_depth)
"""Rows of all joints, parents first."""


def _branch(joint: str) -> list[int]:
    """Rows of everything that hangs on a joint."""
    inside = [JOINT[joint]]
    for row in _ORDER:
        if JOINT_PARENTS[row] in inside:
            inside.append(row)
    return inside[1:]


_UPPER = [JOINT["Spine"], *_branch("Spine")]
_LEGS = [*_branch("R_Hip"), *_branch("L_Hip")]
_LIMBS = {
    joint: _branch(joint)
    for joint in (
        *("R_Shoulder", "R_Elbow", "R_Wrist", "L_Shoulder", "L_Elbow", "L_Wrist"),
        *("R_Hip", "R_Knee", "R_Ankle", "L_Hip", "L_Knee", "L_Ankle"),
    )
}
_SWAPS = [
    [JOINT[f"{side}_{part}"] for part in parts for side in "RL"]
    for parts in (("Shoulder", "Elbow", "Wrist", "Hand", "Index", "Pinky"), ("Hip", "Knee", "Ankle", "Heel", "Toe"))
]
_EXTREMES = [JOINT[f"{side}_{part}"] for side in "RL" for part in ("Wrist", "Hand", "Index", "Pinky", "Ankle", "Toe")]
_TWELVE = [JOINT[f"{s}_{p}"] for s in "RL" for p in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle")]
_NAMED_OTHERWISE_M = np.where(np.isin(np.arange(len(JOINTS)), _TWELVE), 0.012, 0.025)
"""How far apart two detectors' ideas of one joint lie, per axis; limbs are agreed upon better than heads and feet."""
_TORSO_GUESSES = [JOINT[name] for name in ("Head_top", "Spine", "Thorax", "Pelvis", "Head")]


@dataclass(frozen=True, eq=False)
class Batch:
    """Inputs as ``refine.normalized`` makes them, and the truth."""

    inputs: Float  # (B, 30, 3)
    joints_m: Float  # (B, 30, 3) from the pelvis, axes of the virtual camera, average body


def make_batch(poses_m: Float, size: int, rng: np.random.Generator) -> Batch:
    """``size`` examples from pelvis-centred poses (N, 30, 3) of an average body."""
    body_m = _bodies(poses_m, size, rng)
    camera_m = _to_camera(body_m, rng)
    distance_m = np.exp(rng.uniform(np.log(1.0), np.log(8.0), size))
    offset = rng.uniform(-0.4, 0.4, (size, 2)) * rng.random((size, 1))
    root_m = np.concatenate([offset, np.ones((size, 1))], axis=1) * distance_m[:, None]
    placed_m = camera_m + root_m[:, None].astype(np.float32)
    # Detectors mean other points than the rig by a joint's name; no confidence tells of that.
    placed_m += (rng.normal(0, 1, placed_m.shape) * _NAMED_OTHERWISE_M[:, None]).astype(np.float32)
    flat: Float = placed_m[..., :2] / np.maximum(placed_m[..., 2:], 0.15)
    confidence: Float = np.where(placed_m[..., 2] > 0.15, 1.0, 0.0).astype(np.float32)
    flat, confidence = _bad_eyes(flat, confidence, rng)
    inputs, turn = normalized(flat, confidence)
    true_m = camera_m @ np.swapaxes(turn, 1, 2)
    true_m = (true_m - true_m[:, JOINT["Pelvis"], None]) * average_scale(body_m)[:, None, None]
    return Batch(inputs.astype(np.float32), true_m.astype(np.float32))


def _bodies(poses_m: Float, size: int, rng: np.random.Generator) -> Float:
    """(B, 30, 3) poses with mixed halves, other proportions, turned limbs, half of them mirrored."""
    body_m = poses_m[rng.integers(0, len(poses_m), size)]
    other_m = poses_m[rng.integers(0, len(poses_m), size)]
    # Halves of two people fit together when their spines leave the pelvis in about the same direction.
    spine, other_spine = body_m[:, JOINT["Spine"]], other_m[:, JOINT["Spine"]]
    alike = (spine * other_spine).sum(-1) > 0.6 * np.linalg.norm(spine, axis=-1) * np.linalg.norm(other_spine, axis=-1)
    mixed = np.flatnonzero(alike & (rng.random(size) < 0.4))
    body_m[mixed[:, None], _UPPER] = other_m[mixed[:, None], _UPPER]
    body_m = _with_proportions(body_m, rng)
    wild = np.where(rng.random((size, 1)) < 0.15, 0.7, 0.25)
    for joint, branch in _LIMBS.items():
        turn = wild * rng.normal(0, 1, (size, 3)) * (rng.random((size, 1)) < 0.5)
        _turn(body_m, JOINT[joint], branch, turn)
    _turn(body_m, JOINT["Thorax"], [JOINT["Head"], *_branch("Head")], rng.normal(0, 0.15, (size, 3)))
    _turn(body_m, JOINT["Pelvis"], _UPPER, 0.3 * rng.normal(0, 1, (size, 3)) * (rng.random((size, 1)) < 0.3))
    mirrored = rng.random(size) < 0.5
    body_m[mirrored] = body_m[mirrored][:, list(MIRROR_JOINTS)] * np.array([-1, 1, 1], np.float32)
    return body_m


def _with_proportions(body_m: Float, rng: np.random.Generator) -> Float:
    """Each body's segments lengthened or shortened, both sides alike."""
    size = len(body_m)
    stretch: Float = np.exp(rng.normal(0, 0.06, (size, len(JOINTS)))).astype(np.float32)
    stretch = (stretch + stretch[:, list(MIRROR_JOINTS)]) / 2
    # Joint centres of the mesh lie wide at the hips and narrow at the shoulders; people and detectors vary around both.
    for name, low, high in (("Hip", 0.7, 1.1), ("Shoulder", 0.9, 1.2)):
        stretch[:, [JOINT[f"R_{name}"], JOINT[f"L_{name}"]]] = rng.uniform(low, high, (size, 1))
    stretched = np.zeros_like(body_m)
    for joint in _ORDER[1:]:
        parent = _PARENT[joint]
        step = (body_m[:, joint] - body_m[:, parent]) * stretch[:, joint, None]
        stretched[:, joint] = stretched[:, parent] + step
    return stretched


def _to_camera(body_m: Float, rng: np.random.Generator) -> Float:
    """(B, 30, 3) in camera axes: any heading, tilted up by 0.55 to down by 0.8 rad, some roll."""
    size = len(body_m)
    vectors = [np.zeros((size, 3)) for _ in range(3)]
    vectors[0][:, 1] = rng.uniform(-np.pi, np.pi, size)
    # Most cameras stand level; where the picture leaves the tilt open, that is the best guess.
    level = rng.random(size) < 0.6
    vectors[1][:, 0] = np.where(level, rng.normal(0.05, 0.2, size), rng.uniform(-0.55, 0.8, size))
    vectors[2][:, 2] = rng.normal(0, 0.25, size)
    heading, pitch, roll = (_rotations(vector) for vector in vectors)
    to_camera = roll @ pitch @ (np.diag([1, -1, -1]).astype(np.float32) @ heading)
    return np.asarray(body_m @ np.swapaxes(to_camera, 1, 2))


def _bad_eyes(flat: Float, confidence: Float, rng: np.random.Generator) -> tuple[Float, Float]:
    """2D joints (B, 30, 2) as a detector would give them, with its confidence (B, 30)."""
    size, joints = confidence.shape
    spread = np.sqrt(flat.var(axis=1).sum(-1))[:, None]
    level = np.exp(rng.uniform(np.log(0.008), np.log(0.09), (size, 1)))
    sigma = level * np.exp(rng.normal(0, 0.4, (size, joints)))
    sigma *= np.where(rng.random((size, joints)) < 0.04, 4.0, 1.0)
    unsure, beyond = _out_of_picture(flat, rng)
    sigma = np.where(unsure | beyond, np.maximum(sigma, 0.2), sigma)
    noisy = flat + rng.normal(0, 1, flat.shape) * (sigma * spread)[..., None] / np.sqrt(2)
    pulled = rng.random((size, len(_EXTREMES), 1)) < 0.06
    pull = pulled * rng.random((size, len(_EXTREMES), 1)) * 0.8
    noisy[:, _EXTREMES] += pull * (noisy[:, _PARENT[_EXTREMES]] - noisy[:, _EXTREMES])
    for rows in _SWAPS:
        swapped = np.flatnonzero(rng.random(size) < 0.015)
        noisy[swapped[:, None], rows] = noisy[swapped[:, None], [MIRROR_JOINTS[row] for row in rows]]
    honest = 1 / (1 + (sigma / 0.1) ** 2) * rng.uniform(0.75, 1.0, sigma.shape)
    flatterer = np.where(unsure, rng.uniform(0.05, 0.5, sigma.shape), 1.0)
    confidence = confidence * np.where(rng.random((size, 1)) < 0.6, honest, flatterer)
    confidence = np.where(beyond, 0.0, confidence)
    _derive(noisy, confidence, rng)
    _drop(confidence, rng)
    return noisy.astype(np.float32), confidence.astype(np.float32)


def _out_of_picture(flat: Float, rng: np.random.Generator) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """(B, 30) joints that a detector would only guess, and joints it does not give at all."""
    size = len(flat)
    # A straight edge anywhere across the person; most often the lower one, as before a webcam.
    angle = np.where(rng.random(size) < 0.7, np.pi / 2, rng.uniform(-np.pi, np.pi, size))
    along = flat[..., 0] * np.cos(angle)[:, None] + flat[..., 1] * np.sin(angle)[:, None]
    low, high = along.min(axis=1), along.max(axis=1)
    edge = low + (high - low) * rng.uniform(0.35, 1.0, size)
    cut = (along > edge[:, None]) & (rng.random(size) < 0.3)[:, None]
    seated = rng.random((size, 1)) < 0.06  # legs behind a desk
    cut[:, _LEGS] |= seated
    guessed = rng.random((size, 1)) < 0.5
    return cut & guessed, cut & ~guessed


def _derive(flat: Float, confidence: Float, rng: np.random.Generator) -> None:
    """Detectors without a spine or a skull: such joints made from others or missing, in place."""

    def middle(target: str, a: str, b: str, rows: npt.NDArray[np.intp]) -> None:
        flat[rows, JOINT[target]] = (flat[rows, JOINT[a]] + flat[rows, JOINT[b]]) / 2
        confidence[rows, JOINT[target]] = np.minimum(confidence[rows, JOINT[a]], confidence[rows, JOINT[b]])

    rows = np.flatnonzero(rng.random(len(flat)) < 0.5)
    middle("Thorax", "R_Shoulder", "L_Shoulder", rows)
    middle("Pelvis", "R_Hip", "L_Hip", rows)
    middle("Spine", "Thorax", "Pelvis", rows)
    middle("Head", "R_Ear", "L_Ear", rows)
    for side in "RL":
        middle(f"{side}_Hand", f"{side}_Index", f"{side}_Pinky", rows)
    confidence[rng.permutation(rows)[: len(rows) * 2 // 3], JOINT["Head_top"]] = 0.0
    without = np.flatnonzero(rng.random(len(flat)) < 0.2)
    confidence[without[:, None], _TORSO_GUESSES] = 0.0
    bare = np.flatnonzero(rng.random(len(flat)) < 0.1)
    others = [row for row in range(len(JOINTS)) if row not in _TWELVE]
    confidence[bare[:, None], others] = 0.0


def _drop(confidence: Float, rng: np.random.Generator) -> None:
    """Joints lost at random, now and then whole limbs, in place."""
    size = len(confidence)
    rate = np.where(rng.random((size, 1)) < 0.1, 0.25, 0.02)
    confidence[rng.random(confidence.shape) < rate] = 0.0
    for joint, branch in _LIMBS.items():
        lost = np.flatnonzero(rng.random(size) < 0.01)
        confidence[lost[:, None], [*branch, JOINT[joint]]] = 0.0


def _turn(body_m: Float, pivot: int, branch: list[int], vector: Float) -> None:
    """Turns joints about another one by rotation vectors (B, 3), in place."""
    about = body_m[:, pivot, None]
    body_m[:, branch] = about + (body_m[:, branch] - about) @ np.swapaxes(_rotations(vector), 1, 2)


def _rotations(vector: Float) -> Float:
    """(B, 3, 3) of rotation vectors (B, 3), by Rodrigues' formula."""
    angle = np.linalg.norm(vector, axis=1)
    x, y, z = (vector / np.maximum(angle, 1e-9)[:, None]).T
    zero = np.zeros_like(x)
    cross = np.array([[zero, -z, y], [z, zero, -x], [-y, x, zero]]).transpose(2, 0, 1)
    sine, cosine = np.sin(angle)[:, None, None], np.cos(angle)[:, None, None]
    turn = np.eye(3) + sine * cross + (1 - cosine) * (cross @ cross)
    return np.asarray(turn, np.float32)
