"""Points followed by an adaptive g-h filter: the heart of the smoothing.

See Brookner, "Tracking and Kalman Filtering Made Easy", 1998, chapter 1: with theta = exp(-2 pi f dt) a critically
damped filter corrects the place by (1 - theta^2) of what was not expected and the speed by (1 - theta)^2 of it.
The cutoff f rises with the pace of a point, falls with the noise on it, and falls ever further while what is not
expected looks like noise about nothing: then the filter nears the mean of all that was seen since the point came
to rest. As soon as the mean of what was not expected stands out of the noise, it opens again.
"""

from dataclasses import dataclass

import numpy as np

from ..records import Array
from .one_euro import mix, step_s

_LEAST_NOISE_M = 5e-4
_USUAL_NOISE_M = 0.01  # at which the cutoffs mean what they say
_NOISE_S = 1.0  # time constant of the noise's variance
_CLIPPED = 9.0  # times the variance so far: more than three sigmas is a slip or a motion, and says little of noise


@dataclass(frozen=True, eq=False)
class Tuning:
    """How points (N, D) are followed."""

    cutoff_hz: Array  # (D,) of a point that begins to move
    beta: Array  # (D,) hertz per metre a second
    leap_m_s: float
    """Farther off than this times the step is a slip, and pulls no more than that; if it stays, it pulls more."""
    calm_s: float = 6.0
    """Longest memory of a point at rest; 0 switches resting off."""
    pace_cutoff_hz: float = 0.5
    noise_power: float = 0.2
    """Cutoffs fall with the noise to the power of this."""
    last_cutoff_hz: float = 5.5
    """Of a plain low-pass after all: it takes away a trembling that the eye sees and no body makes."""


@dataclass(frozen=True, eq=False)
class Step:
    """What was made of one frame; (N, D) each."""

    time_s: float
    shown: Array
    speed: Array
    theta: Array
    """1 follows nothing, 0 everything."""


@dataclass
class _State:
    time_s: float
    place: Array  # (N, D), NaN where nothing was ever known
    shown: Array
    speed: Array
    pace: Array
    away_s: Array  # (N, 1) for how long a point has stayed a leap off
    drift: Array  # (N, D) slow mean of what was not expected
    calm_s: Array  # (N, 1) for how long that mean has been noise
    variance: Array  # (N, 1) of the noise, all axes together; NaN while unknown
    seen: tuple[Array, Array]  # the last two points as they came


class Follower:
    """Points (N, D) of one thing, NaN where one is not known."""

    COAST_S, FAST_M_S = 0.2, 0.5
    """An expected speed fades with this time constant where it is fast: limbs turn back sooner than a filter would
    find out. A slow one lasts."""
    PATIENCE_S = 0.15
    """Time in which a point that stays a leap away gains e times the pull."""
    DRIFT_S = 0.2
    """Time constant of the mean by which moving is told from standing."""
    RESTS, MOVES = 2.4, 3.9
    """The same mean in units of what noise makes of it: below the first a point rests, from the second on it moves."""

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._state: _State | None = None
        self.step: Step
        """Of the newest frame."""

    def __call__(self, points_m: Array, time_s: float, trust: Array) -> Array:
        """The points (N, D) smoothed; ``trust`` (N,) 0..1 scales the cutoff. What is not known goes on, then rests.

        Raises ValueError when time does not move forward.
        """
        if self._state is None:
            self._state = _beginning(points_m, time_s)
            self.step = Step(time_s, points_m, self._state.speed, np.zeros_like(points_m))
            return points_m
        now, tuning = self._state, self._tuning
        dt_s, now.time_s = step_s(now.time_s, time_s), time_s
        started = np.isfinite(now.place)
        before = np.where(started, now.place, points_m)
        fast = _length(now.pace) ** 2
        speed = np.exp(-dt_s / self.COAST_S * fast / (fast + self.FAST_M_S**2)) * now.speed
        expected = before + speed * dt_s
        off = self._believed(np.where(np.isfinite(points_m), points_m - expected, 0.0), dt_s)
        noise_m = _noise_m(now, points_m, dt_s)
        # How fast it seems to move; a slower filter than the speed itself, which noise would open.
        seeming = np.where(started, expected + off - before, 0.0) / dt_s
        now.pace = mix(now.pace, seeming, tuning.pace_cutoff_hz, dt_s)
        cutoff_hz = (tuning.cutoff_hz + tuning.beta * _length(now.pace)) * (
            _USUAL_NOISE_M / noise_m
        ) ** tuning.noise_power
        theta = np.exp(-2 * np.pi * dt_s * trust[:, None] * self._calmed(cutoff_hz, off, noise_m, dt_s))
        now.place, now.speed = expected + (1 - theta**2) * off, speed + (1 - theta) ** 2 * off / dt_s
        shown = np.where(started, now.shown, points_m)
        now.shown = shown + (1 - np.exp(-2 * np.pi * dt_s * tuning.last_cutoff_hz)) * (now.place - shown)
        self.step = Step(time_s, now.shown, now.speed, theta)
        return now.shown

    def _believed(self, off_m: Array, dt_s: float) -> Array:
        """What lies farther off than a leap is cut to it, the less the longer it stays there."""
        now, distance_m, leap_m = self._now, _length(off_m), self._tuning.leap_m_s * dt_s
        now.away_s = np.where(distance_m > leap_m, now.away_s + dt_s, 0.0)
        most_m = leap_m * np.exp(np.clip((now.away_s - dt_s) / self.PATIENCE_S, 0.0, 20.0))
        return np.asarray(off_m * np.minimum(1.0, most_m / np.maximum(distance_m, 1e-12)))

    def _calmed(self, cutoff_hz: Array, off_m: Array, noise_m: Array, dt_s: float) -> Array:
        """The cutoff (N, D), lower the longer a point has been at rest."""
        now, share = self._now, 1 - np.exp(-dt_s / self.DRIFT_S)
        now.drift = now.drift + share * (off_m - now.drift)
        clear = _length(now.drift) / (noise_m * np.sqrt(share / (2 - share)))
        moving = np.clip((clear - self.RESTS) / (self.MOVES - self.RESTS), 0.0, 1.0)
        moving = moving * moving * (3 - 2 * moving)
        now.calm_s = np.minimum((now.calm_s + dt_s) * (1 - moving), self._tuning.calm_s)
        # The mean of T seconds weighs the newest as a critically damped filter of 1 / (pi T) hertz does.
        return np.asarray(1 / (1 / cutoff_hz + np.pi * now.calm_s))

    @property
    def _now(self) -> _State:
        assert self._state is not None
        return self._state


def _beginning(points_m: Array, time_s: float) -> _State:
    nothing, each = np.zeros_like(points_m), np.zeros((len(points_m), 1))
    unknown = np.full_like(points_m, np.nan)
    return _State(time_s, points_m, points_m, nothing, nothing, each, nothing, each, each + np.nan, (points_m, unknown))


def _noise_m(now: _State, points_m: Array, dt_s: float) -> Array:
    """Standard deviation (N, 1) of what trembles from frame to frame: second differences leave even motion out."""
    last, before = now.seen
    now.seen = points_m, last
    square = ((points_m - 2 * last + before) ** 2).sum(axis=-1, keepdims=True) / 6
    known, started = np.isfinite(square), np.isfinite(now.variance)
    most = _CLIPPED * np.maximum(now.variance, _LEAST_NOISE_M**2)
    grown = now.variance + (1 - np.exp(-dt_s / _NOISE_S)) * (np.minimum(square, most) - now.variance)
    now.variance = np.where(known, np.where(started, grown, square), now.variance)
    return np.asarray(np.sqrt(np.where(np.isfinite(now.variance), now.variance, _USUAL_NOISE_M**2)) + _LEAST_NOISE_M)


def _length(vectors: Array) -> Array:
    return np.asarray(np.sqrt(np.nan_to_num(vectors**2).sum(axis=-1, keepdims=True)))
