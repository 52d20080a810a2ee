"""OSC packets of strangers -> messages. Sizes and depths are looked at before anything is taken out.

Ours, not python-osc's parser: that one knows no limits, and takes more than twice as long over a message.
"""

import re
import struct
from dataclasses import dataclass, field
from functools import lru_cache

MOST_MESSAGES = 1024
"""In one packet; the largest datagram holds no more that mean anything."""
DEEPEST = 4
LONGEST_ADDRESS = 128
MOST_ARGUMENTS = 64

_FIXED = {"i": "i", "f": "f", "h": "q", "d": "d", "t": "q", "r": "i", "c": "i", "m": "i"}  # in the words of struct
_WITHOUT_BYTES = {"T": True, "F": False, "N": None, "I": None}
_BUNDLE = b"#bundle\0"

Argument = str | int | float | bytes | bool | None


@dataclass
class Read:
    """What a packet held: messages in their order, and how many were damaged or beyond the limits."""

    messages: list[tuple[str, tuple[Argument, ...]]] = field(default_factory=list)
    refused: int = 0


def read_packet(packet: bytes, prefix: str = "/") -> Read:
    """The messages whose address begins with ``prefix``; others are skipped unread. Never raises for what it reads."""
    read = Read()
    _element(packet, 0, len(packet), prefix.encode(), 0, read)
    return read


def _element(packet: bytes, at: int, end: int, prefix: bytes, depth: int, read: Read) -> None:
    if not packet.startswith(_BUNDLE, at, end):
        _message(packet[at:end], prefix, read)
        return
    at += 16  # the time tag is for those who can wait
    if depth >= DEEPEST or at > end:
        read.refused += 1
        return
    while at < end:
        size = int.from_bytes(packet[at : at + 4], "big")
        at += 4
        if size == 0 or size % 4 or size > end - at or len(read.messages) + read.refused >= MOST_MESSAGES:
            read.refused += 1
            return
        _element(packet, at, at + size, prefix, depth + 1, read)
        at += size


def _message(raw: bytes, prefix: bytes, read: Read) -> None:
    if not raw.startswith(b"/"):
        read.refused += 1
    elif raw.startswith(prefix):
        try:
            address, at = _text(raw, 0, LONGEST_ADDRESS)
            read.messages.append((address, _arguments(raw, at)))
        except (ValueError, struct.error):  # UnicodeDecodeError is a ValueError
            read.refused += 1


def _arguments(raw: bytes, at: int) -> tuple[Argument, ...]:
    if at == len(raw):
        return ()  # very old senders leave out the tags of a message without arguments
    tags, at = _text(raw, at, MOST_ARGUMENTS + 1)
    if not tags.startswith(","):
        raise ValueError("no type tags")
    found: list[Argument] = []
    for tag in _parts(tags[1:]):
        if isinstance(tag, struct.Struct):
            found += tag.unpack_from(raw, at)
            at += tag.size
        elif tag in "sS":
            text, at = _text(raw, at, len(raw))
            found.append(text)
        elif tag == "b":
            size = int.from_bytes(raw[at : at + 4], "big")
            if size > len(raw) - at - 4:
                raise ValueError("a blob that is cut off")
            found.append(raw[at + 4 : at + 4 + size])
            at += 4 + size + -size % 4
        elif tag in _WITHOUT_BYTES:
            found.append(_WITHOUT_BYTES[tag])
        else:
            raise ValueError(f"an argument of unknown type {tag!r}")
    return tuple(found)


@lru_cache(maxsize=64)  # a sender has few kinds of messages
def _parts(tags: str) -> tuple[str | struct.Struct, ...]:
    """The tags with every run of those that stand for numbers made into one."""
    runs = re.findall(f"[{''.join(_FIXED)}]+|.", tags, re.DOTALL)
    return tuple(struct.Struct(">" + "".join(_FIXED[tag] for tag in run)) if run[0] in _FIXED else run for run in runs)


def _text(raw: bytes, at: int, longest: int) -> tuple[str, int]:
    """A string, and where the next thing begins. Raises ValueError if it does not end, or is longer than allowed."""
    end = raw.index(0, at, at + longest + 1)
    return raw[at:end].decode(), at + (end - at) // 4 * 4 + 4
