"""What no human can do is squeezed into what one can; what one can do stays as it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocap_bridge.retarget.limits import LIMITS, beyond_rad, within
from mocap_bridge.rotations import about, angle_between
from mocap_bridge.skeleton import BONE, BONES

X, Y, Z = np.eye(3)
LIMITED = [bone for bone in BONES if bone.removeprefix("Left").removeprefix("Right") in LIMITS]


def turn(axis: np.ndarray, angle_deg: float) -> tuple[float, ...]:
    return tuple(about(axis, np.radians(angle_deg)).tolist())


@pytest.mark.parametrize("bone", BONES)
def test_the_t_pose_is_within_all_limits(bone: str) -> None:
    assert within(BONE[bone], (0.0, 0.0, 0.0, 1.0)) == (0.0, 0.0, 0.0, 1.0)
    assert beyond_rad(BONE[bone], (0.0, 0.0, 0.0, 1.0)) == 0.0


@pytest.mark.parametrize(
    ("bone", "axis", "possible_deg", "impossible_deg"),
    [
        ("LeftLowerLeg", X, 130, -30),  # a knee bends backwards only
        ("RightLowerArm", Y, 130, -30),  # an elbow forwards only
        ("LeftLowerArm", Y, -130, 30),
        ("Head", Y, 50, 100),  # no owl
        ("LeftUpperLeg", X, -110, 70),  # a thigh goes up in front and little behind
        ("RightUpperArm", Y, 110, -100),  # an arm before the chest, not behind the back
    ],
)
def test_joints_bend_the_way_they_do(bone: str, axis: np.ndarray, possible_deg: float, impossible_deg: float) -> None:
    assert within(BONE[bone], turn(axis, possible_deg)) == turn(axis, possible_deg)
    assert beyond_rad(BONE[bone], turn(axis, possible_deg)) == 0.0
    assert beyond_rad(BONE[bone], turn(axis, impossible_deg)) > np.radians(20)
    assert beyond_rad(BONE[bone], within(BONE[bone], turn(axis, impossible_deg))) < 1e-9


@given(st.sampled_from(LIMITED), st.integers(0, 2**32 - 1))
def test_whatever_is_asked_a_unit_turn_within_the_limits_comes_out(bone: str, seed: int) -> None:
    asked = np.random.default_rng(seed).normal(size=4)
    held = within(BONE[bone], tuple((asked / np.linalg.norm(asked)).tolist()))
    assert np.linalg.norm(held) == pytest.approx(1.0)
    assert beyond_rad(BONE[bone], held) < 1e-9


@given(st.sampled_from(LIMITED), st.floats(-60, 60), st.sampled_from([0, 1, 2]))
def test_the_clamp_gives_way_gradually(bone: str, angle_deg: float, axis: int) -> None:
    a, b = (np.array(within(BONE[bone], turn(np.eye(3)[axis], angle_deg + more))) for more in (0.0, 0.5))
    assert np.degrees(angle_between(a, b)) <= 0.5 + 1e-6


@pytest.mark.parametrize("bone", [bone for bone in LIMITED if bone.startswith("Left")])
def test_right_bones_are_left_ones_in_the_mirror(bone: str) -> None:
    rng, mirror = np.random.default_rng(0), np.array([1.0, -1.0, -1.0, 1.0])
    for _ in range(20):
        asked = rng.normal(size=4)
        asked /= np.linalg.norm(asked)
        left = within(BONE[bone], tuple(asked.tolist()))
        right = within(BONE[bone.replace("Left", "Right")], tuple((asked * mirror).tolist()))
        np.testing.assert_allclose(right, np.array(left) * mirror, atol=1e-12)
