"""An avatar's raw rows in Unity's left-handed axes, as the importers of VRM turn them.

UniVRM mirrors VRM 0.x at z, so that a model that faces -Z in the file faces +Z; VRM 1.0 and other glTF at x.
"""

import numpy as np

from ..records import Array, RigPose
from .pose import Fit

_SIGNS = {
    "vrm0": np.array([1.0, 1.0, -1.0, -1.0, -1.0, 1.0, 1.0]),
    "vrm1": np.array([-1.0, 1.0, 1.0, 1.0, -1.0, -1.0, 1.0]),
    "gltf": np.array([-1.0, 1.0, 1.0, 1.0, -1.0, -1.0, 1.0]),
}
"""Of position xyz and quaternion xyzw."""


class InUnity:
    """A pose -> (B, 7) local position and quaternion of each of the avatar's bones, for ``VmcPackets``."""

    def __init__(self, fit: Fit) -> None:
        self.bones = fit.avatar.bones
        self.extra_bones = fit.avatar.extras.bones
        self._fit = fit
        self._signs = _SIGNS[fit.avatar.kind]

    def __call__(self, pose: RigPose) -> Array:
        """The rows of one frame."""
        return np.asarray(self._fit.raw(pose) * self._signs)

    def extras(self, pose: RigPose) -> Array:
        """(E, 7) the same of ``extra_bones``; of those that nobody tells, their rest."""
        return np.asarray(self._fit.avatar.extras.raw(pose.extra_rotations_xyzw) * self._signs)
