"""The pose network's mistakes on pictures that it was not trained on, by the pose in which it made them.

Who lifts an arm is seen wrongly in another way than who kneels. So a motion borrows, every few frames, the mistakes
made on a pose that looked like it; between two such frames they go over into each other, and a part of them trembles.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mocap_bridge.records import Array
from mocap_bridge.skeleton import MIRROR_JOINTS
from models.training.evaluation.eyes import PoseNetwork
from models.training.evaluation.synthetic import places, synthetic_crops

STEP = 6
"""Frames from one borrowed mistake to the next: half of a mistake is left after five frames, as in rendered films."""
ALIKE = 10
"""So many of the most similar poses lend theirs, drawn by lot."""
TREMBLE = 0.1
"""Share of the variance that is new in each frame."""
_WILD = 1.0  # sides of the person: farther off, and the network looked at somebody else

Rows = npt.NDArray[np.intp]
Random = np.random.Generator


@dataclass(frozen=True, eq=False)
class Slips:
    """Of N pictures, each also mirrored; lengths are in longer sides of the person."""

    poses: Array  # (N, 60) where the joints were, from their middle
    off: Array  # (N, 30, 2)
    confidence: Array  # (N, 30)


def slips(data: Path, renders: Path, network: Path, count: int) -> Slips:
    """What ``network`` makes of renders that lie wholly in the picture. FileNotFoundError without renders."""
    eyes, true, seen, confidence = PoseNetwork(network), [], [], []
    for crop in synthetic_crops(renders, "train-*.npz", places(data, "train"), 5, count):
        if crop.in_picture is not None and crop.in_picture.all():
            answer = eyes(crop.image, None)
            true.append(crop.joints)
            seen.append(answer.joints)
            confidence.append(answer.confidence)
    return of(np.array(true), np.array(seen), np.array(confidence))


def of(true: Array, seen: Array, confidence: Array) -> Slips:
    """From joints (N, 30, 2) in shares of a picture and confidences (N, 30)."""
    swap = list(MIRROR_JOINTS)
    true, seen = (np.concatenate([part, (part * [-1, 1] + [1, 0])[:, swap]]) for part in (true, seen))
    side = np.ptp(true, axis=1).max(axis=-1)[:, None, None]
    off, confidence = (seen - true) / side, np.concatenate([confidence, confidence[:, swap]])
    sane = np.abs(off).max(axis=(1, 2)) < _WILD
    return Slips(_shape(true).reshape(len(true), -1)[sane], off[sane], confidence[sane])


def laid_over(rays: Array, made: Slips, share: float, rng: Random) -> tuple[Array, Array]:
    """What is seen of rays (T, 30, 2): the same with ``share`` of the mistakes, and confidences (T, 30)."""
    frames = len(rays)
    shapes = _shape(rays).reshape(frames, -1)
    keys = [_alike(made, shapes[min(frame, frames - 1)], rng) for frame in range(0, frames + STEP, STEP)]
    off, confidence = np.empty_like(rays), np.empty(rays.shape[:2])
    for frame in range(frames):
        before, after, new = keys[frame // STEP], keys[frame // STEP + 1], _alike(made, shapes[frame], rng)
        part = (frame % STEP) / STEP
        part = part * part * (3 - 2 * part)
        slow = ((1 - part) * made.off[before] + part * made.off[after]) / np.hypot(1 - part, part)
        off[frame] = (1 - TREMBLE) ** 0.5 * slow + TREMBLE**0.5 * made.off[new]
        confidence[frame] = (1 - part) * made.confidence[before] + part * made.confidence[after]
    # Confidence falls with the square of the error, as in ``decode``.
    confidence = 1 / (1 + share**2 * (1 / np.clip(confidence, 1e-3, 1.0) - 1))
    side = np.ptp(rays, axis=1).max(axis=-1)[:, None, None]
    return rays + share * off * side, confidence


def _shape(joints: Array) -> Array:
    middle = joints.mean(axis=1, keepdims=True)
    return np.asarray((joints - middle) / np.ptp(joints, axis=1).max(axis=-1)[:, None, None])


def _alike(made: Slips, shape: Array, rng: Random) -> int:
    distance = ((made.poses - shape) ** 2).sum(axis=1)
    return int(rng.choice(np.argpartition(distance, ALIKE)[:ALIKE] if len(distance) > ALIKE else len(distance)))
