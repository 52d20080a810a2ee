"""Moving parts of a recorded body that is given as joints: arms and legs that reach, a trunk that bends."""

import numpy as np

from mocap_bridge import rotations as quaternions
from mocap_bridge.records import Array
from mocap_bridge.rotations import normalized
from mocap_bridge.skeleton import JOINT

UP = np.array([0.0, 1.0, 0.0])
_ENDS = {"Wrist": ("Hand", "Index", "Pinky"), "Ankle": ("Toe", "Heel")}
_LEGS = [JOINT[f"{side}_{name}"] for side in "LR" for name in ("Knee", "Ankle", "Toe", "Heel")]


def axes(joints_m: Array) -> tuple[Array, Array]:
    """(T, 3) to the left of, and (T, 3) ahead of a body (T, 30, 3), both level."""
    across = joints_m[:, JOINT["L_Hip"]] - joints_m[:, JOINT["R_Hip"]]
    across = across + joints_m[:, JOINT["L_Shoulder"]] - joints_m[:, JOINT["R_Shoulder"]]
    left = normalized(across * np.array([1.0, 0.0, 1.0]))
    return left, np.cross(left, UP)


def torso_m(joints_m: Array) -> float:
    """Median length of the trunk."""
    return float(np.median(np.linalg.norm(joints_m[:, JOINT["Thorax"]] - joints_m[:, JOINT["Pelvis"]], axis=1)))


def reach(
    joints_m: Array, chain: tuple[str, str, str], goal_m: Array, weight: Array, pole: Array, like_m: Array | None = None
) -> Array:
    """The body with a limb's end brought towards (T, 3) by weight (T,); its middle joint towards ``pole`` (T, 3).

    Bones stay as long as those of ``like_m``, for a trunk that has been moved away from its limbs.
    """
    moved = joints_m.copy()
    top, middle, end = (JOINT[name] for name in chain)
    root_m = joints_m[:, top]
    like_m = joints_m if like_m is None else like_m
    upper_m = np.linalg.norm(like_m[:, middle] - like_m[:, top], axis=1)
    lower_m = np.linalg.norm(like_m[:, end] - like_m[:, middle], axis=1)
    aim_m = joints_m[:, end] + weight[:, None] * (goal_m - joints_m[:, end])
    away = aim_m - root_m
    far_m = np.clip(np.linalg.norm(away, axis=1), abs(upper_m - lower_m) + 0.02, 0.999 * (upper_m + lower_m))
    toward = normalized(away)
    own = joints_m[:, middle] - root_m
    side = _across(own, toward) * (1.0 - weight[:, None]) + _across(pole, toward) * weight[:, None]
    side = normalized(side)
    cosine = np.clip((upper_m**2 + far_m**2 - lower_m**2) / (2 * upper_m * far_m), -1.0, 1.0)
    elbow_m = root_m + upper_m[:, None] * (toward * cosine[:, None] + side * np.sqrt(1 - cosine**2)[:, None])
    end_m = root_m + toward * far_m[:, None]
    turn = quaternions.between(joints_m[:, end] - joints_m[:, middle], end_m - elbow_m)
    moved[:, middle], moved[:, end] = elbow_m, end_m
    kind = chain[2].split("_")[1]
    for name in _ENDS[kind]:
        row = JOINT[f"{chain[2][0]}_{name}"]
        offset = joints_m[:, row] - joints_m[:, end]
        moved[:, row] = end_m + (offset if kind == "Ankle" else quaternions.rotate(turn, offset))
    return moved


def arm(joints_m: Array, side: str, goal_m: Array, weight: Array) -> Array:
    """One hand brought to (T, 3), the elbow hanging outwards and down."""
    left, ahead = axes(joints_m)
    pole = left * (1.0 if side == "L" else -1.0) * 0.6 - UP - 0.3 * ahead
    return reach(joints_m, (f"{side}_Shoulder", f"{side}_Elbow", f"{side}_Wrist"), goal_m, weight, pole)


def leg(joints_m: Array, side: str, goal_m: Array, weight: Array, like_m: Array | None = None) -> Array:
    """One ankle brought to (T, 3), the knee ahead; bones as long as those of ``like_m``."""
    _, ahead = axes(joints_m)
    pole = ahead + 0.2 * UP
    return reach(joints_m, (f"{side}_Hip", f"{side}_Knee", f"{side}_Ankle"), goal_m, weight, pole, like_m)


def lowered(joints_m: Array, by_m: Array, lean_deg: Array) -> Array:
    """The body sunk by (T,) metres on bent knees, the trunk bent forward; feet stay."""
    left, ahead = axes(joints_m)
    moved = bent(joints_m, left, lean_deg)
    upper = [row for row in range(joints_m.shape[1]) if row not in _LEGS]
    moved[:, upper] -= (UP * by_m[:, None] + 0.35 * ahead * by_m[:, None])[:, None]
    stays = np.ones(len(joints_m))
    for side in "LR":
        moved = leg(moved, side, joints_m[:, JOINT[f"{side}_Ankle"]], stays, joints_m)
    return moved


def bent(joints_m: Array, axis: Array, degrees: Array) -> Array:
    """The body with everything above the pelvis turned about an axis (T, 3) through it."""
    turn = quaternions.about(axis, np.radians(degrees))
    rows = [row for row in range(joints_m.shape[1]) if row not in _LEGS and row != JOINT["Pelvis"]]
    rows = [row for row in rows if row not in (JOINT["L_Hip"], JOINT["R_Hip"])]
    pelvis_m = joints_m[:, [JOINT["Pelvis"]]]
    moved = joints_m.copy()
    moved[:, rows] = pelvis_m + quaternions.rotate(turn[:, None], joints_m[:, rows] - pelvis_m)
    return moved


def spun(joints_m: Array, degrees: Array) -> Array:
    """The body turned about the vertical through its pelvis."""
    turn = quaternions.about(np.broadcast_to(UP, (len(degrees), 3)), np.radians(degrees))
    pelvis_m = joints_m[:, [JOINT["Pelvis"]]]
    return np.asarray(pelvis_m + quaternions.rotate(turn[:, None], joints_m - pelvis_m))


def _across(way: Array, toward: Array) -> Array:
    return normalized(way - toward * np.sum(way * toward, axis=1, keepdims=True))
