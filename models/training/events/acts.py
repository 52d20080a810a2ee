"""Known actions, performed by a recorded body: each is an edit of its joints over a second or two, and its labels.

All of them vary by ``rng`` in size, speed and place. A label is the time in which an event must begin.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mocap_bridge.records import Array
from mocap_bridge.skeleton import JOINT
from models.training.events.ground import RATE_HZ
from models.training.events.limbs import UP, arm, axes, bent, leg, lowered, spun, torso_m

Random = np.random.Generator


@dataclass(frozen=True)
class Label:
    """An event that must begin between two times; ``must`` is False where it may, as part of another action."""

    name: str
    from_s: float
    to_s: float
    must: bool = True


Act = Callable[[Array, float, Random], tuple[Array, list[Label]]]
"""Joints (T, 30, 3), when to begin -> the same body acting, and what should be found."""


def moments_s(joints_m: Array) -> Array:
    """(T,) the time of every frame."""
    return np.arange(len(joints_m)) / RATE_HZ


def plateau(times_s: Array, rise_s: float, hold_s: float) -> Array:
    """(T,) 0 before 0, up to 1 within ``rise_s``, held, and down again as fast; smooth."""
    up = np.clip(times_s / rise_s, 0, 1)
    down = np.clip((rise_s + hold_s + rise_s - times_s) / rise_s, 0, 1)
    share = np.minimum(up, down)
    return np.asarray(share * share * (3 - 2 * share))


def spot(joints_m: Array, near: str, outwards: float, up: float, ahead: float) -> Array:
    """(T, 3) a place near a joint, in torsos along the body's axes."""
    left, forward = axes(joints_m)
    return np.asarray(joints_m[:, JOINT[near]] + torso_m(joints_m) * (left * outwards + UP * up + forward * ahead))


def hands_up(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """Both arms overhead for a second or so."""
    rise_s, hold_s = rng.uniform(0.3, 0.7), rng.uniform(0.5, 1.5)
    weight = plateau(moments_s(joints_m) - at_s, rise_s, hold_s)
    for side, sign in (("L", 1.0), ("R", -1.0)):
        goal_m = spot(joints_m, f"{side}_Shoulder", sign * rng.uniform(0.0, 0.35), 1.2, rng.uniform(-0.1, 0.25))
        joints_m = arm(joints_m, side, goal_m, weight)
    return joints_m, [Label("hands_up", at_s + 0.3 * rise_s, at_s + rise_s + 0.3)]


def clap(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """Two or three claps before the chest."""
    times_s, claps, every_s = moments_s(joints_m) - at_s, rng.integers(2, 4), rng.uniform(0.4, 0.7)
    weight = plateau(times_s, 0.35, claps * every_s)
    apart = 0.06 + rng.uniform(0.25, 0.5) * np.abs(np.sin(np.pi * (times_s - 0.35) / every_s)) ** 0.8
    height, ahead = rng.uniform(-0.35, 0.0), rng.uniform(0.55, 0.75)
    for side, sign in (("L", 1.0), ("R", -1.0)):
        middle_m = spot(joints_m, "Thorax", 0.0, height, ahead)
        left, _ = axes(joints_m)
        goal_m = middle_m + left * (sign * torso_m(joints_m) * apart)[:, None]
        joints_m = palm_ahead(arm(joints_m, side, goal_m, weight), side, weight)
    meets_s = [at_s + 0.35 + number * every_s for number in range(claps + 1)]
    return joints_m, [
        Label("clap", meet_s - 0.2, meet_s + 0.15, bool(0 < n < claps)) for n, meet_s in enumerate(meets_s)
    ]


def palm_ahead(joints_m: Array, side: str, weight: Array) -> Array:
    """A hand that points ahead and up by weight (T,), whichever way its forearm comes from."""
    _, ahead = axes(joints_m)
    wrist_m, moved = joints_m[:, JOINT[f"{side}_Wrist"]], joints_m.copy()
    for name in ("Hand", "Index", "Pinky"):
        offset = joints_m[:, JOINT[f"{side}_{name}"]] - wrist_m
        along = (0.85 * ahead + 0.5 * UP) * np.linalg.norm(offset, axis=1, keepdims=True)
        moved[:, JOINT[f"{side}_{name}"]] = wrist_m + offset + weight[:, None] * (along - offset)
    return moved


def wave(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """One raised hand from side to side."""
    times_s, rate_hz, seconds = moments_s(joints_m) - at_s, rng.uniform(1.3, 2.3), rng.uniform(1.6, 2.4)
    side, sign = [("L", 1.0), ("R", -1.0)][rng.integers(2)]
    weight = plateau(times_s, 0.4, seconds)
    swing = rng.uniform(0.2, 0.32) * np.sin(2 * np.pi * rate_hz * times_s)
    left, _ = axes(joints_m)
    goal_m = spot(joints_m, f"{side}_Shoulder", sign * rng.uniform(0.2, 0.5), rng.uniform(0.4, 0.7), 0.3)
    goal_m = goal_m + left * (swing * torso_m(joints_m))[:, None]
    begins_s = at_s + 0.3
    return arm(joints_m, side, goal_m, weight), [Label("wave", begins_s, begins_s + seconds + 0.3)]


def point(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """One straight arm held out."""
    rise_s, hold_s = rng.uniform(0.3, 0.6), rng.uniform(1.0, 1.8)
    side, sign = [("L", 1.0), ("R", -1.0)][rng.integers(2)]
    way = np.radians(rng.uniform(-10, 95))
    goal_m = spot(joints_m, f"{side}_Shoulder", sign * 1.3 * np.sin(way), rng.uniform(-0.25, 0.4), 1.3 * np.cos(way))
    weight = plateau(moments_s(joints_m) - at_s, rise_s, hold_s)
    return arm(joints_m, side, goal_m, weight), [Label("point", at_s + 0.3 * rise_s, at_s + rise_s + 0.9)]


def t_pose(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """Both arms straight out to the sides."""
    rise_s, hold_s = rng.uniform(0.4, 0.8), rng.uniform(1.0, 2.0)
    weight = plateau(moments_s(joints_m) - at_s, rise_s, hold_s)
    for side, sign in (("L", 1.0), ("R", -1.0)):
        goal_m = spot(joints_m, f"{side}_Shoulder", sign * 1.3, rng.uniform(-0.12, 0.12), rng.uniform(-0.1, 0.2))
        joints_m = arm(joints_m, side, goal_m, weight)
    return joints_m, [Label("t_pose", at_s + 0.5 * rise_s, at_s + rise_s + 0.8)]


def crouch(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """Down on bent knees for a while, and up again: that is a squat too."""
    down_s, hold_s = rng.uniform(0.5, 0.9), rng.uniform(0.3, 1.5)
    return _sunk(joints_m, at_s, down_s, hold_s, rng)


def squat(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """Down and up without a rest."""
    return _sunk(joints_m, at_s, rng.uniform(0.5, 0.9), rng.uniform(0.0, 0.3), rng)


def _sunk(joints_m: Array, at_s: float, down_s: float, hold_s: float, rng: Random) -> tuple[Array, list[Label]]:
    share = plateau(moments_s(joints_m) - at_s, down_s, hold_s)
    depth_m = rng.uniform(0.75, 1.0) * torso_m(joints_m)
    moved = lowered(joints_m, depth_m * share, rng.uniform(15, 40) * share)
    up_s = at_s + down_s + hold_s
    return moved, [
        Label("crouch", at_s + 0.4 * down_s, at_s + down_s + 0.3),
        Label("squat", up_s + 0.4 * down_s, up_s + down_s + 0.3),
    ]


def jump(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """A dip, a flight, a landing on bent knees."""
    height_m = rng.uniform(0.14, 0.4)
    flight_s = 2 * np.sqrt(2 * height_m / 9.81)
    times_s = moments_s(joints_m) - at_s
    dip = plateau(times_s, 0.25, 0.02) * 0.25 + plateau(times_s - 0.45 - flight_s, 0.15, 0.0) * 0.2
    moved = lowered(joints_m, dip * torso_m(joints_m), 20 * dip)
    in_air_s = np.clip(times_s - 0.5, 0, flight_s)
    moved[..., 1] += (9.81 / 2 * in_air_s * (flight_s - in_air_s))[:, None]
    return moved, [Label("jump", at_s + 0.45, at_s + 0.5 + flight_s)]


def jumping_jack(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """Three of them, feet wide and hands over the head at once."""
    every_s, times_s = rng.uniform(0.8, 1.2), moments_s(joints_m) - at_s
    inside = (times_s > 0) & (times_s < 3 * every_s)
    open_share = np.where(inside, np.sin(np.pi * np.clip(times_s, 0, 3 * every_s) / every_s) ** 2, 0.0)
    left, _ = axes(joints_m)
    torso = torso_m(joints_m)
    moved = joints_m.copy()
    for side, sign in (("L", 1.0), ("R", -1.0)):
        foot_m = joints_m[:, JOINT[f"{side}_Ankle"]] + left * (sign * 0.55 * torso * open_share)[:, None]
        moved = leg(moved, side, foot_m, (open_share > 0).astype(float))
        angle = np.radians(15 + 150 * open_share)
        goal_m = moved[:, JOINT[f"{side}_Shoulder"]] + 1.15 * torso * (
            left * (sign * np.sin(angle))[:, None] - UP * np.cos(angle)[:, None]
        )
        moved = arm(moved, side, goal_m, plateau(times_s, 0.1, 3 * every_s - 0.2))
    opens_s = [at_s + (number + 0.5) * every_s for number in range(3)]
    labels = [Label("jumping_jack", open_s - 0.3 * every_s, open_s + 0.2) for open_s in opens_s]
    for name in ("hands_up", "t_pose", "wave"):
        labels += [Label(name, open_s - 0.5 * every_s, open_s + 0.5 * every_s, must=False) for open_s in opens_s]
    return moved, labels


def kick(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """One foot swings up before the body."""
    side = "LR"[rng.integers(2)]
    times_s, swing_s = moments_s(joints_m) - at_s, rng.uniform(0.2, 0.32)
    back = plateau(times_s, 0.25, 0.0)
    front = plateau(times_s - 0.4, swing_s, 0.1)
    behind_m = spot(joints_m, f"{side}_Hip", 0.0, -1.35, -0.6)
    before_m = spot(joints_m, f"{side}_Hip", 0.0, rng.uniform(-1.1, -0.4), rng.uniform(1.1, 1.4))
    moved = leg(joints_m, side, behind_m, back)
    moved = leg(moved, side, before_m, front)
    return moved, [Label("kick", at_s + 0.4, at_s + 0.4 + swing_s + 0.2)]


def lean(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """The trunk to one side."""
    _, ahead = axes(joints_m)
    rise_s, hold_s = rng.uniform(0.4, 0.8), rng.uniform(0.8, 1.6)
    share = plateau(moments_s(joints_m) - at_s, rise_s, hold_s)
    moved = bent(joints_m, ahead, share * rng.uniform(26, 40) * (1 if rng.random() < 0.5 else -1))
    return moved, [Label("lean", at_s + 0.4 * rise_s, at_s + rise_s + 0.6)]


def bow(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """The trunk forward."""
    left, _ = axes(joints_m)
    rise_s, hold_s = rng.uniform(0.5, 0.9), rng.uniform(0.4, 1.2)
    share = plateau(moments_s(joints_m) - at_s, rise_s, hold_s)
    moved = bent(joints_m, left, share * rng.uniform(48, 85))
    return moved, [Label("bow", at_s + 0.3 * rise_s, at_s + rise_s + 0.4)]


def turn_around(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """Half a turn, and stays so."""
    seconds = rng.uniform(0.7, 1.5)
    share = np.clip((moments_s(joints_m) - at_s) / seconds, 0, 1)
    sign = 1 if rng.random() < 0.5 else -1
    moved = spun(joints_m, sign * rng.uniform(170, 200) * share * share * (3 - 2 * share))
    return moved, [Label("turn_around", at_s + 0.4 * seconds, at_s + seconds + 0.4)]


def still(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """Freezes for some seconds, and goes on."""
    seconds = rng.uniform(2.5, 3.5)
    first, last = (round(moment_s * RATE_HZ) for moment_s in (at_s, at_s + seconds))
    frozen = np.repeat(joints_m[first : first + 1], last - first, axis=0)
    rest = joints_m[first:]
    moved = np.concatenate([joints_m[:first], frozen, rest])  # longer than it was
    return moved, [Label("still", at_s + 0.9, at_s + seconds)]


ACTS: dict[str, Act] = {
    act.__name__: act
    for act in (
        *(hands_up, clap, wave, point, t_pose, crouch, squat, jump, jumping_jack, kick, lean, bow, turn_around, still),
    )
}
"""By the name of the event that they are for."""
