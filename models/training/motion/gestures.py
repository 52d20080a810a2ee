"""Hands that go somewhere: to the face, behind the head, onto the hips, across the chest, to a phone, into the lap.

Recorded motion shows them seldom, cameras on desks all the time. Each is a recorded pose whose arms reach for a spot
near some bone; everything else stays as it was.
"""

from dataclasses import dataclass

import numpy as np

from mocap_bridge.records import Array
from models.training.figures.posing import point_limb
from models.training.figures.rig import Rig

Random = np.random.Generator


@dataclass(frozen=True)
class Gesture:
    """Where wrists go, for the left hand; the right one's x is mirrored."""

    near: str  # bone whose head the spot is measured from, in its own axes
    spot_m: tuple[float, float, float]  # of the wrist: outwards, up, forward
    spread_m: float
    elbow: tuple[float, float, float]  # where the elbow points: outwards, up, forward, in the axes of the chest
    both: float  # chance that both hands do it
    weight: float = 1.0


GESTURES = {
    "face": Gesture("Head", (0.04, 0.0, 0.17), 0.04, (0.5, -1.0, 0.2), 0.3, 2.0),
    "ear": Gesture("Head", (0.14, 0.04, 0.08), 0.03, (0.8, -1.0, 0.2), 0.2),
    "behind head": Gesture("Head", (0.1, 0.08, -0.06), 0.04, (1.0, 0.5, 0.2), 0.7),
    "hips": Gesture("Hips", (0.2, 0.1, 0.02), 0.03, (1.0, 0.0, -0.5), 0.7),
    "crossed": Gesture("Spine1", (-0.08, 0.02, 0.2), 0.03, (0.7, -0.8, 0.1), 1.0, 2.0),
    "phone": Gesture("Spine1", (0.08, 0.1, 0.34), 0.06, (0.6, -1.0, 0.0), 0.6),
    "lap": Gesture("Hips", (0.06, 0.08, 0.24), 0.05, (0.6, -0.5, -0.6), 0.8),
}


def gesturing(rotations: Array, rig: Rig, heads_m: Array, rng: Random) -> Array:
    """(N, B, 3, 3) the poses with hands that do something."""
    turned = rotations.copy()
    chances = np.array([gesture.weight for gesture in GESTURES.values()])
    which = rng.choice(len(GESTURES), len(turned), p=chances / chances.sum())
    for number, gesture in enumerate(GESTURES.values()):
        rows = np.flatnonzero(which == number)
        if not len(rows):
            continue
        part = turned[rows]
        both = rng.random(len(rows)) < gesture.both
        left = rng.random(len(rows)) < 0.5
        for side, sign, does in (("Left", 1.0, both | left), ("Right", -1.0, both | ~left)):
            spot_m = np.array(gesture.spot_m) + rng.normal(0, gesture.spread_m, (len(part), 3))
            moved = reaching(
                part, rig, heads_m, side, _spots(part, rig, heads_m, gesture.near, spot_m, sign), gesture.elbow
            )
            part = np.where(does[:, None, None, None], moved, part)
        turned[rows] = part
    return turned


def reaching(
    rotations: Array, rig: Rig, heads_m: Array, side: str, wrist_m: Array, elbow: tuple[float, float, float]
) -> Array:
    """The poses (N, B, 3, 3) with one wrist at (N, 3), or as near as the arm reaches; hips stay at ``heads_m[0]``."""
    bones = (f"{side}Arm", f"{side}ForeArm", f"{side}Hand")
    rows = [rig.bones.index(bone) for bone in bones]
    shoulder_m = rig.posed_heads_m(rotations, heads_m)[:, rows[0]]
    upper_m, lower_m = (float(np.linalg.norm(heads_m[rows[k + 1]] - heads_m[rows[k]])) for k in (0, 1))
    away = wrist_m - shoulder_m
    far_m = np.clip(np.linalg.norm(away, axis=1), 1.3 * abs(upper_m - lower_m) + 0.08, 0.995 * (upper_m + lower_m))
    toward = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    chest = rotations[:, rig.bones.index("Spine1")]
    pole = chest @ (np.array(elbow) * (1.0 if side == "Left" else -1.0, 1.0, 1.0))
    pole -= toward * (pole * toward).sum(axis=1, keepdims=True)
    pole /= np.maximum(np.linalg.norm(pole, axis=1, keepdims=True), 1e-9)
    cosine = (upper_m**2 + far_m**2 - lower_m**2) / (2 * upper_m * far_m)
    upper = toward * cosine[:, None] + pole * np.sqrt(np.maximum(1 - cosine**2, 0.0))[:, None]
    lower = toward * far_m[:, None] - upper * upper_m
    turned = rotations.copy()
    into_carrier = np.swapaxes(turned[:, rig.parents[rows[0]]], 1, 2)
    upper, lower = (np.einsum("nij,nj->ni", into_carrier, direction) for direction in (upper, lower))
    point_limb(turned, rig, heads_m, bones, upper, lower)
    return turned


def _spots(rotations: Array, rig: Rig, heads_m: Array, near: str, spot_m: Array, sign: float) -> Array:
    """(N, 3) spots (N, 3) in a bone's axes, as places around the posed body."""
    bone = rig.bones.index(near)
    placed_m = rig.posed_heads_m(rotations, heads_m)[:, bone]
    return np.asarray(placed_m + np.einsum("nij,nj->ni", rotations[:, bone], spot_m * (sign, 1.0, 1.0)))
