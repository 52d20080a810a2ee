"""Takes to examine rules on: recorded people who act, recorded actions, and motion in which nothing happens."""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from mocap_bridge import rotations as quaternions
from mocap_bridge.records import Array, BodyJoints
from mocap_bridge.skeleton import JOINT
from models.training.events.acts import ACTS, Act, Label, Random, plateau
from models.training.events.conditions import ARMS, CONDITIONS, USUAL, Condition
from models.training.events.ground import RATE_HZ, Ground
from models.training.events.limbs import UP, arm, axes, bent
from models.training.events.other_ways import OTHER_WAYS

_HERE = Path(__file__).parent
CLIPS = {"tuning": _HERE / "clips.toml", "held-out": _HERE / "held_out.toml", "blind": _HERE / "blind.toml"}
"""The takes that rules are written on, others, and those that were fixed before any rule had been run on them."""
WAYS = {"usual": ACTS, "other": OTHER_WAYS}
"""How actions are done."""
ZONE_EDGE_Z_M = -1.3
"""Where the shipped zone begins, seen from the room."""
_SECONDS = 7.0


@dataclass(frozen=True, eq=False)
class Examination:
    """A take with what should be found in it. ``may``: events that are neither right nor wrong there."""

    name: str
    people: tuple[Array, ...]  # joints (T, 30, 3) of each
    labels: tuple[Label, ...] = ()
    condition: Condition = USUAL
    may: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Noise:
    """How joints err, as what leaves the smoothing does: slowly in the main, more so along the view."""

    slow_m: float = 0.015
    fast_m: float = 0.003
    deep: float = 2.0  # times as much towards and away from the camera
    lost_per_s: float = 0.03  # chance that a joint is unseen for a while

    def __call__(self, joints_m: Array, rate_hz: float, rng: Random) -> tuple[Array, Array]:
        """Joints (T, 30, 3) as they might be seen, and their visibility (T, 30)."""
        frames, joints = joints_m.shape[:2]
        stay = np.exp(-1.0 / (0.3 * rate_hz))  # errors last a third of a second
        slow = np.zeros((frames, joints, 3))
        for frame in range(frames):
            fresh = rng.normal(size=(joints, 3))
            slow[frame] = fresh if frame == 0 else stay * slow[frame - 1] + np.sqrt(1 - stay**2) * fresh
        error_m = self.slow_m * slow + rng.normal(0, self.fast_m, slow.shape)
        error_m[..., 2] *= self.deep
        visibility = rng.uniform(0.75, 0.98, (frames, joints))
        for frame, joint in np.argwhere(rng.random((frames, joints)) < self.lost_per_s / rate_hz):
            visibility[frame : frame + round(rng.uniform(0.07, 0.28) * rate_hz), joint] = 0.1
        return joints_m + error_m, visibility


def examinations(ground: Ground, clips: Path, repeats: int, seed: int) -> Iterator[Examination]:
    """All takes with labels: every act ``repeats`` times on people who stand, walk or sit, in turn under all
    conditions under which it can be done; then those recorded, each under four.
    """
    listed, rng = tomllib.loads(clips.read_text()), np.random.default_rng(seed)
    bases = listed["base"]
    for name, act in WAYS[listed.get("ways", "usual")].items():
        possible = [condition for condition in CONDITIONS if condition.acts is None or name in condition.acts]
        for number in range(repeats):
            condition = possible[number % len(possible)]
            fitting = [base for base in bases if _fits(name, base, condition)]
            yield acted(ground, fitting[rng.integers(len(fitting))], name, act, condition, rng)
    standing = [base for base in bases if not base.get("walks") and not base.get("seated")]
    walking = [base for base in bases if base.get("walks")]
    possible = [condition for condition in CONDITIONS if condition.acts is None]
    for number in range(repeats):
        condition, two = possible[number % len(possible)], rng.choice(len(standing), 2, replace=False)
        yield high_five(ground, [standing[one] for one in two], condition, rng)
        yield bow_together(ground, [standing[one] for one in two], condition, rng)
        yield stepping_in(ground, walking[number % len(walking)], condition, rng)
    for row in listed["recorded"]:
        for condition in (one for one in CONDITIONS if one.name in _RECORDED_UNDER):
            yield recorded(ground, row, condition)


_RECORDED_UNDER = ("usual", "15 Hz", "60 Hz", "mirrored")


def _fits(act: str, base: dict[str, Any], condition: Condition) -> bool:
    if bool(base.get("seated")) != condition.seated:
        return False
    # Nobody walks on while squatting; and who stands still anyway cannot be told to.
    if act == "still":
        return bool(base.get("walks"))
    return act in ARMS or not base.get("walks")


def acted(ground: Ground, base: dict[str, Any], name: str, act: Act, condition: Condition, rng: Random) -> Examination:
    """Somebody who does one thing, facing the camera by and large."""
    heading_deg = np.degrees(rng.normal(0, 0.35)) if not condition.heading_deg else condition.heading_deg
    joints_m = _facing(_long(ground, base, _SECONDS), heading_deg * rng.choice([-1.0, 1.0]))
    moved, labels = act(joints_m, float(rng.uniform(1.5, 2.2)), rng)
    # Walks are short: what one of them cuts off may be found, but need not.
    labels = [replace(one, must=one.must and one.to_s <= len(moved) / RATE_HZ) for one in labels]
    moved = moved - np.array([0.0, 0.0, moved[:, JOINT["Pelvis"], 2].max() + 2.5])  # well away from the zone
    title = f"{name} on {base['clip']}, {condition.name}"
    return _examination(title, (moved,), labels, condition, base.get("may", ()))


def high_five(ground: Ground, bases: Sequence[dict[str, Any]], condition: Condition, rng: Random) -> Examination:
    """Two people who face each other, and whose right or left hands meet."""
    at_s, rise_s = rng.uniform(1.5, 2.2), rng.uniform(0.3, 0.5)
    placed = _face_to_face(ground, bases, rng.uniform(0.8, 1.1))
    meet_m = np.array([0.0, rng.uniform(1.25, 1.65), -3.0 + rng.uniform(-0.1, 0.1)])
    weight = plateau(np.arange(len(placed[0])) / RATE_HZ - at_s, rise_s, 0.1)
    reaching = []
    for joints_m, sign, side in zip(placed, (-1.0, 1.0), ("R", "L") if rng.random() < 0.5 else ("R", "R"), strict=True):
        wrist_m = np.broadcast_to(meet_m + np.array([sign * 0.1, -0.1, 0.0]), (len(joints_m), 3))
        reaching.append(arm(joints_m, side, wrist_m, weight))
    label = Label("high_five", at_s + 0.5 * rise_s, at_s + rise_s + 0.25)
    may = ("point", "wave", *(name for base in bases for name in base.get("may", ())))
    return _examination(f"high_five, {condition.name}", reaching, [label], condition, may)


def bow_together(ground: Ground, bases: Sequence[dict[str, Any]], condition: Condition, rng: Random) -> Examination:
    """Two people who bow to each other, one a little later than the other."""
    at_s, rise_s, hold_s = rng.uniform(1.5, 2.0), rng.uniform(0.5, 0.8), rng.uniform(0.6, 1.2)
    placed, bowing = _face_to_face(ground, bases, rng.uniform(1.6, 2.2)), []
    for joints_m, later_s in zip(placed, (0.0, rng.uniform(0.0, 0.3)), strict=True):
        share = plateau(np.arange(len(joints_m)) / RATE_HZ - at_s - later_s, rise_s, hold_s)
        bowing.append(bent(joints_m, axes(joints_m)[0], share * rng.uniform(50, 75)))
    label = Label("bow_together", at_s + 0.4 * rise_s, at_s + rise_s + 0.8)
    may = ("bow", *(name for base in bases for name in base.get("may", ())))
    return _examination(f"bow_together, {condition.name}", bowing, [label], condition, may)


def _face_to_face(ground: Ground, bases: Sequence[dict[str, Any]], gap_m: float) -> list[Array]:
    facing = [_facing(_long(ground, base, 5.0), turn_deg) for base, turn_deg in zip(bases, (90.0, -90.0), strict=True)]
    return [
        joints_m - joints_m[:1, [JOINT["Pelvis"]]] * np.array([1.0, 0.0, 1.0]) + np.array([x_m, 0.0, -3.0])
        for joints_m, x_m in zip(facing, (-gap_m / 2, gap_m / 2), strict=True)
    ]


def stepping_in(ground: Ground, base: dict[str, Any], condition: Condition, rng: Random) -> Examination:
    """Somebody walks up to the camera, into the zone."""
    joints_m = _facing(_long(ground, base, _SECONDS), 0.0)
    pelvis_m = joints_m[:, JOINT["Pelvis"]]
    ahead_m = pelvis_m[-1] - pelvis_m[0]
    joints_m = _turned(joints_m, -np.degrees(np.arctan2(ahead_m[0], ahead_m[2])))
    pelvis_m = joints_m[:, JOINT["Pelvis"]]
    crossing = int(len(joints_m) * rng.uniform(0.3, 0.7))
    joints_m = joints_m + np.array([rng.uniform(-0.5, 0.5), 0.0, ZONE_EDGE_Z_M]) - pelvis_m[crossing] * [1, 0, 1]
    first_s = float(np.flatnonzero(joints_m[:, JOINT["Pelvis"], 2] > ZONE_EDGE_Z_M)[0]) / RATE_HZ
    label = Label("step_in_zone", first_s, first_s + 0.8)
    return _examination(f"step_in_zone on {base['clip']}, {condition.name}", (joints_m,), [label], condition, ())


def _examination(
    title: str, people: Sequence[Array], labels: Sequence[Label], condition: Condition, may: Sequence[str]
) -> Examination:
    seen = tuple(condition(joints_m, ZONE_EDGE_Z_M) for joints_m in people)
    return Examination(title, seen, tuple(labels), condition, frozenset(may))


def recorded(ground: Ground, row: dict[str, Any], condition: Condition) -> Examination:
    """An action as it was captured, with its labels set by eye."""
    joints_m = _cut(ground.joints_m(row["clip"]), row)
    joints_m = joints_m - np.array([0.0, 0.0, joints_m[:, JOINT["Pelvis"], 2].max() + 2.5])  # well away from the zone
    labels = [
        Label(name, first / RATE_HZ, last / RATE_HZ)
        for name, spans in row.items()
        if name not in ("clip", "frames", "times", "may")
        for first, last in spans
    ]
    return _examination(f"{row['clip']}, {condition.name}", (joints_m,), labels, condition, row["may"])


def unrelated(ground: Ground, clips: Path, names: Callable[[str], list[str]]) -> Iterator[Examination]:
    """Motion in which nothing of what the rules look for happens. ``names`` finds all clips that begin so."""
    for row in tomllib.loads(clips.read_text())["unrelated"]:
        for name in names(row["clip"]) if row.get("many") else [row["clip"]]:
            joints_m = _cut(ground.joints_m(name), row)[10:]  # some begin with a T-pose for the cameras
            may = frozenset({*row.get("except", ()), "step_in_zone"} if _near(joints_m) else row.get("except", ()))
            yield Examination(name, (joints_m,), may=may)


def bodies(examination: Examination, noise: Noise, rng: Random) -> Iterator[tuple[float, list[BodyJoints]]]:
    """Time and people of each frame, as they might be seen."""
    condition = examination.condition
    times = condition.noise * condition.size  # small people are seen as large as tall ones: in a crop of their own
    err = replace(noise, slow_m=noise.slow_m * times, fast_m=noise.fast_m * times)
    seen = [err(joints_m, condition.rate_hz, rng) for joints_m in examination.people]
    for _, visibility in seen:
        visibility[:, [JOINT[name] for name in condition.unseen]] = 0.1
    flat, box_px = np.zeros((30, 2)), np.zeros(4)
    for frame in range(len(examination.people[0])):
        time_s = frame / condition.rate_hz
        yield (
            time_s,
            [
                BodyJoints(number + 1, time_s, joints_m[frame], visibility[frame], flat, box_px)
                for number, (joints_m, visibility) in enumerate(seen)
            ],
        )


def _near(joints_m: Array) -> bool:
    return bool(joints_m[:, JOINT["Pelvis"], 2].max() > ZONE_EDGE_Z_M)


def _long(ground: Ground, base: dict[str, Any], seconds: float) -> Array:
    """A clip to and fro until it is long enough; nothing jumps."""
    joints_m, frames = _cut(ground.joints_m(base["clip"]), base), round(seconds * RATE_HZ)
    if base.get("walks"):
        return joints_m[:frames]
    there_and_back = [*range(len(joints_m)), *range(len(joints_m) - 2, 0, -1)]
    rows = [there_and_back[frame % len(there_and_back)] for frame in range(frames)]
    return np.asarray(joints_m[rows])


def _cut(joints_m: Array, row: dict[str, Any]) -> Array:
    first, last = row.get("frames", (0, len(joints_m)))
    return np.tile(joints_m[first:last], (row.get("times", 1), 1, 1))  # some are made to be repeated


def _facing(joints_m: Array, heading_deg: float) -> Array:
    """Turned about its first place until it faces the camera, but for ``heading_deg`` to its left."""
    across = joints_m[0, JOINT["L_Hip"]] - joints_m[0, JOINT["R_Hip"]]
    return _turned(joints_m, heading_deg - np.degrees(np.arctan2(-across[2], across[0])))


def _turned(joints_m: Array, degrees: float) -> Array:
    pivot_m = joints_m[0, JOINT["Pelvis"]] * np.array([1.0, 0.0, 1.0])
    turn = quaternions.about(UP, np.radians(degrees))
    return np.asarray(quaternions.rotate(turn, joints_m - pivot_m) + pivot_m)
