"""Pixels and depth to world metres, and back."""

import numpy as np

from .records import Array, Camera

DEFAULT_FOV_DEG = 60.0
"""Horizontal field of view assumed for a webcam nobody has measured: most lie between 55 and 78 degrees."""

_WORLD_FROM_OPENCV = np.diag([1.0, -1.0, -1.0])


def level_camera(
    size_px: tuple[int, int], fov_deg: float = DEFAULT_FOV_DEG, height_m: float = 1.2, pitch_deg: float = 0.0
) -> Camera:
    """A camera ``height_m`` above the floor, looking along -Z, tilted down by ``pitch_deg``.

    ``fov_deg`` spans the longer side of the picture: a phone held upright has the same lens.
    """
    focal = max(size_px) / 2 / np.tan(np.radians(fov_deg) / 2)
    pose = np.eye(4)
    pose[:3, :3] = tilted(np.radians(pitch_deg))
    pose[1, 3] = height_m
    return Camera(
        size_px=np.array(size_px, dtype=np.float64),
        focal_px=np.array([focal, focal]),
        center_px=np.array(size_px) / 2,
        world_from_camera=pose,
    )


def tilted(pitch_rad: float) -> Array:
    """(3, 3) rotation from the axes of a camera that looks down by an angle to those of the world."""
    cosine, sine = np.cos(pitch_rad), np.sin(pitch_rad)
    tilt = np.array([[1.0, 0.0, 0.0], [0.0, cosine, sine], [0.0, -sine, cosine]])
    return np.asarray(tilt @ _WORLD_FROM_OPENCV)


def rays(points_px: Array, camera: Camera) -> Array:
    """(..., 2) x/z and y/z in the camera frame of pixels (..., 2)."""
    return (points_px - camera.center_px) / camera.focal_px


def project(points_camera_m: Array, camera: Camera) -> Array:
    """Pixels (..., 2) of points (..., 3) in the camera frame; z must be positive."""
    return points_camera_m[..., :2] / points_camera_m[..., 2:] * camera.focal_px + camera.center_px


def world_from_camera(points_camera_m: Array, camera: Camera) -> Array:
    """Points (..., 3) from the camera frame to the world."""
    pose = camera.world_from_camera
    return points_camera_m @ pose[:3, :3].T + pose[:3, 3]


def camera_from_world(points_world_m: Array, camera: Camera) -> Array:
    """Points (..., 3) from the world to the camera frame."""
    pose = camera.world_from_camera
    return (points_world_m - pose[:3, 3]) @ pose[:3, :3]
