"""The two questions that Linux's video devices are asked, as bytes: what are you, and may I write such pictures.

Layouts and numbers are those of the kernel's <linux/videodev2.h> (V4L2), for machines whose ioctl numbers are coded as
on x86 and ARM. https://docs.kernel.org/userspace-api/media/v4l/
"""

import struct
from dataclasses import dataclass

YUYV = int.from_bytes(b"YUYV", "little")
VIDEO_OUTPUT = 2
"""V4L2_BUF_TYPE_VIDEO_OUTPUT: what a program writes pictures to."""
_CAN_BE_WRITTEN_TO = 0x2  # V4L2_CAP_VIDEO_OUTPUT
_TELLS_OF_ITSELF = 0x80000000  # V4L2_CAP_DEVICE_CAPS: device_caps are those of this node alone
_PROGRESSIVE, _SRGB = 1, 8  # V4L2_FIELD_NONE, V4L2_COLORSPACE_SRGB

_CAPABILITY = struct.Struct("=16s32s32sIII3I")
_UNION_BYTES = 200
# The union holds pointers, so it begins where a pointer may.
_FORMAT = struct.Struct(f"@I0P8I{_UNION_BYTES - 32}s")


def _number(direction: int, number: int, size: int) -> int:
    return direction << 30 | size << 16 | ord("V") << 8 | number


QUERYCAP = _number(2, 0, _CAPABILITY.size)
"""VIDIOC_QUERYCAP"""
S_FMT = _number(3, 5, _FORMAT.size)
"""VIDIOC_S_FMT"""


@dataclass(frozen=True)
class Capability:
    """What a device says of itself."""

    name: str
    writable: bool


@dataclass(frozen=True)
class Format:
    """Size and kind of the pictures that are written."""

    width_px: int
    height_px: int
    pixels: int = YUYV
    row_bytes: int = 0  # 0: two bytes a pixel, without a gap


def capability_request() -> bytearray:
    """Room for the answer to QUERYCAP."""
    return bytearray(_CAPABILITY.size)


def capability_from(answer: bytes | bytearray) -> Capability:
    """What QUERYCAP has answered."""
    _, card, _, _, of_all, of_this, *_ = _CAPABILITY.unpack(answer)
    can = of_this if of_all & _TELLS_OF_ITSELF else of_all
    return Capability(card.split(b"\0")[0].decode(errors="replace"), bool(can & _CAN_BE_WRITTEN_TO))


def format_request(wanted: Format) -> bytearray:
    """The question of S_FMT; the device writes its answer, which may differ, into the same bytes."""
    row_bytes = wanted.row_bytes or 2 * wanted.width_px
    size = wanted.width_px, wanted.height_px
    rest = row_bytes, row_bytes * wanted.height_px, _SRGB, 0
    return bytearray(_FORMAT.pack(VIDEO_OUTPUT, *size, wanted.pixels, _PROGRESSIVE, *rest, b""))


def format_from(answer: bytes | bytearray) -> Format:
    """What S_FMT has answered."""
    _, width_px, height_px, pixels, _, row_bytes, *_ = _FORMAT.unpack(answer)
    return Format(width_px, height_px, pixels, row_bytes)
