"""What a page may ask for, as JSON: ``{"id": 3, "do": "record", "name": "dance"}``.

The answer is ``{"answer": 3, "done": "..."}`` (of a check of rules: a list of what is wrong) or
``{"answer": 3, "refused": "why"}``.
"""

from typing import Annotated

import msgspec

LARGEST_BYTES = 262_144
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Rules = Annotated[str, msgspec.Meta(max_length=48_000)]
_Target = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


_Number = Annotated[int, msgspec.Meta(ge=0, le=1 << 31)]


class _Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do"):
    id: _Number = 0


class Start(_Request, frozen=True, kw_only=True, tag="start"):
    """Go on, or open the camera again."""


class Stop(_Request, frozen=True, kw_only=True, tag="stop"):
    """Let go of the camera; the page stays."""


class Record(_Request, frozen=True, kw_only=True, tag="record"):
    """Write a take from now on; without a name it is called by date and time."""

    name: _Name | None = None


class EndRecording(_Request, frozen=True, kw_only=True, tag="end_recording"):
    """Close the take that is being written."""


class Mirror(_Request, frozen=True, kw_only=True, tag="mirror"):
    """Avatars move like a mirror image, or not."""

    on: bool


class Calibrate(_Request, frozen=True, kw_only=True, tag="calibrate"):
    """Measure whoever now holds a T-pose or A-pose for three seconds, and keep the measures under a name."""

    performer: _Name
    height_m: Annotated[float, msgspec.Meta(ge=0.5, le=2.5)] | None = None


class EndCalibration(_Request, frozen=True, kw_only=True, tag="end_calibration"):
    """Measure nobody after all."""


class Choose(_Request, frozen=True, kw_only=True, tag="choose"):
    """Another camera, one of those that the status lists."""

    source: _Target


class FindCameras(_Request, frozen=True, kw_only=True, tag="find_cameras"):
    """Look which cameras there are; the status lists them from then on."""


class ReadRules(_Request, frozen=True, kw_only=True, tag="read_rules"):
    """The rules that can be edited here."""


class CheckRules(_Request, frozen=True, kw_only=True, tag="check_rules"):
    """What is wrong with them."""

    text: _Rules


class UseRules(_Request, frozen=True, kw_only=True, tag="use_rules"):
    """Ask these from now on; and keep them, if ``save``."""

    text: _Rules
    save: bool = False


class AddOutput(_Request, frozen=True, kw_only=True, tag="add_output"):
    """Send there too: ``vmc:HOST:PORT`` or ``osc:HOST:PORT``."""

    url: _Target


class EditOutput(_Request, frozen=True, kw_only=True, tag="edit_output"):
    """Another host and port for an output that there is; ``key`` is the status's."""

    key: int
    host: Annotated[str, msgspec.Meta(min_length=1, max_length=253)]
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)]


class RemoveOutput(_Request, frozen=True, kw_only=True, tag="remove_output"):
    """Send there no more."""

    key: int


Request = (
    Start
    | Stop
    | Record
    | EndRecording
    | Mirror
    | Calibrate
    | EndCalibration
    | Choose
    | FindCameras
    | ReadRules
    | CheckRules
    | UseRules
    | AddOutput
    | EditOutput
    | RemoveOutput
)
_decoder: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)


class _Numbered(msgspec.Struct):
    id: _Number = 0


_numbers = msgspec.json.Decoder(_Numbered)


def request_from(message: str | bytes) -> Request:
    """Raises msgspec.DecodeError (also for a wrong shape) that says what is wrong."""
    return _decoder.decode(message)


def number_of(message: str | bytes) -> int | None:
    """The number of a request, also of one that is wrong otherwise: whoever asked must learn that it was refused."""
    try:
        return _numbers.decode(message).id
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
