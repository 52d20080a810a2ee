"""Endless examples for the lifter: recorded motion on varied bodies, filmed by random cameras, seen by bad eyes.

Joints are float32 throughout; B sequences of T frames. Camera axes are x right, y down, z forward.
"""

from dataclasses import dataclass

import numpy as np

from mocap_bridge.refine import seen_frame
from mocap_bridge.skeleton import JOINT, JOINTS
from models.training.figures.rig import average_scale
from models.training.lifting import bodies
from models.training.lifting.bodies import Float, rotations
from models.training.lifting.clips import RATE_HZ, Pool, at, draw
from models.training.lifting.eyes import look

_TWELVE = [JOINT[f"{s}_{p}"] for s in "RL" for p in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle")]
_NAMED_OTHERWISE_M = np.where(np.isin(np.arange(len(JOINTS)), _TWELVE), 0.012, 0.025).astype(np.float32)
"""How far apart two detectors' ideas of one joint lie, per axis; limbs are agreed upon better than heads and feet."""
_RATES_HZ, _RATE_SHARES = (60.0, 30.0, 25.0, 15.0, 10.0), (0.3, 0.4, 0.1, 0.12, 0.08)
_NEAREST_M, _LENS_M = 0.7, 0.15


@dataclass(frozen=True, eq=False)
class Batch:
    """Inputs as ``refine.seen_frame`` makes them, and the truth."""

    frames: Float  # (B, T, FRAME)
    time_s: Float  # (B, T)
    joints_m: Float  # (B, T, 30, 3) from the pelvis, axes of the virtual camera, average body
    contacts: Float  # (B, T, 4) 1 stands, 0 does not, NaN nobody knows


def make_batch(pool: Pool, size: int, frames: int, rng: np.random.Generator) -> Batch:
    """``size`` sequences of ``frames``."""
    time_s = _times(size, frames, rng)
    body_m, path_m, contacts = _moving(pool, time_s, rng)
    to_camera, down = _cameras(size, rng)
    camera_m = _turned(body_m, to_camera)
    placed_m = camera_m + _places(_turned(path_m[:, :, None], to_camera)[:, :, 0], rng)[:, :, None]
    # Detectors mean other points than the rig by a joint's name; no confidence tells of that.
    placed_m += rng.standard_normal((size, 1, len(JOINTS), 3), dtype=np.float32) * _NAMED_OTHERWISE_M[:, None]
    flat = placed_m[..., :2] / np.maximum(placed_m[..., 2:], _LENS_M)
    seen = look(
        flat, camera_m[..., 2] - camera_m[..., JOINT["Pelvis"], None, 2], placed_m[..., 2] > _LENS_M, time_s, rng
    )
    inputs, turn = seen_frame(seen.flat, seen.confidence, seen.depth_m, down[:, None])
    true_m = camera_m @ np.swapaxes(turn, -1, -2)
    true_m = (true_m - true_m[:, :, JOINT["Pelvis"], None]) * average_scale(body_m[:, :1])[..., None, None]
    return Batch(*(np.asarray(part, np.float32) for part in (inputs, time_s, true_m, contacts)))


def _times(size: int, frames: int, rng: np.random.Generator) -> Float:
    """(B, T) seconds: one rate per sequence, some of them uneven, with gaps in some."""
    rate_hz = rng.choice(_RATES_HZ, (size, 1), p=_RATE_SHARES)
    uneven = np.where(rng.random((size, 1)) < 0.3, 0.25, 0.0)
    step = 1 + uneven * rng.uniform(-1, 1, (size, frames))
    gappy = rng.random((size, 1)) < 0.15
    step += (gappy & (rng.random((size, frames)) < 0.08)) * rng.integers(1, 12, (size, frames))
    return np.cumsum(step / rate_hz, axis=1)


def _moving(pool: Pool, time_s: Float, rng: np.random.Generator) -> tuple[Float, Float, Float]:
    """Varied bodies (B, T, 30, 3), their paths (B, T, 3) and contacts (B, T, 4); half of them mirrored."""
    size = len(time_s)
    speed = RATE_HZ * rng.uniform(0.7, 1.4, (size, 1)) * (time_s - time_s[:, :1])

    def drawn() -> tuple[Float, Float, Float]:
        clip = draw(pool, size, rng)
        return at(pool, clip, rng.random((size, 1)) * pool.count[clip][:, None] + speed)

    (body_m, path_m, contacts), (other_m, _, _) = drawn(), drawn()
    body_m, recorded = bodies.varied(body_m, other_m, time_s, rng)
    contacts = np.where(recorded[:, None, None], contacts, np.nan)
    flip = rng.random(size) < 0.5
    body_m[flip] = bodies.mirrored(body_m[flip])
    path_m[flip] *= np.array([-1, 1, 1], np.float32)
    contacts[flip] = contacts[flip][..., [2, 3, 0, 1]]
    return body_m, path_m, contacts


def _cameras(size: int, rng: np.random.Generator) -> tuple[Float, Float]:
    """(B, 3, 3) from body to camera axes, and (B, 3) gravity as the program would know it, NaN where it would not.

    Any heading, tilted up by 0.55 to down by 0.8 rad, some roll.
    """
    vectors = np.zeros((4, size, 3))
    vectors[0, :, 1] = rng.uniform(-np.pi, np.pi, size)
    # Most cameras stand level; where the picture leaves the tilt open, that is the best guess.
    level = rng.random(size) < 0.6
    vectors[1, :, 0] = np.where(level, rng.normal(0.05, 0.2, size), rng.uniform(-0.55, 0.8, size))
    vectors[2, :, 2] = rng.normal(0, np.where(rng.random(size) < 0.5, 0.05, 0.3), size)
    vectors[3] = rng.normal(0, 0.06, (size, 3))
    heading, pitch, roll, misjudged = rotations(vectors)
    to_camera = roll @ pitch @ (np.diag([1, -1, -1]).astype(np.float32) @ heading)
    down = (misjudged @ to_camera)[..., 1] * -1
    return to_camera, np.where(rng.random((size, 1)) < 0.6, np.nan, down)


def _turned(points_m: Float, turn: Float) -> Float:
    """Points (B, T, J, 3) turned by (B, 3, 3)."""
    return np.asarray(points_m @ np.swapaxes(turn, -1, -2)[:, None])


def _places(path_m: Float, rng: np.random.Generator) -> Float:
    """(B, T, 3) where the pelvis is in the camera's axes when it walks along a path (B, T, 3) somewhere in view."""
    size, frames = path_m.shape[:2]
    distance_m = np.exp(rng.uniform(np.log(1.0), np.log(8.0), (size, 1)))
    offset = rng.uniform(-0.4, 0.4, (size, 2)) * rng.random((size, 1))
    root_m = np.concatenate([offset, np.ones((size, 1))], axis=1) * distance_m
    place_m = root_m[:, None] + path_m - path_m[:, rng.integers(frames), None]
    place_m[..., 2] = np.maximum(place_m[..., 2], _NEAREST_M)
    place_m[..., :2] = np.clip(place_m[..., :2], -place_m[..., 2:], place_m[..., 2:])
    return place_m.astype(np.float32)
