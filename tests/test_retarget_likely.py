"""What was hardly seen is moved towards what people do; what was seen surely is not."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocap_bridge.retarget.floats import Quat, multiply
from mocap_bridge.retarget.likely import HABITS, Likely
from mocap_bridge.retarget.limits import angles, apart_rad, turn_of
from mocap_bridge.skeleton import BONE, BONES

WITH_HABITS = [row for row, bone in enumerate(BONES) if bone.removeprefix("Left").removeprefix("Right") in HABITS]
SMALL = st.floats(-1.2, 1.2)


def turn(bone: int, x: float, y: float, z: float) -> Quat:
    return turn_of(bone, (x, y, z))


@given(st.sampled_from(WITH_HABITS), SMALL, SMALL, SMALL)
def test_what_is_seen_surely_passes_unchanged(bone: int, x: float, y: float, z: float) -> None:
    seen = turn(bone, x, y, z)
    assert Likely()(bone, seen, 1.0, 1 / 30) == seen


@given(st.sampled_from(WITH_HABITS), SMALL, SMALL, SMALL, st.floats(0, 0.97))
def test_each_angle_goes_towards_the_usual_one_and_never_past_it(
    bone: int, x: float, y: float, z: float, visibility: float
) -> None:
    habit = HABITS[BONES[bone].removeprefix("Left").removeprefix("Right")]
    before = angles(bone, turn(bone, x, y, z))
    shown = Likely()(bone, turn(bone, x, y, z), visibility, 1 / 30)
    assert math.hypot(*shown) == pytest.approx(1.0, abs=1e-9)
    for old, new, usual_deg in zip(before, angles(bone, shown), habit.usual, strict=True):
        low, high = sorted((old, math.radians(usual_deg)))
        assert low - 1e-6 <= new <= high + 1e-6


def test_the_less_is_seen_the_more_a_turned_foot_is_straightened() -> None:
    foot = BONE["LeftFoot"]
    seen = turn(foot, -0.2, 0.5, 0.0)
    turns = [angles(foot, Likely()(foot, seen, visibility, 1 / 30))[1] for visibility in (0.9, 0.6, 0.3)]
    assert 0.5 > turns[0] > turns[1] > turns[2] > 0


def test_a_leg_kicked_high_stays_high_though_it_is_hardly_seen() -> None:
    thigh = BONE["RightUpperLeg"]
    kick = turn(thigh, math.radians(-130), 0.0, 0.0)
    assert math.degrees(angles(thigh, Likely()(thigh, kick, 0.5, 1 / 30))[0]) < -100


def test_left_and_right_are_pulled_alike() -> None:
    left, right = (
        angles(row, Likely()(row, turn(row, 0.4, -0.3, 0.5), 0.4, 1 / 30))
        for row in (BONE["LeftUpperArm"], BONE["RightUpperArm"])
    )
    np.testing.assert_allclose(left, right, atol=1e-9)


def test_a_visibility_that_flickers_moves_a_bone_only_a_little() -> None:
    foot, likely = BONE["LeftFoot"], Likely()
    seen = turn(foot, -0.2, 0.4, 0.2)
    shown = [likely(foot, seen, 0.9 if frame % 2 else 0.5, 1 / 30) for frame in range(60)]
    steps_deg = [math.degrees(apart_rad(a, b)) for a, b in pairwise(shown[30:])]
    assert max(steps_deg) < 1.0


def test_hips_may_face_anywhere() -> None:
    backwards = turn(BONE["Hips"], 0.0, 3.0, 0.0)
    shown = Likely()(BONE["Hips"], multiply(backwards, turn(BONE["Hips"], 0.1, 0.0, 0.0)), 0.3, 1 / 30)
    assert abs(angles(BONE["Hips"], shown)[1]) > 2.9
