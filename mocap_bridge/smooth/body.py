"""One person smoothed: the root, and every joint as seen from the root, so that a walk does not blur the arms."""

from dataclasses import replace
from typing import Annotated

import msgspec
import numpy as np

from ..records import Array, BodyJoints
from ..skeleton import JOINT
from .follower import Follower, Step, Tuning

_Positive = Annotated[float, msgspec.Meta(gt=0)]
_NotNegative = Annotated[float, msgspec.Meta(ge=0)]
_Share = Annotated[float, msgspec.Meta(gt=0, le=1)]
_ROOT_LEAPS = 1.5  # of what a joint seen from it may: 9 m a second, faster than people run before cameras


class SmoothSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cutoffs in hertz; betas in hertz per (metre per second), so a joint at 1 m/s gains ``beta`` hertz.

    Depth is smoothed more than the plane of the picture: one camera sees it several times worse.
    """

    cutoff_hz: _Positive = 1.0
    """Of a joint seen from the root, across the picture, that begins to move; of one that trembles by 10 mm."""
    beta: _NotNegative = 4.0
    depth_cutoff_hz: _Positive = 0.8
    depth_beta: _NotNegative = 3.2
    calm_s: _NotNegative = 6.0
    """How far back the memory of what stands still reaches; 0 treats standing like moving."""
    last_cutoff_hz: _Positive = 5.5
    """Of the low-pass at the end: lower, and hands tremble less, but all comes later."""
    speed_cutoff_hz: _Positive = 0.5
    """Of the pace that opens the filter: lower, and noise opens it less, but a punch more slowly."""
    leap_m_s: _Positive = 6.0
    """A joint that is farther off than this times the step is a slip, and pulls no more than that; if it stays, it
    pulls more and more."""
    root_cutoff_hz: _Positive = 1.5
    root_beta: _NotNegative = 6.0
    root_depth_cutoff_hz: _Positive = 0.5
    """Distance of the whole body: it rests on body size and focal length, and trembles most."""
    root_depth_beta: _NotNegative = 2.0
    sure: _Share = 0.5
    """Visibility from which a joint is believed at once; below it the cutoff falls in proportion."""
    unseen: _Share = 0.1
    """Share of the cutoff an unseen joint keeps: it is a guess, but must turn along when the body turns."""


UNSMOOTHED = SmoothSettings(
    cutoff_hz=1e9,
    depth_cutoff_hz=1e9,
    calm_s=0.0,
    last_cutoff_hz=1e9,
    leap_m_s=1e9,
    root_cutoff_hz=1e9,
    root_depth_cutoff_hz=1e9,
)
"""Cutoffs far above any frame rate: every value passes as it came."""


class BodySmoother:
    """Smooths one person: the root, and every joint as seen from the root, so that a walk does not blur the arms.

    The world's z axis is the viewing direction by definition of the world frame, up to the camera's pitch.
    """

    def __init__(self, settings: SmoothSettings) -> None:
        self._settings = settings
        across, depth = settings.cutoff_hz, settings.depth_cutoff_hz
        self._joints = Follower(
            self._tuning([across, across, depth], [settings.beta, settings.beta, settings.depth_beta])
        )
        # Apart from each other: the noise on the distance is many times that across the picture.
        self._root_across = Follower(self._tuning([settings.root_cutoff_hz] * 2, [settings.root_beta] * 2, _ROOT_LEAPS))
        self._root_depth = Follower(
            self._tuning([settings.root_depth_cutoff_hz], [settings.root_depth_beta], _ROOT_LEAPS)
        )

    def _tuning(self, cutoff_hz: list[float], beta: list[float], leaps: float = 1.0) -> Tuning:
        own = self._settings
        return Tuning(
            np.array(cutoff_hz),
            np.array(beta),
            own.leap_m_s * leaps,
            own.calm_s,
            own.speed_cutoff_hz,
            last_cutoff_hz=own.last_cutoff_hz,
        )

    @property
    def steps(self) -> tuple[Step, Step, Step]:
        """What was made of the newest body: joints from the root, the root across the picture, and its distance."""
        return self._joints.step, self._root_across.step, self._root_depth.step

    def __call__(self, body: BodyJoints) -> BodyJoints:
        """The same body, smoothed; always finite. A joint nobody has seen yet sits on the root, visibility 0.

        Raises ValueError when time does not move forward.
        """
        seen = np.asarray(np.isfinite(body.joints_world_m).all(axis=-1))
        visibility = np.where(seen, np.nan_to_num(body.visibility), 0.0)
        joints_m = np.where(seen[:, None], body.joints_world_m, np.nan)
        root_m = joints_m[JOINT["Pelvis"]]
        trust = np.clip(visibility / self._settings.sure, self._settings.unseen, 1.0)
        relative_m = self._joints(joints_m - root_m, body.time_s, trust)
        across_m = self._root_across(root_m[None, :2], body.time_s, np.ones(1))
        depth_m = self._root_depth(root_m[None, 2:], body.time_s, np.ones(1))
        return replace(body, joints_world_m=joined(relative_m, across_m, depth_m), visibility=visibility)


def joined(relative_m: Array, across_m: Array, depth_m: Array) -> Array:
    """Joints (30, 3) in the world from joints seen from the root, and the root (1, 2) and (1, 1); NaN counts as 0."""
    return np.asarray(np.nan_to_num(relative_m) + np.nan_to_num(np.concatenate([across_m, depth_m], axis=1)))
