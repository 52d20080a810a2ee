"""The preview as a camera that other programs can choose: pictures written to a v4l2loopback device. Linux only."""

import glob
import os
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

import cv2
import numpy as np
import numpy.typing as npt

from . import v4l2
from .errors import SettingsError
from .preview import fitted, side_by_side
from .records import Frame, Image, Scene

AUTO = "auto"
_INSTALL = (
    "install v4l2loopback (Debian, Ubuntu: apt install v4l2loopback-dkms) and load it: "
    "modprobe v4l2loopback exclusive_caps=1 card_label='Mocap Bridge'"
)

Ioctl = Callable[[int, int, bytearray], object]


class VirtualCamera:
    """A context manager. Draws and writes in a thread of its own, the newest scene there is: the line never waits.

    What cannot be written is counted and told in ``trouble``.
    """

    def __init__(self, device: str = AUTO, ioctl: Ioctl | None = None) -> None:
        """Opens ``/dev/videoN``, or the first that can be written to. Raises SettingsError."""
        if ioctl is None:
            ioctl = _system_ioctl()
        self._ioctl = ioctl
        self.path, self._file, self.name = _opened(device, ioctl)
        self._format: v4l2.Format | None = None
        self.pictures_sent = self.pictures_lost = 0
        self.trouble: str | None = None
        self._waiting: tuple[Frame, Scene] | None = None
        self._refused: SettingsError | None = None
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="virtual camera", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._thread.join(timeout=5.0)
        if not self._thread.is_alive():  # a thread that hangs in a write must not find another file under its number
            os.close(self._file)

    def add(self, frame: Frame, scene: Scene) -> None:
        """To be shown, unless a newer one comes first. Raises SettingsError if the device takes no such pictures."""
        with self._changed:
            if self._refused:
                raise self._refused
            self._waiting = frame, scene
            self._changed.notify()

    def _work(self) -> None:
        while not self._refused:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._ended)
                waiting, self._waiting = self._waiting, None
            if waiting is None:
                return
            try:
                self._show(*waiting)
            except SettingsError as error:
                self._refused = error

    def _show(self, frame: Frame, scene: Scene) -> None:
        picture = side_by_side(frame.image_rgb, scene)
        if self._format is None:
            self._format = self._agreed(picture)
        size_px = self._format.width_px, self._format.height_px
        packed = padded(yuyv(fitted(picture, size_px)), self._format.row_bytes)
        try:
            if os.write(self._file, packed) != len(packed):
                raise OSError(0, "it took only a part of the picture")
        except OSError as error:
            self.pictures_lost += 1
            self.trouble = f"{self.path}: {self.pictures_lost} pictures could not be shown, the last: {error.strerror}"
        else:
            self.pictures_sent += 1

    def _agreed(self, picture: Image) -> v4l2.Format:
        """What the device makes of the wish: it may insist on the size that another program has set."""
        asked = v4l2.format_request(v4l2.Format(picture.shape[1], picture.shape[0]))
        try:
            self._ioctl(self._file, v4l2.S_FMT, asked)
        except OSError as error:
            raise SettingsError(
                f"--virtual-camera {self.path}: it takes no pictures of {picture.shape[1]}x{picture.shape[0]} px: "
                f"{error.strerror}; does another program write to it?"
            ) from error
        answer = v4l2.format_from(asked)
        if answer.pixels != v4l2.YUYV or answer.width_px < 2 or answer.height_px < 2 or answer.width_px % 2:
            raise SettingsError(
                f"--virtual-camera {self.path}: it takes {answer.width_px}x{answer.height_px} px of another kind than "
                "YUYV; close the program that has set that"
            )
        return answer


def yuyv(image_rgb: Image) -> npt.NDArray[np.uint8]:
    """(H, 2 W) bytes Y U Y V of a picture (H, W, 3) of even width: BT.601, 16..235, as V4L2 takes sRGB to mean."""
    return np.asarray(cv2.cvtColor(image_rgb, cv2.COLOR_RGB2YUV_YUY2), dtype=np.uint8).reshape(len(image_rgb), -1)


def padded(rows: npt.NDArray[np.uint8], row_bytes: int) -> bytes:
    """The rows as they lie in the device's memory, which may leave a gap after each."""
    gap = max(0, row_bytes - rows.shape[1])
    return np.pad(rows, ((0, 0), (0, gap))).tobytes() if gap else rows.tobytes()


def _system_ioctl() -> Ioctl:
    if sys.platform != "linux":
        raise SettingsError(
            "--virtual-camera is for Linux, with v4l2loopback; elsewhere let OBS film the dashboard (--dashboard) and "
            "start OBS's own virtual camera"
        )
    import fcntl

    return fcntl.ioctl


def _opened(device: str, ioctl: Ioctl) -> tuple[str, int, str]:
    """Path, file descriptor and name."""
    if device != AUTO:
        return _opened_one(device, ioctl)
    for path in sorted(glob.glob("/dev/video*"), key=lambda path: (len(path), path)):
        try:
            return _opened_one(path, ioctl)
        except SettingsError:
            continue  # a camera, or somebody else's
    raise SettingsError(f"--virtual-camera: no video device of this computer can be written to; {_INSTALL}")


def _opened_one(path: str, ioctl: Ioctl) -> tuple[str, int, str]:
    try:
        file = os.open(path, os.O_WRONLY | os.O_NONBLOCK)  # never to wait: neither here nor when writing
    except FileNotFoundError:
        raise SettingsError(f"--virtual-camera {path}: there is no such device; {_INSTALL}") from None
    except OSError as error:
        raise SettingsError(
            f"--virtual-camera {path}: {error.strerror}; may you write to it (is this user in the group video)?"
        ) from error
    answer = v4l2.capability_request()
    try:
        ioctl(file, v4l2.QUERYCAP, answer)
        found = v4l2.capability_from(answer)
        if found.writable:
            return path, file, found.name
        problem = f"{found.name!r} is a camera to be read, and cannot be written to"
    except OSError:
        problem = "this is no video device"
    os.close(file)
    raise SettingsError(f"--virtual-camera {path}: {problem}; {_INSTALL}")
