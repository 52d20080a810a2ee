"""How well bones were found: one clip's numbers, and tables of many."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mocap_bridge.records import Array
from mocap_bridge.retarget.limbs import ARMS, LEG
from mocap_bridge.retarget.limits import beyond_rad
from mocap_bridge.rotations import angle_between, rotate, world_from_local
from mocap_bridge.skeleton import BONE, BONES

MOVED = [row for row, bone in enumerate(BONES) if not bone.endswith("Toes")]
"""Bones that count: no recording and no picture tells toes from feet."""
BENT_RAD = np.radians(20)
"""From this bend on, the plane of a limb can be seen, and a hinge that lies on its other side has flipped."""

_HINGES = [(f"{side}Upper{part}", f"{side}Lower{part}") for side in ("Left", "Right") for part in ("Arm", "Leg")]
_AXES = {f"{side}UpperArm": hinge.axis for side, hinge in ARMS.items()}


@dataclass(frozen=True, eq=False)
class Score:
    """What one clip's bones were off by; of T frames."""

    name: str
    local_deg: Array  # (T, 22) angle between found and true local rotations, twist included
    world_deg: Array  # (T, 22) the same in the world: errors of all bones above add up
    yaw_deg: Array  # (T,) of the hips' heading
    flipped: Array  # (limbs bent,) 1 where the hinge lies on the wrong side: straight limbs have no side
    step_deg: Array  # (T - 1, 22) how far the found local rotations turn from frame to frame
    beyond_deg: Array  # (T, 22) how far they lie outside what a human's joints can do


def score(name: str, found: Array, true: Array) -> Score:
    """Of local rotations (T, 22, 4) against the truth."""
    world, true_world = (np.array([world_from_local(frame) for frame in local]) for local in (found, true))
    return Score(
        name,
        np.degrees(angle_between(found, true)),
        np.degrees(angle_between(world, true_world)),
        np.degrees(np.abs(_wrapped(_heading(world) - _heading(true_world)))),
        _flipped(world, true_world, true),
        np.degrees(angle_between(found[1:], found[:-1])),
        np.degrees([[beyond_rad(bone, tuple(turn)) for bone, turn in enumerate(frame)] for frame in found.tolist()]),
    )


def _heading(world: Array) -> Array:
    """(T,) of the hips, from their left side, which lies level more often than their front."""
    left = rotate(world[:, BONE["Hips"]], np.array([1.0, 0.0, 0.0]))
    return np.arctan2(-left[:, 2], left[:, 0])


def _wrapped(angle_rad: Array) -> Array:
    return np.asarray((angle_rad + np.pi) % (2 * np.pi) - np.pi)


def _flipped(world: Array, true_world: Array, true: Array) -> Array:
    columns = []
    for upper, lower in _HINGES:
        axis = np.array(_AXES.get(upper, LEG.axis))
        found, known = (rotate(turns[:, BONE[upper]], axis) for turns in (world, true_world))
        bend = true[:, BONE[lower]]
        bend_rad = np.abs(_wrapped(2 * np.arctan2(bend[:, :3] @ axis, bend[:, 3])))
        columns.append((found * known).sum(axis=1)[bend_rad > BENT_RAD] < 0)
    return np.concatenate(columns).astype(np.float64)


HEADINGS = "mean error | P95 | in the world | hinge flips | root yaw P95 | steps > 30 | beyond limits by > 3".split(
    " | "
)


def summary(scores: Sequence[Score]) -> list[str]:
    """Cells below ``HEADINGS``; every frame counts alike."""
    local, world = (part[:, MOVED] for part in _errors_deg(scores))
    flipped = np.concatenate([one.flipped for one in scores])
    yaw, steps = np.concatenate([one.yaw_deg for one in scores]), np.concatenate([one.step_deg for one in scores])
    cells = [f"{local.mean():.1f}", f"{np.percentile(local, 95):.0f}", f"{world.mean():.1f}"]
    return [
        *cells,
        f"{flipped.sum() / max(len(flipped), 1):.2%}",
        f"{np.percentile(yaw, 95):.0f}",
        f"{(steps > 30).mean():.2%}",
        f"{np.concatenate([one.beyond_deg > 3 for one in scores]).mean():.2%}",
    ]


def by_bone(scores: Sequence[Score]) -> dict[str, tuple[float, float]]:
    """Mean local and world error in degrees of each bone, left and right as one."""
    local, world = _errors_deg(scores)
    rows: dict[str, list[int]] = {}
    for row in MOVED:
        rows.setdefault(BONES[row].removeprefix("Left").removeprefix("Right"), []).append(row)
    return {bone: (float(local[:, both].mean()), float(world[:, both].mean())) for bone, both in rows.items()}


def _errors_deg(scores: Sequence[Score]) -> tuple[Array, Array]:
    return np.concatenate([one.local_deg for one in scores]), np.concatenate([one.world_deg for one in scores])
