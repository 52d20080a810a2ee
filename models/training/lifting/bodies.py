"""Recorded poses on bodies that nobody recorded: other halves, other proportions, limbs that turn and swing.

B sequences of T frames. Joints are float32 throughout, axes of the body, Y up.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from mocap_bridge.skeleton import JOINT, JOINT_PARENTS, JOINTS, MIRROR_JOINTS

Float = npt.NDArray[Any]
"""float32 where it is large, float64 where random numbers went in."""

PARENT = np.array(JOINT_PARENTS)
AS_RECORDED = 0.3
"""Share of the sequences whose legs stay as they were: only their feet can tell what a foot that stands looks like."""


def _depth(joint: int) -> int:
    return 0 if JOINT_PARENTS[joint] < 0 else 1 + _depth(JOINT_PARENTS[joint])


_ORDER = sorted(range(len(JOINTS)), key=_depth)
"""Rows of all joints, parents first."""


def branch(joint: str) -> list[int]:
    """Rows of everything that hangs on a joint."""
    inside = [JOINT[joint]]
    for row in _ORDER:
        if JOINT_PARENTS[row] in inside:
            inside.append(row)
    return inside[1:]


UPPER = [JOINT["Spine"], *branch("Spine")]
LEGS = [*branch("R_Hip"), *branch("L_Hip")]
ARMS = [f"{side}_{part}" for side in "RL" for part in ("Shoulder", "Elbow", "Wrist")]
LIMBS = {
    joint: branch(joint)
    for joint in (
        *("R_Shoulder", "R_Elbow", "R_Wrist", "L_Shoulder", "L_Elbow", "L_Wrist"),
        *("R_Hip", "R_Knee", "R_Ankle", "L_Hip", "L_Knee", "L_Ankle"),
    )
}


def varied(body_m: Float, other_m: Float, time_s: Float, rng: np.random.Generator) -> tuple[Float, Float]:
    """Bodies (B, T, 30, 3) made of those given and of upper halves of ``other_m``, at ``time_s`` (B, T).

    Also (B,) whether their feet go as recorded.
    """
    size = len(body_m)
    body_m = body_m.copy()
    # Halves of two people fit together when their spines leave the pelvis in about the same direction.
    spine, other_spine = body_m[:, 0, JOINT["Spine"]], other_m[:, 0, JOINT["Spine"]]
    alike = (spine * other_spine).sum(-1) > 0.6 * np.linalg.norm(spine, axis=-1) * np.linalg.norm(other_spine, axis=-1)
    mixed = np.flatnonzero(alike & (rng.random(size) < 0.4))
    body_m[mixed[:, None, None], np.arange(body_m.shape[1])[:, None], UPPER] = other_m[mixed][:, :, UPPER]
    body_m = with_proportions(body_m, rng)
    changed = rng.random(size) >= AS_RECORDED
    wild = np.where(rng.random((size, 1)) < 0.15, 0.7, 0.25)
    for joint, rows in LIMBS.items():
        on = np.flatnonzero((changed | (joint in ARMS)) & (rng.random(size) < 0.5))
        _turn(body_m, on, JOINT[joint], rows, _swing(time_s[on], wild[on], rng))
    everybody = np.flatnonzero(rng.random(size) < 0.7)
    _turn(body_m, everybody, JOINT["Thorax"], [JOINT["Head"], *branch("Head")], _swing(time_s[everybody], 0.18, rng))
    bent = np.flatnonzero(rng.random(size) < 0.3)
    _turn(body_m, bent, JOINT["Pelvis"], UPPER, _swing(time_s[bent], 0.3, rng))
    return body_m, ~changed


def mirrored(body_m: Float) -> Float:
    """Bodies (..., 30, 3) as a mirror shows them."""
    return np.asarray(body_m[..., list(MIRROR_JOINTS), :] * np.array([-1, 1, 1], np.float32))


def with_proportions(body_m: Float, rng: np.random.Generator) -> Float:
    """Each body's segments lengthened or shortened, both sides alike."""
    size = len(body_m)
    stretch: Float = np.exp(rng.normal(0, 0.06, (size, len(JOINTS)))).astype(np.float32)
    stretch = (stretch + stretch[:, list(MIRROR_JOINTS)]) / 2
    # Joint centres of the mesh lie wide at the hips and narrow at the shoulders; people and detectors vary around both.
    for name, low, high in (("Hip", 0.7, 1.1), ("Shoulder", 0.9, 1.2)):
        stretch[:, [JOINT[f"R_{name}"], JOINT[f"L_{name}"]]] = rng.uniform(low, high, (size, 1))
    stretched = np.zeros_like(body_m)
    for joint in _ORDER[1:]:
        parent = PARENT[joint]
        step = (body_m[:, :, joint] - body_m[:, :, parent]) * stretch[:, joint, None, None]
        stretched[:, :, joint] = stretched[:, :, parent] + step
    return stretched


def _swing(time_s: Float, scale: Float | float, rng: np.random.Generator) -> Float:
    """(B, T, 3) rotation vectors: one turn per sequence, around which a third of them swing."""
    size = len(time_s)
    turn = rng.normal(0, 1, (size, 1, 3))
    swing = rng.normal(0, 1, (size, 1, 3)) * (rng.random((size, 1, 1)) < 0.3)
    rate = 2 * np.pi * rng.uniform(0.2, 1.2, (size, 1)) * time_s + rng.uniform(0, 2 * np.pi, (size, 1))
    return np.asarray(np.reshape(scale, (-1, 1, 1)) * (turn + swing * np.sin(rate)[..., None]), np.float32)


def _turn(body_m: Float, on: npt.NDArray[np.intp], pivot: int, rows: list[int], vector: Float) -> None:
    """Turns joints of the bodies ``on`` about another one by rotation vectors (len(on), T, 3), in place."""
    about = body_m[on, :, pivot, None]
    part = body_m[on[:, None, None], np.arange(body_m.shape[1])[:, None], rows]
    moved = about + (part - about) @ np.swapaxes(rotations(vector), -1, -2)
    body_m[on[:, None, None], np.arange(body_m.shape[1])[:, None], rows] = moved


def rotations(vector: Float) -> Float:
    """(..., 3, 3) of rotation vectors (..., 3), by Rodrigues' formula."""
    angle = np.linalg.norm(vector, axis=-1)
    x, y, z = np.moveaxis(vector / np.maximum(angle, 1e-9)[..., None], -1, 0)
    sine, cosine = np.sin(angle), np.cos(angle)
    rest = 1 - cosine
    turn = np.empty((*angle.shape, 3, 3), np.float32)
    turn[..., 0, 0], turn[..., 1, 1], turn[..., 2, 2] = (
        cosine + x * x * rest,
        cosine + y * y * rest,
        cosine + z * z * rest,
    )
    turn[..., 0, 1], turn[..., 1, 0] = x * y * rest - z * sine, x * y * rest + z * sine
    turn[..., 0, 2], turn[..., 2, 0] = x * z * rest + y * sine, x * z * rest - y * sine
    turn[..., 1, 2], turn[..., 2, 1] = y * z * rest - x * sine, y * z * rest + x * sine
    return turn
