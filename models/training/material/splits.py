"""What is for training, what for calibration and what for judging: by names and bytes, for good."""

import zlib
from pathlib import Path
from typing import Literal

Part = Literal["train", "calibrate", "validate"]

_VALIDATE, _CALIBRATE = 2, 1
"""Sixteenths of all names."""


def part_of(path: Path) -> Part:
    """The part a picture belongs to; new pictures change nothing for old ones."""
    sixteenth = zlib.crc32(path.name.encode()) % 16
    if sixteenth < _VALIDATE:
        return "validate"
    return "calibrate" if sixteenth < _VALIDATE + _CALIBRATE else "train"


def held_out(picture: bytes) -> bool:
    """Whether a real picture, as it lies in its file, is left to the calibration: one of sixteen."""
    return zlib.crc32(picture) % 16 == 0


def backgrounds_of(data: Path, part: Part) -> list[Path]:
    """Background files of one part below ``data``. Raises FileNotFoundError where there is none."""
    files = [path for path in sorted((data / "backgrounds").rglob("*.jpg")) if part_of(path) == part]
    if not files:
        raise FileNotFoundError(
            f"{data / 'backgrounds'} has no .jpg of the part {part!r}; name the folder of the assets with MOCAP_DATA"
        )
    return files
