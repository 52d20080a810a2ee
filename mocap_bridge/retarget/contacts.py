"""Whether heels and toes rest on the floor: low and slow."""

import math

from ..skeleton import CONTACTS, JOINT
from .floats import Vec, smoothstep

_LOW_M, _HIGH_M = 0.06, 0.12  # the joints lie 2 cm inside a foot that stands; the rest is room for error
_SLOW_M_S, _FAST_M_S = 0.2, 0.6
_JOINTS = [JOINT[name] for name in CONTACTS]


class Contacts:
    """Remembers where one person's heels and toes were."""

    def __init__(self) -> None:
        self._last: list[Vec] | None = None

    def __call__(self, joints: list[Vec], seen: list[float], dt_s: float) -> list[float]:
        """Probabilities (4) in the order of ``skeleton.CONTACTS``; 0 for a joint nobody sees."""
        now = [joints[joint] for joint in _JOINTS]
        last, self._last = self._last or now, now
        return [
            seen[joint]
            * (1 - smoothstep(_LOW_M, _HIGH_M, here[1]))
            * (1 - smoothstep(_SLOW_M_S, _FAST_M_S, math.dist(here, before) / dt_s))
            for joint, here, before in zip(_JOINTS, now, last, strict=True)
        ]
