"""A clip as our own bones: from any skeleton's rotations to those relative to the T-pose, 22 bones, metres."""

from dataclasses import dataclass

import numpy as np

from ..avatar.humanoid import parent_in
from ..avatar.names import bones_called
from ..errors import AvatarError, MotionError
from ..records import Array
from ..rotations import IDENTITY, inverse, multiply, rotate
from ..skeleton import BONE, BONES, PARENTS
from .clip import Clip, Lines, line_to
from .stance import Rest, Stance, lengths_m, stance_of, unit_m_of

_BEYOND_M = 1e5


@dataclass(frozen=True, eq=False)
class Motion:
    """One person, frame by frame."""

    fps: float
    hips_m: Array  # (frames, 3) the middle of the hip joints
    rotations_xyzw: Array  # (frames, 22, 4) as RigPose has them
    bone_lengths_m: Array  # (22,)
    bones: tuple[str, ...]
    """Those that the file has; the others rest."""
    told: tuple[str, ...] = ()
    """What was guessed, for the user."""


def followed(clip: Clip, unit_m: float | None, rest: Rest) -> Motion:
    """Raises MotionError if the clip holds no human whose rotations could be told."""
    bones = _bones(clip)
    lines = Lines(clip)
    stance = stance_of(clip, lines, bones, rest)
    told = [stance.told]
    if (unit_m := unit_m or clip.unit_m) is None:
        unit_m, guess = unit_m_of(stance)
        told.append(guess)
    hips_m = _hips(clip, lines, stance, bones) * unit_m
    if not (np.abs(hips_m) < _BEYOND_M).all():
        raise MotionError("the hips are beyond all measure; is the unit right?")
    rotations = _rotations(lines, stance, bones)
    return Motion(clip.fps, hips_m, rotations, lengths_m(stance, unit_m), tuple(bones), tuple(told))


def _bones(clip: Clip) -> dict[str, int]:
    """Bone -> joint, in the order of ``BONES``."""
    try:
        found = clip.bones or bones_called(clip.names)
    except AvatarError as error:
        raise MotionError(str(error)) from error
    bones = {bone: found[bone] for bone in BONES if bone in found}
    for bone, joint in bones.items():
        upper = parent_in(bone, tuple(bones))
        if upper is not None and bones[upper] not in line_to(clip, joint)[:-1]:
            raise MotionError(f"{bone} ({clip.names[joint]}) does not hang on {upper}, as in a human it must")
    return bones


def _hips(clip: Clip, lines: Lines, stance: Stance, bones: dict[str, int]) -> Array:
    """(frames, 3) the middle of the hip joints, in our axes and the file's unit."""
    joint = bones["Hips"]
    between = (stance.heads["LeftUpperLeg"] + stance.heads["RightUpperLeg"]) / 2 - stance.heads["Hips"]
    turned = multiply(multiply(stance.ours_xyzw, lines.turns(joint)), inverse(stance.rest_xyzw["Hips"]))
    return rotate(stance.ours_xyzw, lines.places(joint)) + rotate(turned, between)


def _rotations(lines: Lines, stance: Stance, bones: dict[str, int]) -> Array:
    """(frames, 22, 4) local, relative to the T-pose; a bone that the file lacks goes with its parent."""
    world: dict[str, Array] = {}
    local = []
    for bone in BONES:
        upper = BONES[PARENTS[BONE[bone]]] if bone != "Hips" else None
        if bone in bones:
            now = multiply(stance.ours_xyzw, lines.turns(bones[bone]))
            from_tpose = multiply(stance.tpose_xyzw[BONE[bone]], stance.rest_xyzw[bone])
            world[bone] = multiply(now, inverse(from_tpose))
            local.append(multiply(inverse(world[upper]), world[bone]) if upper else world[bone])
        else:
            world[bone] = world[upper or "Hips"]
            local.append(np.broadcast_to(IDENTITY, world[bone].shape))
    return np.stack(local, axis=1)
