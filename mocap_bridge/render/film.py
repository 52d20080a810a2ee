"""Many pictures as one MP4, made so that it can be broken off anywhere and gone on with later.

Each picture is a file of its own in a folder beside the film until all are there; a note in the folder says what they
are pictures of, so that nobody goes on with another film's.
"""

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np

from ..errors import OutputError
from ..records import Image

_NOTE = "pictures-of.txt"
_QUALITY = 95


class Film:
    """Pictures that become ``path``. ``done`` is how many there are already from an earlier time."""

    def __init__(self, path: Path, about: str) -> None:
        """``about`` tells all that the pictures depend on. Raises OutputError if the folder cannot be made."""
        self.path = path
        self.folder = path.with_name(path.name + ".parts")
        try:
            if self.folder.exists() and self._note() != about:
                shutil.rmtree(self.folder)
            self.folder.mkdir(exist_ok=True)
            (self.folder / _NOTE).write_text(about, encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{self.folder} cannot be written: {error.strerror}") from error
        self.done = 0
        while self._picture(self.done).is_file():
            self.done += 1

    def _note(self) -> str:
        try:
            return (self.folder / _NOTE).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def _picture(self, number: int) -> Path:
        return self.folder / f"{number:06}.jpg"

    def add(self, image_rgb: Image) -> None:
        """The next picture; it is on the disk, whole, when this returns. Raises OutputError."""
        path = self._picture(self.done)
        part = path.with_suffix(".part")
        write_image(part, image_rgb, ".jpg")
        os.replace(part, path)
        self.done += 1

    def finish(self, fps: float, progress: Callable[[float], None] = lambda share: None) -> None:
        """Makes the film and takes the pictures away. Raises OutputError if this machine cannot write it."""
        part = self.path.with_name(self.path.stem + ".part" + self.path.suffix)
        try:
            _encode((self._picture(number) for number in range(self.done)), self.done, part, fps, progress)
            os.replace(part, self.path)
        except OSError as error:
            raise OutputError(f"{self.path} cannot be written: {error.strerror}") from error
        finally:
            part.unlink(missing_ok=True)
        shutil.rmtree(self.folder)


def _encode(pictures: Iterable[Path], count: int, path: Path, fps: float, progress: Callable[[float], None]) -> None:
    writer: cv2.VideoWriter | None = None
    for number, picture in enumerate(pictures):
        image_bgr = cv2.imread(str(picture))
        if image_bgr is None:
            picture.unlink()
            raise OutputError(f"{picture} was damaged and is gone; the same command makes it again and goes on")
        if writer is None:
            height_px, width_px = image_bgr.shape[:2]
            writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), fps, (width_px, height_px))
            if not writer.isOpened():
                raise OutputError(f"{path} cannot be written; is the disk full, or the file open in a player?")
        writer.write(image_bgr)
        progress((number + 1) / count)
    if writer is None:
        raise OutputError(f"{path} would be a film without pictures")
    writer.release()


def write_image(path: Path, image_rgb: Image, kind: str) -> None:
    """``kind`` is .png or .jpg. Raises OutputError."""
    done, coded = cv2.imencode(kind, cv2.cvtColor(image_rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not done:
        raise OutputError(f"{path} cannot be written: the picture could not be coded")
    try:
        path.write_bytes(np.asarray(coded).tobytes())
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error
