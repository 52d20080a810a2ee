"""One training crop from one labelled person: a new view, background, neighbours, occluders, light and camera.

Pictures stay uint8 all the way: on two cores every millisecond here is taken from the optimiser.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from mocap_bridge.records import Image
from mocap_bridge.skeleton import JOINT, MIRROR_JOINTS
from models.training.pose.camera_effects import seen_by_a_camera

Floats = npt.NDArray[np.float32]
Rng = np.random.Generator

CROP_PER_BOX = 1.25
"""Side of the crop over the longer side of the box, as at run time."""
_MIRROR = list(MIRROR_JOINTS)
_FEET = [JOINT[name] for name in ("L_Heel", "L_Toe", "R_Heel", "R_Toe")]
SHADOW_SHARE = 0.4
"""Of those cut out: real people stand on what is below them, and darken it."""


@dataclass(frozen=True, eq=False)
class Person:
    """A labelled picture of one person; pixels are those of ``rgb``."""

    rgb: Image  # (S, S, 3)
    alpha: Image | None  # (S, S) where the person may be cut out
    joints_px: Floats  # (30, 2)
    depth_m: Floats  # (30,)
    known: Floats  # (30,) 1 where joints_px is known
    depth_known: float  # 1 where depth_m is known
    visible: Floats  # (30,)
    visible_known: Floats  # (30,)
    box_px: Floats  # (4,)


@dataclass(frozen=True, eq=False)
class Crop:
    """What the network sees, and what it should say."""

    image: Image  # (P, P, 3) RGB
    joints: Floats  # (30, 2) in crop sides, 0..1 inside
    depth_m: Floats  # (30,)
    known: Floats  # (30,) 1 where joints is known and inside
    depth_known: float
    visible: Floats  # (30,)
    visible_known: Floats  # (30,)
    presence: float


def crop_of(person: Person, size_px: int, rng: Rng, scenery: Image, neighbour: Person | None, strength: float) -> Crop:
    """A random crop. ``scenery`` is any picture, ``neighbour`` somebody with an alpha, ``strength`` 0..1."""
    mirrored = rng.random() < 0.5
    matrix = random_view(person.box_px, size_px, rng, strength)
    if mirrored:
        matrix = np.array([[-1, 0, size_px], [0, 1, 0], [0, 0, 1.0]])[:2] @ np.vstack([matrix, [0, 0, 1]])
    joints_px = person.joints_px @ matrix[:, :2].T + matrix[:, 2]
    image, hidden = _composed(person, matrix, size_px, rng, scenery, neighbour)
    if rng.random() < 0.35 * strength:
        _occlude(image, hidden, rng, scenery)
    image = seen_by_a_camera(image, rng, strength)
    inside = ((joints_px >= 0) & (joints_px < size_px)).all(axis=1)
    cell = np.clip(joints_px, 0, size_px - 1).astype(int)
    covered = hidden[cell[:, 1], cell[:, 0]] & inside
    crop = Crop(
        image=image,
        joints=(joints_px / size_px).astype(np.float32),
        depth_m=person.depth_m,
        known=person.known * inside,
        depth_known=person.depth_known,
        visible=person.visible * inside * ~covered,
        # Whatever lies outside or under something is unseen, even where nobody said what was seen before.
        visible_known=np.maximum(person.visible_known, person.known * (covered | ~inside)),
        presence=1.0,
    )
    return _swapped(crop) if mirrored else crop


def empty_crop(size_px: int, rng: Rng, scenery: Image, beside: Person | None, strength: float) -> Crop:
    """A crop without a person in it, or with one who only reaches in from ``beside``."""
    image = _filled(scenery, size_px, rng)
    if beside is not None and beside.alpha is not None:
        matrix = random_view(beside.box_px, size_px, rng, 0.3)
        angle = rng.uniform(0, 2 * np.pi)
        matrix[:, 2] += np.array([np.cos(angle), np.sin(angle)]) * rng.uniform(0.65, 0.9) * size_px
        _paste(image, beside, matrix)
    nothing = np.zeros(len(_MIRROR), np.float32)
    image = seen_by_a_camera(image, rng, strength)
    return Crop(image, np.zeros((len(_MIRROR), 2), np.float32), nothing, nothing, 0.0, nothing, nothing, 0.0)


def random_view(box_px: Floats, size_px: int, rng: Rng, strength: float) -> npt.NDArray[np.float64]:
    """(2, 3) from picture to crop pixels: where a tracker might cut, how a camera might be held."""
    low, high = box_px[:2].astype(float), box_px[2:].astype(float)
    if rng.random() < 0.3 * strength:  # a webcam shows half a body, or the box cuts something off
        cut = rng.integers(4)
        part = rng.uniform(0.25, 0.6) * (high - low)
        if cut < 3:
            high[1] -= part[1]
        else:
            low[1] += part[1]
    center, side = (low + high) / 2, max(high - low) * CROP_PER_BOX
    side *= np.exp(np.clip(rng.normal(0, 0.15 * strength), np.log(0.75), np.log(1.4)))
    center = center + rng.normal(0, 0.04 * strength, 2) * side
    angle = rng.normal(0, 26) * strength if rng.random() < 0.7 else 0.0
    if rng.random() < 0.13 * strength:  # on the hands, in a somersault, on the floor
        angle = rng.uniform(-180, 180)
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    turn = np.array([[cosine, -sine], [sine, cosine]]) * size_px / side
    return np.hstack([turn, (size_px / 2 - turn @ center)[:, None]])


def _composed(
    person: Person,
    matrix: npt.NDArray[np.float64],
    size_px: int,
    rng: Rng,
    scenery: Image,
    neighbour: Person | None,
) -> tuple[Image, npt.NDArray[np.bool_]]:
    """The picture, and which of its pixels lie under somebody else."""
    hidden = np.zeros((size_px, size_px), bool)
    before = rng.random() < 0.35
    shifted = None
    if neighbour is not None and neighbour.alpha is not None:
        shifted = random_view(neighbour.box_px, size_px, rng, 0.5)
        shifted[:, 2] += rng.choice([-1, 1]) * rng.uniform(0.25, 0.6) * size_px, rng.normal(0, 0.08) * size_px
    if person.alpha is None:
        border = cv2.BORDER_CONSTANT if rng.random() < 0.6 else cv2.BORDER_REFLECT_101
        image = cv2.warpAffine(person.rgb, matrix, (size_px, size_px), flags=_sampling(matrix), borderMode=border)
    else:
        image = _filled(scenery, size_px, rng)
        if rng.random() < SHADOW_SHARE:
            shade(image, (person.joints_px @ matrix[:, :2].T + matrix[:, 2])[_FEET], rng)
        if neighbour is not None and shifted is not None and not before:
            _paste(image, neighbour, shifted)
        _paste(image, person, matrix)
    if neighbour is not None and shifted is not None and before:
        hidden |= _paste(image, neighbour, shifted) > 128
    return image, hidden


def shade(image: Image, feet_px: npt.NDArray[np.floating], rng: Rng) -> None:
    """Darken the floor around feet (4, 2), softly, in place: it darkens most where they touch it."""
    size_px = image.shape[0]
    low, high = feet_px.min(axis=0), feet_px.max(axis=0)
    if (high < 0).any() or (low > size_px).any():
        return
    half = (high - low) / 2 + np.array([0.06, 0.02]) * size_px * rng.uniform(0.8, 1.6)
    middle = (low + high) / 2 + np.array([rng.normal(0, 0.05), rng.uniform(0, 0.02)]) * size_px
    coarse = np.zeros((size_px // 4, size_px // 4), np.float32)  # soft anyway, and 16 times as fast
    axes = tuple(int(v) for v in np.maximum(half / 4, 1))
    cv2.ellipse(coarse, tuple(int(v) for v in middle / 4), axes, 0, 0, 360, rng.uniform(0.25, 0.7), -1)
    coarse = cv2.GaussianBlur(coarse, (0, 0), max(min(axes) * 0.6, 1.0))
    light = cv2.resize(255 * (1 - coarse), (size_px, size_px)).astype(np.uint8)
    image[:] = cv2.multiply(image, cv2.cvtColor(light, cv2.COLOR_GRAY2RGB), scale=1 / 255)


def _paste(image: Image, person: Person, matrix: npt.NDArray[np.float64]) -> Image:
    """Lay the person over the picture, in place; returns where."""
    assert person.alpha is not None
    size = image.shape[1::-1]
    rgb = cv2.warpAffine(person.rgb, matrix, size, flags=_sampling(matrix), borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.warpAffine(person.alpha, matrix, size, flags=cv2.INTER_LINEAR)
    part = cv2.cvtColor(alpha, cv2.COLOR_GRAY2RGB)
    image[:] = cv2.add(cv2.multiply(rgb, part, scale=1 / 255), cv2.multiply(image, 255 - part, scale=1 / 255))
    return np.asarray(alpha)


def _filled(scenery: Image, size_px: int, rng: Rng) -> Image:
    """A random square of the picture in the wanted size."""
    height, width = scenery.shape[:2]
    side = int(min(height, width) * rng.uniform(0.35, 1.0))
    top, left = rng.integers(0, height - side + 1), rng.integers(0, width - side + 1)
    square = cv2.resize(scenery[top : top + side, left : left + side], (size_px, size_px))
    return np.ascontiguousarray(square[:, ::-1] if rng.random() < 0.5 else square)


def _occlude(image: Image, hidden: npt.NDArray[np.bool_], rng: Rng, scenery: Image) -> None:
    """Lay one or two rectangles of something over the picture, in place."""
    size_px = image.shape[0]
    for _ in range(rng.integers(1, 3)):
        width, height = (rng.uniform(0.08, 0.4, 2) * size_px).astype(int) + 2
        left, top = int(rng.uniform(-0.1, 0.95) * size_px), int(rng.uniform(-0.1, 0.95) * size_px)
        box = slice(max(top, 0), top + height), slice(max(left, 0), left + width)
        shape = image[box].shape
        if 0 in shape:
            continue
        if rng.random() < 0.6:
            image[box] = cv2.resize(_filled(scenery, 64, rng), (shape[1], shape[0]))
        else:
            image[box] = rng.integers(0, 256, 3)
        hidden[box] = True


def _sampling(matrix: npt.NDArray[np.float64]) -> int:
    shrinks = abs(np.linalg.det(matrix[:, :2])) < 0.5
    return int(cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)


def _swapped(crop: Crop) -> Crop:
    """Left and right joints change places."""
    rows = {name: getattr(crop, name)[_MIRROR] for name in ("joints", "depth_m", "known", "visible", "visible_known")}
    return replace(crop, **rows)
