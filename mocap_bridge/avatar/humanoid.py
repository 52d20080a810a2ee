"""An avatar as the retargeting needs it: where its bones lie in the T-pose, and how they are turned at rest.

All in our world: the avatar faces +Z with its left hand towards +X, whatever the file does (VRM 0.x faces -Z).
"""

from dataclasses import dataclass

import numpy as np

from ..errors import AvatarError
from ..records import Array
from ..rotations import IDENTITY, about, between, bone_heads_m, multiply, rotate
from ..skeleton import BONE, BONES, PARENTS, REST_OFFSETS_M
from .gltf import Document, parents_of, rotation_of, world_matrices
from .names import Kind, humanoid_nodes, kind_of

_UP = np.array([0.0, 1.0, 0.0])
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
    above_hips: Array
    """(4, 4) from our world to the node above the hips."""


def humanoid(document: Document) -> Avatar:
    """Raises AvatarError if the document holds no upright human, or one whose bones hang on each other wrongly."""
    nodes = humanoid_nodes(document)
    above = parents_of(document.nodes)
    _check_line(nodes, above)
    world = world_matrices(document.nodes, above)
    ours = _facing_us(kind_of(document), {bone: world[node, :3, 3] for bone, node in nodes.items()})
    world = ours @ world
    heads_m = {bone: world[node, :3, 3] for bone, node in nodes.items()}
    rest, over = (np.tile(IDENTITY, (len(BONES), 1)) for _ in range(2))
    positions_m = np.zeros((len(BONES), 3))
    for bone, node in nodes.items():
        upper = world[above[node]] if above[node] >= 0 else ours
        rest[BONE[bone]], over[BONE[bone]] = rotation_of(world[node]), rotation_of(upper)
        positions_m[BONE[bone]] = (np.linalg.inv(upper) @ world[node])[:3, 3]
    above_hips = np.linalg.inv(world[above[nodes["Hips"]]] if above[nodes["Hips"]] >= 0 else ours)
    offsets_m = _offsets_m(heads_m)
    tpose = _tpose(offsets_m, heads_m)
    offsets_m[1:] = rotate(tpose[list(PARENTS)], offsets_m)[1:]
    standing_m = bone_heads_m(np.zeros(3), np.tile(IDENTITY, (len(BONES), 1)), offsets_m)
    pelvis_m = standing_m[[BONE["LeftUpperLeg"], BONE["RightUpperLeg"]]].mean(axis=0)
    height_m = _height_m(pelvis_m, standing_m, heads_m)
    bones = tuple(nodes)
    return Avatar(kind_of(document), bones, offsets_m, pelvis_m, height_m, tpose, rest, over, positions_m, above_hips)


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


def _facing_us(kind: Kind, heads_m: dict[str, Array]) -> Array:
    """(4, 4) from the file's world to ours. Raises AvatarError for one who lies, or whose left is on the right."""
    if (heads_m["Head"] - heads_m["Hips"]) @ _UP < 0.5 * np.linalg.norm(heads_m["Head"] - heads_m["Hips"]):
        raise AvatarError("its head is not above its hips; glTF has Y up, and an avatar stands at rest")
    pairs = [heads_m[f"Left{bone}"] - heads_m[f"Right{bone}"] for bone in ("UpperLeg", "UpperArm", "LowerArm")]
    left = np.sum(pairs, axis=0)
    # glTF asks for +Z, but not every exporter listens: quarter turns are taken back.
    quarters = round(float(np.arctan2(-left[2], left[0])) / (np.pi / 2))
    yaw = {"vrm0": np.pi, "vrm1": 0.0, "gltf": -quarters * np.pi / 2}[kind]
    turn = about(_UP, yaw)
    if rotate(turn, left)[0] <= 0.0:
        raise AvatarError(f"its left is on its right; a {kind} avatar must face {'-Z' if kind == 'vrm0' else '+Z'}")
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack([rotate(turn, axis) for axis in np.eye(3)], axis=1)
    return matrix


def _offsets_m(heads_m: dict[str, Array]) -> Array:
    """From parent to child at rest. A bone that is missing lies where the next one begins: it takes no room.

    A missing part of the spine lies at the part below it, so that what bends there bends; a missing neck or
    shoulder lies at the head or arm that hangs on it.
    """
    placed: dict[str, Array] = dict(heads_m)
    for bone in BONES:
        if bone not in placed:
            child = {"Neck": "Head"}.get(bone) or bone.replace("Shoulder", "UpperArm")
            placed[bone] = heads_m[child] if child != bone else placed[BONES[PARENTS[BONE[bone]]]]
    offsets_m = np.array([placed[bone] - placed[BONES[max(PARENTS[BONE[bone]], 0)]] for bone in BONES])
    offsets_m[0] = 0.0
    return offsets_m


def _tpose(offsets_m: Array, heads_m: dict[str, Array]) -> Array:
    """World rotations (22, 4) after which arms point sideways, legs down and feet forward.

    So limbs run parallel to the performer's, whether the file rests in an A-pose, with splayed legs or bent knees.
    Trunk and head keep their posture, soles their pitch: high heels stay high.
    """
    turns = np.tile(IDENTITY, (len(BONES), 1))
    for side in ("Left", "Right"):
        for upper, lower, end in (("UpperArm", "LowerArm", "Hand"), ("UpperLeg", "LowerLeg", "Foot")):
            for bone, child in ((upper, lower), (lower, end)):
                row, before = BONE[side + bone], turns[BONE[side + bone] if bone == upper else BONE[side + upper]]
                along = rotate(before, offsets_m[BONE[side + child]])
                turns[row] = multiply(between(along, REST_OFFSETS_M[BONE[side + child]]), before)
        turns[BONE[f"{side}Hand"]] = turns[BONE[f"{side}LowerArm"]]
        if f"{side}Toes" in heads_m:
            x, _, z = offsets_m[BONE[f"{side}Toes"]]
            turns[BONE[f"{side}Foot"]] = turns[BONE[f"{side}Toes"]] = about(_UP, -np.arctan2(x, z))
    return turns


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
