"""Poses that recorded motion shows too rarely: T and A, wide arms, leaning trunks, chairs, floors, gestures.

Each is a recorded pose with some limbs turned elsewhere, so that everything else stays natural.
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mocap_bridge import rotations as quaternions
from mocap_bridge.records import Array
from models.training.figures.posing import heading, loosened, point_limb, turn_branch
from models.training.figures.rig import Rig
from models.training.motion.floor_poses import lying, on_all_fours, push_ups
from models.training.motion.gestures import gesturing

if TYPE_CHECKING:
    from models.training.motions import Motions

COUNTS = {"t_and_a": 150, "wide_arms": 1500, "leaning": 1000, "sitting": 1500, "seated gestures": 700} | {
    "gestures": 1300,
    "lying": 800,
    "on all fours": 500,
    "push-ups": 400,
}


def make(rig: Rig, motions: "Motions", rows: npt.NDArray[np.intp], heads_m: Array, rng: np.random.Generator) -> Array:
    """(M, B, 3, 3) made-up poses, grown from the frames ``rows`` of ``motions``."""

    def some(count: int) -> Array:
        return np.asarray(motions.rotations[rng.choice(rows, count)], np.float64)

    return np.concatenate(
        [
            t_and_a(some(COUNTS["t_and_a"]), rig, heads_m, rng),
            wide_arms(some(COUNTS["wide_arms"]), rig, heads_m, rng),
            leaning(some(COUNTS["leaning"]), rig, rng),
            sitting(some(COUNTS["sitting"]), rig, heads_m, rng),
            gesturing(sitting(some(COUNTS["seated gestures"]), rig, heads_m, rng), rig, heads_m, rng),
            gesturing(some(COUNTS["gestures"]), rig, heads_m, rng),
            lying(some(COUNTS["lying"]), rig, heads_m, rng),
            on_all_fours(COUNTS["on all fours"], rig, heads_m, rng),
            push_ups(COUNTS["push-ups"], rig, heads_m, rng),
        ]
    )


def t_and_a(rotations: Array, rig: Rig, heads_m: Array, rng: np.random.Generator) -> Array:
    """People who stand straight with their arms between hanging and level, a little sloppy; only heading is kept."""
    turned = np.broadcast_to(heading(rotations[:, rig.bones.index("Hips")])[:, None], rotations.shape).copy()
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        drop = np.radians(rng.choice([0.0, 45.0, 80.0], len(turned)) + rng.normal(0, 8, len(turned)))
        forward = np.radians(rng.normal(0, 10, len(turned)))
        lateral = np.stack([sign * np.cos(drop) * np.cos(forward), -np.sin(drop), np.sin(forward)], axis=-1)
        point_limb(turned, rig, heads_m, (f"{side}Arm", f"{side}ForeArm", f"{side}Hand"), lateral, lateral)
    return loosened(turned, rig, 4.0, rng)


def wide_arms(rotations: Array, rig: Rig, heads_m: Array, rng: np.random.Generator) -> Array:
    """One or both arms stretched out within 40 degrees of level, elbows up to 50 degrees bent."""
    turned = rotations.copy()
    both = rng.random(len(turned)) < 0.6
    left = rng.random(len(turned)) < 0.5
    for side, sign, chosen in (("Left", 1.0, both | left), ("Right", -1.0, both | ~left)):
        rows = np.flatnonzero(chosen)
        pitch, yaw = np.radians(rng.normal(5, 22, len(rows))), np.radians(rng.normal(0, 25, len(rows)))
        upper = np.stack([sign * np.cos(pitch) * np.cos(yaw), np.sin(pitch), np.cos(pitch) * np.sin(yaw)], axis=-1)
        bend = rng.normal(0, 0.35, (len(rows), 3)) * rng.random((len(rows), 1))
        part = turned[rows]
        point_limb(part, rig, heads_m, (f"{side}Arm", f"{side}ForeArm", f"{side}Hand"), upper, upper + bend)
        turned[rows] = part
    return turned


def leaning(rotations: Array, rig: Rig, rng: np.random.Generator) -> Array:
    """The trunk bent 20 to 80 degrees to any side (mostly forward), half in the hips, half along the spine."""
    turned = rotations.copy()
    angle = np.radians(rng.uniform(20, 80, len(turned)))
    toward = rng.normal(0, 0.9, len(turned))  # 0: forward
    axis = np.stack([np.cos(toward), np.zeros(len(turned)), -np.sin(toward)], axis=-1)
    axis = np.einsum("nij,nj->ni", heading(turned[:, rig.bones.index("Hips")]), axis)
    for bone, share in (("LowerBack", 0.5), ("Spine", 0.25), ("Spine1", 0.25)):
        turn_branch(turned, rig, bone, quaternions.to_matrix(quaternions.about(axis, share * angle)))
    return turned


def sitting(rotations: Array, rig: Rig, heads_m: Array, rng: np.random.Generator) -> Array:
    """Thighs about level, shins about down, above them any upper body, made upright where it was not."""
    turned = rotations.copy()
    hips = turned[:, rig.bones.index("Hips")]
    # Turn the whole pose until its pelvis stands upright, then tip it by a slouch.
    slouch = quaternions.to_matrix(
        quaternions.about(np.array([1.0, 0.0, 0.0]), np.radians(rng.normal(-5, 8, len(turned))))
    )
    turned[:] = (heading(hips) @ slouch @ np.swapaxes(hips, 1, 2))[:, None] @ turned
    crossed = rng.random(len(turned)) < 0.15
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        spread = np.radians(rng.normal(10, 12, len(turned)))
        rise = np.radians(rng.normal(0, 10, len(turned)))
        thigh = np.stack([sign * np.sin(spread), np.sin(rise), np.cos(spread)], axis=-1)
        swing, aside = rng.normal(-0.05, 0.3, len(turned)), rng.normal(0, 0.12, len(turned))
        aside -= np.where(crossed, sign * 0.5, 0.0)
        shin = np.stack([aside, -np.ones(len(turned)), swing], axis=-1)
        point_limb(turned, rig, heads_m, (f"{side}UpLeg", f"{side}Leg", f"{side}Foot"), thigh, shin)
    return turned
