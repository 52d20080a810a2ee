"""How a camera stands that nobody has measured: its height and pitch, from people who stand and walk before it.

Before anybody is shown the first glimpse of them says where their floor is. From then on the world moves only through
the camera's pose, slowly, so camera and bodies always agree and no avatar jumps.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..camera import camera_from_world, tilted, world_from_camera
from ..records import Array, BodyJoints, Camera
from .fit import Stance, fit
from .sinking import Unsunk
from .standing import FEW, MOMENT_S, Moment, glimpse, moment

__all__ = ["SOLE_M", "Floor", "Unsunk"]

SOLE_M = 0.04
"""A heel or ball joint stands this far above the floor."""
MOST_RAD_S = float(np.radians(15))
"""Fastest turn of the world."""
MOST_M_S = 1.0
"""Its fastest rise and fall."""
_KEPT = 150  # moments: one person's last minute
_SOONEST_S, _LATEST_S = 0.5, 8.0  # time constants: the first guess is taken soon, a camera that stands is left alone
_RESIZE_S = 1.0  # time constant: nobody is seen to grow
_PER_EVIDENCE = 0.15  # of a second more for each second of evidence


@dataclass
class _Watched:
    """What was seen of one person since the last moment ended."""

    joints_m: list[Array] = field(default_factory=list)
    visibility: list[Array] = field(default_factory=list)
    times_s: list[float] = field(default_factory=list)


class Floor:
    """Watches the people of one camera. ``watching`` False leaves the camera as it is said to stand."""

    def __init__(self, watching: bool = True) -> None:
        self._watching = watching
        self._people: dict[int, _Watched] = {}
        self._glimpses: dict[int, Moment] = {}  # what counts while no moment has passed
        self._moments: deque[Moment] = deque(maxlen=_KEPT)
        self._said: float | None = None  # tangent of the pitch that the camera is said to have
        self._target: Stance | None = None
        self._shown: tuple[float, float] | None = None  # pitch in radians, height in metres
        self._shares: dict[int, float] = {}  # of the distance at which each person was placed
        self._last_s: float | None = None
        self._begun = False

    def level(self, camera: Camera) -> Camera:
        """The camera as it is found to stand."""
        if self._shown is None:
            return camera
        pitch_rad, height_m = self._shown
        pose = camera.world_from_camera.copy()
        pose[:3, :3] = tilted(pitch_rad)
        pose[1, 3] = height_m
        return replace(camera, world_from_camera=pose)

    def stand(self, body: BodyJoints, camera: Camera) -> BodyJoints:
        """A body that was placed with this camera in the world of the one that was found.

        Who always seems to stand in or above the floor is smaller or taller than was thought, and so nearer or
        farther: the body keeps its picture.
        """
        share = self._shares.get(body.person_id, 1.0)
        if self._shown is None:
            return body
        seen_m = camera_from_world(body.joints_world_m, camera) * share
        return replace(body, joints_world_m=world_from_camera(seen_m, self.level(camera)))

    def watch(self, bodies: Sequence[BodyJoints], camera: Camera, time_s: float) -> None:
        """Learn from bodies in the world of this camera, be it as it is said to stand or as ``level`` gave it."""
        if not self._watching:
            return
        dt_s = 0.0 if self._last_s is None else max(0.0, time_s - self._last_s)
        self._last_s = time_s
        ended = [self._add(body, camera, time_s) for body in bodies]
        self._people = {i: seen for i, seen in self._people.items() if i in {body.person_id for body in bodies}}
        pitch_rad, height_m = self._shown or (_pitch_rad(camera), float(camera.world_from_camera[1, 3]))
        self._said = float(np.tan(pitch_rad)) if self._said is None else self._said
        if any(ended):
            self._target = fit(self._moments, self._said)
        elif not self._moments and self._glimpse(bodies, camera):
            self._target = fit([*self._glimpses.values()], self._said)
        if bodies and not self._begun:
            self._begun = True
            self._shown = _wanted(self._target) if self._target else None  # nobody has been shown yet, so nobody jumps
        if self._target is not None:
            self._resize(bodies, camera, self._target, dt_s)
            self._shown = self._nearer(*(self._shown or (pitch_rad, height_m)), self._target, dt_s)

    def _glimpse(self, bodies: Sequence[BodyJoints], camera: Camera) -> bool:
        """Whether anybody's feet are seen for the first time."""
        first = [_glimpsed(body, camera) for body in bodies if body.person_id not in self._glimpses]
        seen = {one.person_id: one for one in first if np.isfinite(one.below)}
        self._glimpses |= seen
        return bool(seen)

    def _add(self, body: BodyJoints, camera: Camera, time_s: float) -> bool:
        """Whether a moment of this person ended that says something."""
        if not np.isfinite(body.joints_world_m).all():
            return False
        seen = self._people.setdefault(body.person_id, _Watched())
        seen.joints_m.append(camera_from_world(body.joints_world_m, camera))
        seen.visibility.append(body.visibility)
        seen.times_s.append(time_s)
        if time_s - seen.times_s[0] < MOMENT_S or len(seen.times_s) < FEW:
            return False
        joints_m, visibility = np.array(seen.joints_m), np.array(seen.visibility)
        self._people[body.person_id] = _Watched()
        told = moment(body.person_id, joints_m, visibility, np.array(seen.times_s))
        if not np.isfinite([told.below, told.tilt]).any():
            return False
        self._moments.append(told)
        return True

    def _resize(self, bodies: Sequence[BodyJoints], camera: Camera, target: Stance, dt_s: float) -> None:
        share, before, self._shares = 1 - float(np.exp(-dt_s / _RESIZE_S)), self._shares, {}
        for body in bodies:
            wanted = target.shares.get(body.person_id)
            if wanted is None:
                wanted = before.get(body.person_id) or target.share_of(_glimpsed(body, camera))
            old = before.get(body.person_id, wanted)
            self._shares[body.person_id] = old + share * (wanted - old)

    def _nearer(self, pitch_rad: float, height_m: float, target: Stance, dt_s: float) -> tuple[float, float]:
        wanted_rad, wanted_m = _wanted(target)
        within_s = float(np.clip(_PER_EVIDENCE * MOMENT_S * len(self._moments), _SOONEST_S, _LATEST_S))
        share = 1 - float(np.exp(-dt_s / within_s))
        # Height and pitch go the same share of their ways: feet stay on the floor meanwhile.
        share = min(share, MOST_RAD_S * dt_s / max(abs(wanted_rad - pitch_rad), 1e-9))
        share = min(share, MOST_M_S * dt_s / max(abs(wanted_m - height_m), 1e-9))
        return pitch_rad + share * (wanted_rad - pitch_rad), height_m + share * (wanted_m - height_m)


def _wanted(stance: Stance) -> tuple[float, float]:
    """Pitch in radians and height in metres."""
    pitch_rad = float(np.arctan(stance.tilt))
    return pitch_rad, stance.drop_m * float(np.cos(pitch_rad)) + SOLE_M


def _glimpsed(body: BodyJoints, camera: Camera) -> Moment:
    if not np.isfinite(body.joints_world_m).all():
        return glimpse(body.person_id, np.zeros_like(body.joints_world_m), np.zeros_like(body.visibility))
    return glimpse(body.person_id, camera_from_world(body.joints_world_m, camera), body.visibility)


def _pitch_rad(camera: Camera) -> float:
    """How far a camera looks down."""
    return float(np.arcsin(np.clip(-camera.world_from_camera[1, 2], -1.0, 1.0)))
