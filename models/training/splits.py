"""Which background is for training, which for calibration and which for judging: by its name, for good."""

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


def backgrounds_of(data: Path, part: Part) -> list[Path]:
    """Background files of one part below ``data``. Raises FileNotFoundError where there is none."""
    files = [path for path in sorted((data / "backgrounds").rglob("*.jpg")) if part_of(path) == part]
    if not files:
        raise FileNotFoundError(
            f"{data / 'backgrounds'} has no .jpg of the part {part!r}; name the folder of the assets with MOCAP_DATA"
        )
    return files
