"""The lifter as it is shipped, and what it is shown."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocap_bridge.assets import shipped
from mocap_bridge.camera import level_camera, project
from mocap_bridge.errors import ModelError
from mocap_bridge.records import Array, Camera, JointEstimate
from mocap_bridge.refine import (
    FRAME,
    LEAST_CONFIDENCE,
    MIRROR_ROWS,
    MIRROR_SIGNS,
    WINDOW,
    WINDOW_S,
    Lifter,
    gravity,
    normalized,
    seen_frame,
    with_own_depth,
)
from mocap_bridge.skeleton import JOINT, MIRROR_JOINTS

CAMERA = level_camera((1280, 720))

# A person who stands and waves, in the camera's axes, metres from the pelvis; written down, not measured.
WAVING_M = {
    "Head_top": (0.0, -0.75, 0.0),
    "Thorax": (0.0, -0.5, 0.0),
    "R_Shoulder": (-0.17, -0.45, 0.0),
    "R_Elbow": (-0.42, -0.5, -0.05),
    "R_Wrist": (-0.5, -0.74, -0.12),
    "L_Shoulder": (0.17, -0.45, 0.0),
    "L_Elbow": (0.25, -0.2, 0.02),
    "L_Wrist": (0.28, 0.05, -0.05),
    "R_Hip": (-0.09, 0.0, 0.0),
    "R_Knee": (-0.12, 0.41, -0.03),
    "R_Ankle": (-0.12, 0.83, 0.02),
    "L_Hip": (0.09, 0.0, 0.0),
    "L_Knee": (0.12, 0.41, -0.03),
    "L_Ankle": (0.12, 0.83, 0.02),
    "Pelvis": (0.0, 0.0, 0.0),
    "Spine": (0.0, -0.25, 0.0),
    "Head": (0.0, -0.62, -0.03),
    "Nose": (0.0, -0.62, -0.13),
    "R_Ear": (-0.07, -0.64, -0.02),
    "L_Ear": (0.07, -0.64, -0.02),
    "R_Heel": (-0.12, 0.88, 0.06),
    "L_Heel": (0.12, 0.88, 0.06),
    "R_Toe": (-0.14, 0.88, -0.13),
    "L_Toe": (0.14, 0.88, -0.13),
}


@pytest.fixture(scope="module")
def lifter() -> Lifter:
    return Lifter(shipped("models/lifter.onnx"))


def waving(away_m: tuple[float, float, float] = (0.0, 0.0, 3.0)) -> tuple[Array, Array]:
    """Pixels (30, 2) and confidence (30,) of the waving person; joints that are not written down are unseen."""
    joints_px, confidence = np.zeros((30, 2)), np.zeros(30)
    for name, joint_m in WAVING_M.items():
        joints_px[JOINT[name]] = project(np.add(joint_m, away_m), CAMERA)
        confidence[JOINT[name]] = 0.9
    return joints_px, confidence


def estimate(joints_px: Array, confidence: Array, time_s: float = 0.0, depth_m: float = 0.0) -> JointEstimate:
    return JointEstimate(1, time_s, joints_px, np.full(30, depth_m), confidence)


def mirrored_px(joints_px: Array, camera: Camera) -> Array:
    flipped = joints_px[list(MIRROR_JOINTS)].copy()
    flipped[:, 0] = 2 * camera.center_px[0] - flipped[:, 0]
    return flipped


def test_a_waving_person_is_lifted_to_about_the_true_shape(lifter: Lifter) -> None:
    lifted_m = lifter(estimate(*waving()), CAMERA)
    truth_m = np.array(list(WAVING_M.values()))
    error_m = np.linalg.norm(lifted_m[[JOINT[name] for name in WAVING_M]] - truth_m, axis=1)
    assert error_m.mean() < 0.1


def test_the_mirrored_person_is_lifted_to_the_mirrored_body(lifter: Lifter) -> None:
    joints_px, confidence = waving()
    lifted_m = lifter(estimate(joints_px, confidence), CAMERA)
    other_m = lifter(estimate(mirrored_px(joints_px, CAMERA), confidence[list(MIRROR_JOINTS)]), CAMERA)
    np.testing.assert_allclose(other_m[list(MIRROR_JOINTS)] * [-1, 1, 1], lifted_m, atol=1e-3)


def test_the_size_in_the_picture_does_not_matter(lifter: Lifter) -> None:
    joints_px, confidence = waving()
    lifted_m = lifter(estimate(joints_px, confidence), CAMERA)
    # Twice the picture from a lens of twice the focal length: the same rays.
    double = level_camera((2560, 1440))
    np.testing.assert_allclose(lifter(estimate(joints_px * 2, confidence), double), lifted_m, atol=1e-4)
    # Half as large around its own middle: nearly the same, only the perspective is missing.
    middle = np.average(joints_px, axis=0, weights=confidence)
    small_m = lifter(estimate(middle + (joints_px - middle) / 2, confidence), CAMERA)
    assert np.linalg.norm(small_m - lifted_m, axis=1).max() < 0.05


@given(wrong=st.floats(-1e6, 1e6) | st.just(np.nan) | st.just(np.inf), seen=st.floats(0, LEAST_CONFIDENCE * 0.99))
def test_where_an_unseen_joint_is_claimed_to_be_does_not_matter(lifter: Lifter, wrong: float, seen: float) -> None:
    joints_px, confidence = waving()
    confidence[JOINT["L_Wrist"]] = seen
    lifted_m = lifter(estimate(joints_px, confidence), CAMERA)
    joints_px[JOINT["L_Wrist"]] = wrong
    np.testing.assert_array_equal(lifter(estimate(joints_px, confidence), CAMERA), lifted_m)


def test_a_joint_without_a_number_counts_as_unseen(lifter: Lifter) -> None:
    joints_px, confidence = waving()
    joints_px[JOINT["R_Knee"]] = np.nan
    confidence[JOINT["L_Knee"]] = np.nan
    assert np.isfinite(lifter(estimate(joints_px, confidence), CAMERA)).all()


def test_with_nothing_seen_the_answer_is_still_a_body(lifter: Lifter) -> None:
    lifted_m = lifter(estimate(np.full((30, 2), np.nan), np.zeros(30)), CAMERA)
    assert np.isfinite(lifted_m).all()
    assert np.linalg.norm(lifted_m, axis=1).max() < 1.5


def test_a_person_at_the_edge_is_the_same_body_turned_with_the_view(lifter: Lifter) -> None:
    middle_m = lifter(estimate(*waving()), CAMERA)
    aside_m = lifter(estimate(*waving((1.2, 0.0, 3.0))), CAMERA)
    # In the camera's axes the person has not turned; without the virtual camera it would seem to, by 22 degrees.
    assert np.linalg.norm(aside_m - middle_m, axis=1).mean() < 0.06


@given(st.floats(-0.8, 0.8), st.floats(-0.8, 0.8), st.floats(0.3, 3.0))
def test_the_network_sees_the_middle_at_zero_and_size_one(x: float, y: float, size: float) -> None:
    rng = np.random.default_rng(3)
    rays_xy, confidence = np.array([x, y]) + 0.1 * size * rng.normal(size=(30, 2)), rng.uniform(0.1, 1, 30)
    inputs, turn, size_seen = normalized(rays_xy, confidence)
    np.testing.assert_allclose(np.average(inputs[:, :2], axis=0, weights=confidence), 0, atol=1e-9)
    np.testing.assert_allclose(np.average((inputs[:, :2] ** 2).sum(1), weights=confidence), 1, atol=1e-9)
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-9)
    assert 0.03 * size < size_seen < 1.5 * size
    towards = turn @ [*np.average(rays_xy, axis=0, weights=confidence), 1]
    np.testing.assert_allclose(towards[:2], 0, atol=1e-9)


def test_a_batch_is_normalized_like_its_members() -> None:
    rng = np.random.default_rng(4)
    rays_xy, confidence = rng.normal(size=(5, 30, 2)), rng.uniform(0, 1, (5, 30))
    depth_m = rng.normal(size=(5, 30))
    depth_m[2, 4] = np.nan
    frames, turn = seen_frame(rays_xy, confidence, depth_m, np.array([0.0, 1.0, 0.0]))
    for row in range(5):
        one, turned = seen_frame(rays_xy[row], confidence[row], depth_m[row], np.array([0.0, 1.0, 0.0]))
        np.testing.assert_allclose(frames[row], one, atol=1e-12)
        np.testing.assert_allclose(turn[row], turned, atol=1e-12)


def test_a_missing_lifter_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no card"):
        Lifter(tmp_path / "lifter.onnx")


def test_the_mirrored_picture_is_the_mirrored_frame() -> None:
    rng = np.random.default_rng(5)
    rays_xy, confidence, depth_m = rng.normal(size=(30, 2)), rng.uniform(0.1, 1, 30), rng.normal(size=30)
    swap, flip = list(MIRROR_JOINTS), np.array([-1.0, 1.0])
    down = np.array([0.2, 0.9, 0.3])
    frame, _ = seen_frame(rays_xy, confidence, depth_m, down)
    other, _ = seen_frame(rays_xy[swap] * flip, confidence[swap], depth_m[swap], down * [-1, 1, 1])
    np.testing.assert_allclose(frame[list(MIRROR_ROWS)] * MIRROR_SIGNS, other, atol=1e-12)


def test_depth_and_gravity_that_nobody_knows_are_zero() -> None:
    rays_xy, confidence = np.random.default_rng(6).normal(size=(30, 2)), np.ones(30)
    unknown = np.full(3, np.nan)
    for depth_m in (np.full(30, np.nan), np.zeros(30)):
        frame, _ = seen_frame(rays_xy, confidence, depth_m, unknown)
        assert frame.shape == (FRAME,)
        assert (frame[90:120] == 0).all()
        assert (frame[120:124] == 0).all()


def test_gravity_is_known_of_a_camera_whose_tilt_was_measured_only() -> None:
    assert np.isnan(gravity(level_camera((640, 480)))).all()
    down = gravity(level_camera((640, 480), pitch_deg=20.0))  # looks down: what falls also comes nearer
    np.testing.assert_allclose(down, [0.0, np.cos(np.radians(20)), np.sin(np.radians(20))], atol=1e-12)


def test_a_person_who_trembles_in_the_picture_trembles_less_in_3d_than_frame_by_frame(lifter: Lifter) -> None:
    rng, person = np.random.default_rng(7), lifter.person()
    joints_px, confidence = waving()
    seen = [estimate(joints_px + rng.normal(0, 4, (30, 2)), confidence, index / 30) for index in range(40)]
    alone_m = np.array([lifter(one, CAMERA) for one in seen])
    after_m = np.array([person(one, CAMERA).joints_m for one in seen])
    assert np.diff(after_m[10:], n=2, axis=0).std() < 0.7 * np.diff(alone_m[10:], n=2, axis=0).std()


def test_of_a_person_who_stays_still_the_past_tells_nothing_new(lifter: Lifter) -> None:
    person, (joints_px, confidence) = lifter.person(), waving()
    seen = [estimate(joints_px, confidence, index / 30) for index in range(10)]
    after_m = [person(one, CAMERA).joints_m for one in seen][-1]
    np.testing.assert_allclose(after_m, lifter(seen[-1], CAMERA), atol=1e-4)


def test_the_first_frame_is_a_picture_alone(lifter: Lifter) -> None:
    one = estimate(*waving(), time_s=12.5)
    np.testing.assert_array_equal(lifter.person()(one, CAMERA).joints_m, lifter(one, CAMERA))


@pytest.mark.parametrize("pause_s", [WINDOW_S + 0.01, 60.0, 0.0, -3.0])
def test_after_a_pause_or_a_clock_that_starts_anew_nothing_is_remembered(lifter: Lifter, pause_s: float) -> None:
    person, (joints_px, confidence) = lifter.person(), waving()
    for index in range(5):
        person(estimate(joints_px + 10.0 * index, confidence, index / 30), CAMERA)
    last = estimate(joints_px, confidence, 4 / 30 + pause_s)
    np.testing.assert_allclose(person(last, CAMERA).joints_m, lifter(last, CAMERA), atol=1e-5)


def test_the_same_past_gives_the_same_bits_wherever_it_lies_in_memory(lifter: Lifter) -> None:
    rng, (joints_px, confidence) = np.random.default_rng(8), waving()
    seen = [estimate(joints_px + rng.normal(0, 5, (30, 2)), confidence, index / 30) for index in range(2 * WINDOW)]
    one, other = lifter.person(), lifter.person()
    assert all(one(frame, CAMERA).same(other(frame, CAMERA)) for frame in seen)


def test_contacts_are_probabilities_for_who_asks_for_them(lifter: Lifter) -> None:
    assert np.isnan(lifter.person()(estimate(*waving()), CAMERA).contacts).all()
    asked = Lifter(shipped("models/lifter.onnx"), tell_contacts=True)
    contacts = asked.person()(estimate(*waving()), CAMERA).contacts
    assert contacts.shape == (4,)
    assert ((contacts >= 0) & (contacts <= 1)).all()


@given(st.lists(st.floats(0.001, 2.0), min_size=3, max_size=8), st.floats(-1e3, 1e3) | st.just(np.nan))
def test_whatever_the_times_and_the_depths_the_body_stays_a_body(
    lifter: Lifter, steps_s: list[float], depth_m: float
) -> None:
    person, (joints_px, confidence) = lifter.person(), waving()
    for time_s in np.cumsum(steps_s):
        lifted = person(estimate(joints_px, confidence, float(time_s), depth_m), CAMERA)
        assert np.isfinite(lifted.joints_m).all()
        assert np.linalg.norm(lifted.joints_m, axis=1).max() < 1.6


def waving_m() -> Array:
    """(30, 3); joints that are not written down are at the pelvis."""
    joints_m = np.zeros((30, 3))
    for name, joint_m in WAVING_M.items():
        joints_m[JOINT[name]] = joint_m
    return joints_m


def test_hips_turn_a_quarter_of_the_way_to_the_depth_that_eyes_saw() -> None:
    left, right = JOINT["L_Hip"], JOINT["R_Hip"]
    joints_m, depth_m = waving_m(), np.zeros(30)
    depth_m[[left, right]] = 0.05, -0.05
    turned_m = with_own_depth(joints_m, depth_m)
    apart_m = turned_m[left] - turned_m[right]
    np.testing.assert_allclose(apart_m, joints_m[left] - joints_m[right] + [0, 0, 0.25 * 1.2 * 0.1], atol=1e-9)
    others = [joint for joint in range(30) if joint not in (left, right)]
    np.testing.assert_array_equal(turned_m[others], joints_m[others])
    np.testing.assert_allclose(turned_m[left] + turned_m[right], joints_m[left] + joints_m[right], atol=1e-9)


@pytest.mark.parametrize("depth", [0.0, np.nan, np.inf])
def test_depth_that_eyes_did_not_see_turns_no_hips(depth: float) -> None:
    np.testing.assert_array_equal(with_own_depth(waving_m(), np.full(30, depth)), waving_m())


def test_hips_that_are_seen_metres_apart_turn_no_farther_than_hips_can() -> None:
    depth_m = np.zeros(30)
    depth_m[JOINT["L_Hip"]] = 7.0
    turned_m = with_own_depth(waving_m(), depth_m)
    assert np.abs(turned_m - waving_m()).max() < 0.04


def test_a_lift_frame_by_frame_does_not_ask_for_depth(lifter: Lifter) -> None:
    seen = estimate(*waving())
    deep = replace(seen, depth_m=np.linspace(-0.5, 0.5, 30))
    np.testing.assert_array_equal(lifter.alone(deep, CAMERA).joints_m, lifter.alone(seen, CAMERA).joints_m)
    assert np.abs(lifter.person()(deep, CAMERA).joints_m - lifter.person()(seen, CAMERA).joints_m).max() > 1e-3
