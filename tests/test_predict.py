"""Looking ahead by the age of the picture: right for steady motion, careful with what is hardly seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mocap_bridge.predict import MOST_RAD_S, MOST_S, Predictor
from mocap_bridge.records import Array, RigPose
from mocap_bridge.rotations import IDENTITY, about, angle_between, normalized
from mocap_bridge.skeleton import BONE, BONES

ARM, Z = BONE["LeftUpperArm"], np.array([0.0, 0.0, 1.0])


def pose(
    time_s: float, arm: Array = IDENTITY, hips_m: tuple[float, float, float] = (0, 1, 0), seen: float = 1.0
) -> RigPose:
    rotations = np.tile(IDENTITY, (len(BONES), 1))
    rotations[ARM] = arm
    return RigPose(1, time_s, np.array(hips_m), rotations, np.full(22, seen), np.ones(22), np.zeros(4))


def turning(predict: Predictor, speed_rad_s: float, ahead_s: float, seen: float = 1.0) -> tuple[RigPose, float]:
    """The last prediction of an arm that has turned for a second, walking at 1 m/s, and its true angle now."""
    for frame in range(31):
        now_s = frame / 30
        shown = predict(pose(now_s, about(Z, speed_rad_s * now_s), (now_s, 1, 0), seen), ahead_s)
    return shown, speed_rad_s * now_s


@pytest.mark.parametrize("ahead_s", [0.01, 0.03, 0.05])
def test_a_steady_motion_is_shown_where_it_will_be(ahead_s: float) -> None:
    shown, angle = turning(Predictor(), 2.0, ahead_s)
    assert angle_between(shown.rotations_xyzw[ARM], about(Z, angle + 2.0 * ahead_s)) < 1e-3
    assert shown.hips_world_m[0] == pytest.approx(1.0 + ahead_s, abs=1e-3)


def test_nothing_ahead_is_the_very_same_pose() -> None:
    predict = Predictor()
    for frame in range(5):
        now = pose(frame / 30, about(Z, 0.1 * frame))
        assert predict(now, 0.0) is now


def test_it_looks_no_farther_than_its_limit() -> None:
    far, _ = turning(Predictor(), 2.0, 1.0)
    limit, _ = turning(Predictor(), 2.0, MOST_S)
    assert far.same(limit)


def test_what_is_hardly_seen_is_hardly_moved_on() -> None:
    sure, angle = turning(Predictor(), 2.0, 0.05)
    unsure, _ = turning(Predictor(), 2.0, 0.05, seen=0.2)
    now = about(Z, angle)
    moved, held = (angle_between(p.rotations_xyzw[ARM], now) for p in (sure, unsure))
    assert held == pytest.approx(0.2 * moved, rel=0.01)


def test_what_rests_stays_bit_for_bit() -> None:
    predict, rotation = Predictor(), about(Z, 0.3)
    for frame in range(10):
        shown = predict(pose(frame / 30, rotation), 0.05)
    np.testing.assert_allclose(shown.rotations_xyzw[ARM], rotation, atol=1e-15)
    np.testing.assert_array_equal(shown.hips_world_m, [0, 1, 0])


def test_after_a_gap_nothing_is_thrown_on() -> None:
    predict = Predictor()
    turning(predict, 5.0, 0.05)
    later = pose(3.0, about(Z, 1.0))
    np.testing.assert_allclose(predict(later, 0.05).rotations_xyzw, later.rotations_xyzw, atol=1e-15)


@given(hnp.arrays(np.float64, (5, 22, 4), elements=st.floats(-1, 1)), st.floats(0, 0.1))
def test_rotations_stay_unit_and_go_no_farther_than_a_body_turns(rotations: Array, ahead_s: float) -> None:
    predict = Predictor()
    for frame, rows in enumerate(rotations):
        rows = np.where(np.linalg.norm(rows, axis=-1, keepdims=True) > 0.1, normalized(rows), IDENTITY)
        now = RigPose(1, frame / 30, np.zeros(3), rows, np.ones(22), np.ones(22), np.zeros(4))
        shown = predict(now, ahead_s)
        np.testing.assert_allclose(np.linalg.norm(shown.rotations_xyzw, axis=1), 1.0, atol=1e-9)
        assert angle_between(shown.rotations_xyzw, rows).max() <= MOST_RAD_S * MOST_S + 1e-6
