"""The same actions done in other ways than in ``acts``, so that rules can be examined on ways they were not written on.

Hands that clap come from one side, waving turns the forearm about the elbow, kicks begin with the knee, jumps swing the
arms up, who crouches holds the arms ahead, half a turn is made of two steps. All of them vary by ``rng``.
"""

import numpy as np

from mocap_bridge import rotations as quaternions
from mocap_bridge.records import Array
from mocap_bridge.skeleton import JOINT
from models.training.events.acts import Act, Label, Random, moments_s, palm_ahead, plateau, spot
from models.training.events.ground import RATE_HZ
from models.training.events.limbs import UP, arm, axes, bent, leg, lowered, spun, torso_m

_SIDES = (("L", 1.0), ("R", -1.0))


def hands_up(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """Both arms up like a V, one a little after the other."""
    rise_s, hold_s, later_s = rng.uniform(0.25, 0.8), rng.uniform(0.4, 1.2), rng.uniform(0.0, 0.15)
    for number, (side, sign) in enumerate(_SIDES):
        goal_m = spot(joints_m, f"{side}_Shoulder", sign * rng.uniform(0.15, 0.6), 1.1, rng.uniform(-0.1, 0.3))
        weight = plateau(moments_s(joints_m) - at_s - number * later_s, rise_s, hold_s)
        joints_m = arm(joints_m, side, goal_m, weight)
    return joints_m, [Label("hands_up", at_s + 0.3 * rise_s, at_s + rise_s + later_s + 0.3)]


def clap(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """Three to five claps, one hand doing more of the way than the other."""
    times_s, claps, every_s = moments_s(joints_m) - at_s, rng.integers(3, 6), rng.uniform(0.45, 0.8)
    weight = plateau(times_s, 0.35, claps * every_s)
    gap = 0.12 + rng.uniform(0.65, 1.1) * np.abs(np.sin(np.pi * (times_s - 0.35) / every_s))
    height, ahead, share = rng.uniform(-0.35, 0.1), rng.uniform(0.5, 0.7), rng.uniform(0.2, 0.8)
    left, _ = axes(joints_m)
    for (side, sign), part in zip(_SIDES, (share, 1.0 - share), strict=True):
        goal_m = spot(joints_m, "Thorax", 0.0, height, ahead) + left * (sign * torso_m(joints_m) * part * gap)[:, None]
        joints_m = palm_ahead(arm(joints_m, side, goal_m, weight), side, weight)
    meets_s = [at_s + 0.35 + number * every_s for number in range(claps + 1)]
    return joints_m, [
        Label("clap", meet_s - 0.2, meet_s + 0.15, bool(0 < n < claps)) for n, meet_s in enumerate(meets_s)
    ]


def wave(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """A forearm that swings about its elbow."""
    times_s, rate_hz, seconds = moments_s(joints_m) - at_s, rng.uniform(1.4, 2.5), rng.uniform(1.7, 2.5)
    side, sign = _SIDES[rng.integers(2)]
    weight = plateau(times_s, 0.4, seconds)
    goal_m = spot(joints_m, f"{side}_Shoulder", sign * rng.uniform(0.2, 0.45), rng.uniform(0.35, 0.6), 0.3)
    moved = arm(joints_m, side, goal_m, weight)
    swing_deg = rng.uniform(20, 35) * np.sin(2 * np.pi * rate_hz * times_s)
    turn = quaternions.about(axes(joints_m)[1], np.radians(weight * swing_deg))
    rows = [JOINT[f"{side}_{name}"] for name in ("Wrist", "Hand", "Index", "Pinky")]
    elbow_m = moved[:, [JOINT[f"{side}_Elbow"]]]
    moved[:, rows] = elbow_m + quaternions.rotate(turn[:, None], moved[:, rows] - elbow_m)
    return moved, [Label("wave", at_s + 0.3, at_s + seconds + 0.6)]


def point(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """One arm held out, its elbow not quite straight, the other hand perhaps on the hip."""
    rise_s, hold_s = rng.uniform(0.3, 0.7), rng.uniform(1.0, 1.8)
    (side, sign), (other, away) = _SIDES if rng.random() < 0.5 else _SIDES[::-1]
    way, far = np.radians(rng.uniform(-5, 85)), rng.uniform(1.0, 1.1)
    goal_m = spot(joints_m, f"{side}_Shoulder", sign * far * np.sin(way), rng.uniform(-0.2, 0.35), far * np.cos(way))
    weight = plateau(moments_s(joints_m) - at_s, rise_s, hold_s)
    if rng.random() < 0.5:
        joints_m = arm(joints_m, other, spot(joints_m, "Pelvis", away * 0.35, 0.15, 0.05), weight)
    return arm(joints_m, side, goal_m, weight), [Label("point", at_s + 0.3 * rise_s, at_s + rise_s + 0.9)]


def t_pose(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """Both arms out to the sides, hanging a little or bent a little."""
    rise_s, hold_s, droop = rng.uniform(0.4, 0.8), rng.uniform(1.0, 2.0), rng.uniform(-0.2, 0.1)
    weight = plateau(moments_s(joints_m) - at_s, rise_s, hold_s)
    for side, sign in _SIDES:
        goal_m = spot(joints_m, f"{side}_Shoulder", sign * rng.uniform(1.0, 1.1), droop, rng.uniform(-0.1, 0.2))
        joints_m = arm(joints_m, side, goal_m, weight)
    return joints_m, [Label("t_pose", at_s + 0.5 * rise_s, at_s + rise_s + 0.8)]


def crouch(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """Down on bent knees for a while, arms ahead."""
    return _sunk(joints_m, at_s, rng.uniform(0.45, 0.9), rng.uniform(0.3, 1.5), rng)


def squat(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """Down and up without a rest, arms ahead."""
    return _sunk(joints_m, at_s, rng.uniform(0.45, 0.9), rng.uniform(0.0, 0.3), rng)


def _sunk(joints_m: Array, at_s: float, down_s: float, hold_s: float, rng: Random) -> tuple[Array, list[Label]]:
    share = plateau(moments_s(joints_m) - at_s, down_s, hold_s)
    moved = lowered(joints_m, rng.uniform(0.75, 1.0) * torso_m(joints_m) * share, rng.uniform(10, 45) * share)
    for side, sign in _SIDES:
        moved = arm(moved, side, spot(moved, f"{side}_Shoulder", sign * 0.05, rng.uniform(-0.3, 0.0), 0.95), share)
    up_s = at_s + down_s + hold_s
    return moved, [
        Label("crouch", at_s + 0.4 * down_s, at_s + down_s + 0.3),
        Label("squat", up_s + 0.4 * down_s, up_s + down_s + 0.3),
    ]


def jump(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """A dip with the arms behind, a flight with the arms swung up and perhaps the knees drawn up."""
    height_m, tuck = rng.uniform(0.14, 0.4), rng.uniform(0.0, 0.25)
    flight_s, times_s = 2 * np.sqrt(2 * height_m / 9.81), moments_s(joints_m) - at_s
    dip = plateau(times_s, 0.25, 0.02) * 0.3 + plateau(times_s - 0.45 - flight_s, 0.15, 0.0) * 0.25
    moved = lowered(joints_m, dip * torso_m(joints_m), 25 * dip)
    back, up = plateau(times_s, 0.25, 0.0), plateau(times_s - 0.32, 0.25, max(flight_s - 0.2, 0.0))
    raised, in_air = rng.uniform(0.2, 1.0), plateau(times_s - 0.5, 0.4 * flight_s, 0.2 * flight_s)
    for side, sign in _SIDES:
        moved = arm(moved, side, spot(moved, f"{side}_Shoulder", sign * 0.15, -0.8, -0.5), back)
        moved = arm(moved, side, spot(moved, f"{side}_Shoulder", sign * 0.05, raised, 0.7), up)
        knee_up_m = moved[:, JOINT[f"{side}_Ankle"]] + UP * (tuck * torso_m(joints_m) * in_air)[:, None]
        moved = leg(moved, side, knee_up_m, (in_air > 0).astype(float))
    in_air_s = np.clip(times_s - 0.5, 0, flight_s)
    moved[..., 1] += (9.81 / 2 * in_air_s * (flight_s - in_air_s))[:, None]
    return moved, [
        Label("jump", at_s + 0.45, at_s + 0.5 + flight_s),
        Label("hands_up", at_s + 0.4, at_s + 0.9 + flight_s, must=False),
    ]


def jumping_jack(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """Three or four of them with bent arms, hands near each other over the head, a hop each way."""
    times, every_s, times_s = rng.integers(3, 5), rng.uniform(0.75, 1.15), moments_s(joints_m) - at_s
    inside = (times_s > 0) & (times_s < times * every_s)
    share = np.where(inside, np.sin(np.pi * np.clip(times_s, 0, times * every_s) / every_s) ** 2, 0.0)
    hop_m = np.where(inside, 0.05 * np.sin(2 * np.pi * np.clip(times_s, 0, times * every_s) / every_s) ** 2, 0.0)
    (left, _), torso, wide = axes(joints_m), torso_m(joints_m), rng.uniform(0.4, 0.65)
    moved = joints_m.copy()
    for side, sign in _SIDES:
        foot_m = joints_m[:, JOINT[f"{side}_Ankle"]] + left * (sign * wide * torso * share)[:, None]
        moved = leg(moved, side, foot_m, (share > 0).astype(float))
        way = np.radians(15 + rng.uniform(150, 168) * share)
        reach = left * (sign * np.sin(way))[:, None] - UP * np.cos(way)[:, None]
        goal_m = moved[:, JOINT[f"{side}_Shoulder"]] + rng.uniform(0.95, 1.1) * torso * reach
        moved = arm(moved, side, goal_m, plateau(times_s, 0.1, times * every_s - 0.2))
    moved[..., 1] += hop_m[:, None]
    opens_s = [at_s + (number + 0.5) * every_s for number in range(times)]
    labels = [Label("jumping_jack", open_s - 0.3 * every_s, open_s + 0.2) for open_s in opens_s]
    for name in ("hands_up", "t_pose", "wave", "jump"):
        labels += [Label(name, open_s - 0.5 * every_s, open_s + 0.5 * every_s, must=False) for open_s in opens_s]
    return moved, labels


def kick(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """The knee first, then the foot shoots ahead."""
    side, out_s = "LR"[rng.integers(2)], rng.uniform(0.14, 0.24)
    times_s = moments_s(joints_m) - at_s
    moved = leg(joints_m, side, spot(joints_m, f"{side}_Hip", 0.0, -0.85, 0.3), plateau(times_s, 0.25, 0.1 + out_s))
    before_m = spot(joints_m, f"{side}_Hip", 0.0, rng.uniform(-0.9, -0.1), rng.uniform(1.2, 1.5))
    moved = leg(moved, side, before_m, plateau(times_s - 0.25, out_s, 0.08))
    return moved, [Label("kick", at_s + 0.2, at_s + 0.25 + out_s + 0.2)]


def lean(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """The trunk to one side, the hand of that side down along the thigh."""
    _, ahead = axes(joints_m)
    rise_s, hold_s, (side, sign) = rng.uniform(0.4, 0.9), rng.uniform(0.8, 1.6), _SIDES[rng.integers(2)]
    share = plateau(moments_s(joints_m) - at_s, rise_s, hold_s)
    moved = bent(joints_m, ahead, -share * sign * rng.uniform(25, 38))
    moved = arm(moved, side, spot(moved, f"{side}_Knee", sign * 0.15, 0.25, 0.1), share)
    return moved, [Label("lean", at_s + 0.4 * rise_s, at_s + rise_s + 0.6)]


def bow(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """The trunk forward, the hips back, hands on the thighs."""
    left, ahead = axes(joints_m)
    rise_s, hold_s = rng.uniform(0.4, 1.0), rng.uniform(0.3, 1.0)
    share = plateau(moments_s(joints_m) - at_s, rise_s, hold_s)
    moved = bent(joints_m, left, share * rng.uniform(45, 80))
    hips_m = ahead * (-rng.uniform(0.05, 0.2) * torso_m(joints_m) * share)[:, None]
    moved = moved + hips_m[:, None]
    for side, sign in _SIDES:
        moved = leg(moved, side, joints_m[:, JOINT[f"{side}_Ankle"]], np.ones(len(moved)), joints_m)
        moved = arm(moved, side, spot(moved, f"{side}_Knee", sign * 0.05, 0.25, 0.15), share)
    return moved, [Label("bow", at_s + 0.3 * rise_s, at_s + rise_s + 0.4)]


def turn_around(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """Half a turn in two steps."""
    step_s, pause_s, sign = rng.uniform(0.4, 0.6), rng.uniform(0.05, 0.25), 1 if rng.random() < 0.5 else -1
    times_s, half_deg = moments_s(joints_m) - at_s, rng.uniform(85, 98)
    first, second = (np.clip((times_s - begin_s) / step_s, 0, 1) for begin_s in (0.0, step_s + pause_s))
    turned = first * first * (3 - 2 * first) + second * second * (3 - 2 * second)
    ends_s = at_s + 2 * step_s + pause_s
    return spun(joints_m, sign * half_deg * turned), [Label("turn_around", ends_s - 0.6 * step_s, ends_s + 0.4)]


def still(joints_m: Array, at_s: float, rng: Random) -> tuple[Array, list[Label]]:
    """Freezes for some seconds, breathing, and goes on."""
    seconds = rng.uniform(2.5, 4.0)
    first, last = (round(moment_s * RATE_HZ) for moment_s in (at_s, at_s + seconds))
    breath_m = 0.006 * np.sin(2 * np.pi * 0.3 * np.arange(last - first) / RATE_HZ)
    frozen = np.repeat(joints_m[first : first + 1], last - first, axis=0)
    upper = [JOINT[name] for name in ("Thorax", "L_Shoulder", "R_Shoulder", "L_Elbow", "R_Elbow")]
    frozen[:, upper, 1] += breath_m[:, None]
    moved = np.concatenate([joints_m[:first], frozen, joints_m[first:]])  # longer than it was
    return moved, [Label("still", at_s + 0.9, at_s + seconds)]


OTHER_WAYS: dict[str, Act] = {
    act.__name__: act
    for act in (
        *(hands_up, clap, wave, point, t_pose, crouch, squat, jump, jumping_jack, kick, lean, bow, turn_around, still),
    )
}
"""By the name of the event that they are for, in the order of ``acts.ACTS``."""
