"""OSC 1.0 packets, with the argument types that every receiver of the field knows: i f s b T F.

Everything in OSC stands on four-byte boundaries, so a packet is an array of words. A ``Packet`` is laid out
once; per frame only its numbers are written into their words.
"""

import struct
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..records import Array

_NOW = struct.pack(">Q", 1)  # the time tag that means "immediately"
BUNDLE_HEAD = b"#bundle\0" + _NOW

Message = tuple[str, str, Sequence[object]]
"""Address, type tags without the comma, one value per tag (also for T and F, whose value is not looked at)."""


def string(text: str) -> bytes:
    """UTF-8, ended by at least one NUL, padded to four bytes."""
    raw = text.encode()
    if b"\0" in raw:
        raise ValueError(f"an OSC string cannot hold a NUL: {text!r}")
    return raw + b"\0" * (4 - len(raw) % 4)


def message(address: str, types: str, values: Sequence[object]) -> bytes:
    """One message. Raises ValueError if a value is missing, TypeError or struct.error if one is of another type."""
    if len(types) != len(values):
        raise ValueError(f"{address} has {len(types)} type tags ({types}) but {len(values)} values")
    arguments = b"".join(_argument(tag, value) for tag, value in zip(types, values, strict=True))
    return string(address) + string("," + types) + arguments


def _argument(tag: str, value: object) -> bytes:
    if tag == "f":
        return struct.pack(">f", value)
    if tag == "i":
        return struct.pack(">i", value)
    if tag in "TF":
        return b""
    if tag == "s" and isinstance(value, str):
        return string(value)
    if tag == "b" and isinstance(value, bytes):
        return struct.pack(">i", len(value)) + value + b"\0" * (-len(value) % 4)
    raise TypeError(f"{value!r} cannot be sent as {tag!r}; the tags are i f s b T F")


def bundle(messages: Sequence[bytes]) -> bytes:
    """Messages that belong together, to be acted on at once."""
    return BUNDLE_HEAD + b"".join(struct.pack(">i", len(one)) + one for one in messages)


class Packet:
    """A bundle of a fixed layout. Its numbers are slots; addresses, tags and strings are written once."""

    def __init__(self, messages: Sequence[Message]) -> None:
        """``messages`` may use i, f and s; the values of i and f are only placeholders.

        Slots are numbered through the whole bundle in the order of the messages.
        """
        slots: dict[str, list[int]] = {"i": [], "f": []}
        parts: list[bytes] = []
        word = len(BUNDLE_HEAD) // 4
        for address, types, values in messages:
            one = message(address, types, values)
            at = word + 1 + (len(string(address)) + len(string("," + types))) // 4
            for tag, value in zip(types, values, strict=True):
                if tag in slots:
                    slots[tag].append(at)
                at += len(_argument(tag, value)) // 4
            parts.append(one)
            word += 1 + len(one) // 4
        self._bytes = bytearray(bundle(parts))
        self._floats: npt.NDArray[np.float32] = np.frombuffer(self._bytes, ">f4")
        self._ints: npt.NDArray[np.int32] = np.frombuffer(self._bytes, ">i4")
        self._float_slots = np.array(slots["f"], dtype=np.intp)
        self._int_slots = np.array(slots["i"], dtype=np.intp)

    def __len__(self) -> int:
        """Bytes on the wire."""
        return len(self._bytes)

    @property
    def floats(self) -> int:
        """How many float slots there are."""
        return len(self._float_slots)

    def fill(self, ints: Sequence[int], floats: Array) -> bytes:
        """The packet with these numbers in its slots. ``floats`` may have any shape; they are taken in order.

        Raises ValueError unless there is exactly one number per slot: a short message stops some receivers for good.
        """
        flat = floats.reshape(-1)
        if len(ints) != len(self._int_slots) or len(flat) != len(self._float_slots):
            raise ValueError(
                f"{len(ints)} ints and {len(flat)} floats for {len(self._int_slots)} int and "
                f"{len(self._float_slots)} float slots"
            )
        self._ints[self._int_slots] = ints
        self._floats[self._float_slots] = flat
        return bytes(self._bytes)
