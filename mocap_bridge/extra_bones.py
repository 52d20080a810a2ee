"""Eyes, jaw and fingers: bones that our own eyes do not see, and that only a guest (another program) can tell.

Unity's names and order. The rest is that of ``skeleton``: T-pose, palms down, thumbs forward.
"""

import numpy as np

from .records import Array
from .skeleton import BONE, BONES

_PARTS = ("Proximal", "Intermediate", "Distal")
_FINGERS = ("Thumb", "Index", "Middle", "Ring", "Little")

EXTRA_BONES = (
    *("LeftEye", "RightEye", "Jaw"),
    *(f"{side}{finger}{part}" for side in ("Left", "Right") for finger in _FINGERS for part in _PARTS),
)
"""33: the order of ``RigPose.extra_rotations_xyzw``."""
EXTRA_BONE = {name: row for row, name in enumerate(EXTRA_BONES)}


def _parent(bone: str) -> str:
    if bone in ("LeftEye", "RightEye", "Jaw"):
        return "Head"
    for part, above in (("Distal", "Intermediate"), ("Intermediate", "Proximal")):
        if bone.endswith(part):
            return bone.removesuffix(part) + above
    return "LeftHand" if bone.startswith("Left") else "RightHand"


EXTRA_PARENTS = tuple(_parent(bone) for bone in EXTRA_BONES)
"""Name of the bone that each hangs on: one of ``BONES`` or of these."""

ALL_BONES = (*BONES, *EXTRA_BONES)
"""55: the order of ``Guest``."""
ALL_BONE = {name: row for row, name in enumerate(ALL_BONES)}

_ON_LEFT_HAND_M = {
    "Thumb": ((0.025, -0.01, 0.025), (0.032, -0.004, 0.03), (0.026, 0.0, 0.02)),
    "Index": ((0.100, 0.0, 0.030), (0.040, 0.0, 0.0), (0.024, 0.0, 0.0)),
    "Middle": ((0.101, 0.0, 0.010), (0.044, 0.0, 0.0), (0.027, 0.0, 0.0)),
    "Ring": ((0.097, 0.0, -0.011), (0.041, 0.0, 0.0), (0.026, 0.0, 0.0)),
    "Little": ((0.090, 0.0, -0.030), (0.032, 0.0, 0.0), (0.020, 0.0, 0.0)),
}
_ON_HEAD_M = {"LeftEye": (0.032, 0.05, 0.12), "RightEye": (-0.032, 0.05, 0.12), "Jaw": (0.0, 0.01, 0.055)}


def _offset_m(bone: str) -> tuple[float, float, float]:
    if bone in _ON_HEAD_M:
        return _ON_HEAD_M[bone]
    name = bone.removeprefix("Left").removeprefix("Right")
    finger = next(finger for finger in _FINGERS if name.startswith(finger))
    x, y, z = _ON_LEFT_HAND_M[finger][_PARTS.index(name.removeprefix(finger))]
    return (x if bone.startswith("Left") else -x), y, z


EXTRA_OFFSETS_M: Array = np.array([_offset_m(bone) for bone in EXTRA_BONES])
"""(33, 3) each bone's head from its parent's in the T-pose, of the built-in skeleton."""
EXTRA_OFFSETS_M.setflags(write=False)

EXTRA_SIZED_BY = tuple(
    BONE["Head"] if parent == "Head" else BONE["LeftHand" if bone.startswith("Left") else "RightHand"]
    for bone, parent in zip(EXTRA_BONES, EXTRA_PARENTS, strict=True)
)
"""Row of the bone whose length says how large each is: the neck for what is in the head, the forearm for fingers."""
