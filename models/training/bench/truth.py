"""Recorded motions as the bridge should see them: the true rotations of the 22 bones, and the joints they give.

A recording turns the bones of the rig; an avatar counts from a T-pose with its elbows' and knees' hinges along
fixed axes. How each bone of the rig lies in the avatar's T-pose is one constant turn per clip: limbs by their
direction and by the axis about which the recording bends them, hands by their knuckles, feet by heel and toe.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mocap_bridge import rotations as quaternions
from mocap_bridge.records import Array
from mocap_bridge.retarget import joints_from_rotations
from mocap_bridge.retarget.ends import split_roll
from mocap_bridge.retarget.limbs import ARMS, LEG
from mocap_bridge.rotations import normalized
from mocap_bridge.skeleton import BONE, BONES, JOINT
from models.training.figures.rig import Rig, average_body_m
from models.training.motion.files import read_expmap
from models.training.motion.performance import stepped_m
from models.training.motion.rig_retarget import Naming, retarget
from models.training.motions import VALIDATION_CLIPS, Motions

MOST = 300
"""Frames of a clip (30 a second): longer ones are cut to their middle, so that none outweighs the others."""

FASTEST_RAD = np.radians(40)
"""Nobody's hips turn farther from frame to frame: where a recording's do, it lost them. One clip's hips (`wave`) spin
by up to 100 degrees and stay turned right round for a third of a second while the body goes on as before."""

UNSEEN = {
    "kick": "test_soccer_soccer_1",
    "jump and squat": "test_jumping_jumping_1",
    "wave": "train_directing_traffic_directing_traffic_1",
    "wash a window": "test_washwindow_washwindow_1",
    "signal": "train_basketball_signal_basketball_signal_1",
    "run and turn": "test_running_running_1",
    "dribble": "test_basketball_basketball_1",
}
"""Motions that neither networks nor pose statistics ever used: what they show, and the file."""

UNSOUND = ("salsa_06",)
"""Clips for validation that are no truth about bones: this one's head sits on its neck back to front."""

_SKELETON = "cmu_amc__KseniiaCheloshkina__02.asf.gz"
_RIG_BONES = {"Spine": "LowerBack", "Chest": "Spine", "UpperChest": "Spine1"} | {
    side + ours: side + theirs
    for side in ("Left", "Right")
    for ours, theirs in {
        "UpperArm": "Arm",
        "LowerArm": "ForeArm",
        "UpperLeg": "UpLeg",
        "LowerLeg": "Leg",
        "Toes": "Foot",
    }.items()
}


@dataclass(frozen=True, eq=False)
class Truth:
    """One clip."""

    name: str
    rotations_xyzw: Array  # (T, 22, 4) local, as in RigPose
    avatar_joints_m: Array  # (T, 30, 3) of the body of skeleton.py in these rotations
    body_joints_m: Array  # (T, 30, 3) of an average MakeHuman body in the recording's own pose
    rig_rotations: Array  # (T, B, 3, 3) the recording, in the order of Rig.bones


def clips(data: Path, motions: Motions, rig: Rig) -> Iterator[Truth]:
    """The clips kept for validation, then those that nothing ever used. FileNotFoundError if one is missing."""
    shape_m = average_body_m(rig, data)
    heads_m, rest_m = rig.bone_heads_m(shape_m), rig.joints_rest_m(shape_m)
    order = {row: _validation_name(motions.names[row]) for row in motions.validation_clips}
    for name in (*order.values(), *UNSEEN):
        if name not in UNSOUND:
            sound = unbroken(recorded(name, data, motions, rig), rig.bones.index("Hips"))
            yield truth(name, _middle(sound), rig, heads_m, rest_m)


def recorded(name: str, data: Path, motions: Motions, rig: Rig) -> Array:
    """(T, B, 3, 3) a whole clip on the rig, by its name here. KeyError if there is none of that name."""
    if name not in UNSEEN:
        rows = {_validation_name(motions.names[row]): row for row in motions.validation_clips}
        return np.asarray(motions.rotations[motions.clip == rows[name]], np.float64)
    folder = data / "motion"
    file = folder / "cmu_expmap" / f"{UNSEEN[name]}.txt.gz"
    recording = read_expmap(file, folder / "pack_30hz" / _SKELETON)
    heads_m = rig.bone_heads_m(average_body_m(rig, data))
    return np.asarray(retarget(recording, rig, heads_m, Naming.ACCLAIM)[::4])  # 120 frames a second


def _validation_name(file: str) -> str:
    return next(clip for clip in VALIDATION_CLIPS if f"__{clip}." in file)


def unbroken(frames: Array, hips: int) -> Array:
    """The longest stretch of a recording (T, B, 3, 3) in which its hips (row of B) turn as hips can."""
    turns = quaternions.from_matrix(frames[:, hips])
    breaks = 1 + np.flatnonzero(quaternions.angle_between(turns[1:], turns[:-1]) > FASTEST_RAD)
    return max(np.split(frames, breaks), key=len)


def _middle(frames: Array) -> Array:
    spare = max(0, len(frames) - MOST)
    return frames[spare // 2 : spare // 2 + MOST]


def truth(name: str, rig_rotations: Array, rig: Rig, heads_m: Array, rest_m: Array) -> Truth:
    """A clip from the rig's global rotations (T, B, 3, 3) and the body's bones (B, 3) and joints (30, 3) at rest."""
    local = local_rotations(rig_rotations, rig, heads_m, rest_m)
    body_m = rig.pose_joints_m(rig_rotations, heads_m, rest_m)
    body_m = body_m + stepped_m(body_m, (0.0, -3.0))[:, None]
    hips_m = body_m[:, JOINT["Pelvis"]]
    avatar_m = np.array([joints_from_rotations(at_m, turns) for at_m, turns in zip(hips_m, local, strict=True)])
    return Truth(name, local, avatar_m, body_m, rig_rotations)


def local_rotations(rig_rotations: Array, rig: Rig, heads_m: Array, rest_m: Array) -> Array:
    """(T, 22, 4) as in RigPose, of the rig's global rotations (T, B, 3, 3) of a whole clip. Arguments as ``truth``."""
    row = {bone: rig.bones.index(_RIG_BONES.get(bone, bone)) for bone in BONES}
    world = rig_rotations[:, [row[bone] for bone in BONES]]
    low, high = (quaternions.from_matrix(rig_rotations[:, rig.bones.index(bone)]) for bone in ("Neck", "Neck1"))
    world[:, BONE["Neck"]] = quaternions.to_matrix(quaternions.slerp(low, high, 0.5))  # an avatar has one bone for both
    constant = np.tile(np.eye(3), (len(BONES), 1, 1))
    for side, arm in ARMS.items():  # collars and trunk: a recording rests as the avatar does
        limbs = (("UpperArm", "LowerArm", "Hand", arm), ("UpperLeg", "LowerLeg", "Foot", LEG))
        for upper, lower, end, hinge in limbs:
            rows = [BONE[side + bone] for bone in (upper, lower)]
            heads = [heads_m[row[side + bone]] for bone in (upper, lower, end)]
            along = [normalized(heads[1] - heads[0]), normalized(heads[2] - heads[1])]
            pair = [world[:, bone] for bone in rows]
            axes = hinge_axes(pair[0], pair[1], along[0], along[1])
            rest = _frame(np.array(hinge.along), np.array(hinge.axis))
            for bone, direction, axis in zip(rows, along, axes, strict=True):
                constant[bone] = _frame(direction, axis) @ rest.T
        constant[BONE[f"{side}Hand"]] = _palm(rest_m, side)
        constant[BONE[f"{side}Foot"]] = constant[BONE[f"{side}Toes"]] = _sole(rest_m, side)
    return _rolled(quaternions.local_from_world(quaternions.from_matrix(world @ constant)))


def hinge_axes(upper: Array, lower: Array, upper_along: Array, lower_along: Array) -> tuple[Array, Array]:
    """The axis (3,) about which a limb bends, seen from its upper and from its lower bone.

    ``upper`` and ``lower`` (T, 3, 3) turn the limb from its rest pose, where its bones point along ``upper_along``
    and ``lower_along`` (3,). Frames count by the sine of their bend: a straight limb tells nothing.
    """
    normal = np.cross(upper @ upper_along, lower @ lower_along)[..., None]
    seen = [normalized((np.swapaxes(turn, 1, 2) @ normal)[..., 0].sum(axis=0)) for turn in (upper, lower)]
    return seen[0], seen[1]


def _frame(along: Array, axis: Array) -> Array:
    """(3, 3) axes: along exactly, axis as near as may be, and the third."""
    axis = normalized(axis - along * (along @ axis))
    return np.stack([along, axis, np.cross(along, axis)], axis=1)


def _palm(rest_m: Array, side: str) -> Array:
    """(3, 3) from an avatar's hand in the T-pose, palm down, to the rig's at rest."""
    wrist, middle, index, pinky = (rest_m[JOINT[f"{side[0]}_{name}"]] for name in ("Wrist", "Hand", "Index", "Pinky"))
    along = normalized(index + pinky + middle - 3 * wrist) * (1 if side == "Left" else -1)
    forward = normalized((index - pinky) - along * (along @ (index - pinky)))
    return np.stack([along, np.cross(forward, along), forward], axis=1)


def _sole(rest_m: Array, side: str) -> Array:
    """(3, 3) from an avatar's foot in the T-pose, flat on the floor, to the rig's at rest."""
    ankle, heel, toe = (rest_m[JOINT[f"{side[0]}_{name}"]] for name in ("Ankle", "Heel", "Toe"))
    ahead = normalized(toe - heel)
    up = normalized((ankle - heel) - ahead * (ahead @ (ankle - heel)))
    return np.stack([np.cross(up, ahead), up, ahead], axis=1)


def _rolled(local: Array) -> Array:
    """A capture turns the whole palm at the wrist, where no human can: the forearm takes its part, as in any avatar."""
    local = local.copy()
    for side in ARMS:
        forearm, hand = BONE[f"{side}LowerArm"], BONE[f"{side}Hand"]
        for frame in local:
            frame[forearm], frame[hand] = split_roll(tuple(frame[forearm].tolist()), tuple(frame[hand].tolist()))
    return local
