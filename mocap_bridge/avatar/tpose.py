"""From the rest pose of a file to the T-pose: where bones lie, which way the avatar faces, how its limbs are turned.

A T-pose is what all of this program's rotations are relative to; files rest in one (VRM), near one, or in an A-pose.
"""

import numpy as np

from ..errors import AvatarError
from ..records import Array
from ..rotations import IDENTITY, about, between, multiply, rotate, to_matrix
from ..skeleton import BONE, BONES, PARENTS, REST_OFFSETS_M
from .names import Kind

_UP = np.array([0.0, 1.0, 0.0])


def facing_us(kind: Kind, heads_m: dict[str, Array]) -> Array:
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
    matrix[:3, :3] = to_matrix(turn)
    return matrix


def offsets_at_rest_m(heads_m: dict[str, Array]) -> Array:
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


def tpose_turns(offsets_m: Array, heads_m: dict[str, Array]) -> Array:
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
