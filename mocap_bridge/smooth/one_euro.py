"""The One-Euro filter (Casiez, Roussel and Vogel, CHI 2012): a low-pass whose cutoff rises with speed."""

import numpy as np

from ..records import Array


class OneEuro:
    """Any shape; cutoff and beta are numbers or arrays that broadcast.

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
        dt_s = step_s(last_time_s, time_s)
        starting = ~np.isfinite(last_value)
        last_value = np.where(starting, value, last_value)
        value = np.where(np.isfinite(value), value, last_value)
        speed = mix(last_speed, np.where(starting, 0.0, value - last_value) / dt_s, self.speed_cutoff_hz, dt_s)
        value = mix(last_value, value, trust * (self.min_cutoff_hz + self.beta * np.abs(speed)), dt_s)
        self._last = value, speed, time_s
        return value


def step_s(last_s: float, time_s: float) -> float:
    """Seconds from one frame to the next. Raises ValueError when time does not move forward."""
    if (dt_s := time_s - last_s) <= 0:
        raise ValueError(f"time must move forward: {time_s} s after {last_s} s")
    return dt_s


def mix(old: Array, new: Array, cutoff_hz: Array | float, dt_s: float) -> Array:
    """One step of a low-pass."""
    # 1 / (1 + tau / dt) with tau = 1 / (2 pi cutoff), written so that a cutoff of 0 is allowed.
    step = 2 * np.pi * dt_s * np.asarray(cutoff_hz)
    # Written as old + share * difference, a value that rests stays bit for bit.
    return old + step / (1 + step) * (new - old)
