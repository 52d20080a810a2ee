"""Which cameras this machine has, and how to open one (or a stream) so that a picture is certain to come."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import cv2

from .errors import SourceError

_BACKENDS = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}
_SYSFS = Path("/sys/class/video4linux")
_PROBED = 8  # where the system keeps no list, this many numbers are tried
_TIMEOUT_MS = 5000


@dataclass(frozen=True)
class CameraInfo:
    """One camera as the system names it."""

    index: int
    name: str


def list_cameras(sysfs: Path = _SYSFS) -> tuple[CameraInfo, ...]:
    """The cameras found, by index. Linux is asked for names; elsewhere the first few numbers are tried out."""
    if sys.platform.startswith("linux"):
        found = (_from_sysfs(entry) for entry in sysfs.glob("video*"))
        return tuple(sorted((camera for camera in found if camera), key=lambda camera: camera.index))
    return tuple(CameraInfo(index, f"camera {index}") for index in range(_PROBED) if _answers(index))


def camera_index(source: str, sysfs: Path = _SYSFS) -> int | None:
    """Number of the camera meant by ``0``, ``/dev/video0``, a link to it, or part of its name; None if none is."""
    if source.isdecimal():
        return int(source)
    device = re.fullmatch(r"/dev/video(\d+)", str(Path(source).resolve()))
    if device:
        return int(device[1])
    return next((c.index for c in list_cameras(sysfs) if source and source.lower() in c.name.lower()), None)


def open_camera(index: int, size_px: tuple[int, int], fps: float) -> cv2.VideoCapture:
    """The camera, asked for this size and rate, with its first picture grabbed. Raises SourceError."""
    capture = cv2.VideoCapture(index, _backend())
    if capture.isOpened():
        # USB carries larger pictures at full rate only compressed; a camera that cannot do so keeps its own format.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, size_px[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, size_px[1])
        capture.set(cv2.CAP_PROP_FPS, fps)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        if capture.grab():
            return capture
        capture.release()
        raise SourceError(f"camera {index} opens but gives no picture; is another program using it?")
    raise SourceError(f"no camera {index}; {found_text()}")


def open_stream(url: str) -> cv2.VideoCapture:
    """The stream with its first picture grabbed. Raises SourceError after at most five seconds of silence."""
    limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, _TIMEOUT_MS, cv2.CAP_PROP_READ_TIMEOUT_MSEC, _TIMEOUT_MS]
    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, limits)
    if capture.isOpened() and capture.grab():
        return capture
    capture.release()
    raise SourceError(
        f"no video from {without_password(url)}; check address, port and password, and that the camera or server is on"
    )


def without_password(url: str) -> str:
    """The address as it may be shown and recorded: no user name, no password."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def found_text() -> str:
    """What to say about cameras in an error: the list, or that there are none."""
    cameras = ", ".join(f"{camera.index} ({camera.name})" for camera in list_cameras())
    return f"cameras found: {cameras}" if cameras else "no camera was found on this machine"


def _from_sysfs(entry: Path) -> CameraInfo | None:
    number = re.fullmatch(r"video(\d+)", entry.name)
    try:
        # A webcam shows several nodes; only its first one, index 0, gives pictures.
        main_node = (entry / "index").read_text().strip() == "0"
        name = (entry / "name").read_text().strip()
    except OSError:
        return None
    return CameraInfo(int(number[1]), name) if number and main_node else None


def _answers(index: int) -> bool:
    capture = cv2.VideoCapture(index, _backend())
    opened = bool(capture.isOpened())
    capture.release()
    return opened


def _backend() -> int:
    return next((backend for system, backend in _BACKENDS.items() if sys.platform.startswith(system)), cv2.CAP_ANY)
