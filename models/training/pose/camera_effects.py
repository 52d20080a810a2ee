"""What cameras do to a picture: light, colour, coarse pixels, movement, noise and compression.

Pictures stay uint8 all the way: on two cores every millisecond here is taken from the optimiser.
"""

import cv2
import numpy as np

from mocap_bridge.records import Image

Rng = np.random.Generator


def seen_by_a_camera(image: Image, rng: Rng, strength: float) -> Image:
    """White balance, exposure, coarse pixels, a soft lens or movement, noise and JPEG, each now and then."""
    chance = rng.random(6) / strength
    size_px = image.shape[0]
    if chance[0] < 0.75:
        levels = np.arange(256, dtype=np.float32)[:, None] / 255
        gain = rng.uniform(0.65, 1.4) * rng.uniform(0.88, 1.12, 3)
        curve = levels ** rng.uniform(0.7, 1.45) * gain + rng.uniform(-0.08, 0.08)
        image = cv2.LUT(image, np.clip(curve * 255, 0, 255).astype(np.uint8)[None])
    if chance[1] < 0.08:
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    if chance[2] < 0.2:
        coarse = int(size_px * rng.uniform(0.3, 0.8))
        image = cv2.resize(cv2.resize(image, (coarse, coarse), interpolation=cv2.INTER_AREA), (size_px, size_px))
    if chance[3] < 0.1:
        width, height = rng.integers(1, 6, 2)
        image = cv2.blur(image, (int(width), int(height)))
    elif chance[3] < 0.18:
        image = moved(image, rng.uniform(0.015, 0.05) * size_px, rng.uniform(0, np.pi))
    if chance[4] < 0.25:
        noise = np.empty(image.shape, np.int16)
        cv2.randn(noise, 0, float(rng.uniform(2, 14)))
        image = cv2.add(image, noise, dtype=cv2.CV_8U)
    if chance[5] < 0.2:
        jpeg = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(20, 80))])[1]
        image = np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR))
    return image


def moved(image: Image, length_px: float, angle_rad: float) -> Image:
    """The picture as a shutter sees it that is open while everything moves ``length_px`` along a line."""
    half = np.array([np.cos(angle_rad), np.sin(angle_rad)]) * length_px / 2
    reach = int(np.ceil(length_px / 2)) + 1
    path = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    # Sixteenths of a pixel, so that short and slanted paths are as smooth as long ones.
    start, end = (tuple(int(v) for v in np.round((reach + sign * half) * 16)) for sign in (-1, 1))
    cv2.line(path, start, end, 1.0, 1, cv2.LINE_AA, 4)
    return np.asarray(cv2.filter2D(image, -1, path / path.sum()))
