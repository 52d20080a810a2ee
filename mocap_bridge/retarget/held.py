"""What a bone does while nobody sees it: it stays half a second, then eases to rest."""

import math

from ..skeleton import BONES
from .floats import REST, Quat, slerp, smoothstep

HOLD_S = 0.5
EASE_S = 0.25
_UNSEEN, _SEEN = 0.1, 0.4


def weight(visibility: float) -> float:
    """0 for a joint that is a guess, 1 for one to believe; gradual, so that nothing snaps at a threshold."""
    return smoothstep(_UNSEEN, _SEEN, visibility)


class Held:
    """The last rotation of each of one person's bones."""

    def __init__(self) -> None:
        self._last: list[Quat | None] = [None] * len(BONES)
        self._unseen_s = [0.0] * len(BONES)

    def last(self, bone: int) -> Quat | None:
        return self._last[bone]

    def __call__(self, bone: int, seen: Quat | None, weight: float, dt_s: float) -> Quat:
        """The rotation to show: ``seen`` as far as ``weight`` 0..1 goes, else what was there. None counts as 0."""
        last = self._last[bone]
        if seen is None or weight <= 0.0:
            self._unseen_s[bone] += dt_s
            shown = last or REST
            if self._unseen_s[bone] > HOLD_S:
                shown = slerp(shown, REST, 1 - math.exp(-dt_s / EASE_S))
        else:
            self._unseen_s[bone] = 0.0
            shown = seen if weight >= 1.0 or last is None else slerp(last, seen, weight)
        self._last[bone] = shown
        return shown
