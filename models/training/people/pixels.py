"""Pixels of training pictures: paste with alpha, follow boxes through a warp, and spoil like a real camera."""

import math
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from models.training.people.sources import Image, Random, decoded

Float = npt.NDArray[np.floating[Any]]


def paste(image: Image, rgb: Image, mask: Image, matrix: Float) -> Float:
    """Blend ``rgb`` into ``image`` in place after the affine ``matrix`` (2, 3); returns the alpha (H, W) 0..1."""
    height, width = image.shape[:2]
    shrink = math.sqrt(abs(np.linalg.det(matrix[:, :2])))
    if shrink < 0.5:  # the warp alone would skip pixels and flicker
        rows, columns = mask.shape
        size = max(1, round(columns * shrink)), max(1, round(rows * shrink))
        rgb, mask = (_bytes(cv2.resize(picture, size, interpolation=cv2.INTER_AREA)) for picture in (rgb, mask))
        matrix = matrix @ np.array([[columns / size[0], 0, 0], [0, rows / size[1], 0], [0, 0, 1]])
    rows, columns = mask.shape
    corners = matrix[:, :2] @ np.array([[0, columns, 0, columns], [0, 0, rows, rows]]) + matrix[:, 2:]
    left, top = (max(0, math.floor(low)) for low in corners.min(axis=1))
    right, bottom = (
        min(end, math.ceil(high) + 1) for end, high in zip((width, height), corners.max(axis=1), strict=True)
    )
    alpha = np.zeros((height, width), np.float32)
    if right > left and bottom > top:
        touched, size = (slice(top, bottom), slice(left, right)), (right - left, bottom - top)
        matrix = matrix - np.array([[0, 0, left], [0, 0, top]])
        moved = cv2.warpAffine(rgb, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        part = cv2.warpAffine(mask, matrix, size, flags=cv2.INTER_LINEAR).astype(np.float32) / 255
        image[touched] = (image[touched] + (moved.astype(np.float32) - image[touched]) * part[..., None]).astype(
            np.uint8
        )
        alpha[touched] = part
    return alpha


def visible_box(alpha: Float) -> tuple[Float | None, float]:
    """Box around what is visible, and its area in pixels."""
    solid = alpha > 0.5
    columns, rows = np.flatnonzero(solid.any(axis=0)), np.flatnonzero(solid.any(axis=1))
    if not len(columns):
        return None, 0.0
    return np.array((columns[0], rows[0], columns[-1] + 1, rows[-1] + 1), np.float32), float(solid.sum())


def moved_box(box: Float, matrix: Float, width: int, height: int) -> tuple[Float, float]:
    """The box after an affine map, clipped, and the share of it that is still inside.

    A turned box would grow; a person fills it more like an ellipse, so the ellipse inside is what is turned.
    """
    center = matrix[:, :2] @ (box[:2] + box[2:]) / 2 + matrix[:, 2]
    half = np.sqrt(((matrix[:, :2] * (box[2:] - box[:2]) / 2) ** 2).sum(axis=1))
    whole = np.concatenate([center - half, center + half])
    inside = np.clip(whole, 0, (width, height, width, height))
    area = np.prod(whole[2:] - whole[:2])
    return inside.astype(np.float32), float(np.prod(inside[2:] - inside[:2]) / max(area, 1e-6))


def recoloured(rng: Random, rgb: Image) -> Image:
    """Other light on one person: gain per channel and contrast."""
    gain = rng.uniform(0.6, 1.3) * rng.uniform(0.85, 1.15, 3)
    return np.clip(rgb * gain + rng.uniform(-25, 25), 0, 255).astype(np.uint8)


def degraded(rng: Random, image: Image) -> Image:
    """What cameras do: light, colour, blur, low resolution, noise, compression."""
    result = np.clip(blurred(rng, relit(rng, image.astype(np.float32))), 0, 255).astype(np.uint8)
    if rng.random() < 0.3:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(15, 80))]
        result = decoded(np.asarray(cv2.imencode(".jpg", result[..., ::-1], quality)[1], np.uint8))
    return result


def relit(rng: Random, work: Float) -> Float:
    """Other light, colour and contrast (values 0..255)."""
    if rng.random() < 0.8:
        work = work * (rng.uniform(0.5, 1.4) * rng.uniform(0.85, 1.15, 3).astype(np.float32)) + rng.uniform(-30, 30)
    if rng.random() < 0.3:
        grey = work.mean(axis=2, keepdims=True)
        work = grey + (work - grey) * rng.uniform(0, 1.5)
    if rng.random() < 0.3:
        work = 255 * (np.clip(work, 0, 255) / 255) ** math.exp(rng.uniform(-0.7, 0.7))
    return work.astype(np.float32)


def blurred(rng: Random, work: Float) -> Float:
    """Fewer pixels, a soft lens, noise (values 0..255)."""
    rows, columns = work.shape[:2]
    if rng.random() < 0.2:
        share = rng.uniform(0.35, 0.9)
        small = cv2.resize(work, (round(columns * share), round(rows * share)), interpolation=cv2.INTER_AREA)
        work = np.asarray(cv2.resize(small, (columns, rows), interpolation=cv2.INTER_LINEAR), np.float32)
    if rng.random() < 0.2:
        work = np.asarray(cv2.GaussianBlur(work, (0, 0), rng.uniform(0.4, 1.6)), np.float32)
    if rng.random() < 0.25:
        work = work + rng.normal(0, rng.uniform(2, 14), work.shape).astype(np.float32)
    return work


def _bytes(image: npt.ArrayLike) -> Image:
    return np.asarray(image, np.uint8)
