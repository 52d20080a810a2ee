"""A performer's pose on an avatar: where its bones go, and which raw rotations its nodes take for that.

N are rotations relative to the T-pose, the same for every avatar; q are raw local rotations of a file's nodes. With W
and L a node's rest rotations in the world and in the node above, q = L W^-1 N W.
"""

import numpy as np

from ..records import Array, RigPose
from ..rotations import IDENTITY, bone_heads_m, inverse, multiply, rotate, world_from_local
from ..skeleton import BONE, BONES, HIPS_HEIGHT_M, REST_OFFSETS_M
from .humanoid import Avatar, parent_in

_LEG = [BONE[f"{side}{bone}"] for side in ("Left", "Right") for bone in ("LowerLeg", "Foot")]
_REST_LENGTHS_M = np.linalg.norm(REST_OFFSETS_M, axis=1)
_TRUNK = ("Spine", "Chest", "UpperChest")


def retargeted(pose: RigPose, avatar: Avatar) -> Array:
    """(22, 3) heads of the avatar's bones in the world, metres; one that it lacks lies on its neighbour."""
    return bone_heads_m(hips_world_m(pose, avatar), pose.rotations_xyzw, avatar.offsets_m)


def hips_world_m(pose: RigPose, avatar: Avatar) -> Array:
    """(3,) where the hips bone goes: hip joints as high above the floor, and steps as long, as the avatar is large."""
    pelvis_m = pose.hips_world_m * (avatar.pelvis_height_m / performer_height_m(pose.bone_lengths_m))
    return np.asarray(pelvis_m - rotate(pose.rotations_xyzw[0], avatar.pelvis_m))


def performer_height_m(bone_lengths_m: Array) -> float:
    """Of the hip joints above the floor when standing, from bone lengths (22,); 0, unmeasured, is that of the rest."""
    shares = bone_lengths_m[_LEG] / _REST_LENGTHS_M[_LEG]
    lengths_m = np.where(shares > 0.0, shares, 1.0) * _REST_LENGTHS_M[_LEG]
    return float(HIPS_HEIGHT_M * lengths_m.sum() / _REST_LENGTHS_M[_LEG].sum())


class Fit:
    """How one avatar takes normalised rotations; worked out once, applied per frame."""

    def __init__(self, avatar: Avatar) -> None:
        self.avatar = avatar
        self.rows = [BONE[bone] for bone in avatar.bones]
        # A bone of the trunk also does the turn of those above it that the avatar lacks.
        self._acts_for = [_last_missing_above(bone, avatar.bones) for bone in avatar.bones]
        uppers = [parent_in(bone, avatar.bones) for bone in avatar.bones]
        self.parents = [-1 if upper is None else avatar.bones.index(upper) for upper in uppers]
        self._tpose = avatar.tpose_xyzw[self.rows]
        self._rest = avatar.rest_xyzw[self.rows]
        self._to_above = inverse(avatar.above_xyzw[self.rows])  # L W^-1, since W is the node above's turned by L

    def normalised(self, rotations_xyzw: Array) -> Array:
        """(B, 4) local, relative to the avatar's own rest pose, of each of its bones, from N (22, 4)."""
        return self._local(multiply(self._world(rotations_xyzw), self._tpose))

    def tposed(self, rotations_xyzw: Array) -> Array:
        """(B, 4) local, relative to the T-pose: for formats whose bones have offsets but no rest rotation."""
        return self._local(self._world(rotations_xyzw))

    def _world(self, rotations_xyzw: Array) -> Array:
        return world_from_local(rotations_xyzw)[self._acts_for]

    def _local(self, world: Array) -> Array:
        parents = np.where(np.array(self.parents)[:, None] >= 0, world[self.parents], IDENTITY)
        return multiply(inverse(parents), world)

    def raw(self, pose: RigPose) -> Array:
        """(B, 7) local position and rotation of each bone's node, in the file's own axes (glTF, right-handed)."""
        rows = np.empty((len(self.rows), 7))
        rows[:, :3] = self.avatar.positions_m[self.rows]
        place = self.avatar.above_hips
        rows[0, :3] = place[:3, :3] @ hips_world_m(pose, self.avatar) + place[:3, 3]
        rows[:, 3:] = multiply(multiply(self._to_above, self.normalised(pose.rotations_xyzw)), self._rest)
        return rows

    @property
    def offsets_m(self) -> Array:
        """(B, 3) of each bone from its parent among the avatar's own, in the T-pose."""
        heads_m = bone_heads_m(np.zeros(3), np.tile(IDENTITY, (len(BONES), 1)), self.avatar.offsets_m)
        heads_m = heads_m[self.rows]
        return np.asarray(heads_m - heads_m[np.maximum(self.parents, 0)])


def _last_missing_above(bone: str, bones: tuple[str, ...]) -> int:
    row = BONE[bone]
    if bone in _TRUNK:
        for higher in _TRUNK[_TRUNK.index(bone) + 1 :]:
            if higher in bones:
                break
            row = BONE[higher]
    return row
