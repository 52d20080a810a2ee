"""A T-pose or an A-pose held for three seconds gives the bones their lengths; any other pose gives none."""

import numpy as np
import pytest

from mocap_bridge.calibration import Calibration, holds_pose
from mocap_bridge.camera import level_camera
from mocap_bridge.records import Array, BodyJoints, Scene
from mocap_bridge.retarget import joints_from_rotations
from mocap_bridge.retarget.sizes import stature_m
from mocap_bridge.rotations import about
from mocap_bridge.skeleton import BONE, BONES, HEIGHT_M, JOINT, REST_OFFSETS_M

X, Y, Z = np.eye(3)
REST_M = np.linalg.norm(REST_OFFSETS_M, axis=1)
CAMERA = level_camera((640, 480))


def body(arms_down_deg: float = 0.0, turns: dict[str, Array] | None = None, time_s: float = 0.0) -> BodyJoints:
    """Somebody 0.9 times as large as the table, arms lowered by so much from the T-pose."""
    pose = np.tile([0.0, 0.0, 0.0, 1.0], (len(BONES), 1))
    pose[BONE["Hips"]] = about(Y, 0.3)
    pose[BONE["LeftUpperArm"]] = about(Z, -np.radians(arms_down_deg))
    pose[BONE["RightUpperArm"]] = about(Z, np.radians(arms_down_deg))
    for bone, turn in (turns or {}).items():
        pose[BONE[bone]] = turn
    joints_m = joints_from_rotations(np.array([0.0, 0.83, -3.0]), pose, 0.9 * REST_M)
    return BodyJoints(1, time_s, joints_m, np.ones(30), np.zeros((30, 2)), np.array([0.0, 0, 100, 300]))


def scene(time_s: float, *bodies: BodyJoints) -> Scene:
    return Scene(round(30 * time_s), time_s, CAMERA, bodies)


@pytest.mark.parametrize("arms_down_deg", [-10.0, 0.0, 30.0, 60.0])
def test_a_t_pose_and_an_a_pose_are_told(arms_down_deg: float) -> None:
    assert holds_pose(body(arms_down_deg))


@pytest.mark.parametrize(
    "turns",
    [
        {"LeftUpperArm": about(Z, -np.radians(85))},  # hanging
        {"LeftUpperArm": about(Z, np.radians(60))},  # raised
        {"RightUpperArm": about(Y, np.radians(70))},  # to the front
        {"LeftLowerArm": about(Y, -np.radians(80))},  # a bent elbow
        {"RightLowerLeg": about(X, np.radians(60))},  # a bent knee
        {"LeftUpperLeg": about(X, -np.radians(80))},  # a raised leg
    ],
)
def test_any_other_pose_is_not(turns: dict[str, Array]) -> None:
    assert not holds_pose(body(0.0, turns))


def test_a_body_that_is_not_seen_from_head_to_feet_is_not_measured() -> None:
    whole = body()
    visibility = whole.visibility.copy()
    visibility[JOINT["L_Ankle"]] = 0.1
    assert not holds_pose(BodyJoints(1, 0.0, whole.joints_world_m, visibility, whole.joints_px, whole.box_px))


def test_three_seconds_give_the_lengths_and_a_known_height_their_scale() -> None:
    measured, shares = Calibration(), []
    for frame in range(100):
        shares.append(measured(scene(frame / 30, body(20.0, time_s=frame / 30))))
    assert shares[45] == pytest.approx(0.5)
    assert shares[89] < 1.0 <= shares[90]
    np.testing.assert_allclose(measured.bone_lengths_m()[1:], 0.9 * REST_M[1:], rtol=1e-6)
    assert stature_m(measured.bone_lengths_m()) == pytest.approx(0.9 * HEIGHT_M)
    assert stature_m(measured.bone_lengths_m(1.62)) == pytest.approx(1.62)


def test_a_pose_broken_off_begins_anew_and_a_short_slip_does_not() -> None:
    slip, broken = Calibration(), Calibration()
    for frame in range(60):
        time_s = frame / 30
        bent = body(85.0, time_s=time_s)
        straight = body(time_s=time_s)
        slipped = slip(scene(time_s, bent if 20 <= frame < 30 else straight))
        began = broken(scene(time_s, bent if 20 <= frame < 40 else straight))
    assert slipped == pytest.approx(59 / 90)
    assert began == pytest.approx(19 / 90)


def test_an_empty_room_is_no_progress() -> None:
    assert Calibration()(scene(0.0)) == 0.0


def test_a_film_that_begins_anew_does_not_count_backwards() -> None:
    calibration = Calibration(hold_s=3.0)
    shares = [calibration(scene(frame / 30, body())) for frame in (*range(60), *range(95))]
    assert min(shares) == 0.0
    assert shares[60] == 0.0
    assert shares[-1] == 1.0
