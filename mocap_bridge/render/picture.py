"""The finished picture: floor, shadows, mannequins, skeletons."""

import cv2
import numpy as np

from ..camera import camera_from_world, project
from ..draw import draw_scene
from ..records import Array, BodyJoints, Camera, Image, Scene
from ..skeleton import JOINT_PARENTS, JOINTS
from .body import Seen, cast_of, light_map, lit, seen_by, shadow_corners_m
from .cones import Floats
from .floor import shade, stage_of
from .tone import to_screen

_SHADOW = 0.62  # of the light that somebody keeps from the floor
_BLEND = 0.82  # of a mannequin over a video
_LEFT, _RIGHT, _MIDDLE = (255, 154, 60), (64, 156, 255), (236, 240, 244)


def on_floor(scene: Scene, camera: Camera, skeleton: bool = False) -> Image:
    """(H, W, 3) mannequins on a floor with a grid of metres, in light from the upper left."""
    stage, bodies = stage_of(camera), cast_of(scene.poses)
    image = stage.image.copy()
    light, seen = light_map(bodies), seen_by(camera, bodies)
    if light is not None:
        window = _window(shadow_corners_m(bodies), camera)
        picture = stage.linear.copy()
        picture[window] *= 1 - _SHADOW * shade(light, stage, window)[..., None]
        image[window] = to_screen(picture[window])
        if seen is not None:
            window = seen.window
            image[window] = to_screen(_blended(picture[window], seen, lit(seen, bodies, camera, light), 1.0))
    return _with_skeletons(image, scene, camera) if skeleton else image


def _window(points_m: Array, camera: Camera) -> tuple[slice, slice]:
    """Rows and columns around points of the world; all of them where one is not in front of the camera."""
    width_px, height_px = camera.size_px.astype(int)
    in_camera_m = camera_from_world(points_m, camera)
    if in_camera_m[:, 2].min() < 0.3:
        return slice(0, height_px), slice(0, width_px)
    at_px = project(in_camera_m, camera)
    low = np.floor(at_px.min(axis=0)).clip(0, camera.size_px).astype(int)
    high = np.ceil(at_px.max(axis=0)).clip(0, camera.size_px).astype(int)
    return slice(low[1], high[1]), slice(low[0], high[0])


def over_video(image_rgb: Image, scene: Scene, skeleton: bool = True) -> Image:
    """(H, W, 3) the video's picture with the mannequins where they were seen, and the skeletons on top."""
    height_px, width_px = image_rgb.shape[:2]
    scale = np.array([width_px, height_px]) / scene.camera.size_px
    camera = Camera(
        np.array([width_px, height_px]),
        scene.camera.focal_px * scale,
        scene.camera.center_px * scale,
        scene.camera.world_from_camera,
    )
    image, bodies = image_rgb.copy(), cast_of(scene.poses)
    if (seen := seen_by(camera, bodies)) is not None:
        picture = np.asarray((image_rgb[seen.window] / 255.0) ** 2.2, dtype=np.float32)
        blended = _blended(picture, seen, lit(seen, bodies, camera, light_map(bodies)), _BLEND)
        image[seen.window] = to_screen(blended, graded=False)
    return draw_scene(image, _scaled(scene, scale)) if skeleton else image


def _scaled(scene: Scene, scale: Array) -> Scene:
    """The same people in a picture of another size."""
    if np.allclose(scale, 1.0):
        return scene
    bodies = tuple(
        BodyJoints(
            body.person_id,
            body.time_s,
            body.joints_world_m,
            body.visibility,
            body.joints_px * scale,
            body.box_px * np.tile(scale, 2),
        )
        for body in scene.bodies
    )
    return Scene(scene.frame_index, scene.time_s, scene.camera, bodies, scene.poses, scene.events)


def _blended(picture: Floats, seen: Seen, colour: Floats, strength: float) -> Floats:
    """A window of the picture, linear light, with the mannequins in it."""
    cover = (seen.hits.part >= 0).astype(np.float32)
    size = (picture.shape[1], picture.shape[0])
    colour = cv2.resize(colour, size, interpolation=cv2.INTER_AREA)  # black where nothing is: already weighted
    cover = cv2.resize(cover, size, interpolation=cv2.INTER_AREA)[..., None]
    return np.asarray(picture * (1 - strength * cover) + strength * colour, dtype=np.float32)


def _with_skeletons(image: Image, scene: Scene, camera: Camera) -> Image:
    canvas = image.copy()
    thick = max(1, round(image.shape[0] / 480))
    for body in scene.bodies:
        joints_m = camera_from_world(body.joints_world_m, camera)
        if joints_m[:, 2].min() < 0.2:
            continue
        at_px = np.round(project(joints_m, camera) * 16).astype(int).clip(-(2**20), 2**20)
        for joint, parent in enumerate(JOINT_PARENTS):
            if parent >= 0 and min(body.visibility[joint], body.visibility[parent]) > 0.02:
                ends = tuple(at_px[joint].tolist()), tuple(at_px[parent].tolist())
                cv2.line(canvas, *ends, _tone(JOINTS[joint]), thick, cv2.LINE_AA, 4)
        for joint in range(len(JOINTS)):
            if body.visibility[joint] > 0.02:
                at = tuple(at_px[joint].tolist())
                cv2.circle(canvas, at, 16 * thick + 16, _tone(JOINTS[joint]), -1, cv2.LINE_AA, 4)
    return canvas


def _tone(joint: str) -> tuple[int, int, int]:
    return _LEFT if joint.startswith("L_") else _RIGHT if joint.startswith("R_") else _MIDDLE
