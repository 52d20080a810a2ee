"""What may leave the program: a broken number in one person must not reach any receiver."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

import numpy as np

from ..records import ActiveEvent, Array, BlendValue, BodyJoints, Camera, RigPose, Scene

LARGEST = 1e6
"""Metres and pixels beyond this are damage, not data; below it every rounding of the wire is exact."""

LARGEST_TIME_S = 2**31 - 1
LARGEST_ID = 2**31 - 1
LONGEST_NAME = 64
"""Of an event or an expression, in bytes of UTF-8."""
MOST_BLENDS = 256
"""Expressions of one face."""

_Known = TypeVar("_Known", BodyJoints, RigPose, ActiveEvent)


@lru_cache(maxsize=1)  # every output asks about the same scene
def sendable(scene: Scene) -> tuple[Scene | None, int]:
    """The scene without the bodies, poses and events that hold NaN, infinity or nonsense, and how many those are.

    None if the scene itself cannot be told (broken camera, time or frame number). An untouched scene comes back
    as the same object. A person of whom only one of body and pose is broken keeps neither: half a person would
    look like a change of state.
    """
    if not (_is_time(scene.time_s) and 0 <= scene.frame_index <= LARGEST_ID and _is_camera(scene.camera)):
        return None, 1
    people: tuple[BodyJoints | RigPose, ...] = (*scene.bodies, *scene.poses)
    broken = {person.person_id for person in people if not _is_person(person)}
    events = tuple(event for event in scene.events if _is_event(event))
    if not broken and len(events) == len(scene.events):
        return scene, 0
    kept = replace(scene, bodies=_without(scene.bodies, broken), poses=_without(scene.poses, broken), events=events)
    return kept, len(broken) + len(scene.events) - len(events)


def _without(records: Iterable[_Known], broken: set[int]) -> tuple[_Known, ...]:
    return tuple(record for record in records if record.person_id not in broken)


def _is_person(record: BodyJoints | RigPose) -> bool:
    if not (0 <= record.person_id <= LARGEST_ID and _is_time(record.time_s)):
        return False
    if isinstance(record, BodyJoints):
        return _all_finite(record.joints_world_m, record.visibility, record.joints_px, record.box_px)
    whole = _all_finite(
        record.hips_world_m, record.rotations_xyzw, record.visibility, record.bone_lengths_m, record.contacts
    )
    return whole and _all_finite(record.extra_rotations_xyzw) and _are_blends(record.blends)


def _are_blends(blends: tuple[BlendValue, ...]) -> bool:
    if len(blends) > MOST_BLENDS:
        return False
    return all(is_name(blend.name) and abs(blend.value) <= LARGEST for blend in blends)


def is_name(text: str) -> bool:
    """Whether it can name something on every wire: a NUL would end the string early in an OSC packet."""
    return text.isprintable() and 1 <= len(text.encode(errors="replace")) <= LONGEST_NAME


def _is_event(event: ActiveEvent) -> bool:
    numbers = np.array([event.strength, *event.anchor_world_m, *event.direction_world])
    whole = 0 <= event.person_id <= LARGEST_ID and -1 <= event.other_id <= LARGEST_ID and 0 <= event.count <= LARGEST_ID
    return is_name(event.name) and whole and _is_time(event.since_s) and _all_finite(numbers)


def _is_camera(camera: Camera) -> bool:
    return _all_finite(camera.size_px, camera.focal_px, camera.center_px, camera.world_from_camera)


def _is_time(time_s: float) -> bool:
    return abs(time_s) < LARGEST_TIME_S  # also refuses NaN


def _all_finite(*arrays: Array) -> bool:
    # One reduction instead of isfinite().all(): NaN and infinity both fail the comparison.
    return all(bool(np.abs(array).max() <= LARGEST) for array in arrays)
