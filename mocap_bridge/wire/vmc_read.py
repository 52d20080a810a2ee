"""Another program's VMC -> bones and expressions, in our axes. What is no rotation and no share of 1 is refused."""

from dataclasses import dataclass, field

from ..extra_bones import ALL_BONE
from ..records import BlendValue
from .osc_read import Argument, read_packet
from .sendable import is_name

_SHORTEST, _LONGEST = 0.5, 2.0  # squared length of what is still meant as a rotation
_LEAST, _MOST = -0.5, 1.5  # of an expression: smoothing overshoots a little

Rotation = tuple[float, float, float, float]


@dataclass
class VmcRead:
    """What a datagram said."""

    bones: list[tuple[int, Rotation]] = field(default_factory=list)
    """Row of ``ALL_BONES``, local rotation xyzw."""
    blends: list[BlendValue] = field(default_factory=list)
    refused: int = 0


def read_vmc(packet: bytes) -> VmcRead:
    """Never raises. Bones and expressions only; what else VMC may say is skipped."""
    told = read_packet(packet, "/VMC/Ext/B")  # Bone, Blend
    read = VmcRead(refused=told.refused)
    for address, values in told.messages:
        try:
            if address == "/VMC/Ext/Bone/Pos":
                row = ALL_BONE.get(_named(values, 8), -1)
                rotation = _rotation(_numbers(values[1:8]))
                if row >= 0:  # others have tails
                    read.bones.append((row, rotation))
            elif address == "/VMC/Ext/Blend/Val":
                read.blends.append(_blend(_named(values, 2), *_numbers(values[1:2])))
        except ValueError:
            read.refused += 1
    return read


def _named(values: tuple[Argument, ...], at_least: int) -> str:
    name = values[0] if len(values) >= at_least else None
    if not isinstance(name, str) or not is_name(name):
        raise ValueError("no name, or too few arguments")
    return name


def _numbers(values: tuple[Argument, ...]) -> list[float]:
    numbers = [float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) < len(values) or not all(abs(number) < 1e6 for number in numbers):  # false for NaN, too
        raise ValueError("no number, or none that could be meant")
    return numbers


def _rotation(numbers: list[float]) -> Rotation:
    """Of a position and a quaternion in Unity's axes: what is (x, -y, -z, w) in ours, of length 1."""
    x, y, z, w = numbers[3:]
    square = x * x + y * y + z * z + w * w
    if not _SHORTEST < square < _LONGEST:
        raise ValueError("no rotation")
    scale = square**-0.5
    return x * scale, -y * scale, -z * scale, w * scale


def _blend(name: str, value: float) -> BlendValue:
    if not _LEAST <= value <= _MOST:
        raise ValueError("no share of 1")
    return BlendValue(name, min(max(value, 0.0), 1.0))
