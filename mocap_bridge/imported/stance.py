"""How a skeleton stands: which pose is its rest, where up and forward are, and how long a unit of the file is."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from ..avatar.tpose import offsets_at_rest_m, tpose_turns
from ..errors import MotionError
from ..records import Array
from ..rotations import IDENTITY, about, between, multiply, normalized, rotate
from ..skeleton import BONE, BONES, PARENTS, REST_OFFSETS_M
from .clip import Clip, Lines, at_rest


class Rest(StrEnum):
    """Which pose of the file all rotations are counted from, once it is brought into a T."""

    AUTO = "auto"
    """The skeleton as the file describes it; if nobody stands like that, the first frame in which somebody does."""
    SKELETON = "skeleton"
    FIRST = "first"


@dataclass(frozen=True, eq=False)
class Stance:
    """A skeleton at rest. Places are in the file's unit and in our axes (Y up), the person facing +Z."""

    ours_xyzw: Array  # (4,) from the file's axes to ours, for everything in it
    heads: dict[str, Array]  # bone -> (3,) at rest
    rest_xyzw: dict[str, Array]  # bone -> (4,) world rotation at rest, in our axes, the person facing +Z
    tpose_xyzw: Array  # (22, 4) from there to the T-pose
    offsets: Array  # (22, 3) in the T-pose; 0 for bones it lacks
    told: str  # what was chosen, for the user


_LEGS_DOWN, _UPRIGHT = -0.85, 0.9  # cosines: of legs to trunk, of the trunk to an axis
_LEVEL = 0.35  # sine of the arms above the horizon, in a T-pose
_LEG_M = 0.83  # thigh and shin of HEIGHT_M
_UNITS_M = {"a metre": 1.0, "a centimetre": 0.01, "an inch": 0.0254, "a millimetre": 0.001} | {
    "a decimetre": 0.1,
    "1/0.45 inch (as in CMU's files)": 0.0254 / 0.45,
    "a foot": 0.3048,
}
_PLAUSIBLE_M = (0.45, 1.15)  # legs of a child and of a giant
_FOR_STANDING = ("LeftUpperLeg", "RightUpperLeg", "LeftFoot", "RightFoot", "Head")
_SHORTEST_M = 1e-4  # 0 would stand for a bone that nobody has measured


def stance_of(clip: Clip, lines: Lines, bones: dict[str, int], rest: Rest) -> Stance:
    """Raises MotionError if nobody stands in the pose that is asked for, or, with AUTO, in none."""
    if rest is not Rest.FIRST:
        places, turns = at_rest(clip)
        heads = {bone: places[joint] for bone, joint in bones.items()}
        up, stands = _upright(heads)
        if stands or clip.in_tpose:
            up = up if stands else np.eye(3)[1]
            return _stance(heads, {bone: turns[joint] for bone, joint in bones.items()}, up, clip.in_tpose, None)
        if rest is Rest.SKELETON:
            raise MotionError("the skeleton does not stand at rest: its head is not above it, or its legs not below")
    ups, standing = _upright({bone: lines.places(bones[bone]) for bone in _FOR_STANDING})
    frames = np.flatnonzero(standing[:1] if rest is Rest.FIRST else standing)
    if not len(frames):
        where = "in the first frame" if rest is Rest.FIRST else "at rest nor in any frame"
        raise MotionError(
            f"nobody stands upright {where}, so what the bones' rotations mean cannot be told; "
            "add a frame in which the person stands, best in a T-pose"
        )
    frame = int(frames[0])
    heads = {bone: lines.places(joint)[frame] for bone, joint in bones.items()}
    return _stance(heads, {bone: lines.turns(joint)[frame] for bone, joint in bones.items()}, ups[frame], False, frame)


def _upright(heads: dict[str, Array]) -> tuple[Array, npt.NDArray[np.bool_]]:
    """The axis (..., 3) of the file that points from feet to head, and whether (...) this is somebody who stands."""
    hips = (heads["LeftUpperLeg"] + heads["RightUpperLeg"]) / 2
    trunk = normalized(heads["Head"] - hips)
    legs = normalized((heads["LeftFoot"] + heads["RightFoot"]) / 2 - hips)
    longest = np.abs(trunk) >= np.abs(trunk).max(axis=-1, keepdims=True)
    axis: Array = np.where(longest, np.sign(trunk), 0.0)
    apart = np.linalg.norm(heads["LeftUpperLeg"] - heads["RightUpperLeg"], axis=-1) > 1e-6
    stretched = (trunk * legs).sum(axis=-1) < _LEGS_DOWN
    return axis, np.asarray(stretched & ((trunk * axis).sum(axis=-1) > _UPRIGHT) & apart)


def _stance(heads: dict[str, Array], turns: dict[str, Array], up: Array, in_tpose: bool, frame: int | None) -> Stance:
    stand = between(up, np.eye(3)[1])
    heads = {bone: rotate(stand, head) for bone, head in heads.items()}
    left = np.sum([heads[f"Left{bone}"] - heads[f"Right{bone}"] for bone in ("UpperLeg", "UpperArm")], axis=0)
    yaw = float(np.arctan2(left[2], left[0]))
    quarter = round(yaw / (np.pi / 2)) * np.pi / 2
    # A skeleton faces along an axis, and so does its world; somebody in a frame faces where they happen to.
    facing = about(np.eye(3)[1], quarter if frame is None else yaw)
    ours = multiply(facing, stand) if frame is None else stand
    heads = {bone: rotate(facing, head) for bone, head in heads.items()}
    rest = {bone: multiply(facing, multiply(stand, turn)) for bone, turn in turns.items()}
    offsets = offsets_at_rest_m(heads)
    tpose = np.tile(IDENTITY, (len(BONES), 1)) if in_tpose else tpose_turns(offsets, heads)
    offsets[1:] = rotate(tpose[list(PARENTS)], offsets)[1:]
    how = "its skeleton at rest" if frame is None else f"frame {frame + 1}, where the person stands"
    if not in_tpose:
        how += "" if _is_t(heads) else ", with the limbs brought into a T"
    return Stance(ours, heads, rest, tpose, offsets, f"rotations are counted from {how}")


def _is_t(heads: dict[str, Array]) -> bool:
    arms = [normalized(heads[f"{side}Hand"] - heads[f"{side}UpperArm"]) for side in ("Left", "Right")]
    return all(abs(arm[1]) < _LEVEL for arm in arms)


def unit_m_of(stance: Stance) -> tuple[float, str]:
    """Metres in a unit of the file, by the length of the legs, and what to say of it."""
    rows = [BONE[f"{side}{bone}"] for side in ("Left", "Right") for bone in ("LowerLeg", "Foot")]
    leg = float(np.linalg.norm(stance.offsets[rows], axis=1).sum() / 2)
    if not 1e-6 < leg < 1e9:
        raise MotionError("its legs have no length")
    plausible = [name for name, unit in _UNITS_M.items() if _PLAUSIBLE_M[0] <= leg * unit <= _PLAUSIBLE_M[1]]
    name = (plausible or sorted(_UNITS_M, key=lambda name: abs(np.log(leg * _UNITS_M[name] / _LEG_M))))[0]
    return _UNITS_M[name], f"its unit is taken for {name}: so the legs are {leg * _UNITS_M[name]:.2f} m long"


def lengths_m(stance: Stance, unit_m: float) -> Array:
    """(22,) bone lengths. Where the file lacks bones, those of the same chain are an average body's, as long in all."""
    offsets_m = stance.offsets * unit_m
    heads_m = {bone: head * unit_m for bone, head in stance.heads.items()}
    hips_m = (heads_m["LeftUpperLeg"] + heads_m["RightUpperLeg"]) / 2  # where ours are
    for bone in ("Spine", "LeftUpperLeg", "RightUpperLeg"):
        offsets_m[BONE[bone]] = heads_m[bone] - hips_m
    if any(bone not in heads_m for bone in _TRUNK):
        offsets_m[_TRUNK_ROWS] = _usual(_TRUNK, heads_m["Head"] - hips_m)
        chest_m = hips_m + offsets_m[_TRUNK_ROWS[:3]].sum(axis=0)
        for side in ("Left", "Right"):
            first = f"{side}Shoulder" if f"{side}Shoulder" in heads_m else f"{side}UpperArm"
            offsets_m[BONE[f"{side}Shoulder"]] = heads_m[first] - chest_m
    for chain in ((f"{side}Shoulder", f"{side}UpperArm") for side in ("Left", "Right")):
        if chain[0] not in heads_m:
            offsets_m[[BONE[bone] for bone in chain]] = _usual(chain, offsets_m[BONE[chain[0]]])
    for side in ("Left", "Right"):
        if f"{side}Toes" not in heads_m:
            leg = (f"{side}LowerLeg", f"{side}Foot")
            legs_m = np.linalg.norm(offsets_m[[BONE[bone] for bone in leg]].sum(axis=0))
            offsets_m[BONE[f"{side}Toes"]] = REST_OFFSETS_M[BONE[f"{side}Toes"]] * legs_m / _LEG_M
    lengths = np.maximum(np.linalg.norm(offsets_m, axis=1), _SHORTEST_M)
    lengths[0] = 0.0
    return np.asarray(lengths)


_TRUNK = ("Spine", "Chest", "UpperChest", "Neck", "Head")
_TRUNK_ROWS = [BONE[bone] for bone in _TRUNK]


def _usual(chain: tuple[str, ...], whole_m: Array) -> Array:
    """Offsets (n, 3) of an average body's chain, scaled so that it reaches as far as ``whole_m`` (3,)."""
    usual = REST_OFFSETS_M[[BONE[bone] for bone in chain]]
    return np.asarray(usual * np.linalg.norm(whole_m) / np.linalg.norm(usual.sum(axis=0)))
