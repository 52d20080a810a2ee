"""A video of what the line saw: skeletons drawn over the picture, the avatars that it moves beside it."""

from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from .draw import draw_rig, draw_scene
from .errors import SettingsError
from .records import Frame, Image, Scene

HEIGHT_PX = 480
_MAX_FPS = 60.0
_MAX_STILL_S = 10.0  # a camera that was away for longer leaves a cut, not an hour of a frozen picture


def check_preview_path(path: str) -> Path:
    """The path, if a video can be written there. Raises SettingsError."""
    file = Path(path).expanduser()
    if file.suffix.lower() != ".mp4":
        raise SettingsError(f"--preview {path}: the name must end in .mp4")
    if not file.parent.is_dir():
        raise SettingsError(f"--preview {path}: there is no folder {file.parent}; create it first")
    return file


class Preview:
    """Writes an MP4 at a constant rate; a frame stays as long as the capture clock says. A context manager.

    With ``fps`` None the pictures have nothing to do with each other, and each is shown for a second.
    """

    def __init__(self, path: str, fps: float | None) -> None:
        self.path = check_preview_path(path)
        self._fps = min(fps, _MAX_FPS) if fps else 1.0
        self._by_clock = fps is not None
        self._writer: cv2.VideoWriter | None = None
        self._size_px = (0, 0)
        self._first_s = 0.0
        self._written = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer:
            self._writer.release()

    def add(self, frame: Frame, scene: Scene) -> None:
        """Draws one frame. Raises SettingsError if this machine cannot write the video."""
        picture = side_by_side(frame.image_rgb, scene)
        if self._writer is None:
            self._writer = self._opened(picture)
            self._first_s = scene.time_s
        copies = self._copies(scene.time_s) if self._by_clock else 1
        bgr = cv2.cvtColor(fitted(picture, self._size_px), cv2.COLOR_RGB2BGR)
        for _ in range(copies):
            self._writer.write(bgr)
        self._written += max(copies, 0)

    def _copies(self, time_s: float) -> int:
        # A frame that comes sooner than the video's rate is left out, a late one is repeated.
        copies = round((time_s - self._first_s) * self._fps) + 1 - self._written
        if (too_many := copies - int(_MAX_STILL_S * self._fps)) > 0:
            self._first_s += too_many / self._fps
            copies -= too_many
        return copies

    def _opened(self, picture: Image) -> cv2.VideoWriter:
        self._size_px = (picture.shape[1], picture.shape[0])
        writer = cv2.VideoWriter(str(self.path), cv2.VideoWriter.fourcc(*"mp4v"), self._fps, self._size_px)
        if not writer.isOpened():
            raise SettingsError(f"cannot write {self.path}; is the disk full, or the file open in a player?")
        return writer


def side_by_side(image_rgb: Image, scene: Scene) -> Image:
    """(480, W, 3): the picture with its skeletons, and the avatars to the right of it."""
    height_px, width_px = image_rgb.shape[:2]
    seen = cv2.resize(draw_scene(image_rgb, scene), (_even(width_px * HEIGHT_PX / height_px), HEIGHT_PX))
    return np.hstack([seen, draw_rig(scene, (HEIGHT_PX, HEIGHT_PX))])


def fitted(picture: Image, size_px: tuple[int, int]) -> Image:
    """The picture inside ``size_px``, black where it does not reach: photos of a folder differ in shape."""
    width_px, height_px = size_px
    if picture.shape[1::-1] == size_px:
        return picture
    scale = min(width_px / picture.shape[1], height_px / picture.shape[0])
    inner = cv2.resize(picture, (round(picture.shape[1] * scale), round(picture.shape[0] * scale)))
    canvas = np.zeros((height_px, width_px, 3), dtype=np.uint8)
    canvas[: inner.shape[0], : inner.shape[1]] = inner
    return canvas


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)  # the codec refuses odd sides
