"""Smoothing, measured on takes of real people: ``python -m models.training.smooth_bench raw/*.take.jsonl --truth T``.

Make the takes with ``mocap-bridge record CLIP -o raw/CLIP.take.jsonl --no-smooth``. Each is smoothed anew at its own
rate, by the One-Euro filter alone (with its usual values, and as late as ours is) and by what the program does, live
and with hindsight, and measured at 30 frames a second or less. Jitter is the joints' second difference; trembling that
of what lies above 5 Hz, where no body moves; the error is that of the second difference against the truth (``--truth``,
in the formats of ``mocap-bridge quality``). Where there is one two more rows say what nobody can beat: the truth itself
a frame late, and the best linear filter for this very clip, of a lag no smaller than ours. Lag is where the
cross-correlation with the raw joints peaks. Joints are those of arms and legs, from the mid-hip.
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
from mocap_bridge.smooth import HINDSIGHT, BodySmoother, HindsightSmoother, OneEuro, SmoothSettings
from models.training.bench.best_linear import best_linear
from models.training.evaluation.measures import aligned

RATE_HZ, MOVES_HZ = 30.0, 5.0
LIMBS = [JOINT[f"{s}_{part}"] for s in "RL" for part in "Shoulder Elbow Wrist Hip Knee Ankle".split()]
HIPS = [JOINT["R_Hip"], JOINT["L_Hip"]]
LAGS = range(-1, 7)

Smooth = Callable[[list[BodyJoints]], list[BodyJoints]]


class OneEuroAlone:
    """What most programs do: the filter of Casiez et al. on every joint, with its usual values for metres."""

    def __init__(self, faster: float = 1.0) -> None:
        """``faster`` times the usual cutoffs."""
        self._root = OneEuro(faster * np.array([1.0, 1.0, 0.3]), faster * np.array([5.0, 5.0, 1.0]))
        self._joints = OneEuro(faster * np.array([1.0, 1.0, 0.5]), faster * np.array([5.0, 5.0, 3.0]))

    def __call__(self, body: BodyJoints) -> BodyJoints:
        root_m = body.joints_world_m[JOINT["Pelvis"]]
        trust = np.clip(body.visibility / 0.5, 0.1, 1.0)[:, None]
        relative_m = self._joints(body.joints_world_m - root_m, body.time_s, trust)
        return replace(body, joints_world_m=relative_m + self._root(root_m, body.time_s))


@dataclass(frozen=True, eq=False)
class Clip:
    """One person of a take, and the truth in the world's axes from the mid-hip, NaN unknown."""

    name: str
    bodies: list[BodyJoints]
    truth_m: Array | None  # (F, 12, 3)
    stride: int
    """Every how many frames it is measured."""


@dataclass(frozen=True)
class Measures:
    """Millimetres a frame squared, and frames."""

    jitter: float
    trembling: float
    error: float  # NaN without truth
    lag: float
    pa_mm: float


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure smoothing on unsmoothed takes.")
    parser.add_argument("takes", type=Path, nargs="+")
    parser.add_argument("--truth", type=Path, help="of the takes whose names begin as its own does")
    options = parser.parse_args()
    headings = "take | filter | jitter | trembling | acceleration error | lag, frames | PA-MPJPE mm"
    print(f"| {headings} |\n{'|---' * (headings.count('|') + 1)}|")
    for path in options.takes:
        known = options.truth and path.name.startswith(options.truth.name.split(".")[0])
        clip = clip_of(path, read_truth(options.truth) if known else None)
        for name, found in scored(clip).items():
            cells = (
                f"{value:.1f}" if np.isfinite(value) else "-" for value in (found.jitter, found.trembling, found.error)
            )
            pa = f"{found.pa_mm:.1f}" if np.isfinite(found.pa_mm) else "-"
            print(f"| {clip.name} | {name} | {' | '.join(cells)} | {found.lag:.2f} | {pa} |", flush=True)
    print(f"\nA body that stands still, seen with 10 mm of noise: {', '.join(map(still_row, FILTERS))}")


def one_by_one(make: Callable[[], Callable[[BodyJoints], BodyJoints]]) -> Smooth:
    def smooth(bodies: list[BodyJoints]) -> list[BodyJoints]:
        each = make()
        return [each(body) for body in bodies]

    return smooth


def with_hindsight(bodies: list[BodyJoints]) -> list[BodyJoints]:
    """As ``record --refine offline`` does it."""
    smooth, made = HindsightSmoother(SmoothSettings()), []
    for row, body in enumerate(bodies):
        smooth.learn(body)
        if row >= HINDSIGHT:
            made.append(smooth(bodies[row - HINDSIGHT]))
    return made + [smooth(body) for body in bodies[len(made) :]]


FILTERS: dict[str, Smooth] = {
    "none": lambda bodies: bodies,
    "One-Euro alone": one_by_one(OneEuroAlone),
    "ours": one_by_one(lambda: BodySmoother(SmoothSettings())),
    "ours, offline": with_hindsight,
}


def scored(clip: Clip) -> dict[str, Measures]:
    """Every filter on a clip, and One-Euro made as slow or fast that it is as late as ours."""
    found = {name: measured(clip, smooth(clip.bodies)) for name, smooth in FILTERS.items()}
    low, high = np.log(0.1), np.log(10.0)
    for _ in range(7):
        middle = (low + high) / 2
        faster = float(np.exp(middle))
        same = measured(clip, one_by_one(lambda faster=faster: OneEuroAlone(faster))(clip.bodies))  # type: ignore[misc]
        low, high = (middle, high) if same.lag > found["ours"].lag else (low, middle)
    return found | {"One-Euro as late as ours": same} | bounds(clip, found["ours"].lag)


def bounds(clip: Clip, lag: float) -> dict[str, Measures]:
    """What no filter of this lag can beat, where the truth is known: only being late, and the best linear one."""
    if clip.truth_m is None:
        return {}
    limbs = limbs_m(clip.bodies)
    true_m = clip.truth_m - clip.truth_m[:, [LIMBS.index(hip) for hip in HIPS]].mean(axis=1, keepdims=True)
    late_m = np.concatenate([np.repeat(true_m[:1], clip.stride, axis=0), true_m])[: len(true_m)]
    late = measured(clip, [_with_limbs(body, late) for body, late in zip(clip.bodies, late_m, strict=True)])
    tried = [best_linear(limbs, true_m, place, clip.stride) for place in (0.8, 0.4, 0.2, 0.1, 0.05)]
    scores = [
        measured(clip, [_with_limbs(body, one) for body, one in zip(clip.bodies, found_m, strict=True)])
        for found_m in tried
    ]
    best = next((one for one in scores if one.lag >= lag), scores[-1])
    return {"the truth, a frame late": late, "the best linear one": best}


def _with_limbs(body: BodyJoints, limbs_m: Array) -> BodyJoints:
    joints_m = body.joints_world_m.copy()
    joints_m[LIMBS] = np.nan_to_num(limbs_m)
    return replace(body, joints_world_m=joints_m)


def clip_of(path: Path, truth: Truth | None) -> Clip:
    """The person of the truth, or the one who is seen most."""
    take = read_take(path)
    scenes = list(take.scenes)
    axes = scenes[0].camera.world_from_camera[:3, :3]
    people = motions(scenes)
    found = [matched(truth, person)[0][:, LIMBS] if truth else None for person in people]
    best = int(np.argmax([_seen(person, known) for person, known in zip(people, found, strict=True)]))
    person, known = people[best], found[best]
    there = [row for row in range(len(person.frames)) if np.isfinite(person.joints_world_m[row]).all()]
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
    stride = max(1, round(person.fps / RATE_HZ))
    return Clip(path.name.removesuffix(".take.jsonl"), bodies, None if known is None else known[there] @ axes.T, stride)


def _seen(person: Motion, known: Array | None) -> float:
    return float(person.seen.sum() if known is None else np.isfinite(known).all(axis=(1, 2)).sum())


def measured(clip: Clip, smoothed: list[BodyJoints]) -> Measures:
    raw_m, found_m = limbs_m(clip.bodies)[:: clip.stride], limbs_m(smoothed)[:: clip.stride]
    rate_hz = 1 / float(np.median(np.diff([body.time_s for body in clip.bodies]))) / clip.stride
    low = butter(2, min(MOVES_HZ, 0.2 * rate_hz) / (rate_hz / 2), output="sos")
    fast_m = found_m - sosfiltfilt(low, found_m, axis=0)
    error, pa_mm = np.nan, np.nan
    if clip.truth_m is not None:
        true_m = clip.truth_m[:: clip.stride]
        true_m = true_m - true_m[:, [LIMBS.index(hip) for hip in HIPS]].mean(axis=1, keepdims=True)
        error = _mean_mm(acceleration_m(found_m) - acceleration_m(true_m))
        known = np.isfinite(true_m).all(axis=(1, 2))
        pairs = zip(found_m[known], true_m[known], strict=True)
        pa_mm = float(np.mean([np.linalg.norm(aligned(a, b) - b, axis=1).mean() for a, b in pairs])) * 1e3
    trembling = _mean_mm(acceleration_m(fast_m))
    return Measures(_mean_mm(acceleration_m(found_m)), trembling, error, lag_frames(found_m, raw_m), pa_mm)


def _mean_mm(vectors_m: Array) -> float:
    return float(np.nanmean(np.linalg.norm(vectors_m, axis=-1))) * 1e3


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
    rng = np.random.default_rng(0)
    place_m, seen = rng.normal(0, 0.4, (30, 3)), np.ones(30)
    bodies = [
        BodyJoints(1, k / 30, place_m + rng.normal(0, 0.01, (30, 3)), seen, np.zeros((30, 2)), np.zeros(4))
        for k in range(150)
    ]
    joints_m = np.array([body.joints_world_m for body in FILTERS[name](bodies)[30:]])
    return f"{name} {np.linalg.norm(joints_m.std(axis=0), axis=-1).mean() * 1e3:.1f} mm"


if __name__ == "__main__":
    main()
