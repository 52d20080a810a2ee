"""One person in one moment, as rules look at them: plain floats, because a rule asks for few of them and often.

Places are in metres of the world. A person's own axes begin at the pelvis: x to the person's left, y up, z ahead,
and are counted in torsos (pelvis to neck), so that a rule fits a child as well as a giant.
"""

import math
from collections import deque
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..records import Array, BodyJoints, Past, RigPose
from ..skeleton import BONE, HEIGHT_M, JOINT, REST_OFFSETS_M
from .geometry import Vec

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
_UNKNOWN: list[Vec | None] = [None] * len(JOINT)


@dataclass(slots=True)
class Moment:
    """A person now. ``other`` is the partner while a pair is looked at.

    Lists are in the order of JOINTS; None: not seen.
    """

    person_id: int
    time_s: float
    people: int
    past: Mapping[str, Past]
    memory: dict[Any, Any]
    places: list[Vec | None]  # in the world
    joints: list[Vec | None]  # in the person's axes and torsos
    velocities: list[Vec | None]  # in the person's axes, torsos/s
    accelerations: list[Vec | None]
    visibility: list[float]
    contacts: list[float]  # in the order of CONTACTS
    torso_m: float
    height_m: float
    origin: Vec  # the pelvis, also where it is only guessed
    heading_rad: float
    other: "Moment | None" = None

    @classmethod
    def of(cls, track: "Track", people: int, past: Mapping[str, Past]) -> "Moment":
        """What a track has just seen, among so many people."""
        body = track.body
        visibility: list[float] = body.visibility.tolist()
        places: list[Any] = body.joints_world_m.tolist()
        heading, origin = _heading(places), tuple(places[_PELVIS])
        own = _axes(heading, track.torso_m)
        velocity, acceleration = track.rates()

        def seen(rows: list[Any]) -> list[Vec | None]:
            return [tuple(row) if sure >= SEEN else None for row, sure in zip(rows, visibility, strict=True)]

        return cls(
            *(body.person_id, body.time_s, people, past, track.memory, seen(places)),
            seen(((body.joints_world_m - origin) @ own).tolist()),
            _UNKNOWN if velocity is None else seen((velocity @ own).tolist()),
            _UNKNOWN if acceleration is None else seen((acceleration @ own).tolist()),
            *(visibility, track.contacts, track.torso_m, track.height_m, origin, heading),
        )

    @classmethod
    def of_nobody(cls, time_s: float, people: int, past: Mapping[str, Past], memory: dict[Any, Any]) -> "Moment":
        """The room: no joint is seen, but people can be counted and events be asked for."""
        none, unseen = Track(), [0.0] * len(JOINT)
        return cls(
            *(0, time_s, people, past, memory, _UNKNOWN, _UNKNOWN, _UNKNOWN, _UNKNOWN, unseen, none.contacts),
            *(none.torso_m, none.height_m, (0.0, 0.0, 0.0), 0.0),
        )

    def beside(self, other: "Moment", memory: dict[Any, Any]) -> "Moment":
        """The same moment with a partner, and what is remembered of the two."""
        both = copy(self)
        both.other, both.memory = other, memory
        return both

    def local(self, place: Vec) -> Vec:
        """A place of the world in this person's axes."""
        (ox, oy, oz), c, s, t = self.origin, math.cos(self.heading_rad), math.sin(self.heading_rad), self.torso_m
        x, y, z = place[0] - ox, place[1] - oy, place[2] - oz
        return ((x * c - z * s) / t, y / t, (x * s + z * c) / t)

    def in_world(self, local: Vec) -> Vec:
        """A way in this person's axes and torsos as one of the world in metres."""
        (x, y, z), c, s, t = local, math.cos(self.heading_rad), math.sin(self.heading_rad), self.torso_m
        return ((x * c + z * s) * t, y * t, (z * c - x * s) * t)


def _heading(places: Sequence[Vec]) -> float:
    """Radians by which hips and shoulders are turned from facing the camera, to the person's left."""
    a, b, c, d = (places[row] for row in _SIDES)
    return math.atan2(-(a[2] + b[2] - c[2] - d[2]), a[0] + b[0] - c[0] - d[0])


def _axes(heading_rad: float, torso_m: float) -> Array:
    """(3, 3) which a way of the world is multiplied by, from the right, to be in a person's axes and torsos."""
    c, s = math.cos(heading_rad), math.sin(heading_rad)
    return np.array(((c, 0.0, s), (0.0, 1.0, 0.0), (-s, 0.0, c))) / torso_m


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

    def rates(self) -> tuple[Array | None, Array | None]:
        """(30, 3) velocity and acceleration of all joints, by a line and a parabola through the last moments."""
        now_s = self._recent[-1][0]
        recent = [(time_s, joints) for time_s, joints in self._recent if time_s > now_s - 2 * SPEED_S - 1e-6]
        times_s = [time_s - now_s for time_s, _ in recent]
        lately_s = [time_s for time_s in times_s if time_s > -SPEED_S - 1e-6]
        slope, curve = _slope(lately_s), _curvature(times_s)
        if slope is None:
            return None, None
        weights = np.array([[0.0] * (len(times_s) - len(slope)) + slope, curve or [0.0] * len(times_s)])
        joints = np.array([joints for _, joints in recent])
        velocity, acceleration = (weights @ joints.reshape(len(joints), -1)).reshape(2, *joints.shape[1:])
        return velocity, acceleration if curve else None


def _slope(times_s: Sequence[float]) -> list[float] | None:
    """What values at these times are multiplied by, to give the slope of the line through them."""
    if len(times_s) < 3:
        return None
    mean_s = sum(times_s) / len(times_s)
    away_s = [time_s - mean_s for time_s in times_s]
    square = sum(d * d for d in away_s)
    return [d / square for d in away_s] if square > 1e-12 else None


def _curvature(times_s: Sequence[float]) -> list[float] | None:
    """The same for the second derivative of the parabola through them."""
    if len(times_s) < 4:
        return None
    mean_s = sum(times_s) / len(times_s)
    away_s = [time_s - mean_s for time_s in times_s]
    square = sum(d * d for d in away_s)
    if square <= 1e-12:
        return None
    skew, level = sum(d * d * d for d in away_s) / square, square / len(away_s)
    parts = [d * d - skew * d - level for d in away_s]  # what neither a level nor a line explains
    return [2.0 * part / sum(part * part for part in parts) for part in parts]
