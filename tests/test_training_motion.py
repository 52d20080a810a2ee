"""The measure of the solver: what it counts, and that its truth is true."""

import numpy as np
import pytest

from mocap_bridge.camera import camera_from_world, level_camera, project
from mocap_bridge.records import BodyJoints, RigPose, Scene
from mocap_bridge.retarget import joints_from_rotations
from mocap_bridge.rotations import IDENTITY, about, multiply, to_matrix
from mocap_bridge.skeleton import BONE, BONES, JOINT
from models.training.bench.noise import Mistakes, mistaken
from models.training.bench.scores import by_bone, score, summary
from models.training.bench.truth import hinge_axes, unbroken
from models.training.bench.who import who_is_who

X, Y, Z = np.eye(3)
REST = np.tile(IDENTITY, (5, len(BONES), 1))


def changed(bone: str, turn: np.ndarray) -> np.ndarray:
    local = REST.copy()
    local[:, BONE[bone]] = turn
    return local


def test_the_truth_itself_has_no_error() -> None:
    assert summary([score("still", REST, REST)]) == ["0.0", "0", "0.0", "0.00%", "0", "0.00%", "0.00%"]


def test_an_error_counts_once_in_its_bone_and_in_all_below_in_the_world() -> None:
    bones = by_bone([score("bent", changed("LeftUpperLeg", about(X, 0.2)), REST)])
    assert bones["UpperLeg"] == pytest.approx((np.degrees(0.1), np.degrees(0.1)))  # the right one is right
    assert bones["Foot"] == pytest.approx((0.0, np.degrees(0.1)))
    assert bones["Hips"] == pytest.approx((0.0, 0.0))


def test_hips_that_turn_about_the_vertical_err_in_yaw_and_those_that_bow_do_not() -> None:
    assert score("turned", changed("Hips", about(Y, 0.5)), REST).yaw_deg == pytest.approx(np.degrees(0.5))
    assert score("bowed", changed("Hips", about(X, 0.5)), REST).yaw_deg == pytest.approx(0.0)


def test_a_knee_that_bends_the_other_way_round_is_a_flip_and_a_straight_one_is_not() -> None:
    bent = changed("LeftLowerLeg", about(X, 1.0))
    turned_round = bent.copy()
    turned_round[:, BONE["LeftUpperLeg"]] = about(Y, np.pi * 0.9)
    assert score("bent", turned_round, bent).flipped.tolist() == [1.0] * 5
    assert len(score("straight", changed("LeftUpperLeg", about(Y, np.pi * 0.9)), REST).flipped) == 0


def test_the_axis_of_a_hinge_is_found_from_how_it_bends() -> None:
    along, axis = X, np.array([0.0, 0.6, 0.8])
    upper = np.array([multiply(about(Z, 0.3 * frame), about(Y, 0.2 * frame)) for frame in range(8)])
    lower = np.array([multiply(turn, about(axis, 0.1 * frame)) for frame, turn in enumerate(upper)])
    seen_from_upper, seen_from_lower = hinge_axes(to_matrix(upper), to_matrix(lower), along, along)
    np.testing.assert_allclose(seen_from_upper, axis, atol=1e-9)
    np.testing.assert_allclose(seen_from_lower, axis, atol=1e-9)


def test_mistakes_are_laid_over_the_truth_in_proportion_to_the_person() -> None:
    joints_m = joints_from_rotations(np.array([0.0, 0.92, -3.0]), REST[0])
    camera, off = level_camera((640, 480)), np.zeros((2, 30, 2))
    off[1, JOINT["Nose"]] = 0.1
    estimates = mistaken(np.array([joints_m] * 4), camera, Mistakes(off, np.zeros((2, 30)), np.ones((2, 30))), 30.0)
    true_px = project(camera_from_world(joints_m, camera), camera)
    side_px = (true_px.max(axis=0) - true_px.min(axis=0)).max()
    for one, expected_px in zip(estimates, (0.0, 0.1 * side_px, 0.0, 0.1 * side_px), strict=True):
        off_px = one.joints_px - true_px
        np.testing.assert_allclose(off_px[JOINT["Nose"]], expected_px, atol=1e-9)
        np.testing.assert_allclose(np.delete(off_px, JOINT["Nose"], axis=0), 0.0, atol=1e-9)
        assert one.depth_m[JOINT["Pelvis"]] == 0.0


def test_a_recording_that_lost_the_hips_is_used_where_it_has_them() -> None:
    hips = [about(Y, angle) for angle in (0.0, 0.1, 0.2, 1.8, 1.9, 2.0, 2.1, 0.3)]
    rig_rotations = np.stack([np.tile(np.eye(3), (8, 1, 1)), to_matrix(np.array(hips))], axis=1)
    assert unbroken(rig_rotations, 1) == pytest.approx(rig_rotations[3:7])
    assert unbroken(rig_rotations, 0) == pytest.approx(rig_rotations)


def test_one_person_shown_is_one_person_found() -> None:
    camera = level_camera((640, 480), 60.0)
    hips_m, turn = np.array([0.2, 1.0, -3.0]), REST[0]
    joints_m = joints_from_rotations(hips_m, turn)
    body = BodyJoints(1, 0.0, joints_m, np.ones(30), np.zeros((30, 2)), np.zeros(4))
    scene = Scene(0, 0.0, camera, (body,), (RigPose(1, 0.0, hips_m, turn, *np.ones((2, 22)), np.zeros(4)),), ())
    here_px = project(camera_from_world(joints_m, camera), camera)
    behind_px, away_px = here_px + np.array([20.0, -5.0]), here_px + np.array([200.0, 0.0])
    found = who_is_who(scene, np.array([behind_px, here_px, away_px]))
    assert [bones is not None for bones in found] == [False, True, False]
    assert who_is_who(Scene(0, 0.0, camera, (), (), ()), np.array([here_px])) == [None]
