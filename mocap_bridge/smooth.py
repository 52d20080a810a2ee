"""One-Euro smoothing of bodies: still joints rest, fast ones do not lag.

The filter is Casiez, Roussel and Vogel, "1 Euro Filter", CHI 2012. Time is the capture clock, so frames that
come late or not at all change nothing but the step.
"""

from dataclasses import replace
from typing import Annotated

import msgspec
import numpy as np

from .records import Array, BodyJoints
from .skeleton import JOINT

_Positive = Annotated[float, msgspec.Meta(gt=0)]
_NotNegative = Annotated[float, msgspec.Meta(ge=0)]
_Share = Annotated[float, msgspec.Meta(gt=0, le=1)]


class SmoothSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cutoffs in hertz; betas in hertz per (metre per second), so a joint at 1 m/s gains ``beta`` hertz.

    Depth is smoothed more than the plane of the picture: one camera sees it several times worse.
    """

    cutoff_hz: _Positive = 1.0
    """Of x and y, when still."""
    beta: _NotNegative = 5.0
    depth_cutoff_hz: _Positive = 0.5
    depth_beta: _NotNegative = 3.0
    root_depth_cutoff_hz: _Positive = 0.3
    """Distance of the whole body: it rests on body size and focal length, and trembles most."""
    root_depth_beta: _NotNegative = 1.0
    speed_cutoff_hz: _Positive = 1.0
    sure: _Share = 0.5
    """Visibility from which a joint is believed at once; below it the cutoff falls in proportion."""
    unseen: _Share = 0.1
    """Share of the cutoff an unseen joint keeps: it is a guess, but must turn along when the body turns."""


class OneEuro:
    """Low-pass whose cutoff rises with speed. Any shape; cutoff and beta are numbers or arrays that broadcast.

    A value that is not finite holds what was there; the first finite one starts.
    """

    def __init__(self, min_cutoff_hz: Array | float, beta: Array | float, speed_cutoff_hz: float = 1.0) -> None:
        self.min_cutoff_hz, self.beta, self.speed_cutoff_hz = min_cutoff_hz, beta, speed_cutoff_hz
        self._last: tuple[Array, Array, float] | None = None

    def __call__(self, value: Array, time_s: float, trust: Array | float = 1.0) -> Array:
        """The smoothed value. ``trust`` 0..1 scales the cutoff; at 0 the value is held.

        Raises ValueError when time does not move forward.
        """
        value = np.asarray(value, dtype=np.float64)
        if self._last is None:
            self._last = value, np.zeros_like(value), time_s
            return value
        last_value, last_speed, last_time_s = self._last
        if (dt_s := time_s - last_time_s) <= 0:
            raise ValueError(f"time must move forward: {time_s} s after {last_time_s} s")
        starting = ~np.isfinite(last_value)
        last_value = np.where(starting, value, last_value)
        value = np.where(np.isfinite(value), value, last_value)
        speed = _mix(last_speed, np.where(starting, 0.0, value - last_value) / dt_s, self.speed_cutoff_hz, dt_s)
        value = _mix(last_value, value, trust * (self.min_cutoff_hz + self.beta * np.abs(speed)), dt_s)
        self._last = value, speed, time_s
        return value


def _mix(old: Array, new: Array, cutoff_hz: Array | float, dt_s: float) -> Array:
    # 1 / (1 + tau / dt) with tau = 1 / (2 pi cutoff), written so that a cutoff of 0 is allowed.
    step = 2 * np.pi * dt_s * np.asarray(cutoff_hz)
    # Written as old + share * difference, a value that rests stays bit for bit.
    return old + step / (1 + step) * (new - old)


class BodySmoother:
    """Smooths one person: the root, and every joint as seen from the root, so that a walk does not blur the arms.

    The world's z axis is the viewing direction by definition of the world frame, up to the camera's pitch.
    """

    def __init__(self, settings: SmoothSettings) -> None:
        self._settings = settings
        self._root = OneEuro(
            np.array([settings.cutoff_hz, settings.cutoff_hz, settings.root_depth_cutoff_hz]),
            np.array([settings.beta, settings.beta, settings.root_depth_beta]),
            settings.speed_cutoff_hz,
        )
        self._joints = OneEuro(
            np.array([settings.cutoff_hz, settings.cutoff_hz, settings.depth_cutoff_hz]),
            np.array([settings.beta, settings.beta, settings.depth_beta]),
            settings.speed_cutoff_hz,
        )

    def __call__(self, body: BodyJoints) -> BodyJoints:
        """The same body, smoothed; always finite. A joint nobody has seen yet sits on the root, visibility 0."""
        seen = np.asarray(np.isfinite(body.joints_world_m).all(axis=-1))
        visibility = np.where(seen, np.nan_to_num(body.visibility), 0.0)
        joints_m = np.where(seen[:, None], body.joints_world_m, np.nan)
        root_m = joints_m[JOINT["Pelvis"]]
        trust = np.clip(visibility / self._settings.sure, self._settings.unseen, 1.0)
        relative_m = self._joints(joints_m - root_m, body.time_s, trust[:, None])
        smooth_m = np.nan_to_num(relative_m) + np.nan_to_num(self._root(root_m, body.time_s))
        return replace(body, joints_world_m=smooth_m, visibility=visibility)
