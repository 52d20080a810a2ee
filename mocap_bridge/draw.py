"""Pictures of a scene: skeletons over the video, and the avatars that they move.

Pure: arrays in, arrays out. Left is orange, right is blue, the middle is pale; what is not seen fades.
"""

import cv2
import numpy as np

from .camera import camera_from_world, project
from .records import Array, BodyJoints, Camera, Image, RigPose, Scene
from .retarget import joints_from_pose
from .rotations import bone_heads_m
from .skeleton import BONE, BONES, CAPSULE_RADII_M, JOINT, JOINT_PARENTS, JOINTS, PARENTS, REST_OFFSETS_M

Colour = tuple[int, int, int]
LEFT, RIGHT, MIDDLE = (255, 154, 60), (64, 156, 255), (236, 240, 244)
_BACKGROUND, _GRID = (24, 27, 33), (52, 58, 68)
_SUB = 4  # bits of a pixel: lines that move by less than one still move
_REACH_PX = 20_000.0  # beyond this a drawn point would overflow, and nobody sees it
_NEAR_M = 0.2
_REST_LENGTHS_M = np.linalg.norm(REST_OFFSETS_M, axis=1)

_BODY_LINES = [
    *[(JOINTS[parent], joint) for joint, parent in zip(JOINTS, JOINT_PARENTS, strict=True) if parent >= 0],
    *[(f"{side}_{a}", f"{side}_{b}") for side in "LR" for a, b in (("Index", "Pinky"), ("Heel", "Toe"))],
]


def draw_scene(image_rgb: Image, scene: Scene) -> Image:
    """A copy of the picture (H, W, 3) with every person's joints, box and id, and the time and count of people."""
    colours, cover = image_rgb.copy(), np.zeros(image_rgb.shape[:2], np.uint8)
    for body in scene.bodies:
        _draw_body(colours, cover, body)
    share = cover[..., None].astype(np.uint16)
    drawn = ((colours * share + image_rgb * (255 - share)) // 255).astype(np.uint8)
    scale = max(0.4, image_rgb.shape[0] / 1000)
    for body in scene.bodies:
        corner_px = np.nan_to_num(body.box_px[:2]).clip(0, np.array(image_rgb.shape[1::-1]) - 1)
        _write(drawn, f"{body.person_id}", corner_px + np.array([4.0, 18 * scale + 6]), scale * 1.4)
    people = "1 person" if len(scene.bodies) == 1 else f"{len(scene.bodies)} people"
    _write(drawn, f"{scene.time_s:.2f} s   {people}", np.array([10.0, image_rgb.shape[0] - 12.0]), scale)
    return drawn


def _draw_body(colours: Image, cover: Image, body: BodyJoints) -> None:
    """Paints flat colour and, apart from it, how much of it shows: so edges stay smooth while lines fade."""
    low_px, high_px = body.box_px[:2], body.box_px[2:]
    thick = 1.5
    if _drawable(body.box_px):
        thick = float(np.clip((high_px - low_px).max() / 110, 1.5, 9.0))
        for canvas, tone in ((colours, MIDDLE), (cover, (90,))):
            cv2.rectangle(canvas, _fixed(low_px), _fixed(high_px), tone, 1, cv2.LINE_AA, _SUB)
    for a, b in _BODY_LINES:
        points_px = body.joints_px[[JOINT[a], JOINT[b]]]
        seen = float(body.visibility[[JOINT[a], JOINT[b]]].min())
        if seen <= 0.02 or not _drawable(points_px):
            continue
        ends = _fixed(points_px[0]), _fixed(points_px[1])
        cv2.line(colours, *ends, _side_of(b), round(thick) + 3, cv2.LINE_AA, _SUB)
        cv2.line(cover, *ends, (int(50 + 205 * min(seen, 1.0)),), round(thick), cv2.LINE_AA, _SUB)
    for joint, point_px, seen in zip(JOINTS, body.joints_px, body.visibility, strict=True):
        if seen > 0.02 and _drawable(point_px):
            radius = round(thick * 0.9 * (1 << _SUB))
            cv2.circle(colours, _fixed(point_px), radius + (2 << _SUB), _side_of(joint), -1, cv2.LINE_AA, _SUB)
            cv2.circle(cover, _fixed(point_px), radius, (int(50 + 205 * min(seen, 1.0)),), -1, cv2.LINE_AA, _SUB)


def draw_rig(scene: Scene, size_px: tuple[int, int]) -> Image:
    """The avatars' skeletons as the scene's camera would see them, (height, width, 3) for ``size_px`` (width, height).

    The whole picture of the camera fits in; a grid marks the floor in metres.
    """
    canvas: Image = np.full((size_px[1], size_px[0], 3), _BACKGROUND, np.uint8)
    camera = _fitted(scene.camera, size_px)
    _draw_floor(canvas, camera)
    capsules = [capsule for pose in scene.poses for capsule in _capsules(pose, camera)]
    for _, ends_m, radius_m, colour in sorted(capsules, key=lambda capsule: -capsule[0]):
        _draw_capsule(canvas, camera, ends_m, radius_m, colour)
    return canvas


def _fitted(camera: Camera, size_px: tuple[int, int]) -> Camera:
    scale = float(np.min(np.array(size_px) / camera.size_px))
    margin_px = (np.array(size_px) - camera.size_px * scale) / 2
    return Camera(
        size_px=np.array(size_px),
        focal_px=camera.focal_px * scale,
        center_px=camera.center_px * scale + margin_px,
        world_from_camera=camera.world_from_camera,
    )


def _draw_floor(canvas: Image, camera: Camera) -> None:
    reach = np.arange(-6.0, 7.0)
    lines = [((x, 0.0, -12.0), (x, 0.0, 0.0)) for x in reach] + [((-6.0, 0.0, z), (6.0, 0.0, z)) for z in reach - 6.0]
    for line in lines:
        ends_m = _in_front(camera_from_world(np.array(line), camera))
        if ends_m is not None and _drawable(ends_px := project(ends_m, camera)):
            cv2.line(canvas, _fixed(ends_px[0]), _fixed(ends_px[1]), _GRID, 1, cv2.LINE_AA, _SUB)


def _in_front(ends_m: Array) -> Array | None:
    """A line (2, 3) in the camera frame without its part behind the camera; None if nothing is left."""
    (a, b), near = ends_m, _NEAR_M
    if max(a[2], b[2]) <= near:
        return None
    if a[2] < near:
        a = b + (a - b) * (b[2] - near) / (b[2] - a[2])
    elif b[2] < near:
        b = a + (b - a) * (a[2] - near) / (a[2] - b[2])
    return np.array([a, b])


def _capsules(pose: RigPose, camera: Camera) -> list[tuple[float, Array, float, Colour]]:
    """Depth, both ends (2, 3) in the camera frame, radius and colour of each limb of a pose."""
    size = pose.bone_lengths_m / _REST_LENGTHS_M
    heads_m = bone_heads_m(pose.hips_world_m, pose.rotations_xyzw, REST_OFFSETS_M * size[:, None])
    joints_m = joints_from_pose(pose)
    heads_m, joints_m = camera_from_world(heads_m, camera), camera_from_world(joints_m, camera)
    limbs = [
        (PARENTS[bone], heads_m[PARENTS[bone]], heads_m[bone], BONES[PARENTS[bone]]) for bone in range(1, len(BONES))
    ]
    limbs += [(BONE["Head"], heads_m[BONE["Head"]], joints_m[JOINT["Head_top"]], "Head")]
    for side in ("Left", "Right"):
        hand, foot = BONE[f"{side}Hand"], BONE[f"{side}Foot"]
        limbs += [(hand, heads_m[hand], joints_m[JOINT[f"{side[0]}_Hand"]], f"{side}Hand")]
        limbs += [(foot, joints_m[JOINT[f"{side[0]}_Heel"]], joints_m[JOINT[f"{side[0]}_Toe"]], f"{side}Foot")]
    whole = float(np.median(size[1:]))
    return [
        (float(a[2] + b[2]) / 2, np.array([a, b]), CAPSULE_RADII_M[bone] * whole * 0.75, _faded(name, pose, bone))
        for bone, a, b, name in limbs
    ]


def _faded(name: str, pose: RigPose, bone: int) -> Colour:
    share = 0.4 + 0.6 * float(np.clip(pose.visibility[bone], 0, 1))
    red, green, blue = (
        int(share * bright + (1 - share) * dark) for bright, dark in zip(_side_of(name), _BACKGROUND, strict=True)
    )
    return red, green, blue


def _draw_capsule(canvas: Image, camera: Camera, ends_m: Array, radius_m: float, colour: Colour) -> None:
    """Dark rim, body, and a lighter ridge towards the upper left, where light seems to come from."""
    if ends_m[:, 2].min() < _NEAR_M or not _drawable(ends_px := project(ends_m, camera)):
        return
    radii_px = radius_m * camera.focal_px[0] / ends_m[:, 2]
    for grow_px, share, light in ((1.5, 1.0, 0.35), (0.0, 1.0, 0.8), (0.0, 0.55, 1.0)):
        tone = tuple(int(channel * light) for channel in colour)
        shift_px = -(1 - share) * 0.45 * radii_px[:, None]
        _fill_capsule(canvas, ends_px + shift_px, radii_px * share + grow_px, tone)


def _fill_capsule(canvas: Image, ends_px: Array, radii_px: Array, tone: tuple[int, ...]) -> None:
    along = ends_px[1] - ends_px[0]
    across = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-6)
    sides = across * radii_px[:, None]
    outline = np.array([ends_px[0] + sides[0], ends_px[1] + sides[1], ends_px[1] - sides[1], ends_px[0] - sides[0]])
    cv2.fillConvexPoly(canvas, np.round(outline * (1 << _SUB)).astype(np.int32), tone, cv2.LINE_AA, _SUB)
    for end_px, radius_px in zip(ends_px, radii_px, strict=True):
        cv2.circle(canvas, _fixed(end_px), round(float(radius_px) * (1 << _SUB)), tone, -1, cv2.LINE_AA, _SUB)


def _side_of(name: str) -> Colour:
    return LEFT if name.startswith(("L_", "Left")) else RIGHT if name.startswith(("R_", "Right")) else MIDDLE


def _drawable(points_px: Array) -> bool:
    return bool((np.abs(points_px) < _REACH_PX).all())  # also false for NaN


def _fixed(point_px: Array) -> tuple[int, int]:
    return round(float(point_px[0]) * (1 << _SUB)), round(float(point_px[1]) * (1 << _SUB))


def _write(canvas: Image, text: str, at_px: Array, scale: float) -> None:
    x, y = int(at_px[0]), int(at_px[1])
    for tone, shift_px in (((0, 0, 0), 1), (MIDDLE, 0)):
        at = x + shift_px, y + shift_px
        cv2.putText(canvas, text, at, cv2.FONT_HERSHEY_SIMPLEX, scale, tone, 1, cv2.LINE_AA)
