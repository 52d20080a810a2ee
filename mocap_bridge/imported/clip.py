"""What every file of motion comes down to: joints that hang on each other, and how they turn over time."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from ..records import Array
from ..rotations import multiply, rotate

MOST_JOINTS = 2_000
MOST_NUMBERS = 40_000_000
"""Of one clip, all frames together: an hour of 100 joints at 30 frames a second is 32 million."""


class Clip(Protocol):
    """A recording on its own skeleton, in its own axes and units. Parents come before their children."""

    @property
    def names(self) -> Sequence[str]:
        """(N) of joints."""

    @property
    def parents(self) -> Sequence[int]:
        """(N) -1 for roots."""

    @property
    def offsets(self) -> Array:
        """(N, 3) each joint from its parent at rest, in the parent's axes."""

    @property
    def rest_xyzw(self) -> Array:
        """(N, 4) local rotations at rest."""

    @property
    def fps(self) -> float:
        """Frames per second."""

    @property
    def frames(self) -> int:
        """How many."""

    @property
    def unit_m(self) -> float | None:
        """What the format says of it."""

    @property
    def in_tpose(self) -> bool:
        """Whether the format promises that the rest pose is the T-pose."""

    @property
    def bones(self) -> dict[str, int] | None:
        """Bone -> joint, where the format says so."""

    def turn(self, joint: int) -> Array:
        """(frames, 4) local rotations, not those from rest."""

    def place(self, joint: int) -> Array | None:
        """(frames, 3) of a joint that moves in its parent's axes; None for one that keeps its offset."""


def line_to(clip: Clip, joint: int) -> list[int]:
    """The joint and all that it hangs on, from above."""
    line = [joint]
    while clip.parents[line[0]] >= 0:
        line.insert(0, clip.parents[line[0]])
    return line


def at_rest(clip: Clip) -> tuple[Array, Array]:
    """Places (N, 3) and world rotations (N, 4) of all joints at rest."""
    places, turns = clip.offsets.copy(), clip.rest_xyzw.copy()
    for joint, parent in enumerate(clip.parents):
        if parent >= 0:
            places[joint] = places[parent] + rotate(turns[parent], clip.offsets[joint])
            turns[joint] = multiply(turns[parent], clip.rest_xyzw[joint])
    return places, turns


class Lines:
    """Joints over time, each worked out once: bones share most of the way up to the root."""

    def __init__(self, clip: Clip) -> None:
        self._clip = clip
        self._turns: dict[int, Array] = {}

    def turns(self, joint: int) -> Array:
        """(frames, 4) rotations in the file's world."""
        for step in line_to(self._clip, joint):
            if step not in self._turns:
                local, parent = self._clip.turn(step), self._clip.parents[step]
                self._turns[step] = local if parent < 0 else multiply(self._turns[parent], local)
        return self._turns[joint]

    def places(self, joint: int) -> Array:
        """(frames, 3) in the file's world."""
        at = np.zeros((self._clip.frames, 3))
        for above, step in zip([-1, *line_to(self._clip, joint)], line_to(self._clip, joint), strict=False):
            moved = self._clip.place(step)
            offset = np.broadcast_to(self._clip.offsets[step], at.shape) if moved is None else moved
            at = at + (offset if above < 0 else rotate(self.turns(above), offset))
        return at
