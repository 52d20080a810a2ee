"""Who is seen, and how: children and tall people, slow and fast cameras, mirror images, people cut off by a desk."""

from dataclasses import dataclass

import numpy as np

from mocap_bridge.records import Array
from mocap_bridge.skeleton import JOINT, MIRROR_JOINTS
from models.training.events.ground import RATE_HZ

_HEAD = [JOINT[name] for name in ("Head_top", "Head", "Nose", "R_Ear", "L_Ear")]
_BELOW_THE_DESK = (
    *("Pelvis", "L_Hip", "R_Hip", "L_Knee", "R_Knee", "L_Ankle", "R_Ankle"),
    *("L_Toe", "R_Toe", "L_Heel", "R_Heel"),
)
CHILD = 0.75
"""Who is smaller than this much of an adult has the larger head of a child."""
ARMS = frozenset({"hands_up", "clap", "wave", "point", "t_pose"})
"""What people do who sit, or of whom only the upper half is seen."""


@dataclass(frozen=True)
class Condition:
    """One way to be seen. ``acts``: what can be done so; None: everything."""

    name: str
    size: float = 1.0
    rate_hz: float = RATE_HZ
    mirrored: bool = False
    heading_deg: float = 0.0  # turned away from the camera by so much
    noise: float = 1.0  # times as much as usual
    unseen: tuple[str, ...] = ()
    seated: bool = False
    acts: frozenset[str] | None = None

    def __call__(self, joints_m: Array, about_z_m: float) -> Array:
        """Joints (T, 30, 3) at 30 Hz as such a person's at ``rate_hz``; sizes are about a line of the floor."""
        moved = joints_m * self.size + np.array([0.0, 0.0, about_z_m * (1.0 - self.size)])
        if self.size < CHILD:
            neck_m = moved[:, [JOINT["Thorax"]]]
            moved[:, _HEAD] = neck_m + 1.3 * (moved[:, _HEAD] - neck_m)
        if self.mirrored:
            moved = moved[:, list(MIRROR_JOINTS)] * np.array([-1.0, 1.0, 1.0])
        if self.rate_hz == RATE_HZ:
            return np.asarray(moved)
        last_s = (len(moved) - 1) / RATE_HZ
        place = np.arange(0.0, last_s, 1.0 / self.rate_hz) * RATE_HZ
        before = np.minimum(place.astype(int), len(moved) - 2)
        share = (place - before)[:, None, None]
        return np.asarray(moved[before] * (1.0 - share) + moved[before + 1] * share)


USUAL = Condition("usual")
CONDITIONS = (
    USUAL,
    Condition("child", size=0.62),
    Condition("tall", size=1.18),
    Condition("15 Hz", rate_hz=15.0),
    Condition("60 Hz", rate_hz=60.0),
    Condition("mirrored", mirrored=True),
    Condition("from the side", heading_deg=40.0),
    Condition("noise x 1.5", noise=1.5),
    Condition("seated", seated=True, acts=ARMS),
    Condition("upper half", unseen=_BELOW_THE_DESK, acts=ARMS | {"still"}),
)
