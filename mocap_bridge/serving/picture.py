"""The camera's picture as JPEG, small enough to be sent many times a second."""

import struct

import cv2
import numpy as np

from ..records import Image

MOST_PX = 640
_QUALITY = 70
_HEAD = struct.Struct("<Id")


def picture_message(frame_index: int, time_s: float, image_rgb: Image) -> bytes:
    """Frame index (uint32) and time (float64, seconds), little-endian, then a JPEG at most 640 px wide or high."""
    bgr = cv2.cvtColor(_small(image_rgb), cv2.COLOR_RGB2BGR)
    ok, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not ok:
        raise ValueError(f"a picture of {bgr.shape[1]}x{bgr.shape[0]} px could not be encoded")
    return _HEAD.pack(frame_index & 0xFFFFFFFF, time_s) + jpeg.tobytes()


def _small(image_rgb: Image) -> Image:
    """Halved as often as goes, then stretched: half the work of one step that averages over the whole area."""
    height_px, width_px = image_rgb.shape[:2]
    longer_px = max(height_px, width_px)
    if longer_px <= MOST_PX:
        return image_rgb
    if longer_px >= 2 * MOST_PX:
        half = cv2.resize(image_rgb, (max(1, width_px // 2), max(1, height_px // 2)), interpolation=cv2.INTER_AREA)
        return _small(np.asarray(half, dtype=np.uint8))
    size_px = max(1, width_px * MOST_PX // longer_px), max(1, height_px * MOST_PX // longer_px)
    return np.asarray(cv2.resize(image_rgb, size_px, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
