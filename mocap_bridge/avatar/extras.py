"""An avatar's eyes, jaw and fingers: which of them it has, and which raw rotations their nodes take.

As for all bones (``pose``): q = L W^-1 N W. In the T-pose fingers are turned as their hand is, and eyes as the head.
"""

from dataclasses import dataclass

import numpy as np

from ..errors import AvatarError
from ..extra_bones import EXTRA_BONE, EXTRA_BONES, EXTRA_SIZED_BY
from ..records import Array
from ..rotations import IDENTITY, inverse, multiply
from ..skeleton import BONES
from .gltf import rotation_of


@dataclass(frozen=True, eq=False)
class Extras:
    """Those of ``EXTRA_BONES`` that an avatar has, in their order."""

    bones: tuple[str, ...]
    positions_m: Array
    """(E, 3) each node's translation in the node above, as the file has it."""
    before_xyzw: Array
    after_xyzw: Array
    """(E, 4) what a rotation relative to the T-pose is multiplied with, from the left and from the right."""

    def raw(self, rotations_xyzw: Array) -> Array:
        """(E, 7) local position and rotation of each one's node in the file's axes, from N (33, 4); rest if untold."""
        told = rotations_xyzw[[EXTRA_BONE[bone] for bone in self.bones]]
        told = np.where(np.any(told != 0.0, axis=1, keepdims=True), told, IDENTITY)
        turned = multiply(multiply(self.before_xyzw, told), self.after_xyzw)
        return np.concatenate([self.positions_m, turned], axis=1)


def extras_of(told: dict[str, int], bones: dict[str, int], above: list[int], world: Array, tpose_xyzw: Array) -> Extras:
    """Of nodes that the file names (``told``), those that hang on the hands and the head among its ``bones``.

    ``world`` (N, 4, 4) is from each node to our world, ``tpose_xyzw`` (22, 4) what brings bones into the T-pose. One
    that hangs elsewhere, or is flattened, is left alone: an avatar is not refused for a finger.
    """
    rows: list[tuple[str, Array, Array, Array]] = []
    for bone in EXTRA_BONES:
        node, carrier = told.get(bone, -1), EXTRA_SIZED_BY[EXTRA_BONE[bone]]
        if (
            not 0 <= node < len(above)
            or node in bones.values()
            or not _hangs_on(node, bones.get(BONES[carrier]), above)
        ):
            continue
        try:
            rest, over = rotation_of(world[node]), rotation_of(world[above[node]])
        except AvatarError:
            continue
        turn = tpose_xyzw[carrier]
        before = multiply(inverse(over), inverse(turn))
        place_m = (np.linalg.inv(world[above[node]]) @ world[node])[:3, 3]
        rows.append((bone, place_m, before, multiply(turn, rest)))
    stacked = [
        np.array([row[part] for row in rows]).reshape(len(rows), size) for part, size in ((1, 3), (2, 4), (3, 4))
    ]
    return Extras(tuple(row[0] for row in rows), *stacked)


def _hangs_on(node: int, carrier: int | None, above: list[int]) -> bool:
    while (node := above[node]) >= 0:
        if node == carrier:
            return True
    return False
