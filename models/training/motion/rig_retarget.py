"""Motion of another skeleton on our rig.

A source joint's turn carries over as it is; arms and legs are turned beforehand from the rig's rest direction to
the source's, so that an arm that the source holds level is level on the rig. Hands take the forearm's correction
and feet the shin's.
"""

from enum import IntEnum

import numpy as np

from mocap_bridge import rotations as quaternions
from mocap_bridge.records import Array
from models.training.figures.rig import Rig
from models.training.motion.files import Recording


class Naming(IntEnum):
    """Families of joint names: columns of the tables below."""

    ACCLAIM = 0
    DAZ = 1
    BLENDER = 2
    UNREAL = 3
    MAKEHUMAN = 4


_SIDES = {
    "Shoulder": ("clavicle", "Collar", "DEF-shoulder.", "clavicle_", "shoulder01."),
    "Arm": ("humerus", "Shldr", "DEF-upper_arm.", "upperarm_", "upperarm01."),
    "ForeArm": ("radius", "ForeArm", "DEF-forearm.", "lowerarm_", "lowerarm01."),
    "Hand": ("hand", "Hand", "DEF-hand.", "hand_", "wrist."),
    "UpLeg": ("femur", "Thigh", "DEF-thigh.", "thigh_", "upperleg01."),
    "Leg": ("tibia", "Shin", "DEF-shin.", "calf_", "lowerleg01."),
    "Foot": ("foot", "Foot", "DEF-foot.", "foot_", "foot."),
}
_TRUNK = {
    "Hips": ("root", "hip", "DEF-hips", "pelvis", "root"),
    "LowerBack": ("lowerback", "abdomen", "DEF-spine.001", "spine_01", "spine04"),
    "Spine": ("upperback", "abdomen", "DEF-spine.002", "spine_02", "spine02"),
    "Spine1": ("thorax", "chest", "DEF-spine.003", "spine_03", "spine01"),
    "Neck": ("lowerneck", "neck", "DEF-neck", "neck_01", "neck01"),
    "Neck1": ("upperneck", "neck", "DEF-neck", "neck_01", "neck03"),
    "Head": ("head", "head", "DEF-head", "head", "head"),
}
_FOLLOW = {"ToeBase": "Foot", "Thumb": "Hand", "FingerBase": "Hand", "HandFinger1": "Hand"}
_NEXT = {"Arm": "ForeArm", "ForeArm": "Hand", "UpLeg": "Leg", "Leg": "Foot"}


def retarget(recording: Recording, rig: Rig, rest_heads_m: Array, naming: Naming) -> Array:
    """(N, B, 3, 3) global rotations of the rig that copy a recording."""
    source = {bone: names[naming] for bone, names in _TRUNK.items()}
    for side, small in (("Left", "l"), ("Right", "r")):
        for part, names in _SIDES.items():
            stem = names[naming]
            in_front = naming in (Naming.ACCLAIM, Naming.DAZ)
            letter = small.upper() if naming in (Naming.BLENDER, Naming.MAKEHUMAN) else small
            source[side + part] = letter + stem if in_front else stem + letter
    correction = _corrections(recording, rig, rest_heads_m, source, naming)
    frames = len(next(iter(recording.turned.values())))
    rotations = np.empty((frames, len(rig.bones), 3, 3))
    for row, bone in enumerate(rig.bones):
        leader = _leader(bone)
        rotations[:, row] = recording.turned[source[leader]] @ correction.get(leader, np.eye(3))
    return rotations


def _leader(bone: str) -> str:
    """The bone whose source a small bone follows."""
    if bone in ("LHipJoint", "RHipJoint"):
        return "Hips"
    side = "Left" if bone.startswith("L") and bone != "LowerBack" else "Right"
    part = bone.removeprefix(side).removeprefix(side[0])
    return side + _FOLLOW[part] if part in _FOLLOW else bone


def _corrections(
    recording: Recording, rig: Rig, rest_heads_m: Array, source: dict[str, str], naming: Naming
) -> dict[str, Array]:
    """(3, 3) per limb bone: from the rig's rest direction to the source's."""
    if naming == Naming.MAKEHUMAN:
        return {}  # the same rest pose
    correction: dict[str, Array] = {}
    for side in ("Left", "Right"):
        for part, following in _NEXT.items():
            bone, child = side + part, side + following
            ours = rest_heads_m[rig.bones.index(child)] - rest_heads_m[rig.bones.index(bone)]
            theirs = recording.heads[source[child]] - recording.heads[source[bone]]
            correction[bone] = quaternions.to_matrix(quaternions.between(ours, theirs))
        correction[side + "Hand"] = correction[side + "ForeArm"]
        correction[side + "Foot"] = correction[side + "Leg"]
    return correction
