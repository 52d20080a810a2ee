"""Bodies whose place is known are projected and must come back."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mocap_bridge.camera import camera_from_world, level_camera, project
from mocap_bridge.lift import LiftSettings, Placer, fit_root_m, flat_relative_m, weighted_median
from mocap_bridge.records import Array, Camera, JointEstimate
from mocap_bridge.skeleton import HEIGHT_M, JOINT

CAMERA = level_camera((1280, 720), pitch_deg=10.0)
PELVIS = JOINT["Pelvis"]


def relative_m(seed: int = 0) -> Array:
    """Joints about the pelvis, of the size of a body."""
    joints_m = np.random.default_rng(seed).normal(0, [0.25, 0.45, 0.2], (30, 3))
    return joints_m - joints_m[PELVIS]


def seen(
    joints_m: Array, root_m: Array, camera: Camera = CAMERA, confidence: Array | float = 1.0
) -> tuple[JointEstimate, Array]:
    """What a perfect network sees of joints about a root (camera axes), and the box around it."""
    joints_px = project(joints_m + root_m, camera)
    estimate = JointEstimate(1, 0.0, joints_px, joints_m[:, 2], np.full(30, confidence))
    return estimate, np.concatenate([joints_px.min(axis=0), joints_px.max(axis=0)])


@pytest.mark.parametrize("pull", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("root_m", [[0.0, 0.0, 3.0], [-1.2, 0.4, 5.0], [3.0, -1.0, 15.0]])
def test_an_exact_picture_of_a_known_body_brings_it_back(root_m: list[float], pull: float) -> None:
    joints_m, root = relative_m(), np.array(root_m)
    estimate, box_px = seen(joints_m, root)
    body = Placer(LiftSettings(pull=pull))(estimate, joints_m, CAMERA, box_px)
    np.testing.assert_allclose(camera_from_world(body.joints_world_m, CAMERA), joints_m + root, atol=1e-6)
    assert np.array_equal(body.joints_px, estimate.joints_px)


def test_a_taller_performer_stands_farther_away() -> None:
    joints_m, root = relative_m(), np.array([0.2, 0.0, 4.0])
    estimate, box_px = seen(joints_m * 1.9 / HEIGHT_M, root)
    body = Placer(LiftSettings(height_m=1.9))(estimate, joints_m, CAMERA, box_px)
    np.testing.assert_allclose(camera_from_world(body.joints_world_m, CAMERA)[PELVIS], root, atol=1e-6)


def test_two_lost_joints_of_thirty_hardly_move_the_body() -> None:
    joints_m, root = relative_m(), np.array([0.0, 0.0, 3.0])
    estimate, _ = seen(joints_m, root)
    joints_px = estimate.joints_px.copy()
    joints_px[[JOINT["R_Wrist"], JOINT["R_Hand"]]] += [400.0, -300.0]
    sight = (joints_px - CAMERA.center_px) / CAMERA.focal_px
    found_m = fit_root_m(joints_m, sight, np.ones(30))
    assert found_m is not None
    np.testing.assert_allclose(found_m, root, atol=0.03)


def test_noise_of_five_pixels_moves_the_root_by_a_few_centimetres() -> None:
    rng, error_m = np.random.default_rng(3), []
    for seed in range(40):
        joints_m, root = relative_m(seed), np.array([0.3, 0.1, 3.0])
        estimate, _ = seen(joints_m, root)
        sight = (estimate.joints_px + rng.normal(0, 5, (30, 2)) - CAMERA.center_px) / CAMERA.focal_px
        found_m = fit_root_m(joints_m, sight, np.ones(30))
        assert found_m is not None
        error_m.append(found_m - root)
    assert np.abs(error_m).mean(axis=0)[2] < 0.04
    assert abs(np.mean(error_m, axis=0)[2]) < 0.02  # and hardly to one side


def test_unseen_legs_do_not_move_the_body() -> None:
    joints_m, root = relative_m(), np.array([0.0, 0.5, 1.2])
    legs = [i for name, i in JOINT.items() if name.endswith(("Knee", "Ankle", "Toe", "Heel"))]
    confidence = np.ones(30)
    confidence[legs] = 0.0
    estimate, box_px = seen(joints_m, root, confidence=confidence)
    joints_px = estimate.joints_px.copy()
    joints_px[legs] = 0.0
    body = Placer(LiftSettings())(replace(estimate, joints_px=joints_px), joints_m, CAMERA, box_px)
    np.testing.assert_allclose(camera_from_world(body.joints_world_m, CAMERA), joints_m + root, atol=1e-6)


def test_pull_puts_a_confident_joint_on_its_line_of_sight_and_leaves_an_unseen_one() -> None:
    joints_m, root, wrist, toe = relative_m(), np.array([0.0, 0.0, 3.0]), JOINT["L_Wrist"], JOINT["L_Toe"]
    estimate, box_px = seen(joints_m, root)
    lifted = joints_m.copy()
    lifted[[wrist, toe], 0] += 0.1
    estimate = replace(estimate, confidence=np.where(np.arange(30) == toe, 0.0, 1.0))
    body = Placer(LiftSettings(pull=1.0))(estimate, lifted, CAMERA, box_px)
    off_px = np.linalg.norm(
        project(camera_from_world(body.joints_world_m, CAMERA), CAMERA) - estimate.joints_px, axis=1
    )
    assert off_px[wrist] < 1e-6
    assert off_px[toe] > 10


def test_a_body_that_shows_too_little_keeps_its_distance() -> None:
    joints_m, place = relative_m(), Placer(LiftSettings())
    place(*_order(seen(joints_m, np.array([0.0, 0.0, 6.0])), joints_m))
    few = np.where(np.arange(30) < 2, 1.0, 0.0)
    body = place(*_order(seen(joints_m, np.array([0.5, 0.0, 6.0]), confidence=few), joints_m))
    np.testing.assert_allclose(camera_from_world(body.joints_world_m, CAMERA)[PELVIS], [0.5, 0, 6], atol=1e-6)


def test_somebody_never_seen_well_stands_in_the_middle_of_the_box() -> None:
    joints_m = relative_m()
    estimate, _ = seen(joints_m, np.array([0.0, 0.0, 3.0]), confidence=0.0)
    body = Placer(LiftSettings(first_depth_m=2.0))(estimate, joints_m, CAMERA, np.array([600.0, 320, 680, 400]))
    np.testing.assert_allclose(camera_from_world(body.joints_world_m, CAMERA)[PELVIS], [0, 0, 2.0], atol=1e-9)


@pytest.mark.parametrize(("truth_m", "kept_m"), [(60.0, 20.0), (0.1, 0.3)])
def test_distances_stay_between_a_hand_and_a_hall(truth_m: float, kept_m: float) -> None:
    joints_m = relative_m() * np.array([1, 1, 0.0])
    body = Placer(LiftSettings())(*_order(seen(joints_m, np.array([0.0, 0.0, truth_m])), joints_m))
    assert camera_from_world(body.joints_world_m, CAMERA)[PELVIS, 2] == pytest.approx(kept_m)


ANYTHING = st.floats(-1e4, 1e4) | st.sampled_from([np.nan, np.inf, -np.inf, 0.0])


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(np.float64, (30, 2), elements=ANYTHING),
    hnp.arrays(np.float64, (30, 3), elements=ANYTHING),
    hnp.arrays(np.float64, 30, elements=st.floats(0, 1) | st.just(np.nan)),
)
def test_bodies_come_out_finite_whatever_goes_in(joints_px: Array, joints_m: Array, confidence: Array) -> None:
    estimate = JointEstimate(1, 0.0, joints_px, np.zeros(30), confidence)
    body = Placer(LiftSettings())(estimate, joints_m, CAMERA, np.array([0.0, 0, 100, 200]))
    for values in (body.joints_world_m, body.joints_px, body.visibility):
        assert np.isfinite(values).all()


def test_own_depth_alone_gives_the_body_back_when_its_limbs_are_of_average_length(average_body_m: Array) -> None:
    for turn_rad in (0.0, 0.7, 2.0):
        cosine, sine = np.cos(turn_rad), np.sin(turn_rad)
        joints_m = average_body_m @ np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])
        estimate, _ = seen(joints_m, np.array([0.4, 0.2, 3.5]))
        np.testing.assert_allclose(flat_relative_m(estimate, CAMERA), joints_m, atol=1e-6)


def test_own_depth_forgives_a_lost_arm(average_body_m: Array) -> None:
    estimate, _ = seen(average_body_m, np.array([0.0, 0.0, 3.0]))
    joints_px = estimate.joints_px.copy()
    joints_px[JOINT["L_Wrist"]] += 200.0
    found_m = flat_relative_m(replace(estimate, joints_px=joints_px), CAMERA)
    rest = [i for i in range(30) if i != JOINT["L_Wrist"]]
    np.testing.assert_allclose(found_m[rest], average_body_m[rest], atol=1e-6)


def test_own_depth_of_nobody_is_finite() -> None:
    nobody = JointEstimate(1, 0.0, np.zeros((30, 2)), np.zeros(30), np.zeros(30))
    assert np.array_equal(flat_relative_m(nobody, CAMERA), np.zeros((30, 3)))


@pytest.fixture
def average_body_m() -> Array:
    """A standing body (30, 3) in camera axes whose limbs have the lengths of the rest skeleton."""
    joints_m = relative_m(7)
    left = {"Shoulder": (0.17, -0.44), "Elbow": (0.44, -0.44), "Wrist": (0.69, -0.44)}
    left |= {"Hip": (0.09, 0.0), "Knee": (0.09, 0.41), "Ankle": (0.09, 0.83)}
    for name, (x, y) in left.items():
        joints_m[JOINT[f"L_{name}"]], joints_m[JOINT[f"R_{name}"]] = (x, y, 0.0), (-x, y, 0.0)
    return joints_m


def test_the_weighted_median_has_half_of_the_weight_on_each_side() -> None:
    assert weighted_median(np.array([3.0, 1.0, 2.0]), np.ones(3)) == 2.0
    assert weighted_median(np.array([3.0, 1.0, 2.0]), np.array([5.0, 1.0, 1.0])) == 3.0


def _order(picture: tuple[JointEstimate, Array], joints_m: Array) -> tuple[JointEstimate, Array, Camera, Array]:
    return picture[0], joints_m, CAMERA, picture[1]


def test_settings_outside_their_range_are_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="pull"):
        msgspec.convert({"pull": 1.5}, LiftSettings)
    with pytest.raises(msgspec.ValidationError, match="floor"):
        msgspec.convert({"floor": "feat"}, LiftSettings)
