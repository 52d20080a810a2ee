"""Rules asked of everybody in a scene: each person, each pair, and the room."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import permutations
from typing import Any

from ..records import BodyJoints, Past, Reading, RigPose
from .book import Rule, Rules
from .compile import Expression
from .geometry import Vec
from .moment import LONGEST_GAP_S, Moment, Track

_NOWHERE = (0.0, 0.0, 0.0)
PastOf = Callable[[int], Mapping[str, Past]]


class Observer:
    """Remembers the last moments of each person, and what expressions keep of them."""

    def __init__(self, rules: Rules) -> None:
        self._each, self._pairs, self._room = (
            [rule for rule in rules.rules if rule.scope == scope] for scope in ("each", "pair", "room")
        )
        self._tracks: dict[int, Track] = {}
        self._pair_memory: dict[tuple[int, int], dict[Any, Any]] = {}
        self._room_memory: dict[Any, Any] = {}

    def __call__(
        self, time_s: float, bodies: Sequence[BodyJoints], poses: Sequence[RigPose], past: PastOf
    ) -> list[Reading]:
        """What every rule says now. ``past`` tells of a person's events up to the last frame."""
        if not (self._each or self._pairs or self._room):
            return []
        by_id = {pose.person_id: pose for pose in poses}
        moments = []
        for body in bodies:
            track = self._tracks.setdefault(body.person_id, Track())
            track.see(body, by_id.get(body.person_id))
            moments.append(Moment.of(track, len(bodies), past(body.person_id)))
        self._forget(time_s)
        readings = [_reading(rule, moment) for moment in moments for rule in self._each]
        if self._pairs:
            readings += self._of_pairs(moments)
        if self._room:
            nobody = Moment.of_nobody(time_s, len(bodies), past(0), self._room_memory)
            readings += [_reading(rule, nobody) for rule in self._room]
        return readings

    def _of_pairs(self, moments: Sequence[Moment]) -> list[Reading]:
        """One reading per pair and rule: true if it is true from either side."""
        readings: dict[tuple[str, int, int], Reading] = {}
        for one, other in permutations(moments, 2):
            memory = self._pair_memory.setdefault((one.person_id, other.person_id), {})
            seen = one.beside(other, memory)
            for rule in self._pairs:
                reading = _reading(rule, seen)
                key = (rule.name, reading.person_id, reading.other_id)
                readings[key] = _either(readings[key], reading) if key in readings else reading
        return list(readings.values())

    def _forget(self, time_s: float) -> None:
        gone = [i for i, track in self._tracks.items() if abs(time_s - track.body.time_s) > LONGEST_GAP_S]
        for person_id in gone:
            del self._tracks[person_id]
        if gone:
            self._pair_memory = {pair: kept for pair, kept in self._pair_memory.items() if not set(pair) & set(gone)}


def _reading(rule: Rule, moment: Moment) -> Reading:
    holds: bool | None = rule.when(moment)
    ends = rule.release(moment) if rule.release else None if holds is None else not holds
    person_id, other_id = moment.person_id, -1
    if moment.other is not None:
        person_id, other_id = sorted((moment.person_id, moment.other.person_id))
    known = moment.past.get(rule.name)
    if not holds and (known is None or not known.active):  # nobody will look at the rest
        return Reading(rule.name, person_id, other_id, holds, ends)
    strength = rule.strength(moment) if rule.strength else 1.0
    way = rule.direction(moment) if rule.direction else None
    direction = _unit(moment.in_world(way)) if way else _NOWHERE
    share = min(max(strength, 0.0), 1.0) if strength is not None and strength == strength else 0.0
    return Reading(rule.name, person_id, other_id, holds, ends, share, _anchor(rule.anchor, moment), direction)


def _anchor(expression: Expression | None, moment: Moment) -> Vec:
    at = expression(moment) if expression else None
    x, y, z = moment.origin
    if at is None:
        return (x, y, z)
    dx, dy, dz = moment.in_world(at)
    return (x + dx, y + dy, z + dz)


def _unit(v: Vec) -> Vec:
    length = math.sqrt(v[0] ** 2 + v[1] ** 2 + v[2] ** 2)
    return (v[0] / length, v[1] / length, v[2] / length) if 1e-9 < length < math.inf else (0.0, 0.0, 0.0)


def _either(one: Reading, other: Reading) -> Reading:
    """Both sides of a pair as one: it holds if it does from either, and ends only if it does from both."""
    stronger = one if (bool(one.holds), one.strength) >= (bool(other.holds), other.strength) else other
    holds = True if one.holds or other.holds else None if None in (one.holds, other.holds) else False
    ends = False if False in (one.ends, other.ends) else None if None in (one.ends, other.ends) else True
    return Reading(
        one.name,
        one.person_id,
        one.other_id,
        holds,
        ends,
        stronger.strength,
        stronger.anchor_world_m,
        stronger.direction_world,
    )
