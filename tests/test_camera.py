"""Pixels to metres and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocap_bridge.camera import camera_from_world, level_camera, project, rays, world_from_camera

cameras = st.builds(
    level_camera,
    size_px=st.tuples(st.integers(64, 4096), st.integers(64, 4096)),
    fov_deg=st.floats(20, 120),
    height_m=st.floats(0, 5),
    pitch_deg=st.floats(-60, 60),
)
points = st.tuples(st.floats(-5, 5), st.floats(-5, 5), st.floats(0.1, 20)).map(np.array)


@given(cameras, points)
def test_points_come_back_from_pixels_and_depth(camera, point_m):
    ray = rays(project(point_m, camera), camera)
    np.testing.assert_allclose(np.append(ray, 1.0) * point_m[2], point_m, atol=1e-9)


@given(cameras, points)
def test_points_come_back_from_the_world(camera, point_m):
    np.testing.assert_allclose(camera_from_world(world_from_camera(point_m, camera), camera), point_m, atol=1e-9)


@given(cameras)
def test_the_way_into_the_world_turns_and_never_stretches_or_mirrors(camera):
    turn = camera.world_from_camera[:3, :3]
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(turn) == pytest.approx(1.0)


def test_a_level_camera_looks_along_minus_z_from_its_height():
    camera = level_camera((640, 480), height_m=1.5)
    np.testing.assert_allclose(world_from_camera(np.array([0.0, 0.0, 2.0]), camera), [0.0, 1.5, -2.0])
    np.testing.assert_allclose(world_from_camera(np.array([0.3, 0.4, 2.0]), camera), [0.3, 1.1, -2.0])


def test_a_camera_tilted_down_sees_the_floor_in_its_middle():
    camera = level_camera((640, 480), height_m=1.0, pitch_deg=45)
    np.testing.assert_allclose(world_from_camera(np.array([0.0, 0.0, 2**0.5]), camera), [0.0, 0.0, -1.0], atol=1e-12)


@pytest.mark.parametrize("size_px", [(640, 480), (480, 640)])
def test_the_angle_of_view_spans_the_longer_side(size_px):
    camera = level_camera(size_px, fov_deg=90)
    edge_m = np.array([0.0, 0.0, 1.0])
    edge_m[int(np.argmax(size_px))] = 1.0
    assert project(edge_m, camera).max() == pytest.approx(max(size_px))
