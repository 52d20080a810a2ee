"""Which part of a body the picture shows. Legs below its edge or under a desk are no legs to guess at.

The networks always answer with a whole body. Here is decided what of it counts as seen: nothing outside the
picture; and where no leg has been seen for a second, no leg until one is clearly back.
"""

from dataclasses import replace
from typing import Literal

import numpy as np

from .records import Array, BodyJoints
from .skeleton import JOINT

Shown = Literal["auto", "full", "upper"]
"""How much of a body to follow: what is seen, always all of it, or never more than from the waist up."""

LOST_S, BACK_S = 1.0, 0.3
"""Time without a leg after which there are none, and with one after which there are legs again."""
_UNSEEN, _SEEN = 0.25, 0.5  # two thresholds, so that a leg on the edge of sight does not come and go

_LEGS = {side: [JOINT[f"{side}_Knee"], JOINT[f"{side}_Ankle"]] for side in "LR"}
_LEG_JOINTS = [JOINT[f"{side}_{name}"] for side in "LR" for name in ("Knee", "Ankle", "Heel", "Toe")]
_HIP_JOINTS = [JOINT[name] for name in ("Pelvis", "L_Hip", "R_Hip")]


class Framing:
    """Remembers whether one person shows legs."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown
        self._legs = True
        self._other_since_s: float | None = None  # since when the legs have looked other than decided

    def __call__(self, body: BodyJoints, size_px: Array) -> BodyJoints:
        """The body with visibility 0 where there is nothing to see. ``size_px`` (2,) is the picture's."""
        inside = ((body.joints_px >= 0) & (body.joints_px <= size_px)).all(axis=1)
        visibility = np.where(inside, body.visibility, 0.0)
        if self._shown == "auto":
            self._watch(visibility, body.time_s)
            if not self._legs:
                visibility[_LEG_JOINTS] = 0.0
        elif self._shown == "upper":
            visibility[_LEG_JOINTS + _HIP_JOINTS] = 0.0
        return replace(body, visibility=visibility)

    def _watch(self, visibility: Array, time_s: float) -> None:
        # The better leg decides: from the side the farther one is often hidden.
        leg = max(float(visibility[joints].min()) for joints in _LEGS.values())
        if leg >= _UNSEEN if self._legs else leg <= _SEEN:
            self._other_since_s = None
            return
        self._other_since_s = time_s if self._other_since_s is None else self._other_since_s
        if time_s - self._other_since_s >= (LOST_S if self._legs else BACK_S):
            self._legs, self._other_since_s = not self._legs, None
