"""People on the floor: lying on back, belly or side, on all fours, and holding or doing push-ups.

The body's own axes: x to its left, y from pelvis to head, z out of its chest.
"""

import numpy as np

from mocap_bridge import rotations as quaternions
from mocap_bridge.records import Array
from models.training.figures.posing import loosened, point_limb, turn_branch
from models.training.figures.rig import Rig

Random = np.random.Generator

_ARM, _LEG = ("*Arm", "*ForeArm", "*Hand"), ("*UpLeg", "*Leg", "*Foot")
_SIDES = (("Left", 1.0), ("Right", -1.0))
_X, _Y, _Z = np.eye(3)


def lying(rotations: Array, rig: Rig, heads_m: Array, rng: Random) -> Array:
    """Recorded poses laid down; most with their legs stretched out, some as they were."""
    count = len(rotations)
    roll = np.radians(
        rng.choice([0.0, 180.0, 90.0, -90.0], count, p=(0.4, 0.25, 0.175, 0.175)) + rng.normal(0, 12, count)
    )
    tilt = np.radians(-90 + rng.normal(0, 8, count))  # on the back; rolled over, on the belly or a side
    turned = _brought(rotations, rig, quaternions.multiply(quaternions.about(_X, tilt), quaternions.about(_Y, roll)))
    stretched = turned.copy()
    for side, sign in _SIDES:
        noise = rng.normal(0, 1, (2, count, 3))
        thigh = np.array([0.12 * sign, -1.0, 0.1]) + noise[0] * (0.12, 0.0, 0.2)
        shin = np.array([0.05 * sign, -1.0, -0.1]) + noise[1] * (0.08, 0.0, 0.2) - np.abs(noise[1]) * (0, 0, 0.2)
        _point(stretched, rig, heads_m, side, _LEG, thigh, shin)
    return np.where((rng.random(count) < 0.7)[:, None, None, None], stretched, turned)


def on_all_fours(count: int, rig: Rig, heads_m: Array, rng: Random) -> Array:
    """(N, B, 3, 3) crawling: hands and knees below the trunk, in any phase of a step."""
    turned = _prone(count, rig, np.radians(82 + rng.normal(0, 10, count)), rng)
    for side, sign in _SIDES:
        step = rng.normal(0, 0.28, (2, count))
        upper = np.stack([np.full(count, 0.15 * sign), 0.1 + step[0], np.ones(count)], axis=1)
        thigh = np.stack([np.full(count, 0.1 * sign), step[1] - 0.05, np.ones(count)], axis=1)
        shin = np.array([0.0, -1.0, 0.05]) + rng.normal(0, 0.08, (count, 3))
        _point(turned, rig, heads_m, side, _ARM, upper, upper + rng.normal(0, 0.12, (count, 3)))
        _point(turned, rig, heads_m, side, _LEG, thigh, shin)
    return turned


def push_ups(count: int, rig: Rig, heads_m: Array, rng: Random) -> Array:
    """(N, B, 3, 3) straight bodies above the floor, elbows from straight to fully bent."""
    turned = _prone(count, rig, np.radians(rng.uniform(62, 90, count)), rng)
    bend, wide = rng.random(count), rng.uniform(0.15, 0.35, count)
    for side, sign in _SIDES:
        upper = np.stack([sign * (wide + 0.6 * bend), 0.1 - 0.5 * bend, 1 - 0.75 * bend], axis=1)
        lower = np.stack([sign * (wide - 0.5 * bend), 0.1 + 0.3 * bend, np.ones(count)], axis=1)
        leg = np.array([0.08 * sign, -1.0, 0.0]) + rng.normal(0, 0.05, (count, 3))
        _point(turned, rig, heads_m, side, _ARM, upper, lower + rng.normal(0, 0.06, (count, 3)))
        _point(turned, rig, heads_m, side, _LEG, leg, leg + rng.normal(0, 0.04, (count, 3)))
    return turned


def _prone(count: int, rig: Rig, tilt_rad: Array, rng: Random) -> Array:
    """Straight bodies, face down, that lift their heads more or less."""
    turns = quaternions.to_matrix(quaternions.about(_X, tilt_rad))
    turned = np.broadcast_to(turns[:, None], (count, len(rig.bones), 3, 3)).copy()
    lift = quaternions.about(_X, -np.radians(rng.uniform(0, 55, count)))
    turn_branch(turned, rig, "Neck", quaternions.to_matrix(lift))
    return loosened(turned, rig, 4.0, rng)


def _brought(rotations: Array, rig: Rig, wanted: Array) -> Array:
    """The whole poses turned until their hips stand as quaternions (N, 4) say."""
    hips = rotations[:, rig.bones.index("Hips")]
    return np.asarray((quaternions.to_matrix(wanted) @ np.swapaxes(hips, 1, 2))[:, None] @ rotations)


def _point(
    rotations: Array, rig: Rig, heads_m: Array, side: str, limb: tuple[str, ...], upper: Array, lower: Array
) -> None:
    bones = tuple(bone.replace("*", side) for bone in limb)
    point_limb(rotations, rig, heads_m, (bones[0], bones[1], bones[2]), upper, lower)
