"""What the shipped rules take for a clap and for standing still, and what only looks like it."""

from collections.abc import Callable

import numpy as np
import pytest
from standing import T_POSE_M, TORSO_M, body

from mocap_bridge.events import begun
from mocap_bridge.records import ActiveEvent, Array
from mocap_bridge.rulebook import SHIPPED, load_rules
from mocap_bridge.skeleton import JOINT
from mocap_bridge.watch import Watch

RATE_HZ = 30.0
Path = Callable[[float], tuple[float, float, float]]
"""A time -> how far the left and the right hand are to their sides, and how far above the pelvis, in torsos."""


def with_hands(left: float, right: float, up: float) -> Array:
    joints_m = T_POSE_M.copy()
    for side, across in (("L", left), ("R", -right)):
        hand_m = joints_m[JOINT["Pelvis"]] + TORSO_M * np.array([across, up, 0.7])
        for name in ("Wrist", "Hand", "Index", "Pinky"):
            joints_m[JOINT[f"{side}_{name}"]] = hand_m
        joints_m[JOINT[f"{side}_Elbow"]] = (hand_m + joints_m[JOINT[f"{side}_Shoulder"]]) / 2
    return joints_m


def begins_s(name: str, path: Path, seconds: float = 4.0) -> list[float]:
    """When an event of this name begins."""
    watch, found = Watch(load_rules([SHIPPED])), []
    last: tuple[ActiveEvent, ...] = ()
    for frame in range(round(seconds * RATE_HZ)):
        now = watch(frame / RATE_HZ, [body(frame / RATE_HZ, with_hands(*path(frame / RATE_HZ)))], [])
        found += [frame / RATE_HZ for event in begun(last, now) if event.name == name]
        last = now
    return found


@pytest.mark.parametrize("share", [0.5, 0.25, 0.75])
def test_hands_that_meet_before_the_chest_clap_also_when_one_does_most_of_the_way(share: float) -> None:
    def path(time_s: float) -> tuple[float, float, float]:
        gap = 0.1 + 0.8 * abs(np.sin(np.pi * time_s / 0.6))
        return share * gap, (1 - share) * gap, 0.9

    found = begins_s("clap", path)
    assert len(found) == pytest.approx(6, abs=1)  # they meet at 0.6, 1.2, ... 3.6 s
    assert np.diff(found) == pytest.approx(0.6, abs=0.05)


def test_hands_that_meet_while_both_arms_swing_up_do_not_clap() -> None:
    def path(time_s: float) -> tuple[float, float, float]:
        share = np.clip((time_s - 1.5) / 0.3, 0, 1)  # a jump: from the hips up to the chest, and apart
        gap = 0.9 - 0.75 * share + np.clip((time_s - 1.8) / 0.25, 0, 1)
        return gap / 2, gap / 2, 0.1 + 1.0 * share

    assert begins_s("clap", path) == []


def test_hands_that_sway_together_do_not_clap() -> None:
    def path(time_s: float) -> tuple[float, float, float]:
        phase = 2 * np.pi * time_s / 1.2
        return 0.5 * np.sin(phase), 0.15 - 0.5 * np.sin(phase - 0.7), 0.9

    assert begins_s("clap", path) == []


@pytest.mark.parametrize(("swing", "is_still"), [(0.0, True), (0.02, True), (0.25, False)])
def test_who_shakes_the_hands_to_say_no_is_not_still(swing: float, is_still: bool) -> None:
    def path(time_s: float) -> tuple[float, float, float]:
        gap = 0.55 + swing * np.sin(2 * np.pi * 1.5 * time_s)
        return gap / 2, gap / 2, 0.9

    assert bool(begins_s("still", path)) == is_still
