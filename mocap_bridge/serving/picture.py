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
    height_px, width_px = image_rgb.shape[:2]
    scale = MOST_PX / max(height_px, width_px)
    if scale < 1.0:
        size_px = max(1, round(width_px * scale)), max(1, round(height_px * scale))
        image_rgb = np.asarray(cv2.resize(image_rgb, size_px, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    bgr = cv2.cvtColor(image_rgb, cv2.COLOR_RGB2BGR)
    ok, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not ok:
        raise ValueError(f"a picture of {width_px}x{height_px} px could not be encoded")
    return _HEAD.pack(frame_index & 0xFFFFFFFF, time_s) + jpeg.tobytes()
