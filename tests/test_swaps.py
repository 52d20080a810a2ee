"""Left and right exchanged for some frames come back; real crossings and turns are left alone."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mocap_bridge.records import Array, JointEstimate
from mocap_bridge.retarget import joints_from_rotations
from mocap_bridge.rotations import about, rotate
from mocap_bridge.skeleton import BONE, BONES, JOINT, JOINTS, MIRROR_JOINTS
from mocap_bridge.swaps import LONGEST_S, Unswap

PX_PER_M = 200.0
REST = np.tile([0.0, 0.0, 0.0, 1.0], (len(BONES), 1))
Walk = Callable[[float], Array]


def walking(time_s: float, yaw_rad: float = 0.0) -> Array:
    """(30, 3) joints of somebody who strides with swinging arms, faces +Z turned by a yaw; world axes, metres."""
    pose, swing = REST.copy(), 0.5 * np.sin(2 * np.pi * time_s)
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        pose[BONE[f"{side}UpperLeg"]] = about(np.array([1.0, 0, 0]), sign * swing)
        pose[BONE[f"{side}LowerLeg"]] = about(np.array([1.0, 0, 0]), 0.3 + 0.2 * sign * swing)
        pose[BONE[f"{side}UpperArm"]] = about(np.array([0.0, 0, 1.0]), -sign * (1.2 - 0.3 * swing))
    pose[BONE["Hips"]] = about(np.array([0.0, 1.0, 0]), yaw_rad)
    return joints_from_rotations(np.array([0.2 * time_s, 0.92, 0.0]), pose)


def seen(joints_m: Array, time_s: float, noise_px: Array | float = 0.0) -> JointEstimate:
    """A camera far away: x to the right, y down, depth away from the camera, which stands at +Z."""
    joints_px = joints_m[:, :2] * np.array([PX_PER_M, -PX_PER_M]) + 400.0 + noise_px
    depth_m = joints_m[JOINT["Pelvis"], 2] - joints_m[:, 2]
    return JointEstimate(1, time_s, joints_px, depth_m, np.full(30, 0.9))


def exchanged(estimate: JointEstimate, parts: str) -> JointEstimate:
    order = np.arange(len(JOINTS))
    for name in parts.split():
        for joint in (JOINT[f"L_{name}"], JOINT[f"R_{name}"]):
            order[joint] = MIRROR_JOINTS[joint]
    return replace(estimate, joints_px=estimate.joints_px[order], depth_m=estimate.depth_m[order])


def faceless(estimate: JointEstimate) -> JointEstimate:
    confidence = estimate.confidence.copy()
    confidence[JOINT["Nose"]] = 0.0
    return replace(estimate, confidence=confidence)


ARMS, LEGS = "Shoulder Elbow Wrist Hand Index Pinky", "Hip Knee Ankle Heel Toe"


@pytest.mark.parametrize(
    "parts", [LEGS, "Knee Ankle Heel Toe", "Ankle Heel Toe", ARMS, "Elbow Wrist Hand Index Pinky", f"{ARMS} {LEGS}"]
)
@pytest.mark.parametrize("face", [True, False])
def test_a_swap_of_a_few_frames_is_undone(parts: str, face: bool) -> None:
    unswap, rng = Unswap(), np.random.default_rng(0)
    for frame in range(60):
        truth = seen(walking(frame / 30), frame / 30, rng.normal(0, 2.0, (30, 2)))
        truth = truth if face else faceless(truth)
        fed = exchanged(truth, parts) if 30 <= frame < 38 else truth
        found = unswap(fed)
        apart_px = np.abs(truth.joints_px - exchanged(truth, parts).joints_px).max(axis=1)
        far = apart_px > 40  # nearer than 20 cm, left and right are within the noise of a network
        np.testing.assert_array_equal(found.joints_px[far], truth.joints_px[far], err_msg=f"frame {frame}")


def test_without_a_swap_the_estimate_is_passed_on_untouched() -> None:
    unswap, rng = Unswap(), np.random.default_rng(1)
    for frame in range(300):
        fed = seen(walking(frame / 30), frame / 30, rng.normal(0, 4.0, (30, 2)))
        assert unswap(fed) is fed


def test_a_turn_on_the_spot_is_no_swap() -> None:
    unswap = Unswap()
    for frame in range(120):  # once around in two seconds
        fed = seen(walking(frame / 30, yaw_rad=np.pi * frame / 30), frame / 30)
        assert unswap(fed) is fed, f"frame {frame}"


def test_somebody_found_the_wrong_way_round_is_put_right_by_the_face_at_once() -> None:
    truth = seen(walking(0.0), 0.0)
    found = Unswap()(exchanged(truth, f"{ARMS} {LEGS}"))
    np.testing.assert_array_equal(found.joints_px, truth.joints_px)


def test_without_a_face_a_swap_that_stays_is_believed_after_half_a_second() -> None:
    unswap, undone = Unswap(), []
    for frame in range(90):
        truth = faceless(seen(walking(0.0), frame / 30))
        fed = exchanged(truth, LEGS) if frame >= 30 else truth
        undone.append(unswap(fed) is not fed)
    assert not any(undone[:30])
    assert all(undone[30 : 30 + int(LONGEST_S * 30)])
    assert not any(undone[32 + int(LONGEST_S * 30) :])


def test_a_face_misread_for_a_moment_changes_nothing() -> None:
    unswap, ears = Unswap(), [JOINT["L_Ear"], JOINT["R_Ear"]]
    for frame in range(60):
        fed = seen(walking(frame / 30), frame / 30)
        if 30 <= frame < 36:
            joints_px = fed.joints_px.copy()
            joints_px[ears] = joints_px[ears[::-1]]
            fed = replace(fed, joints_px=joints_px)
        assert unswap(fed) is fed, f"frame {frame}"


@pytest.mark.parametrize("parts", [LEGS, ARMS])
def test_after_a_slip_of_the_network_what_is_back_in_place_is_not_exchanged(parts: str) -> None:
    unswap = Unswap()
    for frame in range(60):
        fed = faceless(seen(walking(frame / 30), frame / 30))
        if frame == 30:  # every joint three quarters of the way to its other side
            fed = replace(fed, joints_px=0.25 * fed.joints_px + 0.75 * exchanged(fed, parts).joints_px)
        assert unswap(fed) is fed or frame == 30, f"frame {frame}"


@pytest.mark.parametrize("lean_rad", [-1.4, 1.4])
def test_who_leans_to_the_side_is_not_exchanged(lean_rad: float) -> None:
    cosine, sine = np.cos(lean_rad), np.sin(lean_rad)
    lean = np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    unswap = Unswap()
    for frame in range(30):
        fed = seen(walking(frame / 30) @ lean, frame / 30)
        assert unswap(fed) is fed


def test_crossed_hands_stay_crossed() -> None:
    unswap, left, right = Unswap(), JOINT["L_Wrist"], JOINT["R_Wrist"]
    for frame in range(45):  # the wrists pass each other at 2 m/s
        joints_m = walking(0.0)
        shift_m = np.array([2.0 * frame / 30 * 0.5, 0.0, 0.0])
        apart_m = np.array([0.5, 0.0, 0.3])
        middle_m = (joints_m[left] + joints_m[right]) / 2
        joints_m[left], joints_m[right] = middle_m + apart_m - shift_m, middle_m - apart_m * [1, 1, -1] + shift_m
        fed = seen(joints_m, frame / 30)
        assert unswap(fed) is fed, f"frame {frame}"


ANYTHING = st.floats(-1e4, 1e4) | st.sampled_from([np.nan, np.inf, 0.0])


@settings(max_examples=40, deadline=None)
@given(
    hnp.arrays(np.float64, (4, 30, 2), elements=ANYTHING),
    hnp.arrays(np.float64, (4, 30), elements=st.floats(0, 1) | st.just(np.nan)),
)
def test_only_ever_joints_of_the_same_kind_change_places(joints_px: Array, confidence: Array) -> None:
    unswap = Unswap()
    for frame in range(4):
        found = unswap(JointEstimate(1, frame / 30, joints_px[frame], np.zeros(30), confidence[frame]))
        for joint in range(30):
            places = joints_px[frame][[joint, MIRROR_JOINTS[joint]]]
            assert any(np.array_equal(found.joints_px[joint], place, equal_nan=True) for place in places)


def test_the_test_body_faces_the_camera() -> None:
    np.testing.assert_allclose(rotate(about(np.array([0.0, 1, 0]), 0.0), np.array([0.0, 0, 1])), [0, 0, 1])
    assert seen(walking(0.0), 0.0).depth_m[JOINT["Nose"]] < 0
