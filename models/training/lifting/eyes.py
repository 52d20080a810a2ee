"""2D joints as detectors give them: how far off, for how long, how sure of it, and what they do not see at all.

Two kinds of eyes, each measured on clips and renders (see the lab book). Sharp ones (BlazePose): errors of one to
nine hundredths of the body's spread, no spine and no skull of their own. Young ones (our pose network): errors of a
seventh of the spread in the middle and of more than its half in one joint of ten, arms pulled in towards the trunk,
confidence that knows of it. Of a joint's error about a half stays for as long as one looks, a third lasts a third of
a second, the rest is new in each frame.

B sequences of T frames; sizes are in spreads, the RMS distance of joints from their middle.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mocap_bridge.skeleton import JOINT, JOINTS, MIRROR_JOINTS
from models.training.lifting.bodies import LEGS, LIMBS, PARENT, Float

Flags = npt.NDArray[np.bool_]

YOUNG = 0.4
"""Share of the sequences seen by young eyes."""
FINE = 0.5
"""Share of the sharp eyes whose joints lie as exactly as BlazePose's on a person it sees well."""
_STAYS, _LASTS, _NEW = 0.5, 0.3, 0.2
_LASTS_S = 0.3
_HALF_SURE = 0.14
"""Error at which young eyes have confidence one half."""
_SWAPS = [
    [JOINT[f"{side}_{part}"] for part in parts for side in "RL"]
    for parts in (("Shoulder", "Elbow", "Wrist", "Hand", "Index", "Pinky"), ("Hip", "Knee", "Ankle", "Heel", "Toe"))
]
_ARMS = [JOINT[f"{side}_{part}"] for side in "RL" for part in ("Shoulder", "Elbow", "Wrist", "Hand", "Index", "Pinky")]
_EXTREMES = [JOINT[f"{side}_{part}"] for side in "RL" for part in ("Wrist", "Hand", "Index", "Pinky", "Ankle", "Toe")]
_TWELVE = [JOINT[f"{s}_{p}"] for s in "RL" for p in ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle")]
_TORSO_GUESSES = [JOINT[name] for name in ("Head_top", "Spine", "Thorax", "Pelvis", "Head")]
_LIMB_OF = np.array(
    [
        next((n + 1 for n, (top, rows) in enumerate(LIMBS.items()) if n % 3 == 0 and j in [JOINT[top], *rows]), 0)
        for j in range(len(JOINTS))
    ]
)  # 0 trunk and head, then one number per arm and leg


@dataclass(frozen=True, eq=False)
class Seen:
    """What a detector says."""

    flat: Float  # (B, T, 30, 2) rays
    confidence: Float  # (B, T, 30)
    depth_m: Float  # (B, T, 30) along the camera's axis from the pelvis; NaN where it gives none


def look(flat: Float, depth_m: Float, in_front: Flags, time_s: Float, rng: np.random.Generator) -> Seen:
    """What is seen of true rays (B, T, 30, 2) and depths (B, T, 30); joints not ``in_front`` are unseen."""
    size, frames = flat.shape[:2]
    spread = np.sqrt(flat.var(axis=2).sum(-1).mean(axis=1))[:, None, None]
    young = np.asarray(rng.random(size) < YOUNG)
    sigma = _sigma(young, frames, time_s, rng)
    unsure, beyond = _out_of_picture(flat, young, rng)
    sigma = np.where(unsure | beyond, np.maximum(sigma, 0.2), sigma)
    noise = _lasting((size, frames, len(JOINTS), 2), time_s, rng)
    noisy = flat + noise * (sigma * spread)[..., None] / np.sqrt(2)
    _pull_in(noisy, sigma, young, rng)
    _swap(noisy, rng)
    confidence = _confidence(sigma, unsure, young, rng)
    confidence = np.where(beyond | ~in_front, 0.0, confidence)
    _derive(noisy, confidence, young, rng)
    _drop(confidence, rng)
    return Seen(noisy.astype(np.float32), confidence.astype(np.float32), _depth(depth_m, sigma, young, time_s, rng))


def _normal(rng: np.random.Generator, *shape: int) -> Float:
    return rng.standard_normal(shape, dtype=np.float32)


def _lasting(shape: tuple[int, ...], time_s: Float, rng: np.random.Generator) -> Float:
    """Noise of variance one over (B, T, ...) that partly stays, partly lasts, partly is new."""
    size, frames, *rest = shape
    slow = _normal(rng, *shape)
    keep = np.exp(-np.diff(time_s, axis=1) / _LASTS_S).astype(np.float32).reshape(size, frames - 1, *[1] * len(rest))
    renew = np.sqrt(1 - keep**2)
    for frame in range(1, frames):
        slow[:, frame] = keep[:, frame - 1] * slow[:, frame - 1] + renew[:, frame - 1] * slow[:, frame]
    stays = _normal(rng, size, 1, *rest)
    return np.asarray(_STAYS**0.5 * stays + _LASTS**0.5 * slow + _NEW**0.5 * _normal(rng, *shape))


def _sigma(young: Flags, frames: int, time_s: Float, rng: np.random.Generator) -> Float:
    """(B, T, 30) expected error of each joint, in spreads."""
    size = len(young)
    fine = rng.random((size, 1, 1)) < FINE
    low, high = np.where(fine, np.log(0.003), np.log(0.008)), np.where(fine, np.log(0.03), np.log(0.09))
    sharp = np.exp(rng.uniform(low, high)) * np.exp(0.4 * _normal(rng, size, 1, 30))
    sharp = sharp * np.where(rng.random((size, 1, 30)) < 0.04, 4.0, 1.0)
    limb = _normal(rng, size, int(_LIMB_OF.max()) + 1)[:, None, _LIMB_OF]
    bad = 0.45 * _normal(rng, size, 1, 1) + 0.5 * limb + 0.4 * _normal(rng, size, 1, 30)
    bad = 0.12 * np.exp(bad + 0.35 * _lasting((size, frames, 30), time_s, rng))
    bad[:, :, _ARMS] *= 1.25
    return np.where(young[:, None, None], np.minimum(bad, 1.0), sharp)


def _pull_in(flat: Float, sigma: Float, young: Flags, rng: np.random.Generator) -> None:
    """Hands and feet that are seen nearer to the trunk than they are, in place."""
    size = len(flat)
    pulled = ((rng.random((size, 1, len(_EXTREMES), 1)) < 0.06) & ~young[:, None, None, None]) * rng.random(
        (size, 1, len(_EXTREMES), 1)
    )
    flat[:, :, _EXTREMES] += 0.8 * pulled * (flat[:, :, PARENT[_EXTREMES]] - flat[:, :, _EXTREMES])
    rows = np.flatnonzero(young)
    share = np.minimum(1.6 * sigma[rows][:, :, _ARMS] * rng.random((len(rows), 1, len(_ARMS))), 0.95)[..., None]
    trunk = (flat[rows][:, :, JOINT["Spine"], None] + flat[rows][:, :, JOINT["Thorax"], None]) / 2
    arms = flat[rows][:, :, _ARMS]
    flat[rows[:, None, None], np.arange(flat.shape[1])[:, None], _ARMS] = arms + share * (trunk - arms)


def _spells(share: float, shape: tuple[int, int], rng: np.random.Generator) -> Flags:
    """(B, T) True during one stretch of a share of the sequences; a quarter of the stretches has no end."""
    size, frames = shape
    begin = rng.integers(-frames // 3, frames, size)
    length = np.where(rng.random(size) < 0.25, frames * 2, np.exp(rng.uniform(0, np.log(frames), size)))
    at = np.arange(frames)
    on = (at >= begin[:, None]) & (at < (begin + length)[:, None])
    return np.asarray(on & (rng.random((size, 1)) < share))


def _swap(flat: Float, rng: np.random.Generator) -> None:
    """Left and right taken for each other for a while, in place."""
    for rows in _SWAPS:
        sequence, frame = np.nonzero(_spells(0.06, (flat.shape[0], flat.shape[1]), rng))
        other = [MIRROR_JOINTS[row] for row in rows]
        flat[sequence[:, None], frame[:, None], rows] = flat[sequence[:, None], frame[:, None], other]


def _confidence(sigma: Float, unsure: Flags, young: Flags, rng: np.random.Generator) -> Float:
    """(B, T, 30) confidence of errors of about ``sigma``: honest, or (some sharp eyes) only about guesses."""
    size = len(sigma)
    judged = sigma * np.exp(0.3 * _normal(rng, *sigma.shape))
    half = np.where(young, _HALF_SURE, 0.1)[:, None, None]
    honest = 1 / (1 + (judged / half) ** 2) * rng.uniform(0.75, 1.0, (size, 1, 30))
    flatterer = np.where(unsure, rng.uniform(0.05, 0.5, (size, 1, 30)), 1.0)
    honest_eyes = young | (rng.random(size) < 0.5)
    return np.where(honest_eyes[:, None, None], honest, flatterer)


def _out_of_picture(flat: Float, young: Flags, rng: np.random.Generator) -> tuple[Flags, Flags]:
    """(B, T, 30) joints that a detector would only guess, and joints it does not give at all."""
    size = len(flat)
    # A straight edge anywhere across the person; most often the lower one, as before a webcam.
    angle = np.where(rng.random(size) < 0.7, np.pi / 2, rng.uniform(-np.pi, np.pi, size))[:, None, None]
    along = flat[..., 0] * np.cos(angle) + flat[..., 1] * np.sin(angle)
    low, high = along[:, 0].min(axis=1), along[:, 0].max(axis=1)
    edge = low + (high - low) * rng.uniform(0.35, 1.0, size)
    cut = (along > edge[:, None, None]) & (rng.random(size) < 0.3)[:, None, None]
    seated = rng.random((size, 1, 1)) < 0.06  # legs behind a desk
    cut[:, :, LEGS] |= seated
    guessed = (rng.random(size) < np.where(young, 0.15, 0.5))[:, None, None]
    return cut & guessed, cut & ~guessed


def _derive(flat: Float, confidence: Float, young: Flags, rng: np.random.Generator) -> None:
    """Sharp eyes without a spine or a skull: such joints are made from others or missing, in place."""
    rows = np.flatnonzero(~young & (rng.random(len(flat)) < 0.75))

    def middle(target: str, a: str, b: str) -> None:
        flat[rows, :, JOINT[target]] = (flat[rows, :, JOINT[a]] + flat[rows, :, JOINT[b]]) / 2
        confidence[rows, :, JOINT[target]] = np.minimum(confidence[rows, :, JOINT[a]], confidence[rows, :, JOINT[b]])

    middle("Thorax", "R_Shoulder", "L_Shoulder")
    middle("Pelvis", "R_Hip", "L_Hip")
    trunk = flat[rows, :, JOINT["Thorax"]] - flat[rows, :, JOINT["Pelvis"]]
    flat[rows, :, JOINT["Spine"]] = flat[rows, :, JOINT["Pelvis"]] + 0.3 * trunk
    flat[rows, :, JOINT["Thorax"]] += 0.1 * trunk
    middle("Head", "R_Ear", "L_Ear")
    for side in "RL":
        middle(f"{side}_Hand", f"{side}_Index", f"{side}_Pinky")
    confidence[rows[:, None], :, [JOINT["Head_top"], JOINT["Spine"]]] *= (rng.random((len(rows), 1)) < 0.25)[..., None]
    without = np.flatnonzero(rng.random(len(flat)) < 0.12)
    confidence[without[:, None], :, _TORSO_GUESSES] = 0.0
    bare = np.flatnonzero(rng.random(len(flat)) < 0.08)
    confidence[bare[:, None], :, [row for row in range(len(JOINTS)) if row not in _TWELVE]] = 0.0


def _drop(confidence: Float, rng: np.random.Generator) -> None:
    """Joints lost at random, whole limbs for a while, now and then everything, in place."""
    size, frames, joints = confidence.shape
    rate = np.where(rng.random((size, 1, 1)) < 0.1, 0.25, 0.02)
    confidence[rng.random((size, frames, joints), dtype=np.float32) < rate] = 0.0
    for joint, rows in LIMBS.items():
        sequence, frame = np.nonzero(_spells(0.02, (size, frames), rng))
        confidence[sequence[:, None], frame[:, None], [*rows, JOINT[joint]]] = 0.0
    confidence[_spells(0.03, (size, frames), rng) & (rng.random((size, frames)) < 0.5)] = 0.0


def _depth(depth_m: Float, sigma: Float, young: Flags, time_s: Float, rng: np.random.Generator) -> Float:
    """(B, T, 30) depth as the pose network gives it: too flat by a half, off by 12 cm, limbs turned to the other side.

    On renders its slope against the truth is 0.41 and it is off by 0.116 m; on real pictures it knows less.
    """
    size, frames = depth_m.shape[:2]
    slope = rng.uniform(0.1, 0.9, (size, 1, 1)) * np.exp(-1.5 * sigma)
    flipped = (rng.random((size, int(_LIMB_OF.max()) + 1)) < 0.12)[:, None, _LIMB_OF] | (
        rng.random((size, 1, 1)) < 0.05
    )
    off = np.exp(rng.uniform(np.log(0.04), np.log(0.2), (size, 1, 1)))
    seen = np.where(flipped, -1, 1) * slope * depth_m + off * _lasting((size, frames, 30), time_s, rng)
    seen -= seen[..., JOINT["Pelvis"], None]
    absent = rng.random(size) < np.where(young, 0.4, 0.85)
    return np.where(absent[:, None, None], np.nan, seen).astype(np.float32)
