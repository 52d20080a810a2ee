"""How still feet stand, before and after the lock, on recorded motions whose truth is known.

    python -m models.training.feet_bench --data DATA

prints a table. Each kind of motion goes in twice: with its true joints, and as an image model and a lifter would see
it: joints wander by 10 to 25 mm, more in depth, the whole body sways in depth, and feet are out of sight at times.
The latter goes through the smoothing of the live line, whose lag makes standing feet slide too.
"""

import argparse
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from mocap_bridge.quality import foot_slide_m
from mocap_bridge.records import Array, BodyJoints, RigPose
from mocap_bridge.retarget import FeetSettings, Retargeter, joints_from_pose
from mocap_bridge.skeleton import BONE, CONTACTS, JOINT
from mocap_bridge.smooth import BodySmoother, SmoothSettings
from models.training.bench.feet_truth import RATE_HZ, REST_M, Walk, on_furniture, walks
from models.training.figures.rig import load_rig
from models.training.motions import load_motions

STANDING = {
    "walk": ("06_01", "07_07", "16_15", "35_14"),
    "jump": ("02_04",),
    "turn, dance": ("39_01", "39_05", "lambada", "salsa_03", "salsa_06", "salsa_21", "indian_06"),
    "kick (not held out)": ("martial_03", "martial_05", "martial_07"),
}
"""Clips by kind. All but the kicks were never trained on; nothing here learns, but constants were chosen by eye."""
ELSEWHERE = {
    "Sitting_Idle_Loop": "LR",
    "Sitting_Talking_Loop": "LR",
    "Fixing_Kneeling": "LR",
    "Kneeling Tired": "L",  # on one knee: the right foot stands
    "Sleeping": "LR",
    "Pushup": "LR",
}
"""Clips of people who do not stand on their feet, and which of these do not."""

DEPTH_SHARE = np.array([0.5, 0.5, 0.7])
"""Of a joint's error of 10 to 25 mm along each axis: depth is the worst."""
TREMBLE_M = 0.005
"""Of each joint along each axis from frame to frame."""
SWAY_M = np.array([0.003, 0.003, 0.015])
"""Of the whole body: the distance of a body rests on its size in the picture."""

_POINTS = [JOINT[name] for name in CONTACTS]
_ANKLES = [JOINT[f"{side}_Ankle"] for side in "LR"]
_FEET = [[JOINT[f"{side}_{name}"] for name in ("Ankle", "Heel", "Toe")] for side in "LR"]
_KNEES = [BONE["LeftLowerLeg"], BONE["RightLowerLeg"]]


@dataclass(frozen=True)
class Score:
    """What one run showed; millimetres and degrees, per frame of 1/30 s where something changes."""

    slide_mm: Array  # of each heel and toe that truly stands
    held_mm: Array  # of each that is said to stand
    through_floor_mm: Array  # of the lowest point of each frame
    true: npt.NDArray[np.bool_]  # contacts of heels and toes
    said: npt.NDArray[np.bool_]
    moved_mm: Array  # change of the lock's correction, ankles
    knee_deg: Array  # change of the knee's bend beyond that without a lock
    ankle_off_mm: Array
    lag_frames: Array

    def row(self) -> str:
        hit = (self.said & self.true).sum()
        return (
            f"{self.slide_mm.mean():.2f} | {np.median(self.slide_mm):.2f} | {np.percentile(self.slide_mm, 95):.1f} | "
            f"{self.held_mm.mean():.2f} | {np.median(self.held_mm):.2f} | "
            f"{np.percentile(self.through_floor_mm, 95):.1f} | "
            f"{hit / max(1, self.said.sum()):.2f} | {hit / max(1, self.true.sum()):.2f} | "
            f"{np.percentile(self.moved_mm, 99):.1f} | {self.moved_mm.max():.1f} | {self.knee_deg.max():.1f} | "
            f"{self.ankle_off_mm.mean():.0f} | {self.lag_frames.mean():.2f}"
        )


HEADER = (
    "| motion | joints | lock | slide, mean | median | P95 | where said to stand | median | through the floor, P95 | "
    "contact precision | recall | correction changes, P99 | most | knee, most | ankle error | lag, frames |\n"
    + "|---" * 16
    + "|"
)


def wandering(shape: tuple[int, ...], time_s: float, rng: np.random.Generator) -> Array:
    """Smooth noise of deviation 1 along the first axis that changes within ``time_s``."""
    noise = gaussian_filter1d(rng.normal(size=shape), time_s * RATE_HZ, axis=0, mode="wrap")
    return np.asarray(noise / (noise.std() + 1e-9))


def as_seen(walk: Walk, rng: np.random.Generator) -> list[BodyJoints]:
    """The clip as an image model and lifter give it: raw acceleration errors are some 25 mm per frame squared."""
    frames = len(walk.joints_m)
    sigma_m = rng.uniform(0.010, 0.025) * DEPTH_SHARE
    visibility = np.full((frames, 30), 0.95)
    noise_m = sigma_m * wandering((frames, 30, 3), 0.15, rng) + TREMBLE_M * rng.normal(size=(frames, 30, 3))
    for foot in _FEET:
        hidden = wandering((frames, 1), 0.15, rng) > 1.6  # some twentieth of the time
        visibility[:, foot] = np.where(hidden, rng.uniform(0.05, 0.3), visibility[:, foot])
        noise_m[:, foot] *= np.where(hidden, 3.0, 1.0)[..., None]
    sway_m = SWAY_M * wandering((frames, 1, 3), 0.5, rng)
    joints_m = walk.joints_m + noise_m + sway_m
    return [
        BodyJoints(1, frame / RATE_HZ, joints_m[frame], visibility[frame], np.zeros((30, 2)), np.zeros(4))
        for frame in range(frames)
    ]


def as_is(walk: Walk) -> list[BodyJoints]:
    """The clip with its true joints, all of them in sight."""
    return [
        BodyJoints(1, frame / RATE_HZ, joints_m, np.ones(30), np.zeros((30, 2)), np.zeros(4))
        for frame, joints_m in enumerate(walk.joints_m)
    ]


def smoothed(bodies: Iterable[BodyJoints]) -> list[BodyJoints]:
    """As in the live line."""
    smooth = BodySmoother(SmoothSettings())
    return [smooth(body) for body in bodies]


def posed(bodies: Iterable[BodyJoints], lock: bool) -> list[RigPose]:
    """Through the solve, as live."""
    retarget = Retargeter(FeetSettings(lock=lock))
    return [retarget(body) for body in bodies]


def score(walk: Walk, free: list[RigPose], shown: list[RigPose]) -> Score:
    """``shown`` against the truth, and against ``free``, the same without a lock."""
    joints_m, free_m = (np.array([joints_from_pose(pose) for pose in poses]) for poses in (shown, free))
    slide_mm = 1e3 * foot_slide_m(joints_m[:, _POINTS], walk.contacts.astype(np.float64))
    said = np.array([pose.contacts for pose in shown]) > 0.5
    held_mm = 1e3 * foot_slide_m(joints_m[:, _POINTS], said.astype(np.float64))
    corrected_mm = 1e3 * (joints_m - free_m)[:, _ANKLES]
    bent_deg, free_bent_deg = (np.abs(np.degrees(np.diff(_bends_rad(poses), axis=0))) for poses in (shown, free))
    return Score(
        slide_mm=slide_mm[np.isfinite(slide_mm)],
        held_mm=held_mm[np.isfinite(held_mm)],
        through_floor_mm=np.maximum(0.0, 1e3 * (REST_M - joints_m[:, _POINTS, 1].min(axis=1))),
        true=walk.contacts,
        said=said,
        moved_mm=np.linalg.norm(np.diff(corrected_mm, axis=0), axis=-1).ravel(),
        knee_deg=np.maximum(0.0, bent_deg - free_bent_deg).ravel(),
        ankle_off_mm=1e3 * np.linalg.norm((joints_m - walk.joints_m)[:, _ANKLES], axis=-1).ravel(),
        lag_frames=np.array([_lag_frames(joints_m, free_m)]),
    )


def _bends_rad(poses: list[RigPose]) -> Array:
    knees = np.array([pose.rotations_xyzw[_KNEES] for pose in poses])
    return np.asarray(2 * np.arctan2(knees[..., 0], knees[..., 3]))


def _lag_frames(joints_m: Array, free_m: Array) -> float:
    """By how much the first must be moved in time for the ankles' velocities to agree best, in parts of a frame."""
    ours, theirs = (np.diff(joints[:, _ANKLES], axis=0).reshape(len(joints) - 1, -1) for joints in (joints_m, free_m))
    reach = 4
    middle = slice(reach, len(ours) - reach)
    shifts = np.arange(-reach, reach + 1)
    alike = np.array([(np.roll(ours, -shift, axis=0)[middle] * theirs[middle]).sum() for shift in shifts])
    best = int(np.clip(alike.argmax(), 1, len(alike) - 2))
    before, at, after = alike[best - 1 : best + 2]
    return float(shifts[best] + 0.5 * (before - after) / (before - 2 * at + after))


def together(scores: list[Score]) -> Score:
    fields = Score.__dataclass_fields__
    return Score(**{name: np.concatenate([getattr(one, name) for one in scores]) for name in fields})


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the feet of recorded motions before and after the lock.")
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder with motion/, bodies/")
    parser.add_argument("--seeds", type=int, default=3, help="how often each clip gets other noise")
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("name the data folder with --data or MOCAP_DATA")
    data = Path(arguments.data)
    motions, rig = load_motions(), load_rig(data)
    print(HEADER)
    for kind, names in STANDING.items():
        clips = walks(names, data, motions, rig)
        _print_rows(f"{kind} | true", [(walk, as_is(walk)) for walk in clips])
        seen = [
            (walk, smoothed(as_seen(walk, np.random.default_rng(seed))))
            for walk in clips
            for seed in range(arguments.seeds)
        ]
        _print_rows(f"{kind} | seen", seen)
    print("\n| not standing | frames in which such a foot is said to stand |\n|---|---|")
    for name, sides in ELSEWHERE.items():
        points = [row for row, contact in enumerate(CONTACTS) if contact[0] in sides]
        walk = on_furniture(name, data, motions, rig)
        poses = [
            pose
            for seed in range(arguments.seeds)
            for pose in posed(smoothed(as_seen(walk, np.random.default_rng(seed))), lock=True)
        ]
        print(f"| {name} | {np.mean([pose.contacts[points].max() > 0.5 for pose in poses]):.2f} |")


def _print_rows(what: str, clips: list[tuple[Walk, list[BodyJoints]]]) -> None:
    free = [posed(bodies, lock=False) for _, bodies in clips]
    locked = [posed(bodies, lock=True) for _, bodies in clips]
    for lock, shown in (("off", free), ("on", locked)):
        rows = [score(walk, loose, poses) for (walk, _), loose, poses in zip(clips, free, shown, strict=True)]
        print(f"| {what} | {lock} | {together(rows).row()} |", flush=True)


if __name__ == "__main__":
    main()
