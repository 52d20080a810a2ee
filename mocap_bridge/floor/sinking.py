"""Who seems to stand in the floor is nearer than it seems: size tells the distance, and who crouches is small.

Moved along the lines of sight, and shrunk by as much, a body keeps its picture, and its feet come up to the floor.
What is only a little too deep stays: the solver knows that feet are not seen to the centimetre. Who is
far too deep stays as well: then the floor is wrong, and a body must not shrink for it.
"""

from dataclasses import replace

import numpy as np

from ..records import Array, BodyJoints, Camera
from ..skeleton import JOINT

_FEET = [JOINT[name] for name in ("R_Heel", "L_Heel", "R_Toe", "L_Toe")]
_SEEN = 0.1  # below it a foot is a guess, or out of the picture
_SLACK_M = 0.03  # below the floor that is no sign of a wrong distance
_MOST, _TOO_MUCH = 0.75, 0.6  # shares of the distance: nearer than the first is doubtful, than the second another floor
_LOWEST_M = 0.3  # a camera that hangs lower sees every floor from the side
_WITHIN_S, _UNSEEN_S = 0.1, 2.0  # time constants: of coming nearer, and of forgetting it while no foot is seen


class Unsunk:
    """One person, whose feet do not sink a little for long."""

    def __init__(self) -> None:
        self._share = 1.0
        self._last_s: float | None = None

    def __call__(self, body: BodyJoints, camera: Camera) -> BodyJoints:
        """The body, nearer to the camera if it sinks; the very same as long as it never did."""
        dt_s = 0.0 if self._last_s is None else max(0.0, body.time_s - self._last_s)
        first, self._last_s = self._last_s is None, body.time_s
        wanted, eye_m = _share(body, camera), camera.world_from_camera[:3, 3]
        within_s = _UNSEEN_S if wanted is None else _WITHIN_S
        wanted = 1.0 if wanted is None else wanted
        self._share = wanted if first else self._share + (1 - float(np.exp(-dt_s / within_s))) * (wanted - self._share)
        if self._share > 1 - 1e-4:
            return body
        return replace(body, joints_world_m=eye_m + self._share * (body.joints_world_m - eye_m))


def _share(body: BodyJoints, camera: Camera) -> float | None:
    """Of its distance, at which a body's lower foot is on the floor; 1 where it is not below, None if unseen."""
    height_m = float(camera.world_from_camera[1, 3])
    feet_m: Array = body.joints_world_m[_FEET, 1][body.visibility[_FEET] > _SEEN]
    if not len(feet_m):
        return None
    if height_m < _LOWEST_M or not np.isfinite(feet_m).all():
        return 1.0
    share = min(1.0, (height_m + _SLACK_M) / max(height_m - float(feet_m.min()), 1e-6))
    believed = min(1.0, max(0.0, (share - _TOO_MUCH) / (_MOST - _TOO_MUCH)))
    return 1.0 - believed * (1.0 - share)
