"""Smoothing that knows what comes next, for recordings: the same filter runs back over what it made of later frames.

A filter that runs forwards and then, with the same cutoffs, backwards is late in neither direction: what the first
run delays, the second one brings forward (Gustafsson, "Determining the initial states in forward-backward filtering",
IEEE Transactions on Signal Processing 44, 1996).
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from ..records import Array, BodyJoints
from .body import BodySmoother, SmoothSettings, joined
from .follower import Step

HINDSIGHT = 10
"""Later frames that a recording waits for: from here on more of them bring nothing."""
COAST_S = 0.1
"""Time constant by which a speed fades on the way back. It begins with none: that of the last frame is not known
well enough to be thrown back, and a joint that rested long would hardly ever unlearn it."""


class HindsightSmoother:
    """Smooths one person: ``learn`` every body as it comes, and ask for it when later ones have been learned."""

    def __init__(self, settings: SmoothSettings) -> None:
        self._forward, self._last_cutoff_hz = BodySmoother(settings), settings.last_cutoff_hz
        self._learned: deque[tuple[BodyJoints, tuple[Step, Step, Step]]] = deque()

    def learn(self, body: BodyJoints) -> None:
        """Takes note of the next body. Raises ValueError when time does not move forward."""
        smoothed = self._forward(body)
        self._learned.append((smoothed, self._forward.steps))

    def __call__(self, body: BodyJoints) -> BodyJoints:
        """A body that was learned before, smoothed by all that was learned since; earlier ones are forgotten."""
        while self._learned and self._learned[0][0].time_s < body.time_s:
            self._learned.popleft()
        if not self._learned or self._learned[0][0].time_s != body.time_s:
            raise ValueError(f"no body of {body.time_s} s was learned, or it was asked for already")
        smoothed = self._learned[0][0]
        parts = zip(*(steps for _, steps in self._learned), strict=True)
        return replace(smoothed, joints_world_m=joined(*(backwards(part, self._last_cutoff_hz) for part in parts)))


def backwards(steps: Sequence[Step], last_cutoff_hz: float) -> Array:
    """(N, D) the points of the first step, followed from the last one back to it."""
    place = shown = steps[-1].shown
    speed = np.zeros_like(place)
    for later, step in pairwise(reversed(steps)):
        dt_s = later.time_s - step.time_s
        place = np.where(np.isfinite(place), place, step.shown)
        shown = np.where(np.isfinite(shown), shown, step.shown)
        speed = np.exp(-dt_s / COAST_S) * speed
        expected = place + speed * dt_s
        off = np.nan_to_num(step.shown - expected)
        place, speed = expected + (1 - step.theta**2) * off, speed + (1 - step.theta) ** 2 * off / dt_s
        shown = shown + (1 - np.exp(-2 * np.pi * dt_s * last_cutoff_hz)) * (place - shown)
    return np.asarray(shown)
