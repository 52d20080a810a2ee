"""A performer's pose on an avatar: where its bones go, and which raw rotations its nodes take for that.

N are rotations relative to the T-pose, the same for every avatar; q are raw local rotations of a file's nodes. With W
and L a node's rest rotations in the world and in the node above, q = L W^-1 N W.
"""

import numpy as np
import numpy.typing as npt

from ..records import Array, RigPose
from ..rotations import IDENTITY, bone_heads_m, inverse, multiply, rotate
from ..skeleton import BONE, BONES, HIPS_HEIGHT_M, PARENTS, REST_OFFSETS_M
from .humanoid import Avatar, parent_in

_LEG = [BONE[f"{side}{bone}"] for side in ("Left", "Right") for bone in ("LowerLeg", "Foot")]
_REST_LENGTHS_M = np.linalg.norm(REST_OFFSETS_M, axis=1)
_TRUNK = ("Spine", "Chest", "UpperChest")

Rows = npt.NDArray[np.intp]


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
        """Of its bones among ``skeleton.BONES``."""
        uppers = [parent_in(bone, avatar.bones) for bone in avatar.bones]
        self.parents = [-1 if upper is None else avatar.bones.index(upper) for upper in uppers]
        """Of each bone among its own, -1 for the hips."""
        self._turns = _turns(avatar.bones, uppers)
        tpose, rest = avatar.tpose_xyzw[self.rows], avatar.rest_xyzw[self.rows]
        above = np.where(np.array(self.parents)[:, None] >= 0, tpose[self.parents], IDENTITY)
        self._before, self._after = inverse(above), tpose
        # L W^-1 is what the node above is turned by at rest, taken back: W = above L.
        self._raw_before = multiply(inverse(avatar.above_xyzw[self.rows]), self._before)
        self._raw_after = multiply(tpose, rest)

    def tposed(self, rotations_xyzw: Array) -> Array:
        """(B, 4) local rotations of its bones relative to the T-pose, from N (22, 4)."""
        known = np.concatenate([rotations_xyzw, IDENTITY[None]])
        local: Array = known[self._turns[0]]
        for more in self._turns[1:]:
            local = multiply(local, known[more])
        return local

    def normalised(self, rotations_xyzw: Array) -> Array:
        """(B, 4) the same relative to the avatar's own rest pose."""
        return multiply(multiply(self._before, self.tposed(rotations_xyzw)), self._after)

    def raw(self, pose: RigPose) -> Array:
        """(B, 7) local position and rotation of each bone's node, in the file's own axes (glTF, right-handed)."""
        rows = np.empty((len(self.rows), 7))
        rows[:, :3] = self.avatar.positions_m[self.rows]
        place = self.avatar.above_hips
        rows[0, :3] = place[:3, :3] @ hips_world_m(pose, self.avatar) + place[:3, 3]
        rows[:, 3:] = multiply(multiply(self._raw_before, self.tposed(pose.rotations_xyzw)), self._raw_after)
        return rows

    @property
    def offsets_m(self) -> Array:
        """(B, 3) of each bone from its parent among the avatar's own, in the T-pose."""
        heads_m = bone_heads_m(np.zeros(3), np.tile(IDENTITY, (len(BONES), 1)), self.avatar.offsets_m)
        heads_m = heads_m[self.rows]
        return np.asarray(heads_m - heads_m[np.maximum(self.parents, 0)])


def _turns(bones: tuple[str, ...], uppers: list[str | None]) -> Rows:
    """(most, B) rows of N whose turns, one after the other, are each bone's; len(BONES) stands for none.

    A bone also does the turns of those that the avatar lacks: between it and its parent, and above it in the trunk.
    """
    lines = []
    for bone, upper in zip(bones, uppers, strict=True):
        end = BONE[_acting_for(upper, bones)] if upper else -1
        line = [BONE[_acting_for(bone, bones)]]
        while PARENTS[line[0]] != end:
            line.insert(0, PARENTS[line[0]])
        lines.append(line)
    most = max(map(len, lines))
    return np.array([line + [len(BONES)] * (most - len(line)) for line in lines], dtype=np.intp).T


def _acting_for(bone: str, bones: tuple[str, ...]) -> str:
    """The highest bone of the trunk that is missing right above this one, or the bone itself."""
    if bone in _TRUNK:
        for higher in _TRUNK[_TRUNK.index(bone) + 1 :]:
            if higher in bones:
                break
            bone = higher
    return bone
