"""Moments of a take as one picture: the video with its skeletons above, the avatars that they move below.

What is wrong with a motion is seen sooner on twelve moments side by side than in numbers.
"""

from collections.abc import Iterable, Sequence

import cv2
import numpy as np

from .draw import draw_rig, draw_scene
from .errors import SourceError
from .records import Frame, Image, Scene

MOMENT_PX = 320
"""Longer side of each of the two pictures of a moment."""
ACROSS = 6


def moments(scenes: Sequence[Scene], count: int) -> list[Scene]:
    """At most ``count`` of the scenes, evenly spread from the first to the last."""
    rows = np.unique(np.linspace(0, len(scenes) - 1, min(count, len(scenes))).round().astype(int))
    return [scenes[row] for row in rows.tolist()]


def strip(frames: Iterable[Frame], scenes: Sequence[Scene]) -> Image:
    """A picture (H, W, 3) RGB of these scenes, each over the frame it was made of, ``ACROSS`` in a row.

    Reads no more frames than it needs. Raises SourceError if a scene's frame is missing, or there is no scene.
    """
    wanted = {scene.frame_index: scene for scene in scenes}
    if not wanted:
        raise SourceError("the take holds no frame to show")
    shown: list[Image] = []
    for frame in frames:
        if scene := wanted.pop(frame.index, None):
            shown.append(_moment(frame.image_rgb, scene))
        if not wanted:
            return _tiled(shown)
    lost = min(wanted)
    raise SourceError(f"the video has no frame {lost} ({wanted[lost].time_s:.2f} s); is it the one of this take?")


def _moment(image_rgb: Image, scene: Scene) -> Image:
    height_px, width_px = image_rgb.shape[:2]
    scale = MOMENT_PX / max(height_px, width_px)
    size_px = max(1, round(width_px * scale)), max(1, round(height_px * scale))
    # Drawn at twice the size: lines and letters keep their proportion to the body.
    seen = cv2.resize(draw_scene(image_rgb, scene), size_px, interpolation=cv2.INTER_AREA)
    avatar = draw_rig(scene, (2 * size_px[0], 2 * size_px[1]))
    return np.vstack([seen, cv2.resize(avatar, size_px, interpolation=cv2.INTER_AREA)])


def _tiled(pictures: list[Image]) -> Image:
    """Row after row; pictures of a folder may differ in size."""
    height_px, width_px = (max(picture.shape[side] for picture in pictures) for side in (0, 1))
    across = min(ACROSS, len(pictures))
    paper: Image = np.zeros((-(-len(pictures) // across) * height_px, across * width_px, 3), np.uint8)
    for number, picture in enumerate(pictures):
        top_px, left_px = number // across * height_px, number % across * width_px
        paper[top_px : top_px + picture.shape[0], left_px : left_px + picture.shape[1]] = picture
    return paper
