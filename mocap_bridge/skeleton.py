"""The body as tables: joints seen in pictures, bones of the rig, rest pose, capsules.

The first 21 joints keep the order of the published MobileHumanPose/MuCo models; nine more make heads, palms
and feet observable. Bones are the VRM/Unity humanoid names. The rest pose is the T-pose of a person of
``HEIGHT_M`` who faces +Z with the left hand towards +X.
"""

import numpy as np

from .records import Array

JOINTS = tuple(
    "Head_top Thorax R_Shoulder R_Elbow R_Wrist L_Shoulder L_Elbow L_Wrist R_Hip R_Knee R_Ankle L_Hip L_Knee "
    "L_Ankle Pelvis Spine Head R_Hand L_Hand R_Toe L_Toe Nose R_Ear L_Ear R_Index L_Index R_Pinky L_Pinky "
    "R_Heel L_Heel".split()
)
JOINT = {name: index for index, name in enumerate(JOINTS)}
"""Row of each joint by name. Thorax is the base of the neck, Pelvis the middle of the hip joints, Spine the
waist, Head the centre of the skull, Index and Pinky the knuckles, Toe the ball of the foot."""

JOINT_PARENTS = tuple(
    -1 if parent == "-" else JOINT[parent]
    for parent in (
        "Head Spine Thorax R_Shoulder R_Elbow Thorax L_Shoulder L_Elbow Pelvis R_Hip R_Knee Pelvis L_Hip L_Knee "
        "- Pelvis Thorax R_Wrist L_Wrist R_Ankle L_Ankle Head Head Head R_Wrist L_Wrist R_Wrist L_Wrist "
        "R_Ankle L_Ankle"
    ).split()
)
"""Joint that each joint hangs on: the lines of a drawn skeleton."""

MIRROR_JOINTS = tuple(JOINT[{"R_": "L_", "L_": "R_"}.get(name[:2], name[:2]) + name[2:]] for name in JOINTS)
"""Row that each joint moves to when left and right are swapped."""

_SIDE = "Shoulder UpperArm LowerArm Hand UpperLeg LowerLeg Foot Toes".split()
BONES = (
    *("Hips", "Spine", "Chest", "UpperChest", "Neck", "Head"),
    *(f"Left{bone}" for bone in _SIDE),
    *(f"Right{bone}" for bone in _SIDE),
)
BONE = {name: index for index, name in enumerate(BONES)}
"""Row of each bone by name; a parent always comes before its children."""

_PARENT_NAMES = {"Spine": "Hips", "Chest": "Spine", "UpperChest": "Chest", "Neck": "UpperChest", "Head": "Neck"}
_SIDE_PARENTS = {"UpperArm": "Shoulder", "LowerArm": "UpperArm", "Hand": "LowerArm"} | {
    "LowerLeg": "UpperLeg",
    "Foot": "LowerLeg",
    "Toes": "Foot",
}


def _parent(bone: str) -> int:
    for side in ("Left", "Right"):
        if bone.startswith(side):
            name = bone.removeprefix(side)
            return BONE[{"Shoulder": "UpperChest", "UpperLeg": "Hips"}.get(name) or side + _SIDE_PARENTS[name]]
    return BONE[_PARENT_NAMES[bone]] if bone in _PARENT_NAMES else -1


PARENTS = tuple(_parent(bone) for bone in BONES)
"""Row of each bone's parent; -1 for the hips."""

HEIGHT_M = 1.70
HIPS_HEIGHT_M = 0.92
"""Height of the hips above the floor in the rest pose."""

_LEFT_OFFSETS_M = {
    "Shoulder": (0.03, 0.12, 0.0),
    "UpperArm": (0.14, 0.0, 0.0),
    "LowerArm": (0.27, 0.0, 0.0),
    "Hand": (0.25, 0.0, 0.0),
    "UpperLeg": (0.09, 0.0, 0.0),
    "LowerLeg": (0.0, -0.41, 0.0),
    "Foot": (0.0, -0.42, 0.0),
    "Toes": (0.0, -0.07, 0.13),
}
_OFFSETS_M = (
    {"Hips": (0.0, HIPS_HEIGHT_M, 0.0), "Spine": (0.0, 0.08, 0.0), "Chest": (0.0, 0.12, 0.0)}
    | {"UpperChest": (0.0, 0.12, 0.0), "Neck": (0.0, 0.17, 0.0), "Head": (0.0, 0.09, 0.0)}
    | {f"Left{bone}": xyz for bone, xyz in _LEFT_OFFSETS_M.items()}
    | {f"Right{bone}": (-x, y, z) for bone, (x, y, z) in _LEFT_OFFSETS_M.items()}
)


def _read_only(rows: list[tuple[float, ...]]) -> Array:
    table = np.array(rows, dtype=np.float64)
    table.setflags(write=False)
    return table


REST_OFFSETS_M = _read_only([_OFFSETS_M[bone] for bone in BONES])
"""(22, 3) each bone's head from its parent's head in the T-pose; the hips' row is from the floor."""

_ON_BONES = {
    "Head_top": ("Head", (0.0, 0.16, 0.03)),
    "Thorax": ("Neck", (0.0, 0.0, 0.0)),
    "Pelvis": ("Hips", (0.0, 0.0, 0.0)),
    "Spine": ("Chest", (0.0, 0.06, -0.015)),
    "Head": ("Head", (0.0, 0.0, 0.07)),
    "Nose": ("Head", (0.0, 0.015, 0.155)),
    "Ear": ("Head", (0.074, 0.04, 0.05)),
    "Shoulder": ("UpperArm", (0.0, 0.0, 0.0)),
    "Elbow": ("LowerArm", (0.0, 0.0, 0.0)),
    "Wrist": ("Hand", (0.0, 0.0, 0.0)),
    "Hand": ("Hand", (0.10, 0.0, 0.0)),
    "Index": ("Hand", (0.10, 0.0, 0.03)),
    "Pinky": ("Hand", (0.09, 0.0, -0.03)),
    "Hip": ("UpperLeg", (0.0, 0.0, 0.0)),
    "Knee": ("LowerLeg", (0.0, 0.0, 0.0)),
    "Ankle": ("Foot", (0.0, 0.0, 0.0)),
    "Toe": ("Toes", (0.0, 0.0, 0.0)),
    "Heel": ("Foot", (0.0, -0.07, -0.05)),
}


def _on_bone(joint: str) -> tuple[str, tuple[float, ...]]:
    """Bone that carries a joint, and where it lies from that bone's head in the T-pose."""
    side = {"L_": "Left", "R_": "Right"}.get(joint[:2], "")
    bone, (x, y, z) = _ON_BONES[joint[2:] if side else joint]
    return (bone if bone == "Head" else side + bone), ((-x if side == "Right" else x), y, z)


JOINT_BONES = tuple(BONE[_on_bone(joint)[0]] for joint in JOINTS)
"""Row of the bone that carries each joint."""

JOINT_OFFSETS_M = _read_only([_on_bone(joint)[1] for joint in JOINTS])
"""(30, 3) each joint from its bone's head in the T-pose; heads and hands as an average MakeHuman body has them."""

_RADII_M = {"Hips": 0.13, "Spine": 0.12, "Chest": 0.13, "UpperChest": 0.13, "Neck": 0.06, "Head": 0.10} | {
    "Shoulder": 0.06,
    "UpperArm": 0.05,
    "LowerArm": 0.04,
    "Hand": 0.04,
    "UpperLeg": 0.08,
    "LowerLeg": 0.055,
    "Foot": 0.04,
    "Toes": 0.035,
}
CAPSULE_RADII_M = _read_only([(_RADII_M[bone.removeprefix("Left").removeprefix("Right")],) for bone in BONES]).reshape(
    -1
)
"""(22,) radius of each bone's capsule for a person of ``HEIGHT_M``; scale it with the bone lengths."""

CONTACTS = ("L_Heel", "L_Toe", "R_Heel", "R_Toe")
"""Order of ``RigPose.contacts``."""
