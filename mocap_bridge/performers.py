"""Performers' bodies, kept from one day to the next: one small TOML file each.

height_m = 1.62
girth = 1.0

[bone_lengths_m]
Spine = 0.076
...
"""

import re
import sys
import tomllib
from os import environ
from pathlib import Path

import msgspec
import numpy as np

from .errors import SettingsError
from .records import Array
from .skeleton import BONES

_NAME = re.compile(r"\w[\w .-]{0,63}")
_LONGEST_M = 1.0  # no bone of a rig is longer


class Performer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was measured of somebody."""

    height_m: float
    bone_lengths_m: dict[str, float]
    """By the names of ``skeleton.BONES``; the hips have none."""
    girth: float = 1.0

    @property
    def lengths_m(self) -> tuple[float, ...]:
        """(22,) in the order of ``skeleton.BONES``, 0 for the hips."""
        return tuple(self.bone_lengths_m.get(bone, 0.0) for bone in BONES)


def performer_of(bone_lengths_m: Array, height_m: float, girth: float = 1.0) -> Performer:
    """From lengths (22,) in metres in the order of ``skeleton.BONES``."""
    lengths_m = {bone: round(float(length_m), 4) for bone, length_m in zip(BONES, bone_lengths_m, strict=True)}
    return Performer(round(height_m, 3), {bone: length_m for bone, length_m in lengths_m.items() if length_m}, girth)


def performer_file(name: str, folder: str = "") -> Path:
    """Where a performer is kept: in ``folder``, or where this system keeps what belongs to a user.

    Raises SettingsError for a name that is none, or would lead out of the folder.
    """
    if not _NAME.fullmatch(name):
        raise SettingsError(f"{name!r} cannot name a performer; use up to 64 letters, digits, spaces, '.', '_', '-'")
    return (Path(folder).expanduser() if folder else _user_folder()) / f"{name}.toml"


def _user_folder() -> Path:
    if sys.platform == "win32":
        base = Path(environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "mocap-bridge" / "performers"


def load_performer(file: Path) -> Performer | None:
    """None if there is no such file yet. Raises SettingsError if it is damaged or describes no body."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read the performer {file}: {error}") from None
    try:
        performer = msgspec.convert(tomllib.loads(text), Performer)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SettingsError(f"{file} describes no performer: {error}; delete it or calibrate again") from None
    if complaint := _complaint(performer):
        raise SettingsError(f"{file} describes no performer: {complaint}; delete it or calibrate again")
    return performer


def _complaint(performer: Performer) -> str | None:
    if unknown := sorted(performer.bone_lengths_m.keys() - set(BONES[1:])):
        return f"there is no bone {', '.join(unknown)}"
    lengths_m = np.array(performer.lengths_m)
    if missing := [bone for bone, length_m in zip(BONES[1:], lengths_m[1:], strict=True) if length_m == 0]:
        return f"no length of {', '.join(missing)}"
    if not ((lengths_m[1:] > 0) & (lengths_m[1:] < _LONGEST_M)).all():
        return f"a bone must be longer than 0 and shorter than {_LONGEST_M} m"
    if not 0.5 <= performer.height_m <= 2.5:
        return f"height_m = {performer.height_m} must lie between 0.5 and 2.5"
    return None if 0.3 <= performer.girth <= 3.0 else f"girth = {performer.girth} must lie between 0.3 and 3"


def save_performer(performer: Performer, file: Path) -> None:
    """Raises SettingsError if the file cannot be written."""
    lines = [f"height_m = {performer.height_m}", f"girth = {performer.girth}", "", "[bone_lengths_m]"]
    lines += [f"{bone} = {length_m}" for bone, length_m in performer.bone_lengths_m.items()]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"cannot write the performer {file}: {error}") from None
