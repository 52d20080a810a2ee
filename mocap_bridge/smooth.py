"""Smoothing of bodies: still joints rest, fast ones do not lag, a single slip of the network hardly shows.

Joints are followed by a g-h filter, which knows how fast a joint moves and so trails a steady motion by nothing; the
root by the One-Euro filter (Casiez, Roussel and Vogel, CHI 2012). Both open with speed. Time is the capture clock, so
frames that come late or not at all change nothing but the step. Values were chosen with models/training/smooth_bench.
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

    cutoff_hz: _Positive = 0.6
    """Of a joint seen from the root, across the picture, when still."""
    beta: _NotNegative = 2.0
    depth_cutoff_hz: _Positive = 0.3
    depth_beta: _NotNegative = 1.0
    speed_cutoff_hz: _Positive = 0.5
    """Of the pace that opens the filter: lower, and noise opens it less, but a punch more slowly."""
    leap_m_s: _Positive = 3.0
    """A joint that is farther off than this times the step is a slip, and pulls no more than that; if it stays, it
    pulls more and more."""
    root_cutoff_hz: _Positive = 1.0
    root_beta: _NotNegative = 5.0
    root_depth_cutoff_hz: _Positive = 0.3
    """Distance of the whole body: it rests on body size and focal length, and trembles most."""
    root_depth_beta: _NotNegative = 1.0
    sure: _Share = 0.5
    """Visibility from which a joint is believed at once; below it the cutoff falls in proportion."""
    unseen: _Share = 0.1
    """Share of the cutoff an unseen joint keeps: it is a guess, but must turn along when the body turns."""


UNSMOOTHED = SmoothSettings(
    cutoff_hz=1e9, depth_cutoff_hz=1e9, leap_m_s=1e9, root_cutoff_hz=1e9, root_depth_cutoff_hz=1e9
)
"""Cutoffs far above any frame rate: every value passes as it came."""


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
        dt_s = _step_s(last_time_s, time_s)
        starting = ~np.isfinite(last_value)
        last_value = np.where(starting, value, last_value)
        value = np.where(np.isfinite(value), value, last_value)
        speed = _mix(last_speed, np.where(starting, 0.0, value - last_value) / dt_s, self.speed_cutoff_hz, dt_s)
        value = _mix(last_value, value, trust * (self.min_cutoff_hz + self.beta * np.abs(speed)), dt_s)
        self._last = value, speed, time_s
        return value


class Follower:
    """A g-h filter, critically damped, whose cutoff rises with speed; points (N, D), NaN where one is not known.

    See Brookner, "Tracking and Kalman Filtering Made Easy", 1998, chapter 1: with theta = exp(-2 pi f dt) the
    place is corrected by (1 - theta^2) of what was not expected and the speed by (1 - theta)^2 of it.
    """

    COAST_S = 0.3
    """Time constant by which an expected speed fades: limbs turn back sooner than a filter would find out."""
    PATIENCE_S = 0.15
    """Time in which a point that stays a leap away gains e times the pull."""

    def __init__(self, cutoff_hz: Array, beta: Array, leap_m_s: float, speed_cutoff_hz: float = 1.0) -> None:
        """``cutoff_hz`` (D,) when still, ``beta`` (D,) hertz per metre a second."""
        self._cutoff_hz, self._beta = cutoff_hz, beta
        self._leap_m_s, self._speed_cutoff_hz = leap_m_s, speed_cutoff_hz
        self._time_s: float | None = None

    def __call__(self, points_m: Array, time_s: float, trust: Array) -> Array:
        """The points (N, D) smoothed; ``trust`` (N,) 0..1 scales the cutoff. What is not known goes on, then rests.

        Raises ValueError when time does not move forward.
        """
        if self._time_s is None:
            self._time_s, self._place = time_s, points_m
            self._speed, self._pace = np.zeros_like(points_m), np.zeros_like(points_m)
            self._away_s = np.zeros((len(points_m), 1))
            return points_m
        dt_s, self._time_s = _step_s(self._time_s, time_s), time_s
        started = np.isfinite(self._place)
        before = np.where(started, self._place, points_m)
        speed = np.exp(-dt_s / self.COAST_S) * self._speed
        expected = before + speed * dt_s
        off = self._believed(np.where(np.isfinite(points_m), points_m - expected, 0.0), dt_s)
        # How fast it seems to move; a slower filter than the speed itself, which noise would open.
        seeming = np.where(started, expected + off - before, 0.0) / dt_s
        self._pace = _mix(self._pace, seeming, self._speed_cutoff_hz, dt_s)
        pace_m_s = np.sqrt(np.nan_to_num(self._pace**2).sum(axis=-1, keepdims=True))
        theta = np.exp(-2 * np.pi * dt_s * trust[:, None] * (self._cutoff_hz + self._beta * pace_m_s))
        self._place = expected + (1 - theta**2) * off
        self._speed = speed + (1 - theta) ** 2 * off / dt_s
        return self._place

    def _believed(self, off_m: Array, dt_s: float) -> Array:
        """What lies farther off than a leap is cut to it, the less the longer it stays there."""
        distance_m = np.linalg.norm(off_m, axis=-1, keepdims=True)
        leap_m = self._leap_m_s * dt_s
        self._away_s = np.where(distance_m > leap_m, self._away_s + dt_s, 0.0)
        most_m = leap_m * np.exp(np.clip((self._away_s - dt_s) / self.PATIENCE_S, 0.0, 20.0))
        return np.asarray(off_m * np.minimum(1.0, most_m / np.maximum(distance_m, 1e-12)))


def _step_s(last_s: float, time_s: float) -> float:
    if (dt_s := time_s - last_s) <= 0:
        raise ValueError(f"time must move forward: {time_s} s after {last_s} s")
    return dt_s


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
            np.array([settings.root_cutoff_hz, settings.root_cutoff_hz, settings.root_depth_cutoff_hz]),
            np.array([settings.root_beta, settings.root_beta, settings.root_depth_beta]),
        )
        self._joints = Follower(
            np.array([settings.cutoff_hz, settings.cutoff_hz, settings.depth_cutoff_hz]),
            np.array([settings.beta, settings.beta, settings.depth_beta]),
            settings.leap_m_s,
            settings.speed_cutoff_hz,
        )

    def __call__(self, body: BodyJoints) -> BodyJoints:
        """The same body, smoothed; always finite. A joint nobody has seen yet sits on the root, visibility 0."""
        seen = np.asarray(np.isfinite(body.joints_world_m).all(axis=-1))
        visibility = np.where(seen, np.nan_to_num(body.visibility), 0.0)
        joints_m = np.where(seen[:, None], body.joints_world_m, np.nan)
        root_m = joints_m[JOINT["Pelvis"]]
        trust = np.clip(visibility / self._settings.sure, self._settings.unseen, 1.0)
        relative_m = self._joints(joints_m - root_m, body.time_s, trust)
        smooth_m = np.nan_to_num(relative_m) + np.nan_to_num(self._root(root_m, body.time_s))
        return replace(body, joints_world_m=smooth_m, visibility=visibility)
