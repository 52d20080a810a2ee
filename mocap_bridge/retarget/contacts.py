"""Whether heels and toes rest on the floor: low, slow, and under a leg that carries."""

import math
from collections.abc import Sequence

from ..skeleton import CONTACTS, JOINT
from .bearing import bearing
from .floats import NOWHERE, Vec, add, scaled, smoothstep, sub
from .held import weight

_LOW_M, _HIGH_M = 0.015, 0.05  # above where this person's feet rest
_SLOW_M_S, _FAST_M_S = 0.2, 0.45
_OF_PELVIS, _OF_OTHER = 0.2, 0.05  # of their speeds, added: smoothing smears a body on the move over its standing foot
_SPEED_S = 0.03  # time constant of the velocity: what trembles to and fro is not fast
_AHEAD = 0.7  # frames: smoothing makes a foot that comes down late
_GROUND_S, _FIRST_S = 1.0, 0.1  # time constants of learning where feet rest, in the long run and at the beginning
_STEP_M = 0.08  # what is farther from the ground says nothing of it, unless it lasts:
_JUMP_S, _ERROR_S = 0.7, 0.15  # longer than a jump, or below the ground longer than an error
_BELOW_M = (0.2, 0.4)  # below the ground: an error of it, and no longer one
_ANOTHER_S = 0.02  # time constant of finding a ground that is as far below
_RISE_S = 0.2  # time constant of forgetting a ground that lay within the floor
_LEAST = 0.2  # of all four probabilities together: below it nothing stands
_KEPT_S = 0.6  # time constant by which a foot that stood and is out of sight is no longer thought to stand
_RUNS_M_S = (0.3, 0.7)
_SURE = 0.5  # seen well enough to tell where the ground is
_JOINTS = [*(JOINT[name] for name in CONTACTS), JOINT["Pelvis"]]


class Contacts:
    """Remembers where one person's heels and toes were, and at which height they rest."""

    def __init__(self) -> None:
        self._last: list[Vec] | None = None
        self._velocity_m_s: list[Vec] = [NOWHERE] * len(_JOINTS)
        self._kept = [0.0] * len(CONTACTS)
        self._stood_s = self._off_s = 0.0
        self.ground_m = 0.0
        """Height at which heels and toes rest: they lie inside a foot, and no camera knows its floor exactly."""

    def __call__(
        self, joints: list[Vec], seen: list[float], dt_s: float, prior: Sequence[float] | None = None
    ) -> list[float]:
        """Probabilities (4) in the order of ``skeleton.CONTACTS``; out of sight a joint has what it had, and ever less.

        ``prior`` (4) is what somebody who saw more thinks; NaN where that is nothing.
        """
        now = [joints[joint] for joint in _JOINTS]
        sure = [weight(seen[joint]) for joint in _JOINTS[:4]]
        if self._last is None:
            # Whoever appears in the air comes down, and nobody stands in the floor; if it is wrong, that shows soon.
            self.ground_m = min(max(min(at[1] for at in now[:4]), 0.0), _STEP_M)
        speeds_m_s = self._move(now, dt_s)
        left, right = bearing(joints)
        slow = _slow(speeds_m_s)
        low = [_low(at[1] - self.ground_m) for at in now[:4]]
        own = [a * b for a, b in zip(slow, low, strict=True)]
        told = own if prior is None else [_mean(a, b) for a, b in zip(own, prior, strict=True)]
        probable = [a * b * c for a, b, c in zip(told, sure, (left, left, right, right), strict=True)]
        self._keep(probable, sure, speeds_m_s, dt_s)
        height_m = _standing_height_m([at[1] for at in now[:4]], probable, sure)
        if height_m is not None and math.isfinite(height_m):
            self._learn_ground(height_m, max(left, right), dt_s)
            if -_BELOW_M[1] < self.ground_m < min(height_m, 0.0):  # nobody jumps from within the floor: it was an error
                self.ground_m += (1 - math.exp(-dt_s / _RISE_S)) * (min(height_m, 0.0) - self.ground_m)
        return self._kept

    def _keep(self, probable: list[float], sure: list[float], speeds_m_s: list[float], dt_s: float) -> None:
        """What stood and is out of sight stands on, for a while, unless the guess of it runs away."""
        fade = math.exp(-dt_s / _KEPT_S)
        there = [fade * (1 - smoothstep(*_RUNS_M_S, speed)) for speed in speeds_m_s[: len(CONTACTS)]]
        rows = zip(probable, sure, there, self._kept, strict=True)
        self._kept = [max(new, (1 - seen) * still * old) for new, seen, still, old in rows]

    def _move(self, now: list[Vec], dt_s: float) -> list[float]:
        """How fast each point is, in metres a second; one that brakes as fast as it will be soon."""
        share = 1 - math.exp(-dt_s / _SPEED_S)
        last, self._last = self._last or now, now
        speeds_m_s = []
        for row, (here, before) in enumerate(zip(now, last, strict=True)):
            step = scaled(sub(here, before), 1 / dt_s)
            old = self._velocity_m_s[row]
            change = scaled(sub(step, old), share)
            moved = add(old, change) if math.isfinite(sum(change)) else NOWHERE
            self._velocity_m_s[row] = moved
            soon = add(moved, scaled(sub(moved, old), _AHEAD))
            speeds_m_s.append(min(math.hypot(*moved), math.hypot(*soon)))
        return speeds_m_s

    def _learn_ground(self, height_m: float, carried: float, dt_s: float) -> None:
        """Who is far above the ground jumps, and far below it is an error: but neither for long."""
        off_m = height_m - self.ground_m
        self._stood_s += carried * dt_s
        within_s = min(_GROUND_S, _FIRST_S + self._stood_s)
        if abs(off_m) > _STEP_M and self._stood_s > _JUMP_S:  # before that, the first guess may be the error
            self._off_s += dt_s
            if self._off_s < (_JUMP_S if off_m > 0 else _ERROR_S):
                return
            within_s = _FIRST_S
        else:
            self._off_s = 0.0
        if off_m < -_BELOW_M[0]:  # another ground: halfway to it no foot rests
            within_s = _ANOTHER_S
        self.ground_m += carried * (1 - math.exp(-dt_s / within_s)) * off_m


def _slow(speeds_m_s: list[float]) -> list[float]:
    """How far each heel and toe rests (4), from their speeds and the pelvis's (5)."""
    pelvis = _OF_PELVIS * speeds_m_s[4]
    left, right = (_OF_OTHER * min(speeds_m_s[2:4]), _OF_OTHER * min(speeds_m_s[:2]))  # each of the other foot
    return [
        1 - smoothstep(_SLOW_M_S + moving, _FAST_M_S + 2 * moving, speed)
        for speed, moving in zip(speeds_m_s[:4], (pelvis + left,) * 2 + (pelvis + right,) * 2, strict=True)
    ]


def _low(height_m: float) -> float:
    """How surely a point so far above the ground is on it; far below it there must be another ground."""
    return (1 - smoothstep(_LOW_M, _HIGH_M, height_m)) * (1 - smoothstep(*_BELOW_M, -height_m))


def _standing_height_m(heights_m: list[float], probable: list[float], sure: list[float]) -> float | None:
    """Of what stands, or else of the lowest that is seen; None where nothing is."""
    stands = sum(probable)
    if stands > _LEAST:
        return sum(height * share for height, share in zip(heights_m, probable, strict=True)) / stands
    return min((height for height, share in zip(heights_m, sure, strict=True) if share > _SURE), default=None)


def _mean(own: float, told: float) -> float:
    return own if math.isnan(told) else (own + told) / 2
