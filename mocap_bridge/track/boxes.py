"""Geometry of boxes x0, y0, x1, y1 in pixels: overlap, cover, and the box around a pose."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..records import Array, Boxes
from ..skeleton import JOINT

Mask = npt.NDArray[np.bool_]

CORE = [JOINT[name] for name in ("L_Shoulder", "R_Shoulder", "L_Hip", "R_Hip", "Thorax", "Pelvis")]
"""Joints of the trunk: they move with the person, not with the arms."""

_GRID = (np.arange(16) + 0.5) / 16


def size_px(boxes_px: Array) -> Array:
    """Longer side (...) of boxes (..., 4); at least one pixel."""
    return np.asarray(np.maximum((boxes_px[..., 2:] - boxes_px[..., :2]).max(axis=-1), 1.0))


def sides_px(boxes_px: Array) -> Array:
    """Width and height (..., 2) of boxes (..., 4)."""
    return np.asarray(boxes_px[..., 2:] - boxes_px[..., :2])


def center_px(boxes_px: Array) -> Array:
    """Middle (..., 2) of boxes (..., 4)."""
    return (boxes_px[..., :2] + boxes_px[..., 2:]) / 2


def scaled(box_px: Array, factor: Array | float) -> Array:
    """A box (4,) made larger about its middle."""
    middle = np.tile(center_px(box_px), 2)
    return np.asarray(middle + (box_px - middle) * factor)


def area_px2(boxes_px: Array) -> Array:
    """Area (...) of boxes (..., 4)."""
    return np.asarray(np.prod(np.maximum(boxes_px[..., 2:] - boxes_px[..., :2], 0.0), axis=-1))


def overlap(a_px: Array, b_px: Array) -> Array:
    """Intersection over union (N, M) of boxes (N, 4) and (M, 4)."""
    shared = _shared_px2(a_px, b_px)
    return np.asarray(shared / np.maximum(area_px2(a_px)[:, None] + area_px2(b_px)[None] - shared, 1e-9))


def inside(a_px: Array, b_px: Array) -> Array:
    """Share (N, M) of the smaller of each two boxes that lies in the other: 1 for half a person in a whole one."""
    smaller = np.minimum(area_px2(a_px)[:, None], area_px2(b_px)[None])
    return np.asarray(_shared_px2(a_px, b_px) / np.maximum(smaller, 1e-9))


def is_part(a_px: Array, b_px: Array) -> bool:
    """Whether box a (4,) may show a part of the person in box b (4,): mostly inside, and not just anybody behind."""
    larger = size_px(b_px) / size_px(a_px)
    return bool(1.0 < larger < 3.0 and inside(a_px[None], b_px[None])[0, 0] > 0.8)


def _shared_px2(a_px: Array, b_px: Array) -> Array:
    low = np.maximum(a_px[:, None, :2], b_px[None, :, :2])
    high = np.minimum(a_px[:, None, 2:], b_px[None, :, 2:])
    return np.asarray(np.prod(np.maximum(high - low, 0.0), axis=-1))


def covered(box_px: Array, nearer_px: Array) -> float:
    """Share 0..1 of a box (4,) that lies behind any of the boxes (N, 4), on a grid of 16 x 16 points."""
    if not len(nearer_px):
        return 0.0
    x, y = (box_px[axis] + _GRID * (box_px[axis + 2] - box_px[axis]) for axis in (0, 1))
    in_x = (nearer_px[:, :1] <= x) & (x <= nearer_px[:, 2:3])
    in_y = (nearer_px[:, 1:2] <= y) & (y <= nearer_px[:, 3:])
    return float((in_x[:, :, None] & in_y[:, None, :]).any(axis=0).mean())


def is_nearer(a_px: Array, b_px: Array, picture_px: Array) -> bool:
    """Whether the person in box a stands in front of the one in b: feet lower in the picture, else larger.

    Feet below the lower edge cannot be compared.
    """
    a_feet, b_feet = min(a_px[3], picture_px[1]), min(b_px[3], picture_px[1])
    if abs(a_feet - b_feet) > 0.02 * picture_px[1]:
        return bool(a_feet > b_feet)
    return bool(area_px2(a_px) > area_px2(b_px))


def covered_shares(boxes_px: Sequence[Array], picture_px: Array) -> list[float]:
    """Share 0..1 of each box (4,) that lies behind people who stand nearer to the camera."""
    shares = []
    for row, mine_px in enumerate(boxes_px):
        others_px = [*boxes_px[:row], *boxes_px[row + 1 :]]
        nearer_px = [other_px for other_px in others_px if is_nearer(other_px, mine_px, picture_px)]
        shares.append(covered(mine_px, np.array(nearer_px).reshape(-1, 4)))
    return shares


def clipped(box_px: Array, picture_px: Array) -> Array:
    """The part of a box (4,) inside the picture (2,); empty when there is none."""
    return np.clip(box_px, 0.0, np.tile(picture_px, 2))


def sure_joints(confidence: Array, share: float) -> Mask:
    """Joints (30,) nearly as sure as the surest one: networks differ in how much they trust themselves."""
    return np.asarray(confidence >= max(share * confidence.max(), 0.05))


def pose_box_px(joints_px: Array, sure: Mask, pad: float, fewest: int) -> Array | None:
    """Box (4,) around the ``sure`` ones of the joints (30, 2), or around a body guessed from its trunk, or None.

    ``pad`` is the share of the longer side added all round, from joints to skin, hair and shoes.
    """
    if sure.sum() >= fewest:
        low, high = joints_px[sure].min(axis=0), joints_px[sure].max(axis=0)
        margin = pad * max((high - low).max(), 1.0)
        return np.concatenate([low - margin, high + margin])
    core = joints_px[CORE][sure[CORE]]
    if len(core) < 3:
        return None
    # A body is about three and a half trunks tall, with the trunk's middle a little above its own.
    half = 1.75 * max(np.ptp(core, axis=0).max(), 1.0)
    middle = core.mean(axis=0) + np.array([0.0, 0.3 * half])
    return np.concatenate([middle - half, middle + half])


def checked(found: Boxes) -> Boxes:
    """The boxes, if they are boxes. Raises ValueError otherwise."""
    for box_px, score in zip(found.boxes_px, found.scores, strict=True):
        if not (np.isfinite(box_px).all() and np.isfinite(score) and (box_px[2:] > box_px[:2]).all()):
            raise ValueError(f"a found box must be finite with x0 < x1 and y0 < y1; got {box_px} with score {score}")
    return found
