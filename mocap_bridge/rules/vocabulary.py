"""The words of rules: every joint, every bone, a few constants; and the nearest right word to a wrong one."""

import difflib
from collections.abc import Iterable

from ..skeleton import BONES, CONTACTS, JOINT

Weights = tuple[tuple[int, float], ...]
"""A place on the body: rows of JOINTS, and how much of each."""

_TRUNK_M = {"Spine": 0.08, "Chest": 0.20, "UpperChest": 0.32}
"""How far up the trunk of the rest pose these bones begin; the neck begins at 0.49."""
_NECK_M = 0.49
_LIMB_JOINTS = {"UpperArm": "Shoulder", "LowerArm": "Elbow", "Hand": "Wrist", "UpperLeg": "Hip", "LowerLeg": "Knee"} | {
    "Foot": "Ankle",
    "Toes": "Toe",
}


def _between(near: str, far: str, share: float) -> Weights:
    return ((JOINT[near], 1.0 - share), (JOINT[far], share))


def _bone_place(bone: str) -> Weights:
    """Where a bone begins, as joints that are seen tell it."""
    if bone in _TRUNK_M:
        return _between("Pelvis", "Thorax", _TRUNK_M[bone] / _NECK_M)
    if bone in ("Hips", "Neck", "Head"):
        return ((JOINT[{"Hips": "Pelvis", "Neck": "Thorax", "Head": "Head"}[bone]], 1.0),)
    side, name = ("L", bone.removeprefix("Left")) if bone.startswith("Left") else ("R", bone.removeprefix("Right"))
    if name == "Shoulder":  # the collar bone begins a little beside the spine
        return _between("Thorax", f"{side}_Shoulder", 0.18)
    return ((JOINT[f"{side}_{_LIMB_JOINTS[name]}"], 1.0),)


PLACES: dict[str, Weights] = {bone: _bone_place(bone) for bone in BONES} | {
    joint: ((row, 1.0),)
    for joint, row in JOINT.items()  # where a joint and a bone share a name, the joint is meant
}
"""Every joint, and every bone's beginning."""

BENDS: dict[str, tuple[str, str, str]] = {
    f"{side}_{middle}": (f"{side}_{near}", f"{side}_{middle}", f"{side}_{far}")
    for side in "LR"
    for near, middle, far in (
        ("Shoulder", "Elbow", "Wrist"),
        ("Elbow", "Wrist", "Hand"),
        ("Shoulder", "Hip", "Knee"),
        ("Hip", "Knee", "Ankle"),
    )
}
"""Joints that bend, with the neighbours that show by how much."""
BENDS |= {
    bone: BENDS[f"{bone[0]}_{_LIMB_JOINTS[name]}"]
    for bone in BONES
    for name in [bone.removeprefix("Left").removeprefix("Right")]
    if name in ("LowerArm", "Hand", "UpperLeg", "LowerLeg")
}

FEET: dict[str, tuple[int, ...]] = {name: (row,) for row, name in enumerate(CONTACTS)} | {
    "LeftFoot": (0, 1),
    "LeftToes": (1,),
    "RightFoot": (2, 3),
    "RightToes": (3,),
    "L_Ankle": (0, 1),
    "R_Ankle": (2, 3),
}
"""What can touch the floor: rows of CONTACTS."""

DIRECTIONS = {"left": (1.0, 0.0, 0.0), "up": (0.0, 1.0, 0.0), "ahead": (0.0, 0.0, 1.0)}
"""Unit vectors in the person's own axes."""

CONSTANTS = ("height", "height_m", "torso_m")
"""Numbers of the person: how tall in torsos and in metres, and what a torso is in metres."""


def nearest(wrong: str, known: Iterable[str]) -> str:
    """``; did you mean "L_Wrist"?`` for the known word that looks most like a wrong one, or nothing."""
    words = list(known)
    bare = {word.lower().replace("_", ""): word for word in words}
    plain = wrong.lower().replace("_", "")
    if plain in bare:  # l_wrist, LWrist
        return f'; did you mean "{bare[plain]}"?'
    found = difflib.get_close_matches(wrong, words, n=1, cutoff=0.55)
    found = found or [bare[near] for near in difflib.get_close_matches(plain, bare, n=1, cutoff=0.6)]
    return f'; did you mean "{found[0]}"?' if found else ""
