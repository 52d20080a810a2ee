"""One person's numbers, and the same over time for a picture."""

from dataclasses import dataclass

import msgspec
import numpy as np

from ..records import Array
from ..skeleton import BONES, JOINT
from .metrics import (
    acceleration_m,
    bone_length_cv,
    floor_depth_m,
    foot_slide_m,
    hinge_flips,
    joint_error_m,
    limit_excess_rad,
    turn_jitter_rad,
    yaw_steps_rad,
)
from .motion import Motion
from .pairing import LIMBS, matched
from .summary import mean, number, per_frame, percentile
from .truth import Truth

UNSEEN = 0.1
"""Visibility below which nothing of a joint is believed: its place is a guess."""

TOLERATED_RAD = np.radians(3)
"""Beyond a limit by less than this is a rounding of the limit, not a fault."""

_HIPS = [JOINT["R_Hip"], JOINT["L_Hip"]]


class PersonQuality(msgspec.Struct, frozen=True):
    """Plain numbers; None where there was nothing to measure. Steps are those of one frame."""

    person_id: int
    frames: int
    """From first to last appearance."""
    frames_unseen: int
    fps: float | None
    jitter_mm: float | None
    """Mean length of the joints' second difference, per frame^2: trembling, and real motion."""
    turn_jitter_deg: float | None
    """The same of the avatar's bones, as they turn."""
    acceleration_error_mm: float | None
    """Mean length of the difference between both second differences, take and truth, per frame^2."""
    position_error_mm: float | None
    """Mean distance from the truth, with the middles of the hips laid on each other."""
    frames_with_truth: int
    contact_share: float | None
    """Of all frames, heels and toes: in contact with the floor in this frame and the one before."""
    foot_slide_mm: float | None
    """Mean, per frame in contact."""
    floor_depth_p95_mm: float | None
    bone_length_cv: float | None
    """Of arms and legs as the eyes saw them, mean."""
    hinge_flips: int
    """Frames in which the plane of an elbow or knee leapt to the other side."""
    hinge_flip_share: float | None
    """Of all frames and hinges."""
    limit_violations: int
    """Frames and bones beyond what a body can do by 3 degrees or more."""
    limit_excess_max_deg: float | None
    limit_worst_bone: str | None
    yaw_step_p95_deg: float | None
    yaw_step_max_deg: float | None
    guessed_share: float | None
    """Of all joints in all frames."""


@dataclass(frozen=True, eq=False)
class Curves:
    """The same over time, (F,) each, NaN where there was nothing to measure."""

    times_s: Array
    values: dict[str, Array]


def assessed(motion: Motion, truth: Truth | None = None) -> tuple[PersonQuality, Curves]:
    """A person's report, and its curves by their headings."""
    jitter_m = np.linalg.norm(acceleration_m(motion.joints_world_m), axis=-1)
    slide_m = foot_slide_m(motion.feet_world_m, motion.contacts)
    depth_m = floor_depth_m(motion.feet_world_m)
    flips = hinge_flips(motion.rotations_xyzw)
    beyond = limit_excess_rad(motion.rotations_xyzw)
    steps_rad = yaw_steps_rad(motion.rotations_xyzw[:, 0])
    guessed = np.where(np.isnan(motion.visibility), np.nan, motion.visibility < UNSEEN)
    error_m, acceleration_error_m = _errors_m(motion, truth)
    worst_rad = np.nan_to_num(beyond).max(axis=0, initial=0.0)
    report = PersonQuality(
        person_id=motion.person_id,
        frames=len(motion.frames),
        frames_unseen=int(len(motion.frames) - motion.seen.sum()),
        fps=number(motion.fps, 2),
        jitter_mm=mean(jitter_m, 1e3, 2),
        turn_jitter_deg=mean(turn_jitter_rad(motion.rotations_xyzw), 180 / np.pi, 3),
        acceleration_error_mm=mean(acceleration_error_m, 1e3, 2),
        position_error_mm=mean(error_m, 1e3, 1),
        frames_with_truth=int(np.isfinite(error_m).any(axis=1).sum()),
        contact_share=mean(np.where(np.isnan(motion.contacts), np.nan, np.isfinite(slide_m)), 1.0, 4),
        foot_slide_mm=mean(slide_m, 1e3, 2),
        floor_depth_p95_mm=percentile(depth_m, 95, 1e3, 1),
        bone_length_cv=mean(bone_length_cv(motion.joints_world_m), 1.0, 4),
        hinge_flips=int(np.nansum(np.nan_to_num(flips))),
        hinge_flip_share=mean(flips, 1.0, 5),
        limit_violations=int((np.nan_to_num(beyond) > TOLERATED_RAD).sum()),
        limit_excess_max_deg=percentile(beyond, 100, 180 / np.pi, 1),
        limit_worst_bone=BONES[int(np.argmax(worst_rad))] if worst_rad.max() > TOLERATED_RAD else None,
        yaw_step_p95_deg=percentile(steps_rad, 95, 180 / np.pi, 2),
        yaw_step_max_deg=percentile(steps_rad, 100, 180 / np.pi, 2),
        guessed_share=mean(guessed, 1.0, 4),
    )
    curves = {
        "jitter, mm/frame^2": per_frame(jitter_m) * 1e3,
        "acceleration error, mm/frame^2": per_frame(acceleration_error_m) * 1e3,
        "position error, mm": per_frame(error_m) * 1e3,
        "foot slide in contact, mm/frame": per_frame(slide_m) * 1e3,
        "below the floor, mm": depth_m * 1e3,
        "beyond joint limits, degrees": per_frame(beyond, np.max) * 180 / np.pi,
        "yaw step, degrees/frame": steps_rad * 180 / np.pi,
        "guessed joints, %": per_frame(guessed) * 100,
    }
    return report, Curves(motion.times_s, {name: curve for name, curve in curves.items() if np.isfinite(curve).any()})


def _errors_m(motion: Motion, truth: Truth | None) -> tuple[Array, Array]:
    """Position and acceleration errors (F, 12) of the limbs' joints, in the camera's axes, mid-hip aligned."""
    if truth is None:
        nothing = np.full((len(motion.frames), len(LIMBS)), np.nan)
        return nothing, nothing
    true_m, whom = matched(truth, motion)
    ours_m = (motion.joints_camera_m - motion.joints_camera_m[:, _HIPS].mean(axis=1, keepdims=True))[:, LIMBS]
    true_m = (true_m - true_m[:, _HIPS].mean(axis=1, keepdims=True))[:, LIMBS]
    # Between two people of the truth there is no motion to compare.
    same = np.isfinite(acceleration_m(whom[:, None])) & (np.abs(acceleration_m(whom[:, None])) < 0.5)
    accelerations_m = np.where(same[..., None], acceleration_m(ours_m) - acceleration_m(true_m), np.nan)
    return joint_error_m(ours_m, true_m), np.asarray(np.linalg.norm(accelerations_m, axis=-1))
