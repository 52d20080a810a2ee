"""Bone lengths from joints seen through noise; each part in its own first seconds."""

import numpy as np
import pytest

from mocap_bridge.records import Array
from mocap_bridge.retarget import joints_from_rotations
from mocap_bridge.retarget.sizes import LEARN_S, Sizes
from mocap_bridge.skeleton import BONE, BONES, JOINT, REST_OFFSETS_M

REST_M = np.linalg.norm(REST_OFFSETS_M, axis=1)
T_POSE_M = joints_from_rotations(np.array([0.0, 0.92, 0.0]), np.tile([0.0, 0.0, 0.0, 1.0], (len(BONES), 1)))
LEGS = [JOINT[f"{side}_{name}"] for side in "LR" for name in ("Knee", "Ankle", "Heel", "Toe")]


def add(sizes: Sizes, joints_m: Array, seen: Array | float, time_s: float) -> None:
    sizes.add([tuple(row) for row in joints_m.tolist()], (np.ones(30) * seen).tolist(), time_s)


def test_a_length_is_the_median_through_noise_and_left_and_right_are_one() -> None:
    sizes, rng = Sizes(), np.random.default_rng(0)
    for frame in range(150):
        add(sizes, 1.1 * T_POSE_M + rng.normal(0, 0.01, (30, 3)), 1.0, frame / 30)
    np.testing.assert_allclose(sizes.bone_lengths_m[1:], 1.1 * REST_M[1:], rtol=0.05)
    for bone in BONES:
        if bone.startswith("Left"):
            assert sizes.bone_lengths_m[BONE[bone]] == sizes.bone_lengths_m[BONE[bone.replace("Left", "Right")]]


def test_what_was_seen_clearly_counts_for_more() -> None:
    sizes = Sizes()
    for frame in range(90):
        clear = frame % 3 == 0
        add(sizes, T_POSE_M * (1.0 if clear else 1.2), 1.0 if clear else 0.35, frame / 30)
    np.testing.assert_allclose(sizes.bone_lengths_m[1:], REST_M[1:], rtol=1e-6)


def test_legs_that_come_into_the_picture_later_are_measured_later() -> None:
    sizes, hidden = Sizes(), np.ones(30)
    hidden[LEGS] = 0.0
    for frame in range(round(2 * LEARN_S * 30)):
        add(sizes, T_POSE_M, hidden, frame / 30)
    assert not sizes.learned
    taller = T_POSE_M.copy()
    for name, drop in (("Knee", 0.1), ("Ankle", 0.2)):
        for side in "LR":
            taller[JOINT[f"{side}_{name}"], 1] -= 0.41 * drop
    for frame in range(round(2 * LEARN_S * 30), round(3.2 * LEARN_S * 30)):
        add(sizes, taller, 1.0, frame / 30)
    assert sizes.learned
    assert sizes.bone_lengths_m[BONE["LeftLowerLeg"]] == pytest.approx(0.41 * 1.1, rel=1e-3)
    assert sizes.bone_lengths_m[BONE["LeftLowerArm"]] == pytest.approx(REST_M[BONE["LeftLowerArm"]])


def test_a_performer_measured_before_is_not_measured_again() -> None:
    known_m = 0.9 * REST_M
    sizes = Sizes(known_m.tolist())
    add(sizes, T_POSE_M, 1.0, 0.0)
    assert sizes.learned
    np.testing.assert_array_equal(sizes.bone_lengths_m, known_m)
