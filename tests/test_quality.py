"""Every measure on motions whose answer is known, and the report on takes that are anything but clean."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import CAMERA, body_of, random_pose, random_scene
from test_retarget import legal_pose

from mocap_bridge.camera import camera_from_world, project
from mocap_bridge.errors import SourceError
from mocap_bridge.quality import assessed, motions
from mocap_bridge.quality.metrics import (
    acceleration_m,
    bone_length_cv,
    floor_depth_m,
    foot_slide_m,
    hinge_flips,
    limit_excess_rad,
    turn_jitter_rad,
    yaw_steps_rad,
)
from mocap_bridge.quality.plot import WIDTH_PX, plot
from mocap_bridge.quality.truth import read_truth
from mocap_bridge.records import BodyJoints, Scene
from mocap_bridge.retarget import Retargeter, joints_from_rotations
from mocap_bridge.rotations import IDENTITY, about, multiply
from mocap_bridge.skeleton import BONE, BONES, JOINTS

X, Y, Z = np.eye(3)
REST = np.tile(IDENTITY, (len(BONES), 1))
HIPS_M = np.array([0.0, 0.92, -3.0])
DEMO_TRUTH = Path(__file__).parent.parent / "mocap_bridge" / "demo" / "two_people.truth.json.gz"


def walking(frames: int, noise_m: float = 0.0, gap: range = range(0), fps: float = 30.0) -> list[Scene]:
    """A rest pose that glides by 1 cm a frame, seen with noise; nobody is there in the gap."""
    rng, retarget, scenes = np.random.default_rng(3), Retargeter(), []
    for frame in range(frames):
        joints_m = joints_from_rotations(HIPS_M + 0.01 * frame * X, REST) + rng.normal(0, noise_m, (30, 3))
        px = project(camera_from_world(joints_m, CAMERA), CAMERA)
        body = BodyJoints(1, frame / fps, joints_m, np.ones(30), px, np.zeros(4))
        there = () if frame in gap else (body,)
        scenes.append(Scene(frame, frame / fps, CAMERA, there, tuple(retarget(one) for one in there)))
    return scenes


def truth_file(path: Path, scenes: list[Scene]) -> Path:
    def told(body: BodyJoints) -> dict[str, object]:
        camera_m = camera_from_world(body.joints_world_m, CAMERA)
        return {"joints_px": body.joints_px.tolist(), "joints_camera_m": camera_m.tolist()}

    people = [[told(body) for body in scene.bodies] for scene in scenes]
    path.write_text(json.dumps({"joints": JOINTS, "frames": people}))
    return path


def test_an_even_motion_has_no_acceleration_and_a_parabola_a_constant_one() -> None:
    time = np.arange(6.0)[:, None, None]
    np.testing.assert_allclose(acceleration_m(time * X)[1:-1], 0.0, atol=1e-12)
    np.testing.assert_allclose(acceleration_m(0.5 * time**2 * X)[1:-1], np.broadcast_to(X, (4, 1, 3)))
    assert np.isnan(acceleration_m(time * X)[[0, -1]]).all()


def test_a_bone_that_turns_evenly_does_not_jitter_and_one_that_nods_does() -> None:
    turns = np.tile(REST, (7, 1, 1))
    turns[:, 3] = about(Y, 0.3 * np.arange(7))
    turns[:, 5] = about(X, 0.01 * (np.arange(7) % 2))
    jitter = turn_jitter_rad(turns)[1:-1]
    np.testing.assert_allclose(jitter[:, 3], 0.0, atol=1e-7)
    np.testing.assert_allclose(jitter[:, 5], 0.02, atol=1e-7)


def test_a_foot_slides_only_along_the_floor_and_only_in_contact() -> None:
    feet_m = np.zeros((4, 1, 3))
    feet_m[:, 0] = [[0, 0, 0], [0.003, 0.5, 0.004], [0.1, 0, 0], [0.1, 0, 0.002]]
    slide_m = foot_slide_m(feet_m, np.array([[1.0], [1.0], [0.2], [1.0]]))
    np.testing.assert_allclose(slide_m[:, 0], [np.nan, 0.005, np.nan, np.nan])


def test_the_floor_is_two_centimetres_below_the_joints_of_a_foot_that_stands() -> None:
    feet_m = np.array([[[0, 0.02, 0], [0, 0.5, 0]], [[0, 0.0, 0], [0, -0.03, 0]]])
    np.testing.assert_allclose(floor_depth_m(feet_m), [0.0, 0.05], atol=1e-12)


def test_bones_that_keep_their_length_vary_by_nothing() -> None:
    rng = np.random.default_rng(0)
    steady = np.array([joints_from_rotations(HIPS_M, legal_pose(rng)) for _ in range(20)])
    assert bone_length_cv(steady).max() < 1e-9
    breathing = joints_from_rotations(HIPS_M, REST) * np.linspace(0.9, 1.1, 21)[:, None, None]
    np.testing.assert_allclose(bone_length_cv(breathing), np.linspace(0.9, 1.1, 21).std(), rtol=1e-6)
    assert np.isnan(bone_length_cv(np.full((3, 30, 3), np.nan))).all()


def test_an_elbow_whose_plane_leaps_over_is_a_flip_and_a_straight_one_is_none() -> None:
    bent, straight = REST.copy(), REST.copy()
    bent[BONE["LeftLowerArm"]] = about(-Y, 1.0)
    for pose, flips in ((bent, 1.0), (straight, 0.0)):
        turned = pose.copy()
        turned[BONE["LeftUpperArm"]] = about(X, np.pi)
        found = hinge_flips(np.array([pose, pose, turned, turned]))
        np.testing.assert_array_equal(found[1:, 0], [0.0, flips, 0.0])
        np.testing.assert_array_equal(found[1:, 1:], 0.0)


def test_yaw_steps_take_the_short_way_round() -> None:
    hips = about(Y, np.radians([170.0, 179.0, -172.0, -172.0]))
    np.testing.assert_allclose(np.degrees(yaw_steps_rad(hips))[1:], [9.0, 9.0, 0.0], atol=1e-9)
    bowed = multiply(hips, about(X, np.radians(100)))
    np.testing.assert_allclose(yaw_steps_rad(bowed)[1:], yaw_steps_rad(hips)[1:], atol=1e-9)


def test_a_pose_that_a_body_can_take_is_within_all_limits_and_a_knee_bent_backwards_is_not() -> None:
    legal = legal_pose(np.random.default_rng(2))
    broken = legal.copy()
    broken[BONE["LeftLowerLeg"]] = about(X, np.radians(-40))
    nobody = np.full(legal.shape, np.nan)
    excess = np.degrees(limit_excess_rad(np.array([legal, broken, nobody])))
    assert excess[0].max() < 3
    assert 30 < excess[1, BONE["LeftLowerLeg"]] < 40
    assert np.isnan(excess[2]).all()


def test_noise_is_told_apart_from_motion_by_jitter_and_not_by_the_error_of_nobody(tmp_path: Path) -> None:
    clean, noisy = (assessed(motions(walking(40, noise_m))[0])[0] for noise_m in (0.0, 0.005))
    assert clean.jitter_mm == pytest.approx(0.0, abs=0.01)
    # The second difference of noise s has a standard deviation of sqrt(6) s per axis: its length is 1.6 times that.
    assert noisy.jitter_mm == pytest.approx(5.0 * np.sqrt(6) * np.sqrt(8 / np.pi), rel=0.05)
    assert clean.acceleration_error_mm is None
    truth = read_truth(truth_file(tmp_path / "t.json", walking(40)))
    against = assessed(motions(walking(40, 0.005))[0], truth)[0]
    assert against.frames_with_truth == 40
    assert against.position_error_mm == pytest.approx(5.0 * np.sqrt(8 / np.pi), rel=0.25)


def test_a_gap_is_counted_and_measured_by_nothing() -> None:
    report, curves = assessed(motions(walking(30, gap=range(10, 15)))[0])
    assert (report.frames, report.frames_unseen) == (30, 5)
    assert report.jitter_mm == pytest.approx(0.0, abs=0.01)
    assert np.isnan(curves.values["jitter, mm/frame^2"][9:16]).all()


def test_a_frame_that_was_left_out_makes_no_leap() -> None:
    scenes = walking(30)
    del scenes[12]
    report, _ = assessed(motions(scenes)[0])
    assert report.jitter_mm == pytest.approx(0.0, abs=0.01)
    assert (report.frames, report.frames_unseen) == (30, 1)


@given(st.integers(0, 10**6), st.sampled_from([0, 1, 2, 3, 7]), st.booleans())
def test_whatever_a_take_holds_a_report_and_a_picture_come_out(seed: int, frames: int, broken: bool) -> None:
    rng = np.random.default_rng(seed)
    scenes = []
    for frame in range(frames):
        poses = [random_pose(int(person), frame / 30, rng) for person in np.flatnonzero(rng.random(3) < 0.5)]
        bodies = [body_of(pose, rng) for pose in poses if rng.random() < 0.7]
        if broken:
            bodies = [
                replace(body, joints_world_m=body.joints_world_m * rng.choice([np.nan, 1e300, 1.0])) for body in bodies
            ]
        scenes.append(Scene(frame, float(rng.choice([frame / 30, 0.0])), CAMERA, tuple(bodies), tuple(poses)))
    people = [assessed(motion) for motion in motions(scenes)]
    for report, curves in people:
        assert report.frames >= 1
        assert all(len(values) == report.frames for values in curves.values.values())
    assert plot([(report.person_id, curves) for report, curves in people], "düo").shape[1:] == (WIDTH_PX, 3)


def test_the_truth_of_the_demo_clip_pairs_with_a_take_of_the_same_people() -> None:
    truth = read_truth(DEMO_TRUTH)
    assert truth.joints_camera_m[0].shape == (2, 30, 3)
    scenes = []
    for frame in range(5):
        joints_m = truth.joints_camera_m[frame][0] * [1, -1, -1] + [0, 1.2, 0]
        body = BodyJoints(4, frame / 30, joints_m, np.ones(30), truth.joints_px[frame][0], np.zeros(4))
        scenes.append(Scene(frame, frame / 30, CAMERA, (body,)))
    report, _ = assessed(motions(scenes)[0], truth)
    assert (report.frames_with_truth, report.position_error_mm, report.acceleration_error_mm) == (5, 0.0, 0.0)


def test_the_truth_of_a_calibrated_recording_pairs_through_its_camera(tmp_path: Path) -> None:
    scenes = walking(6)
    to_camera = np.diag([1.0, -1.0, -1.0])
    lens = [[CAMERA.focal_px[0], 0, 320], [0, CAMERA.focal_px[1], 240], [0, 0, 1]]
    frames: list[object] = [scene.bodies[0].joints_world_m.tolist() for scene in scenes]
    frames[3] = None
    recording = {
        "joints": JOINTS,
        "camera": {"K": lens, "R": to_camera.tolist(), "t": [0.0, 1.2, 0.0]},
        "people": [{"frames": frames}],
    }
    path = tmp_path / "truth.json.gz"
    path.write_bytes(gzip.compress(json.dumps(recording).encode()))
    report, _ = assessed(motions(scenes)[0], read_truth(path))
    assert report.frames_with_truth == 5
    assert report.position_error_mm == 0.0


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"not json", "is no truth"),
        (b"{}", "is no truth"),
        (b'{"joints": ["Tail"], "frames": []}', "none of its joints is known"),
        (b'{"joints": ["Nose"], "frames": [[{"joints_px": [], "joints_camera_m": []}]]}', "fewer than are named"),
        (b"\x1f\x8bnot gzip", "cannot be read|damaged gzip"),
        (gzip.compress(b"{}" * 500)[:-20], "cannot be read|damaged gzip"),
    ],
)
def test_a_file_that_is_no_truth_is_told(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "truth.json"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=complaint):
        read_truth(path)


def test_scenes_with_two_people_give_two_reports_in_the_order_of_ids() -> None:
    scenes = [random_scene((5, 2), index, index / 30) for index in range(4)]
    assert [motion.person_id for motion in motions(scenes)] == [2, 5]
