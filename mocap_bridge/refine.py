"""2D joints to a 3D body by a network that has learned from motion capture alone how people move.

The network never sees where the person stands: a virtual camera turns towards the middle of the joints, and what
it sees is scaled to one size. Training looks at the world through the same ``normalized``.
"""

from pathlib import Path

import numpy as np

from .camera import rays
from .model import load_model
from .records import Array, Camera, JointEstimate

LEAST_CONFIDENCE = 0.05
"""A joint below it counts as unseen: its position is not used at all."""

_LEAST_DEPTH = 0.1  # rays at more than 84 degrees from the virtual axis are bent back; no lens shows them anyway


class Lifter:
    """A loaded lifter; call it with each estimate. Raises ModelError if the file is not one."""

    def __init__(self, model: Path) -> None:
        loaded = load_model(model)
        self._session = loaded.session
        self._input = loaded.card.input.name

    def __call__(self, estimate: JointEstimate, camera: Camera) -> Array:
        """(30, 3) joints from the pelvis in the camera's axes (x right, y down, z forward), metres of an average body.

        Unseen joints are guessed from the others; with nothing seen the answer is an average pose.
        """
        inputs, virtual_from_camera = normalized(rays(estimate.joints_px, camera), estimate.confidence)
        (joints_m,) = self._session.run(None, {self._input: inputs[None].astype(np.float32)})
        return np.asarray(joints_m[0].astype(np.float64) @ virtual_from_camera)


def normalized(rays_xy: Array, confidence: Array) -> tuple[Array, Array]:
    """What the network sees of rays (..., 30, 2) with confidence (..., 30).

    Returns its input (..., 30, 3), x and y and confidence per joint, zero where unseen, and the rotation
    (..., 3, 3) from the camera's axes to those of the virtual camera.
    """
    seen = np.isfinite(rays_xy).all(axis=-1) & np.isfinite(confidence) & (confidence >= LEAST_CONFIDENCE)
    weight = np.where(seen, confidence, 0.0)
    rays_xy = np.where(seen[..., None], rays_xy, 0.0)
    share = weight / np.maximum(weight.sum(axis=-1, keepdims=True), 1e-9)
    middle = (rays_xy * share[..., None]).sum(axis=-2)
    turn = _towards(middle)
    directions = np.concatenate([rays_xy, np.ones_like(rays_xy[..., :1])], axis=-1) @ np.swapaxes(turn, -1, -2)
    flat = directions[..., :2] / np.maximum(directions[..., 2:], _LEAST_DEPTH)
    flat = flat - (flat * share[..., None]).sum(axis=-2, keepdims=True)
    rms = np.sqrt(((flat**2).sum(axis=-1) * share).sum(axis=-1))
    flat = np.where(seen[..., None], flat / np.maximum(rms, 1e-6)[..., None, None], 0.0)
    return np.concatenate([flat, weight[..., None]], axis=-1), turn


def _towards(ray_xy: Array) -> Array:
    """(..., 3, 3) the shortest rotation that brings the ray (..., 2) onto the z axis."""
    x, y = ray_xy[..., 0], ray_xy[..., 1]
    length = np.sqrt(x * x + y * y + 1)
    x, y, z = x / length, y / length, 1 / length
    turn = np.empty((*x.shape, 3, 3), x.dtype)
    turn[..., 0, 0], turn[..., 0, 1], turn[..., 0, 2] = 1 - x * x / (1 + z), -x * y / (1 + z), -x
    turn[..., 1, 0], turn[..., 1, 1], turn[..., 1, 2] = -x * y / (1 + z), 1 - y * y / (1 + z), -y
    turn[..., 2, 0], turn[..., 2, 1], turn[..., 2, 2] = x, y, z
    return turn
