"""BlazePose behind our call: the mapping always, the network where MediaPipe is installed."""

import os
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from mocap_bridge.blazepose import BlazePose, _fits, as_our_joints
from mocap_bridge.camera import level_camera
from mocap_bridge.errors import ModelError
from mocap_bridge.records import Frame, Track
from mocap_bridge.skeleton import JOINT, JOINTS, MIRROR_JOINTS

SHARED = Path(os.environ.get("MOCAP_SHARED", Path(__file__).parent.parent.parent / "shared"))
CLIP = SHARED / "data/validation/balance/cam01.mp4"


def landmarks() -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.column_stack([rng.uniform(0, 100, (33, 2)), rng.normal(0, 0.2, 33), rng.uniform(0.5, 1, 33)])


def test_a_missing_mediapipe_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(ModelError, match=r"pip install 'mocap-bridge\[mediapipe\]'"):
        BlazePose()


def test_landmarks_land_on_the_joints_of_the_same_name() -> None:
    seen = landmarks()
    joints = as_our_joints(seen)
    for name, row in {"Nose": 0, "R_Wrist": 16, "L_Hip": 23, "L_Heel": 29, "R_Ear": 8, "R_Index": 20}.items():
        np.testing.assert_array_equal(joints[JOINT[name], [0, 1, 3]], seen[row, [0, 1, 3]])
    np.testing.assert_allclose(joints[JOINT["Pelvis"], :2], seen[[23, 24], :2].mean(axis=0))


def test_what_it_does_not_see_has_no_confidence_and_depth_is_from_the_pelvis() -> None:
    joints = as_our_joints(landmarks())
    unseen = {name for name in JOINTS if joints[JOINT[name], 3] == 0}
    assert unseen == {"Spine", "Head_top"}
    assert joints[JOINT["Pelvis"], 2] == 0


def test_a_mirrored_person_gives_mirrored_joints() -> None:
    seen = landmarks()
    swap = [0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, *(i + 1 if i % 2 else i - 1 for i in range(11, 33))]
    np.testing.assert_allclose(as_our_joints(seen[swap]), as_our_joints(seen)[list(MIRROR_JOINTS)])


def body_px(x: float, y: float, width: float, height: float) -> np.ndarray:
    """33 landmarks that fill a box, with the trunk in its middle."""
    rng = np.random.default_rng(1)
    spread = rng.uniform(0, 1, (33, 2))
    spread[0], spread[32] = (0, 0), (1, 1)
    spread[[11, 12, 23, 24]] = 0.5
    return np.array([x, y]) + spread * (width, height)


def test_a_pose_must_fill_the_box_that_it_was_asked_for_and_less_so_of_somebody_known() -> None:
    box_px, size_px = np.array([100.0, 100, 300, 500]), np.array([640, 480])
    for known in (False, True):
        assert _fits(box_px, body_px(100, 100, 200, 400), size_px, known)
        assert not _fits(box_px, body_px(180, 280, 40, 40), size_px, known)  # a whole body in an arm of a chair
        assert not _fits(box_px, body_px(300, 100, 200, 400), size_px, known)  # somebody beside
    loose_px = body_px(140, 180, 110, 180)
    assert not _fits(box_px, loose_px, size_px, known=False)
    assert _fits(box_px, loose_px, size_px, known=True)


def test_legs_below_the_edge_of_the_picture_do_not_speak_against_a_pose() -> None:
    box_px, size_px = np.array([100.0, 200, 300, 480]), np.array([640, 480])
    seen_px = body_px(100, 200, 200, 1000)
    seen_px[[11, 12, 23, 24]] = 200.0, 400.0
    assert _fits(box_px, seen_px, size_px, known=False)


def test_a_real_man_is_seen_where_he_is_and_an_empty_wall_is_nobody() -> None:
    pytest.importorskip("mediapipe", reason="the extra [mediapipe] is not installed")
    if not CLIP.is_file():
        pytest.skip(f"no real video at {CLIP}; set MOCAP_SHARED")
    video = cv2.VideoCapture(str(CLIP))
    picture = video.read()[1][..., ::-1].copy()
    height, width = picture.shape[:2]
    camera = level_camera((width, height))
    look, box_px = BlazePose(), np.array([150.0, 300.0, 800.0, 1250.0])
    seen = look(Frame(0, 0.0, picture, camera), Track(1, box_px, 0.0))
    assert seen.presence == 1.0
    assert seen.joints_px[JOINT["Nose"], 1] < seen.joints_px[JOINT["Pelvis"], 1] < seen.joints_px[JOINT["L_Ankle"], 1]
    nobody = look(Frame(0, 0.0, np.full_like(picture, 90), camera), Track(2, box_px, 0.0))
    assert nobody.presence == 0.0
    assert not nobody.confidence.any()
