"""What a piece of an expression is: its kind, and by which name the function being written has its value.

None is "unknown": a joint was not seen, or something was divided by nothing. It is neither true nor false.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from .geometry import Vec
from .vocabulary import Weights

Kind = Literal["number", "truth", "vector", "event", "zone", "pose"]


@dataclass(frozen=True)
class Zone:
    """Part of the floor: a circle, or a box along the room's axes."""

    name: str
    center_m: tuple[float, float] = (0.0, 0.0)  # x, z
    radius_m: float = 0.0
    box_m: tuple[float, float, float, float] | None = None  # x0, z0, x1, z1

    def holds(self, place: Vec) -> bool:
        """Whether a place of the world is above it."""
        x, _, z = place
        if self.box_m is not None:
            x0, z0, x1, z1 = self.box_m
            return x0 <= x <= x1 and z0 <= z <= z1
        return (x - self.center_m[0]) ** 2 + (z - self.center_m[1]) ** 2 <= self.radius_m**2


@dataclass(frozen=True)
class Likeness:
    """A learned pose: examples of where joints are in the person's own axes, in torsos."""

    name: str
    rows: tuple[int, ...]  # of JOINTS
    examples: tuple[tuple[Vec, ...], ...]


@dataclass(frozen=True)
class Names:
    """What a rules file has named, beyond the words of the language."""

    events: frozenset[str] = frozenset()
    zones: dict[str, Zone] = field(default_factory=dict)
    poses: dict[str, Likeness] = field(default_factory=dict)


@dataclass(frozen=True)
class Term:
    """A checked piece of an expression."""

    kind: Kind
    code: str = "None"  # the name of its value, or a number
    known: bool = False  # it is never None
    place: Callable[[], str] | None = None  # writes the place in the world, where the piece is a place
    weights: Weights | None = None  # where the piece is a joint or bone of this person
    name: str = ""  # the word, where the piece is one
    constant: float | None = None  # where the piece is a number as written
    remembers: bool = False  # looks back further than the speed of a joint


class Wrong(Exception):  # noqa: N818  never leaves this package
    """Something in an expression is not right. ``offset`` is where, in bytes; line and column count from 1."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message, self.offset = message, offset
        self.line = self.column = 1

    def placed(self, text: str) -> "Wrong":
        """The same with line and column, now that the text is known."""
        before = text.encode(errors="replace")[: self.offset].decode(errors="ignore")
        self.line, self.column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return self
