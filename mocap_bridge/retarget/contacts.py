"""Whether heels and toes rest on the floor: low, slow, and under a leg that carries."""

import math
from collections.abc import Sequence

from ..skeleton import CONTACTS, JOINT
from .bearing import bearing
from .floats import NOWHERE, Vec, add, scaled, smoothstep, sub
from .held import weight

_LOW_M, _HIGH_M = 0.05, 0.08  # above where this person's feet rest
_SLOW_M_S, _FAST_M_S = 0.15, 0.35
_SPEED_S = 0.06  # time constant of the velocity: what trembles to and fro is not fast
_GROUND_S, _FIRST_S = 1.0, 0.1  # time constants of learning where feet rest, in the long run and at the beginning
_GROUND_OFF_M = 0.1  # at most, from height 0: the camera's idea of the floor may be wrong, but not by a step
_JOINTS = [JOINT[name] for name in CONTACTS]


class Contacts:
    """Remembers where one person's heels and toes were, and at which height they rest."""

    def __init__(self) -> None:
        self._last: list[Vec] | None = None
        self._velocity_m_s: list[Vec] = [NOWHERE] * len(_JOINTS)
        self._stood_s = 0.0
        self.ground_m = 0.0
        """Height at which heels and toes rest: they lie inside a foot, and no camera knows its floor exactly."""

    def __call__(
        self, joints: list[Vec], seen: list[float], dt_s: float, prior: Sequence[float] | None = None
    ) -> list[float]:
        """Probabilities (4) in the order of ``skeleton.CONTACTS``; 0 for a joint nobody sees.

        ``prior`` (4) is what somebody who saw more thinks; NaN where that is nothing.
        """
        now = [joints[joint] for joint in _JOINTS]
        if self._last is None:
            self._set_ground(min(at[1] for at in now))
        self._move(now, dt_s)
        left, right = bearing(joints, self.ground_m)
        sure = [weight(seen[joint]) for joint in _JOINTS]
        slow = [1 - smoothstep(_SLOW_M_S, _FAST_M_S, math.hypot(*v)) for v in self._velocity_m_s]
        low = [1 - smoothstep(_LOW_M, _HIGH_M, at[1] - self.ground_m) for at in now]
        own = [a * b for a, b in zip(slow, low, strict=True)]
        told = own if prior is None else [_mean(a, b) for a, b in zip(own, prior, strict=True)]
        probable = [a * b * c for a, b, c in zip(told, sure, (left, left, right, right), strict=True)]
        self._learn_ground(now, probable, dt_s)
        return probable

    def _move(self, now: list[Vec], dt_s: float) -> None:
        share = 1 - math.exp(-dt_s / _SPEED_S)
        last, self._last = self._last or now, now
        for row, (here, before) in enumerate(zip(now, last, strict=True)):
            step = scaled(sub(here, before), 1 / dt_s)
            old = self._velocity_m_s[row]
            moved = add(old, scaled(sub(step, old), share))
            self._velocity_m_s[row] = moved if math.isfinite(sum(moved)) else NOWHERE

    def _learn_ground(self, now: list[Vec], probable: list[float], dt_s: float) -> None:
        for heel, toe in ((0, 1), (2, 3)):
            lower = min((heel, toe), key=lambda row: now[row][1])  # the other may be in the air
            self._stood_s += probable[lower] * dt_s
            share = probable[lower] * (1 - math.exp(-dt_s / min(_GROUND_S, _FIRST_S + self._stood_s)))
            self._set_ground(self.ground_m + share * (now[lower][1] - self.ground_m))

    def _set_ground(self, height_m: float) -> None:
        if math.isfinite(height_m):
            self.ground_m = min(max(height_m, -_GROUND_OFF_M), _GROUND_OFF_M)


def _mean(own: float, told: float) -> float:
    return own if math.isnan(told) else (own + told) / 2
