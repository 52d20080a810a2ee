"""Pictures in: a camera, a video file, a stream or a folder of images becomes ``Frame``s.

Files give every frame, with the time the container presents it. Cameras and streams give the newest frame only
(see ``capture_live``), with the time it was grabbed. What can be wrong is said before the first frame is asked for.
"""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Annotated, Self

import cv2
import msgspec

from .camera import DEFAULT_FOV_DEG, level_camera
from .cameras import camera_index, found_text, open_camera, open_stream, without_password
from .capture_files import (
    MAX_SIDE_PX,
    Notice,
    Picture,
    check_size,
    checked_rgb,
    image_pictures,
    images_in,
    is_image,
    open_video,
    promised_frames,
    rate_hz,
    repeated,
    video_pictures,
)
from .capture_live import LiveReader
from .errors import SourceError
from .records import Camera, Frame, Image

STREAM_SCHEMES = ("rtsp", "rtsps", "http", "https", "rtmp", "udp", "tcp")

_Side = Annotated[int, msgspec.Meta(ge=16, le=MAX_SIDE_PX)]
_log: Notice = logging.getLogger("mocap_bridge").warning


class CaptureSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to open a source, and where its camera is assumed to stand."""

    fov_deg: Annotated[float, msgspec.Meta(ge=10, le=150)] = DEFAULT_FOV_DEG
    """Field of view along the longer side of the picture."""
    camera_height_m: Annotated[float, msgspec.Meta(ge=-5, le=20)] = 1.2
    """Height of the lens above the floor: a webcam on top of a screen on a desk."""
    camera_pitch_deg: Annotated[float, msgspec.Meta(ge=-80, le=80)] = 0.0
    """How far the camera looks down; most stand nearly level."""
    width: _Side = 640
    """Asked of a camera: every webcam offers 640x480 at full rate, and no network here looks at more pixels."""
    height: _Side = 480
    fps: Annotated[float, msgspec.Meta(gt=0, le=1000)] = 30.0
    """Asked of a camera; also the rate of a folder of images and of a video that does not tell its own."""


class Source:
    """Frames of one camera, video, stream or folder. A context manager; iterate it once."""

    def __init__(
        self,
        name: str,
        pictures: Iterator[Picture],
        settings: CaptureSettings,
        fps: float,
        promised: int | None = None,
        reader: LiveReader | None = None,
    ) -> None:
        self.name = name
        self.fps = fps
        self.promised = promised  # frames that a file says it holds; None for a camera or a stream
        self.read = 0
        self._pictures = pictures
        self._settings = settings
        self._reader = reader
        self.stopped = False
        self._camera: Camera | None = None

    @property
    def live(self) -> bool:
        """Whether frames come at their own pace, from a camera or a stream."""
        return self._reader is not None

    @property
    def dropped(self) -> int:
        """Frames of a live source that a newer one replaced before anybody asked."""
        return self._reader.dropped if self._reader else 0

    def stop(self) -> None:
        """Ends the iteration after the current frame. May be called from a signal handler or another thread."""
        self.stopped = True
        if self._reader:
            self._reader.stop()

    def __iter__(self) -> Iterator[Frame]:
        for index, time_s, image_rgb in self._pictures:
            if self.stopped:
                return
            self.read += 1
            yield Frame(index, time_s, image_rgb, self._camera_for(image_rgb))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._reader:
            self._reader.close()

    def _camera_for(self, image_rgb: Image) -> Camera:
        height_px, width_px = image_rgb.shape[:2]
        if self._camera is None or tuple(self._camera.size_px) != (width_px, height_px):  # photos differ in size
            s = self._settings
            self._camera = level_camera((width_px, height_px), s.fov_deg, s.camera_height_m, s.camera_pitch_deg)
        return self._camera


def open_source(
    source: str,
    settings: CaptureSettings = CaptureSettings(),  # noqa: B008  frozen
    notice: Notice = _log,
    loop: bool = False,
) -> Source:
    """Opens a camera (``0``, ``/dev/video0``, part of its name), a file, a URL or a folder of images.

    ``notice`` is told, in one line each, what goes wrong later without ending the source. ``loop`` plays files
    and folders for ever. Raises SourceError.
    """
    if source.isdecimal():
        return _camera_source(int(source), settings, notice)
    if "://" in source:
        return _stream_source(source, settings, notice, loop)
    path = Path(source).expanduser()
    if path.is_dir() or (path.is_file() and is_image(path)):
        return _image_source(images_in(path) if path.is_dir() else [path], source, settings, notice, loop)
    if path.is_file():
        return _video_source(lambda: open_video(path), source, settings, notice, loop)
    if (index := camera_index(source)) is not None:
        return _camera_source(index, settings, notice)
    raise SourceError(
        f"no source {source!r}: it is no file, no folder, no URL and no camera ({found_text()}); "
        "give a video, a folder of images, rtsp://... or http://..., or a camera's number"
    )


def _camera_source(index: int, settings: CaptureSettings, notice: Notice) -> Source:
    def connect() -> cv2.VideoCapture:
        return open_camera(index, (settings.width, settings.height), settings.fps)

    return _live_source(connect(), connect, f"camera {index}", settings, notice)


def _stream_source(url: str, settings: CaptureSettings, notice: Notice, loop: bool) -> Source:
    scheme = url.split("://")[0].lower()
    if scheme not in STREAM_SCHEMES:
        raise SourceError(
            f"cannot read {scheme}:// in {without_password(url)!r}; choose from {', '.join(STREAM_SCHEMES)}"
        )
    capture, name = open_stream(url), without_password(url)
    if promised_frames(capture):  # a file that lies on a server: every frame, like any file
        capture.release()
        return _video_source(lambda: open_stream(url), name, settings, notice, loop)
    return _live_source(capture, lambda: open_stream(url), name, settings, notice)


def _video_source(
    connect: Callable[[], cv2.VideoCapture], name: str, settings: CaptureSettings, notice: Notice, loop: bool
) -> Source:
    capture = connect()
    check_size(int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)), name)
    fps, promised = rate_hz(capture, settings.fps), promised_frames(capture)
    capture.release()

    def once() -> Iterator[Picture]:
        return video_pictures(connect(), name, fps, promised, notice)

    return Source(name, repeated(once, fps) if loop else once(), settings, fps, promised)


def _image_source(paths: list[Path], name: str, settings: CaptureSettings, notice: Notice, loop: bool) -> Source:
    def once() -> Iterator[Picture]:
        return image_pictures(paths, settings.fps, notice)

    return Source(name, repeated(once, settings.fps) if loop else once(), settings, settings.fps, len(paths))


def _live_source(
    capture: cv2.VideoCapture,
    connect: Callable[[], cv2.VideoCapture],
    name: str,
    settings: CaptureSettings,
    notice: Notice,
) -> Source:
    fps = rate_hz(capture, settings.fps)  # before the reader's thread owns the capture
    reader = LiveReader(capture, connect, name, notice)
    pictures = ((index, time_s, checked_rgb(bgr, name)) for index, (time_s, bgr) in enumerate(reader))
    return Source(name, pictures, settings, fps, reader=reader)
