"""A pose as it will be when it is seen: every bone turns on for as long as the picture has been under way.

The time to look ahead travels with the frame, so that a recording replays to the same bytes; nothing is timed here.
"""

from dataclasses import dataclass, replace

import numpy as np

from .records import Array, RigPose
from .rotations import inverse, multiply, normalized

MOST_S = 0.05
"""Looking farther ahead than this shows more noise than motion."""
SPEED_S = 0.05
"""Time constant of the speeds: short, because a late speed overshoots, long enough that noise is not thrown on."""
MOST_RAD_S, MOST_M_S = 15.0, 3.0
"""A bone or hips faster than this are a mistake of the network, and are not thrown on."""
_FORGET_S = 0.25  # after a gap this long nothing is known of speeds


@dataclass(frozen=True, eq=False)
class _State:
    pose: RigPose
    turn_rad_s: Array  # (22, 3) rotation vectors in the parents' axes
    move_m_s: Array  # (3,)


class Predictor:
    """Looks ahead for one person."""

    def __init__(self) -> None:
        self._last: _State | None = None

    def __call__(self, pose: RigPose, ahead_s: float) -> RigPose:
        """The pose ``ahead_s`` later, at most ``MOST_S``; the very same for 0. A bone moves on as far as it is seen.

        Call it with every pose, also with ``ahead_s`` 0: speeds are learned on the way.
        """
        state = self._last = self._watched(pose)
        ahead_s = min(max(ahead_s, 0.0), MOST_S)
        if ahead_s == 0.0:
            return pose
        turns_rad = _at_most(state.turn_rad_s, MOST_RAD_S) * ahead_s * pose.visibility[:, None]
        hips_m = _at_most(state.move_m_s, MOST_M_S) * ahead_s * pose.visibility[0]
        return replace(
            pose,
            hips_world_m=pose.hips_world_m + hips_m,
            rotations_xyzw=normalized(multiply(_turned_by(turns_rad), pose.rotations_xyzw)),
        )

    def _watched(self, pose: RigPose) -> _State:
        last = self._last
        if last is None or not 0 < (dt_s := pose.time_s - last.pose.time_s) <= _FORGET_S:
            return _State(pose, np.zeros((len(pose.rotations_xyzw), 3)), np.zeros(3))
        share = 1 - np.exp(-dt_s / SPEED_S)
        turned_rad = _rotation_vector(multiply(pose.rotations_xyzw, inverse(last.pose.rotations_xyzw)))
        moved_m = pose.hips_world_m - last.pose.hips_world_m
        return _State(
            pose,
            last.turn_rad_s + share * (turned_rad / dt_s - last.turn_rad_s),
            last.move_m_s + share * (moved_m / dt_s - last.move_m_s),
        )


def _at_most(vectors: Array, most: float) -> Array:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors * np.minimum(1.0, most / np.maximum(length, 1e-9)))


def _rotation_vector(rotation: Array) -> Array:
    """Axis times angle (..., 3) of unit quaternions, the shorter way round."""
    rotation = np.where(rotation[..., 3:] < 0, -rotation, rotation)
    sine = np.linalg.norm(rotation[..., :3], axis=-1, keepdims=True)
    angle = 2 * np.arctan2(sine, rotation[..., 3:])
    return np.asarray(rotation[..., :3] * np.where(sine > 1e-9, angle / np.maximum(sine, 1e-9), 2.0))


def _turned_by(vectors_rad: Array) -> Array:
    """Unit quaternions of rotation vectors (..., 3)."""
    angle = np.linalg.norm(vectors_rad, axis=-1, keepdims=True)
    # sin(x / 2) / x, which is 1/2 at 0: numpy's sinc is sin(pi x) / (pi x).
    return np.concatenate([vectors_rad * 0.5 * np.sinc(angle / (2 * np.pi)), np.cos(angle / 2)], axis=-1)
