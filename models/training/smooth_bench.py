"""Smoothing, measured on takes of real people: ``python -m models.training.smooth_bench raw/*.take.jsonl --truth T``.

Make the takes with ``mocap-bridge record CLIP -o raw/CLIP.take.jsonl --no-smooth``. Each is thinned to 30 frames a
second and smoothed anew, by the One-Euro filter alone and by what the program does. Acceleration is compared with the
truth (``--truth``, in the formats of ``mocap-bridge quality``), or, where nobody knows it, with the joints filtered
forwards and backwards at 5 Hz. Lag is where the cross-correlation with the raw joints peaks.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.signal import butter, sosfiltfilt

from mocap_bridge.quality.metrics import acceleration_m
from mocap_bridge.quality.motion import Motion, motions
from mocap_bridge.quality.pairing import matched
from mocap_bridge.quality.truth import Truth, read_truth
from mocap_bridge.records import Array, BodyJoints
from mocap_bridge.replay import read_take
from mocap_bridge.skeleton import JOINT
from mocap_bridge.smooth import BodySmoother, OneEuro, SmoothSettings
from models.training.evaluation.measures import aligned

RATE_HZ, TRUE_HZ = 30.0, 5.0
LIMBS = [JOINT[f"{s}_{part}"] for s in "RL" for part in "Shoulder Elbow Wrist Hip Knee Ankle".split()]
HIPS = [JOINT["R_Hip"], JOINT["L_Hip"]]
LAGS = range(-1, 7)

Smooth = Callable[[BodyJoints], BodyJoints]


class OneEuroAlone:
    """What most programs do: the filter of Casiez et al. on every joint, with its usual values for metres."""

    def __init__(self) -> None:
        self._root = OneEuro(np.array([1.0, 1.0, 0.3]), np.array([5.0, 5.0, 1.0]))
        self._joints = OneEuro(np.array([1.0, 1.0, 0.5]), np.array([5.0, 5.0, 3.0]))

    def __call__(self, body: BodyJoints) -> BodyJoints:
        root_m = body.joints_world_m[JOINT["Pelvis"]]
        trust = np.clip(body.visibility / 0.5, 0.1, 1.0)[:, None]
        relative_m = self._joints(body.joints_world_m - root_m, body.time_s, trust)
        return replace(body, joints_world_m=relative_m + self._root(root_m, body.time_s))


@dataclass(frozen=True, eq=False)
class Clip:
    """One person of a take at ``RATE_HZ`` or less, and the truth in the world's axes from the mid-hip, NaN unknown."""

    name: str
    bodies: list[BodyJoints]
    truth_m: Array | None  # (F, 12, 3)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure smoothing on unsmoothed takes.")
    parser.add_argument("takes", type=Path, nargs="+")
    parser.add_argument("--truth", type=Path, help="of the takes whose names begin as its own does")
    options = parser.parse_args()
    print("| take | filter | acceleration error mm/frame^2 | lag, frames | PA-MPJPE mm |\n|---|---|---|---|---|")
    for path in options.takes:
        known = options.truth and path.name.startswith(options.truth.name.split(".")[0])
        clip = clip_of(path, read_truth(options.truth) if known else None)
        for name, make in FILTERS.items():
            smooth = make()
            print(row(clip, name, [smooth(body) for body in clip.bodies]))
    print(f"\nA body that stands still, seen with 10 mm of noise: {', '.join(map(still_row, FILTERS))}")


FILTERS: dict[str, Callable[[], Smooth]] = {
    "none": lambda: lambda body: body,
    "One-Euro alone": OneEuroAlone,
    "ours": lambda: BodySmoother(SmoothSettings()),
}


def clip_of(path: Path, truth: Truth | None) -> Clip:
    """The person of the truth, or the one who is seen most."""
    take = read_take(path)
    scenes = list(take.scenes)
    axes = scenes[0].camera.world_from_camera[:3, :3]
    people = motions(scenes)
    found = [matched(truth, person)[0][:, LIMBS] if truth else None for person in people]
    best = int(np.argmax([_seen(person, known) for person, known in zip(people, found, strict=True)]))
    person, known = people[best], found[best]
    stride = max(1, round(person.fps / RATE_HZ))
    there = [row for row in range(0, len(person.frames), stride) if np.isfinite(person.joints_world_m[row]).all()]
    bodies = [
        BodyJoints(
            1,
            float(person.times_s[row]),
            person.joints_world_m[row],
            person.visibility[row],
            person.joints_px[row],
            np.zeros(4),
        )
        for row in there
    ]
    return Clip(path.name.removesuffix(".take.jsonl"), bodies, None if known is None else known[there] @ axes.T)


def _seen(person: Motion, known: Array | None) -> float:
    return float(person.seen.sum() if known is None else np.isfinite(known).all(axis=(1, 2)).sum())


def row(clip: Clip, name: str, smoothed: list[BodyJoints]) -> str:
    raw_m, found_m = limbs_m(clip.bodies), limbs_m(smoothed)
    if clip.truth_m is None:
        rate_hz = 1 / float(np.median(np.diff([body.time_s for body in clip.bodies])))
        low = butter(2, min(TRUE_HZ, 0.2 * rate_hz) / (rate_hz / 2), output="sos")
        true_m, pa = sosfiltfilt(low, raw_m, axis=0), "-"
    else:
        true_m = clip.truth_m - clip.truth_m[:, [LIMBS.index(hip) for hip in HIPS]].mean(axis=1, keepdims=True)
        known = np.isfinite(true_m).all(axis=(1, 2))
        errors_m = [
            np.linalg.norm(aligned(a, b) - b, axis=1).mean() for a, b in zip(found_m[known], true_m[known], strict=True)
        ]
        pa = f"{np.mean(errors_m) * 1e3:.1f}"
    off_m = np.linalg.norm(acceleration_m(found_m) - acceleration_m(true_m), axis=-1)
    return f"| {clip.name} | {name} | {np.nanmean(off_m) * 1e3:.1f} | {lag_frames(found_m, raw_m):.2f} | {pa} |"


def limbs_m(bodies: list[BodyJoints]) -> Array:
    """(F, 12, 3) from the mid-hip."""
    joints_m = np.array([body.joints_world_m for body in bodies])
    return np.asarray(joints_m[:, LIMBS] - joints_m[:, HIPS].mean(axis=1, keepdims=True))


def lag_frames(found_m: Array, raw_m: Array) -> float:
    """By how many frames ``found_m`` (F, N, 3) trails, to a part of a frame (a parabola through the peak)."""
    frames = len(raw_m)
    alike = []
    for lag in LAGS:
        late, early = found_m[max(lag, 0) : frames + min(lag, 0)], raw_m[max(-lag, 0) : frames - max(lag, 0)]
        late, early = late - late.mean(axis=0), early - early.mean(axis=0)
        alike.append(float((late * early).sum() / np.sqrt((late**2).sum() * (early**2).sum())))
    peak = int(np.argmax(alike))
    if not 0 < peak < len(alike) - 1:
        return float(LAGS[peak])
    before, here, after = alike[peak - 1 : peak + 2]
    return LAGS[peak] + 0.5 * (before - after) / (before - 2 * here + after)


def still_row(name: str) -> str:
    rng, smooth = np.random.default_rng(0), FILTERS[name]()
    place_m, seen = rng.normal(0, 0.4, (30, 3)), np.ones(30)
    bodies = [
        smooth(BodyJoints(1, k / 30, place_m + rng.normal(0, 0.01, (30, 3)), seen, np.zeros((30, 2)), np.zeros(4)))
        for k in range(150)
    ]
    joints_m = np.array([body.joints_world_m for body in bodies[30:]])
    return f"{name} {np.linalg.norm(joints_m.std(axis=0), axis=-1).mean() * 1e3:.1f} mm"


if __name__ == "__main__":
    main()
