"""BVH clips written by iClone, whose zero pose is no rest pose: there every bone points up.

Some of the clips begin in a T-pose, before the captured motion sets in. That frame is the rest pose of all of
them, since they share one skeleton.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from mocap_bridge.records import Array
from models.training.motion.files import Recording, read_bvh

_TRUNK = {"hip": "Hip", "abdomen": "Spine01", "chest": "Spine02", "neck": "NeckTwist01", "head": "Head"}
_SIDE = {
    "Collar": "Clavicle",
    "Shldr": "Upperarm",
    "ForeArm": "Forearm",
    "Hand": "Hand",
    "Thigh": "Thigh",
    "Shin": "Calf",
    "Foot": "Foot",
}
_JOINTS = {name: f"CC_Base_{theirs}" for name, theirs in _TRUNK.items()} | {
    side.lower() + name: f"CC_Base_{side}_{theirs}" for side in "LR" for name, theirs in _SIDE.items()
}
"""Their joints by the shorter names of the DAZ skeleton, which the recordings use."""

_LEFT_T_POSE = {"Shldr": (2.0, 14.0, 0.0), "ForeArm": (5.0, 14.0, 0.0), "Hand": (7.0, 14.0, 0.0)} | {
    "Thigh": (1.0, 9.0, 0.0),
    "Shin": (1.0, 5.0, 0.0),
    "Foot": (1.0, 1.0, 0.0),
}
_SIGNS = (("l", 1), ("r", -1))


def read_iclone(paths: Sequence[Path], t_pose: Path) -> Iterator[Recording]:
    """Clips as recordings with DAZ names. ``t_pose`` is the one of them that begins in a T-pose."""
    rest = _rest(read_bvh(t_pose))
    heads = {side + name: np.array(at) * [sign, 1, 1] for name, at in _LEFT_T_POSE.items() for side, sign in _SIGNS}
    for path in paths:
        clip = read_bvh(path)
        turned = {name: clip.turned[theirs] @ rest[name].T for name, theirs in _JOINTS.items()}
        yield Recording(clip.name, turned, heads)


def _rest(clip: Recording) -> dict[str, Array]:
    """(3, 3) each joint's rotation in the first frame, turned about the vertical to face +Z."""
    hip = clip.turned[_JOINTS["hip"]][0]
    heading = Rotation.from_euler("y", np.arctan2(hip[0, 2], hip[2, 2])).as_matrix()
    return {name: heading.T @ clip.turned[theirs][0] for name, theirs in _JOINTS.items()}
