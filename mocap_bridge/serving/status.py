"""What the page is told several times a second: how the line does, and what can be changed."""

from typing import Any, Literal

import msgspec

from ..daemon import Counters
from ..outputs import Output


class OutputStatus(msgspec.Struct, frozen=True):
    """One way out. ``host`` and ``port`` are there where they can be edited."""

    key: int
    url: str
    packets: int
    lost: int
    trouble: str | None
    host: str | None = None
    port: int | None = None


class RecordingStatus(msgspec.Struct, frozen=True):
    """The take that is being written."""

    file: str
    frames: int


class CalibrationStatus(msgspec.Struct, frozen=True):
    """Who is being measured, and what share of the time the pose has been held."""

    performer: str
    share: float


class CameraChoice(msgspec.Struct, frozen=True):
    """A source that may be chosen."""

    source: str
    name: str


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Complete in itself, like a scene: a state, never a change."""

    type: Literal["status"] = "status"
    running: bool
    source: str
    can: tuple[str, ...]
    cameras: tuple[CameraChoice, ...]
    mirror: bool
    recording: RecordingStatus | None
    calibration: CalibrationStatus | None
    outputs: tuple[OutputStatus, ...]
    fps: float
    latency_ms: float
    stages_ms: dict[str, float]
    people: int
    people_seen: int
    frames: int
    dropped: int
    packets: int
    notes: tuple[str, ...]


_encoder = msgspec.json.Encoder(decimal_format="number")


def status_json(status: Status) -> str:
    """As it goes over the wire."""
    return _encoder.encode(status).decode()


def output_status(key: int, url: str, output: Output) -> OutputStatus:
    """Of an open output; its address is told apart where there is one to edit."""
    address = address_of(url)
    return OutputStatus(
        key, url, output.packets_sent, getattr(output, "packets_lost", 0), output.trouble, *(address or (None, None))
    )


def address_of(url: str) -> tuple[str, int] | None:
    """Host and port of a ``vmc:`` or ``osc:`` output; None for others."""
    scheme, _, target = url.partition(":")
    host, colon, port = target.partition("?")[0].rpartition(":")
    return (host.strip("[]"), int(port)) if scheme in ("vmc", "osc") and colon and port.isdigit() else None


def rounded(counters: Counters, stages_ms: dict[str, float]) -> dict[str, Any]:
    """The numbers of a status, as exact as anybody can read them."""
    return {
        "fps": round(counters.fps, 1),
        "latency_ms": round(counters.latency_ms, 1),
        "stages_ms": {stage: round(spent_ms, 2) for stage, spent_ms in stages_ms.items()},
        "people": counters.people,
        "people_seen": len(counters.people_seen),
        "frames": counters.frames,
        "dropped": counters.dropped,
        "packets": counters.packets,
    }
