"""An avatar as the retargeting needs it: where its bones lie in the T-pose, and how they are turned at rest.

All in our world: the avatar faces +Z with its left hand towards +X, whatever the file does (VRM 0.x faces -Z).
"""

from dataclasses import dataclass

import numpy as np

from ..errors import AvatarError
from ..records import Array
from ..rotations import IDENTITY, bone_heads_m, rotate
from ..skeleton import BONE, BONES, PARENTS
from .extras import Extras, extras_of
from .gltf import Document, parents_of, rotation_of, world_matrices
from .names import Kind, humanoid_nodes, kind_of, told_nodes
from .tpose import facing_us, offsets_at_rest_m, tpose_turns

_REST_TURNS: Array = np.tile(IDENTITY, (len(BONES), 1))
_SMALLEST_M, _LARGEST_M = 0.02, 20.0  # of the height of the hip joints


@dataclass(frozen=True, eq=False)
class Avatar:
    """A humanoid of a file. Rows are those of ``skeleton.BONES``; a bone that it lacks has no length and no turn."""

    kind: Kind
    bones: tuple[str, ...]
    """Those that it has, parents first."""
    offsets_m: Array
    """(22, 3) each bone's head from its parent's head in the T-pose; 0 for the hips and for bones it lacks."""
    pelvis_m: Array
    """(3,) the middle of the hip joints from the hips bone, in the T-pose."""
    pelvis_height_m: float
    """Of the hip joints above the floor, in the T-pose: a performer's steps are scaled by it."""
    tpose_xyzw: Array
    """(22, 4) world rotations that bring the file's rest pose into the T-pose; identities if it is one."""
    rest_xyzw: Array
    """(22, 4) world rotations of the bones' nodes at rest (W)."""
    above_xyzw: Array
    """(22, 4) world rotations at rest of the nodes right above; L = above^-1 rest."""
    positions_m: Array
    """(22, 3) each node's translation in the node above, as the file has it."""
    extras: Extras
    """Eyes, jaw and fingers that it has."""
    above_hips: Array
    """(4, 4) from our world to the node above the hips."""


def humanoid(document: Document) -> Avatar:
    """Raises AvatarError if the document holds no upright human, or one whose bones hang on each other wrongly."""
    nodes, above = humanoid_nodes(document), parents_of(document.nodes)
    _check_line(nodes, above)
    world = world_matrices(document.nodes, above)
    ours = facing_us(kind_of(document), {bone: world[node, :3, 3] for bone, node in nodes.items()})
    world = np.concatenate([ours @ world, ours[None]])  # the last row is what stands above the roots, number -1
    heads_m = {bone: world[node, :3, 3] for bone, node in nodes.items()}
    offsets_m = offsets_at_rest_m(heads_m)
    tpose = tpose_turns(offsets_m, heads_m)
    offsets_m[1:] = rotate(tpose[list(PARENTS)], offsets_m)[1:]
    standing_m = bone_heads_m(np.zeros(3), _REST_TURNS, offsets_m)
    pelvis_m = standing_m[[BONE["LeftUpperLeg"], BONE["RightUpperLeg"]]].mean(axis=0)
    rest, over, positions_m = _REST_TURNS.copy(), _REST_TURNS.copy(), np.zeros((len(BONES), 3))
    for bone, node in nodes.items():
        upper, row = world[above[node]], BONE[bone]
        rest[row], over[row] = rotation_of(world[node]), rotation_of(upper)
        positions_m[row] = (np.linalg.inv(upper) @ world[node])[:3, 3]
    return Avatar(
        kind=kind_of(document),
        bones=tuple(nodes),
        offsets_m=offsets_m,
        pelvis_m=pelvis_m,
        pelvis_height_m=_height_m(pelvis_m, standing_m, heads_m),
        tpose_xyzw=tpose,
        rest_xyzw=rest,
        above_xyzw=over,
        positions_m=positions_m,
        extras=extras_of(told_nodes(document), nodes, above, world, tpose),
        above_hips=np.linalg.inv(world[above[nodes["Hips"]]]),
    )


def _check_line(nodes: dict[str, int], above: list[int]) -> None:
    for bone, node in nodes.items():
        line = []
        while (node := above[node]) >= 0:
            line.append(node)
        upper = parent_in(bone, tuple(nodes))
        if upper is not None and nodes[upper] not in line:
            raise AvatarError(f"{bone} does not hang on {upper}, as in a humanoid it must")


def parent_in(bone: str, bones: tuple[str, ...]) -> str | None:
    """The nearest of ``bones`` that a bone hangs on."""
    row = PARENTS[BONE[bone]]
    while row >= 0 and BONES[row] not in bones:
        row = PARENTS[row]
    return BONES[row] if row >= 0 else None


def _height_m(pelvis_m: Array, standing_m: Array, heads_m: dict[str, Array]) -> float:
    """Hip joints above the ankles in the T-pose, and ankles above the floor at rest, which is y = 0 by convention."""
    feet = [BONE["LeftFoot"], BONE["RightFoot"]]
    legs_m = float(pelvis_m[1] - standing_m[feet, 1].mean())
    ankles_m = float(np.mean([heads_m[BONES[foot]][1] for foot in feet]))
    # A model that was not put on the floor: its lowest bone is as near to the soles as the file can tell.
    if not 0.0 <= ankles_m < 0.5 * legs_m:
        ankles_m -= min(head_m[1] for head_m in heads_m.values())
    if not _SMALLEST_M < legs_m + ankles_m < _LARGEST_M:
        raise AvatarError(f"its hips are {legs_m + ankles_m:.3g} m above the floor; is the file in metres?")
    return legs_m + ankles_m
