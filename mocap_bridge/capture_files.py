"""Videos and folders of images, picture by picture; what is damaged is named and never ends the rest."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from .errors import SourceError
from .records import Image

MAX_SIDE_PX = 8192
"""Larger pictures are refused: no camera makes them, and a forged header could ask for any amount of memory."""
IMAGE_SUFFIXES = tuple(".bmp .jpeg .jpg .png .tif .tiff .webp".split())

Picture = tuple[int, float, Image]  # index, time_s, rgb
Notice = Callable[[str], None]


def open_video(path: Path) -> cv2.VideoCapture:
    """The video with its first picture grabbed. Raises SourceError."""
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    if not (capture.isOpened() and capture.grab()):
        raise SourceError(
            f"cannot read {path} ({path.stat().st_size} bytes) as a video: it is damaged, cut off before its index, "
            "or of an unknown format; MP4, MKV, AVI and WebM work (H.264, H.265, MPEG-4, VP8, VP9, AV1, MJPEG)"
        )
    return capture


def video_pictures(
    capture: cv2.VideoCapture, name: str, fps: float, promised: int | None, notice: Notice
) -> Iterator[Picture]:
    """Every picture of a video whose first one is grabbed, with its presentation time."""
    index, time_s, grabbed = 0, -1 / fps, True
    try:
        while grabbed:
            presented_s = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            # Some containers carry no times, or repeat them; the line needs time that moves forward.
            time_s = presented_s if presented_s > time_s else time_s + 1 / fps
            ok, bgr = capture.retrieve()
            if ok:
                yield index, time_s, checked_rgb(bgr, name)
            index += 1
            grabbed = capture.grab()
    finally:
        capture.release()
    # A container without an index guesses the number from the duration: a file is short only if time is missing too.
    if promised and index < promised - 2 and time_s + 3 / fps < promised / fps:
        notice(f"{name} ends early: only {index} of the {promised} promised frames could be read")


def images_in(folder: Path) -> list[Path]:
    """The pictures of a folder, sorted by name. Raises SourceError when there are none."""
    paths = sorted(path for path in folder.iterdir() if is_image(path))
    if not paths:
        raise SourceError(f"{folder} holds no images; a picture may end in {', '.join(IMAGE_SUFFIXES)}")
    return paths


def image_pictures(paths: Sequence[Path], fps: float, notice: Notice) -> Iterator[Picture]:
    """Every readable picture. Its index is its place in ``paths``, so that other lists still match past a bad one."""
    for index, path in enumerate(paths):
        bgr = _read_image(path)
        if bgr is None:
            notice(f"{path} cannot be read as an image of at most {MAX_SIDE_PX} px a side; it is left out")
        else:
            yield index, index / fps, checked_rgb(bgr, str(path))


def repeated(pass_once: Callable[[], Iterator[Picture]], fps: float) -> Iterator[Picture]:
    """The same pictures again and again; index and time go on growing."""
    index_before, time_before_s = 0, 0.0
    while True:
        index = -1
        for index, time_s, rgb in pass_once():
            yield index_before + index, time_before_s + time_s, rgb
        if index < 0:  # nothing readable: once is enough
            return
        index_before, time_before_s = index_before + index + 1, time_before_s + time_s + 1 / fps


def is_image(path: Path) -> bool:
    """Whether the name promises a still picture."""
    return path.suffix.lower() in IMAGE_SUFFIXES


def rate_hz(capture: cv2.VideoCapture, otherwise: float) -> float:
    """Frames per second as the source tells it, or ``otherwise`` where it tells nonsense."""
    told: float = capture.get(cv2.CAP_PROP_FPS)
    return told if 0 < told <= 1000 else otherwise


def promised_frames(capture: cv2.VideoCapture) -> int | None:
    """How many frames the container says it holds; None for a stream."""
    told = capture.get(cv2.CAP_PROP_FRAME_COUNT)
    return int(told) if 0 < told < 1e9 else None


def check_size(width_px: int, height_px: int, name: str) -> None:
    """Raises SourceError for a picture nobody should decode."""
    if not (0 < width_px <= MAX_SIDE_PX and 0 < height_px <= MAX_SIDE_PX):
        raise SourceError(f"{name} is {width_px}x{height_px} px; each side must lie between 1 and {MAX_SIDE_PX} px")


def checked_rgb(bgr: Image, name: str) -> Image:
    """(H, W, 3) RGB, read-only, of a decoded picture (H, W, 3) BGR."""
    check_size(bgr.shape[1], bgr.shape[0], name)
    rgb = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8)
    rgb.setflags(write=False)
    return rgb


def _read_image(path: Path) -> Image | None:
    try:
        bgr = cv2.imdecode(np.fromfile(path, dtype=np.uint8), cv2.IMREAD_COLOR)
    except (cv2.error, OSError):  # an empty file, or one that forges a size beyond OpenCV's own limit
        return None
    return None if bgr is None or max(bgr.shape) > MAX_SIDE_PX else np.asarray(bgr, dtype=np.uint8)
