"""Takes cut and takes at another rate: scenes in, scenes out, nothing else changed."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np

from .records import ActiveEvent, Array, BlendValue, BodyJoints, RigPose, Scene
from .rotations import slerp

LONGEST_GAP_S = 0.5
"""Nobody knows what happened in a longer one: the nearer moment stands for it."""

_ROUNDED_S = 1e-6  # seconds: what rounding does to a time in a file
_Person = TypeVar("_Person", BodyJoints, RigPose)


def trimmed(scenes: Iterable[Scene], from_s: float, to_s: float | None) -> Iterator[Scene]:
    """The scenes from ``from_s`` to ``to_s``, both counted from the first one and both included; times stay."""
    first_s = None
    for scene in scenes:
        first_s = scene.time_s if first_s is None else first_s
        since_s = scene.time_s - first_s
        if to_s is not None and since_s > to_s + _ROUNDED_S:
            return
        if since_s >= from_s - _ROUNDED_S:
            yield scene


def resampled(scenes: Iterable[Scene], fps: float) -> Iterator[Scene]:
    """Scenes at even steps of 1 / ``fps`` from the first to the last, numbered from 0.

    Rotations turn on along the shortest arc, all else on a straight line. An event that was active since the tick
    before is active in this one: none is lost however short it was. Times that stand still or go back are left out.
    """
    tick, first_s = 0, 0.0
    before: Scene | None = None
    events: dict[tuple[str, int, int], ActiveEvent] = {}
    for scene in scenes:
        if before is None:
            first_s, before = scene.time_s, scene
            yield replace(scene, frame_index=0)
            tick = 1
            continue
        if scene.time_s <= before.time_s:
            continue
        while (time_s := first_s + tick / fps) < scene.time_s - _ROUNDED_S:
            yield _mixed(before, scene, tick, time_s, events)
            events = {}
            tick += 1
        events |= _named(scene)
        if abs(time_s - scene.time_s) <= _ROUNDED_S:
            yield _mixed(before, scene, tick, time_s, events)
            events = {}
            tick += 1
        before = scene


def _named(scene: Scene) -> dict[tuple[str, int, int], ActiveEvent]:
    return {(event.name, event.person_id, event.other_id): event for event in scene.events}


def _mixed(a: Scene, b: Scene, tick: int, time_s: float, events: dict[tuple[str, int, int], ActiveEvent]) -> Scene:
    """The moment between two scenes."""
    share = (time_s - a.time_s) / (b.time_s - a.time_s)
    if b.time_s - a.time_s > LONGEST_GAP_S:
        share = float(round(share))
    nearer = a if share < 0.5 else b
    return replace(
        nearer,
        frame_index=tick,
        time_s=time_s,
        bodies=_people(a.bodies, b.bodies, share, time_s),
        poses=_people(a.poses, b.poses, share, time_s),
        events=tuple((events | (_named(a) if share < 1.0 else {})).values()),
    )


def _people(a: tuple[_Person, ...], b: tuple[_Person, ...], share: float, time_s: float) -> tuple[_Person, ...]:
    """Who is in both moves on; who is in one is there as long as that one is nearer."""
    others = {person.person_id: person for person in (b if share < 0.5 else a)}
    mixed: list[_Person] = []
    for person in a if share < 0.5 else b:
        other = others.get(person.person_id)
        if other is None:
            mixed.append(replace(person, time_s=time_s))
        elif share < 0.5:
            mixed.append(_between(person, other, share, time_s))
        else:
            mixed.append(_between(other, person, share, time_s))
    return tuple(mixed)


def _between(a: _Person, b: _Person, share: float, time_s: float) -> _Person:
    names = ("joints_world_m", "visibility", "joints_px", "box_px", "contacts")
    changed: dict[str, Array | float | tuple[BlendValue, ...]] = {}
    if isinstance(a, RigPose) and isinstance(b, RigPose):
        names = ("hips_world_m", "visibility", "bone_lengths_m", "contacts", "girth")
        changed["rotations_xyzw"] = slerp(a.rotations_xyzw, b.rotations_xyzw, share)
        changed |= _guest_between(a, b, share)
    for name in names:
        changed[name] = (1 - share) * getattr(a, name) + share * getattr(b, name)
    return replace(a, time_s=time_s, **changed)  # type: ignore[arg-type]  # names of both records


def _guest_between(a: RigPose, b: RigPose, share: float) -> dict[str, Array | float | tuple[BlendValue, ...]]:
    """Fingers and expressions: what both tell moves on; what one tells is as the nearer one has it."""
    nearer = a if share < 0.5 else b
    both = np.any(a.extra_rotations_xyzw, axis=1) & np.any(b.extra_rotations_xyzw, axis=1)
    turned = slerp(a.extra_rotations_xyzw, b.extra_rotations_xyzw, share)
    before, after = ({blend.name: blend.value for blend in pose.blends} for pose in (a, b))
    values = {name: (1 - share) * before[name] + share * after[name] for name in before if name in after}
    return {
        "extra_rotations_xyzw": np.where(np.expand_dims(both, 1), turned, nearer.extra_rotations_xyzw),
        "blends": tuple(BlendValue(one.name, values.get(one.name, one.value)) for one in nearer.blends),
    }
