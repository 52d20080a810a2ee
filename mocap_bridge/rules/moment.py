"""One person in one moment, as rules look at them: plain floats, because a rule asks for few of them and often.

Places are in metres of the world. A person's own axes begin at the pelvis: x to the person's left, y up, z ahead,
and are counted in torsos (pelvis to neck), so that a rule fits a child as well as a giant.
"""

import math
from collections import deque
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..records import Array, BodyJoints, Past, RigPose
from ..skeleton import BONE, HEIGHT_M, JOINT, REST_OFFSETS_M
from .vocabulary import Weights

Vec = tuple[float, float, float]

SEEN = 0.3
"""A joint of lower visibility is unknown."""
SPEED_S = 0.14
"""Over which speeds are fitted: long enough that trembling is no motion."""
MEASURED = 150
"""Frames whose mean is the length of a trunk."""
LONGEST_GAP_S = 0.5
"""Whoever was away for longer begins anew."""

_TRUNK = [BONE[bone] for bone in ("Spine", "Chest", "UpperChest", "Neck")]
_REST_M = np.linalg.norm(REST_OFFSETS_M, axis=1)
_PELVIS, _THORAX = JOINT["Pelvis"], JOINT["Thorax"]
_SIDES = [JOINT[name] for name in ("L_Hip", "L_Shoulder", "R_Hip", "R_Shoulder")]


@dataclass(slots=True)
class Moment:
    """A person now. ``other`` is the partner while a pair is looked at."""

    track: "Track"
    person_id: int
    time_s: float
    people: int
    past: Mapping[str, Past]
    memory: dict[Any, Any]
    joints: list[Vec | None]  # in the world, in the order of JOINTS; None = not seen
    visibility: list[float]
    contacts: list[float]  # in the order of CONTACTS
    torso_m: float
    height_m: float
    origin: Vec  # the pelvis, also where it is only guessed
    heading_rad: float
    sin: float
    cos: float
    other: "Moment | None" = None
    _rates: dict[int, list[Vec]] = field(default_factory=dict)

    @classmethod
    def of(cls, track: "Track", people: int, past: Mapping[str, Past]) -> "Moment":
        """What a track has just seen, among so many people."""
        body = track.body
        places: list[list[float]] = body.joints_world_m.tolist()
        visibility: list[float] = body.visibility.tolist()
        joints = [
            (place[0], place[1], place[2]) if seen >= SEEN else None
            for place, seen in zip(places, visibility, strict=True)
        ]
        x, y, z = places[_PELVIS]
        heading = _heading(places)
        return cls(
            *(track, body.person_id, body.time_s, people, past, track.memory, joints, visibility, track.contacts),
            *(track.torso_m, track.height_m, (x, y, z), heading, math.sin(heading), math.cos(heading)),
        )

    @classmethod
    def of_nobody(cls, time_s: float, people: int, past: Mapping[str, Past], memory: dict[Any, Any]) -> "Moment":
        """The room: no joint is seen, but people can be counted and events be asked for."""
        none = Track()
        unseen: list[Vec | None] = [None] * len(JOINT)
        return cls(
            *(none, 0, time_s, people, past, memory, unseen, [0.0] * len(JOINT), none.contacts),
            *(none.torso_m, none.height_m, (0.0, 0.0, 0.0), 0.0, 0.0, 1.0),
        )

    def beside(self, other: "Moment", memory: dict[Any, Any]) -> "Moment":
        """The same moment with a partner, and what is remembered of the two."""
        both = copy(self)
        both.other, both.memory = other, memory
        return both

    def place(self, weights: Weights) -> Vec | None:
        """A place on the body in the world; None while a joint it hangs on is not seen."""
        if len(weights) == 1:
            return self.joints[weights[0][0]]
        (one, share), (two, rest) = weights
        a, b = self.joints[one], self.joints[two]
        if a is None or b is None:
            return None
        return (a[0] * share + b[0] * rest, a[1] * share + b[1] * rest, a[2] * share + b[2] * rest)

    def local(self, place: Vec) -> Vec:
        """A place of the world in this person's axes."""
        origin, c, s, t = self.origin, self.cos, self.sin, self.torso_m
        x, z = place[0] - origin[0], place[2] - origin[2]
        return ((x * c - z * s) / t, (place[1] - origin[1]) / t, (x * s + z * c) / t)

    def turned(self, way: Vec) -> Vec:
        """A way or speed of the world, in metres, in this person's axes and torsos."""
        x, y, z = way
        c, s, t = self.cos, self.sin, self.torso_m
        return ((x * c - z * s) / t, y / t, (x * s + z * c) / t)

    def in_world(self, local: Vec) -> Vec:
        """A way in this person's axes and torsos as one of the world in metres."""
        x, y, z = local
        c, s, t = self.cos, self.sin, self.torso_m
        return ((x * c + z * s) * t, y * t, (z * c - x * s) * t)

    def rate(self, weights: Weights, order: int) -> Vec | None:
        """Velocity (order 1, m/s) or acceleration (2, m/s^2) of a place in the world; None while it is unknown."""
        single = len(weights) == 1
        if (self.joints[weights[0][0]] if single else self.place(weights)) is None:
            return None
        if order not in self._rates:
            rates = self.track.rates(order)
            self._rates[order] = [] if rates is None else rates.tolist()
        rows = self._rates[order]
        if not rows:
            return None
        if single:
            return rows[weights[0][0]]
        x, y, z = (sum(rows[row][axis] * share for row, share in weights) for axis in range(3))
        return (x, y, z)


def _heading(places: list[list[float]]) -> float:
    """Radians by which hips and shoulders are turned from facing the camera, to the person's left."""
    a, b, c, d = (places[row] for row in _SIDES)
    return math.atan2(-(a[2] + b[2] - c[2] - d[2]), a[0] + b[0] - c[0] - d[0])


class Track:
    """What rules remember of one person: the last moments of the body, and what expressions keep."""

    def __init__(self) -> None:
        self.memory: dict[Any, Any] = {}
        self.body: BodyJoints
        self.contacts: list[float] = [math.nan] * 4
        self.torso_m, self.height_m = float(_REST_M[_TRUNK].sum()), HEIGHT_M
        self._recent: deque[tuple[float, Array]] = deque(maxlen=64)
        self._measured = 0

    @property
    def last_s(self) -> float | None:
        """When this person was last seen."""
        return self._recent[-1][0] if self._recent else None

    def see(self, body: BodyJoints, pose: RigPose | None) -> None:
        """The next moment of this person."""
        if self._recent and not 0.0 < body.time_s - self._recent[-1][0] <= LONGEST_GAP_S:
            self._recent.clear()
            self.memory.clear()
        self.body = body
        self._recent.append((body.time_s, body.joints_world_m))
        if pose is not None:
            self.contacts = pose.contacts.tolist()
        lengths_m = pose.bone_lengths_m if pose is not None else None
        if lengths_m is not None and lengths_m[_TRUNK].min() > 0.0:
            self.torso_m = float(lengths_m[_TRUNK].sum())
            known = lengths_m > 0.0
            self.height_m = HEIGHT_M * float(lengths_m[known].sum() / _REST_M[known].sum())
        else:  # without a rig a trunk is as long as it has been so far
            seen_m = float(np.linalg.norm(body.joints_world_m[_THORAX] - body.joints_world_m[_PELVIS]))
            self._measured = min(self._measured + 1, MEASURED)
            self.torso_m = max(self.torso_m + (seen_m - self.torso_m) / self._measured, 0.05)
            self.height_m = self.torso_m * HEIGHT_M / float(_REST_M[_TRUNK].sum())

    def rates(self, order: int) -> Array | None:
        """(30, 3) velocity or acceleration of all joints, by a line or a parabola through the last moments."""
        span_s = SPEED_S if order == 1 else 2 * SPEED_S
        now_s = self._recent[-1][0]
        recent = [(time_s - now_s, joints) for time_s, joints in self._recent if time_s > now_s - span_s - 1e-6]
        if len(recent) < order + 2:
            return None
        times_s = np.array([time_s for time_s, _ in recent])
        if order == 1:
            times_s -= times_s.mean()
            weights = times_s / (times_s @ times_s)
        else:
            weights = 2.0 * np.linalg.pinv(np.vander(times_s, 3))[0]
        return np.asarray(np.tensordot(weights, np.array([joints for _, joints in recent]), 1))
