"""Several bridges' scenes as one: ids that never meet, worlds put side by side, one clock. Pure.

The n-th source's people are n * 1,000,000 + their own id; what is true of its room is true of the one room there is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .records import ActiveEvent, Array, BodyJoints, Camera, RigPose, Scene
from .rotations import about, multiply, to_matrix

IDS_EACH = 1_000_000
"""Of every source; its own ids must be below."""
MOST_SOURCES = 64
_UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True)
class Place:
    """Where a source's world lies in the common one: both stand on the same floor."""

    x_m: float = 0.0
    z_m: float = 0.0
    turn_deg: float = 0.0  # about the upright axis, counted from +Z towards +X

    @cached_property
    def turn_xyzw(self) -> Array:
        """(4,)"""
        return about(_UP, np.radians(self.turn_deg))

    @cached_property
    def matrix(self) -> Array:
        """(4, 4) from the source's world to the common one."""
        matrix = np.eye(4)
        matrix[:3, :3], matrix[:3, 3] = to_matrix(self.turn_xyzw), (self.x_m, 0.0, self.z_m)
        return matrix

    def directions(self, vectors: Array) -> Array:
        """Vectors (..., 3) turned."""
        return np.asarray(vectors @ self.matrix[:3, :3].T)

    def points_m(self, points_m: Array) -> Array:
        """Points (..., 3) turned and moved."""
        return np.asarray(self.directions(points_m) + self.matrix[:3, 3])


@dataclass(frozen=True, eq=False)
class Heard:
    """The newest scene of one source."""

    number: int  # of the source, counted from 1
    scene: Scene
    age_s: float  # since it came


def foreign(scene: Scene, number: int, place: Place) -> Scene:
    """A source's scene with ids of its own and in the common world. Raises ValueError if its ids leave no room."""
    people: tuple[BodyJoints | RigPose, ...] = (*scene.bodies, *scene.poses)
    ids = [*(person.person_id for person in people), *(i for e in scene.events for i in (e.person_id, e.other_id))]
    if any(one >= IDS_EACH for one in ids):
        raise ValueError(f"an id of {max(ids)}; a hub's scenes cannot be gathered again")
    return replace(
        scene,
        camera=_placed_camera(scene.camera, place),
        bodies=tuple(_placed_body(body, number, place) for body in scene.bodies),
        poses=tuple(_placed_pose(pose, number, place) for pose in scene.poses),
        events=tuple(_placed_event(event, number, place) for event in scene.events),
    )


def gathered(heard: Sequence[Heard], frame_index: int, time_s: float) -> Scene:
    """One scene of them all, at ``time_s`` on the clock of whoever gathers; the camera is the first one's.

    Times of the sources, whose clocks nobody knows, become ages. Raises ValueError if there is no source.
    """
    if not heard:
        raise ValueError("nothing was heard, not even a camera")
    bodies = [replace(body, time_s=time_s - one.age_s) for one in heard for body in one.scene.bodies]
    poses = [replace(pose, time_s=time_s - one.age_s) for one in heard for pose in one.scene.poses]
    events = [
        replace(event, since_s=time_s - one.age_s - (one.scene.time_s - event.since_s))
        for one in heard
        for event in one.scene.events
    ]
    camera = min(heard, key=lambda one: one.number).scene.camera
    return Scene(frame_index, time_s, camera, tuple(bodies), tuple(poses), _one_room(events))


def _one_room(events: Iterable[ActiveEvent]) -> tuple[ActiveEvent, ...]:
    """Of events of the room that several sources tell, the strongest, since the first of them began."""
    found: dict[tuple[str, int, int], ActiveEvent] = {}
    for event in events:
        key = event.name, event.person_id, event.other_id
        if other := found.get(key):
            since_s = min(event.since_s, other.since_s)
            event = replace(event if event.strength > other.strength else other, since_s=since_s)
        found[key] = event
    return tuple(found.values())


def _placed_camera(camera: Camera, place: Place) -> Camera:
    return replace(camera, world_from_camera=place.matrix @ camera.world_from_camera)


def _placed_body(body: BodyJoints, number: int, place: Place) -> BodyJoints:
    return replace(body, person_id=_id(body.person_id, number), joints_world_m=place.points_m(body.joints_world_m))


def _placed_pose(pose: RigPose, number: int, place: Place) -> RigPose:
    rotations = pose.rotations_xyzw.copy()
    rotations[0] = multiply(place.turn_xyzw, rotations[0])
    hips_m = place.points_m(pose.hips_world_m)
    return replace(pose, person_id=_id(pose.person_id, number), hips_world_m=hips_m, rotations_xyzw=rotations)


def _placed_event(event: ActiveEvent, number: int, place: Place) -> ActiveEvent:
    return replace(
        event,
        person_id=_id(event.person_id, number) if event.person_id else 0,  # 0 is the room
        other_id=_id(event.other_id, number) if event.other_id >= 0 else -1,
        anchor_world_m=place.points_m(event.anchor_world_m),
        direction_world=place.directions(event.direction_world),
    )


def _id(own: int, number: int) -> int:
    return number * IDS_EACH + own
