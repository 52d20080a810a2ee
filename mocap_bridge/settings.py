"""Settings of the whole line: a TOML file, flags over it, and errors that name the key and the nearest right one.

Every stage defines its own settings beside its code; here they are only gathered::

    model = "xs"
    outputs = ["vmc:127.0.0.1:39539"]

    [capture]
    fov_deg = 70
"""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from .assets import shipped
from .capture import CaptureSettings
from .errors import MocapError, SettingsError
from .framing import Shown
from .guest import GuestSettings
from .lift import LiftSettings
from .pipeline import PipelineSettings
from .retarget import FeetSettings
from .rulebook import EventSettings
from .smooth import HINDSIGHT, UNSMOOTHED, SmoothSettings
from .track import TrackSettings


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that a settings file may hold."""

    model: str = "xs"
    """``xs`` (ours), ``blazepose`` (with the extra ``[mediapipe]``) or the path of an ONNX file with its card."""
    outputs: tuple[str, ...] = ()
    """Where scenes go, as ``scheme:target``."""
    mirror: bool = False
    """Avatars move like a mirror image: the performer's left arm moves the avatar's right one."""
    body: Shown = "auto"
    """How much of a body to follow: ``auto`` (legs only while they are seen), ``full`` or ``upper``."""
    predict_ms: Annotated[float, msgspec.Meta(ge=0, le=50)] | Literal["auto"] = "auto"
    """How far live poses look ahead, recordings never: ``auto`` is as far as pictures are old when they are shown."""
    performer: str = ""
    """Whose body it is: measures kept under this name are used, or learned and kept."""
    performers: str = ""
    """Folder in which performers are kept; by default where this system keeps what belongs to a user."""
    refine: Literal["live", "offline"] = "live"
    """``offline`` smooths a recording forwards and backwards: less trembling, and nothing comes late."""
    smoothing: bool = True
    """Without it joints are passed on as the network saw them."""
    capture: CaptureSettings = CaptureSettings()
    track: TrackSettings = TrackSettings()
    lift: LiftSettings = LiftSettings()
    smooth: SmoothSettings = SmoothSettings()
    feet: FeetSettings = FeetSettings()
    events: EventSettings = EventSettings()
    guest: GuestSettings = GuestSettings()

    @property
    def ahead_s(self) -> float | None:
        """How far live poses look ahead; None stands for the age of the scenes before."""
        return None if self.predict_ms == "auto" else self.predict_ms / 1e3

    def pipeline(self, independent: bool = False) -> PipelineSettings:
        """The part that lies between the camera and the outputs."""
        smooth = self.smooth if self.smoothing else UNSMOOTHED
        hindsight = HINDSIGHT if self.refine == "offline" and self.smoothing and not independent else 0
        return PipelineSettings(
            self.track,
            self.lift,
            smooth,
            self.mirror,
            self.body,
            independent,
            self.feet,
            hindsight=hindsight,
            guest=self.guest,
        )


def load_settings(file: str | None = None, flags: Mapping[str, object] | None = None) -> Settings:
    """The settings of a file (or of a shipped example by its name), with ``flags`` over them.

    Flags are keyed as ``capture.fov_deg``; None means that the flag was not given. Raises SettingsError.
    """
    table = _read(_find(file)) if file else {}
    if file:
        _converted(table, file)  # first alone, so that an error in the file is not blamed on a flag
    for key, value in (flags or {}).items():
        if value is not None:
            *parents, name = key.split(".")
            inner = table
            for parent in parents:
                inner = inner.setdefault(parent, {})
            inner[name] = value
    return _converted(table, "the options given")


def _find(file: str) -> Path:
    path = Path(file).expanduser()
    if path.is_file():
        return path
    try:
        return shipped(f"configs/{path.stem}.toml")
    except MocapError as error:
        raise SettingsError(f"no settings file {file!r}, and no example of that name: {error}") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not TOML: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot read {path}: {error}") from None


def _converted(table: dict[str, Any], origin: str) -> Settings:
    _refuse_unknown(table, Settings, origin)
    try:
        return msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{origin}: {_explained(str(error), table)}") from None


def _refuse_unknown(table: dict[str, Any], kind: type[msgspec.Struct], origin: str, prefix: str = "") -> None:
    fields = {field.name: field.type for field in msgspec.structs.fields(kind)}
    for name, value in table.items():
        if name not in fields:
            raise SettingsError(f"{origin}: there is no key {prefix + name!r}; {_advice(prefix + name)}")
        if isinstance(value, dict) and _is_struct(fields[name]):
            _refuse_unknown(value, fields[name], origin, f"{prefix}{name}.")


def _advice(unknown: str) -> str:
    keys = sorted(_keys(Settings))
    same_name = [key for key in keys if key.split(".")[-1] == unknown.split(".")[-1]]
    nearest = same_name or difflib.get_close_matches(unknown, keys, n=1, cutoff=0.5)
    return f"did you mean {nearest[0]!r}?" if nearest else f"choose from {', '.join(keys)}"


def _keys(kind: type[msgspec.Struct], prefix: str = "") -> Iterator[str]:
    """Every key a file may hold, as ``capture.fov_deg``."""
    for field in msgspec.structs.fields(kind):
        if _is_struct(field.type):
            yield from _keys(field.type, f"{prefix}{field.name}.")
        else:
            yield prefix + field.name


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _explained(message: str, table: dict[str, Any]) -> str:
    """msgspec's complaint with the key and the value that it is about."""
    found = re.fullmatch(r"(.*) - at `\$\.([\w.]+).*`", message)
    if not found:
        return message
    complaint, key = found.groups()
    value: Any = table
    for name in key.split("."):
        value = value.get(name) if isinstance(value, dict) else value
    return f"{key} = {value!r} is wrong: {complaint[0].lower()}{complaint[1:]}"
