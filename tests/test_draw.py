"""What a preview shows."""

from dataclasses import replace

import numpy as np
import pytest

from mocap_bridge.camera import camera_from_world, level_camera, project
from mocap_bridge.draw import draw_rig, draw_scene
from mocap_bridge.records import BodyJoints, Scene
from mocap_bridge.retarget import Retargeter, joints_from_rotations
from mocap_bridge.rotations import IDENTITY
from mocap_bridge.skeleton import BONES, JOINT

CAMERA = level_camera((640, 480))
GREY = np.full((480, 640, 3), 90, np.uint8)


def standing(visibility=1.0, x_m=0.0):
    joints_m = joints_from_rotations(np.array([x_m, 0.92, -3.5]), np.tile(IDENTITY, (len(BONES), 1)))
    joints_px = project(camera_from_world(joints_m, CAMERA), CAMERA)
    box_px = np.concatenate([joints_px.min(0) - 10, joints_px.max(0) + 10])
    return BodyJoints(3, 1.25, joints_m, np.full(30, visibility), joints_px, box_px)


def scene(*bodies):
    return Scene(0, 1.25, CAMERA, bodies, tuple(Retargeter()(body) for body in bodies))


def pixel(picture, point_px):
    x, y = np.round(point_px).astype(int)
    return picture[y, x].astype(int)


def middle_of(body, a, b):
    return body.joints_px[[JOINT[a], JOINT[b]]].mean(0)


def test_the_picture_given_is_not_drawn_on():
    before = GREY.copy()
    drawn = draw_scene(GREY, scene(standing()))
    np.testing.assert_array_equal(GREY, before)
    assert drawn.shape == GREY.shape
    assert drawn.dtype == np.uint8


def test_left_is_orange_and_right_is_blue():
    body = standing()
    drawn = draw_scene(GREY, scene(body))
    left, right = (pixel(drawn, middle_of(body, f"{side}_Elbow", f"{side}_Wrist")) for side in "LR")
    assert left[0] > 200 > left[2]
    assert right[2] > 200 > right[0]


def test_joints_fade_with_visibility_and_unseen_ones_are_left_out():
    strengths = []
    for visibility in (1.0, 0.4, 0.0):
        body = standing(visibility)
        there = pixel(draw_scene(GREY, scene(body)), middle_of(body, "L_Knee", "L_Ankle"))
        strengths.append(np.abs(there - 90).sum())
    assert strengths[0] > strengths[1] > strengths[2] == 0


def test_the_avatar_stands_where_the_camera_sees_the_person():
    body = standing(x_m=0.6)
    picture = draw_rig(scene(body), (480, 480))
    empty = draw_rig(Scene(0, 0.0, CAMERA), (480, 480))
    painted = np.argwhere((picture != empty).any(axis=2))[:, ::-1]
    expected_px = body.joints_px * 0.75 + [0, 60]  # 640 wide fits into 480, 60 rows free above
    np.testing.assert_allclose(painted.min(0), expected_px.min(0), atol=14)
    np.testing.assert_allclose(painted.max(0), expected_px.max(0), atol=14)


def test_an_empty_scene_is_a_floor_and_a_plain_picture():
    assert draw_rig(Scene(0, 0.0, CAMERA), (320, 240)).shape == (240, 320, 3)
    drawn = draw_scene(GREY, Scene(0, 0.0, CAMERA))
    np.testing.assert_array_equal(drawn[:400], GREY[:400])


@pytest.mark.parametrize("wrong", [np.nan, np.inf, 1e12])
def test_joints_far_outside_do_no_harm(wrong):
    body = standing()
    strange = replace(body, joints_px=np.full((30, 2), wrong), box_px=np.full(4, wrong))
    assert draw_scene(GREY, scene(strange)).shape == GREY.shape


def test_a_person_behind_the_camera_is_not_drawn():
    body = standing()
    behind = replace(body, joints_world_m=body.joints_world_m + np.array([0.0, 0.0, 8.0]))
    np.testing.assert_array_equal(draw_rig(scene(behind), (480, 480)), draw_rig(Scene(0, 0.0, CAMERA), (480, 480)))
