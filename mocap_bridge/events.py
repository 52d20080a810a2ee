"""Readings of rules -> active events: hold time, least duration, cooldown, sequences and counters, all in one place.

A state, never a change: an event that is active stands in every scene, for at least ``LEAST_S``, so that a lost packet
leaves nothing stuck. Begin and end are found by comparing two scenes (``begun``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .records import ActiveEvent, Past, Reading

LEAST_S = 0.15
"""An event stays active at least so long: several packets carry it even at ten pictures a second."""
PATIENCE_S = 0.3
"""A rule that is unknown neither begins nor ends an event for so long; then it counts as false."""
FORGET_S = 60.0
"""Counters of somebody who has not been seen for so long are dropped."""
LONGEST_GAP_S = 1.0
"""After so long without a frame (a camera that was lost, a cut in a take) nothing goes on: it begins anew."""
_EPS_S = 1e-6

Key = tuple[str, int, int]
"""Name, person, other person (-1: none)."""


class Timed(Protocol):
    """What must be known of a rule to time its event."""

    @property
    def name(self) -> str:
        """Of the event."""

    @property
    def hold_s(self) -> float:
        """How long it must hold before it begins."""

    @property
    def cooldown_s(self) -> float:
        """How long after its end it cannot begin."""

    @property
    def after(self) -> str | None:
        """An event that must have come before,"""

    @property
    def within_s(self) -> float:
        """and have been active no longer ago than this."""

    @property
    def counted(self) -> bool:
        """Whether receivers are told how often it has begun."""


@dataclass
class _State:
    """One event of one person, pair or room."""

    reading: Reading
    known_s: float  # when the rule last had an answer
    holds_since_s: float | None = None
    began_s: float | None = None  # while active
    last_began_s: float = float("-inf")
    last_active_s: float = float("-inf")
    count: int = 0


class Events:
    """Which events are active. Called once per frame, with everything that the rules say."""

    def __init__(self, rules: Sequence[Timed]) -> None:
        self._rules = {rule.name: rule for rule in rules}
        self._states: dict[Key, _State] = {}
        self._past: dict[int, dict[str, Past]] = {}
        self._last_s = float("-inf")

    def past(self, person_id: int) -> Mapping[str, Past]:
        """The events of a person (and of the room) up to the last frame; of 0: everybody's."""
        if person_id:
            return {**self._past.get(0, {}), **self._past.get(person_id, {})}
        merged: dict[str, Past] = {}
        for own in self._past.values():
            for name, past in own.items():
                before = merged.get(name, Past(False, float("-inf"), 0))
                last_s = max(before.last_s, past.last_s)
                merged[name] = Past(before.active or past.active, last_s, before.count + past.count)
        return merged

    def __call__(self, time_s: float, readings: Iterable[Reading]) -> tuple[ActiveEvent, ...]:
        """All events that are active now, in the order of the rules."""
        if time_s < self._last_s:  # a recording began anew
            self._states, self._past = {}, {}
        elif time_s - self._last_s > LONGEST_GAP_S:
            self._end_all()
        self._last_s = time_s
        read: set[Key] = set()
        for reading in readings:
            key = (reading.name, reading.person_id, reading.other_id)
            state = self._states.setdefault(key, _State(reading, time_s))
            if reading.holds or state.began_s is not None:
                state.reading = reading
            self._step(key, state, time_s, reading.holds, reading.ends)
            read.add(key)
        for key, state in list(self._states.items()):
            if key not in read:
                self._step(key, state, time_s, None, None)
                if state.began_s is None and time_s - max(state.known_s, state.last_active_s) > FORGET_S:
                    del self._states[key]
                    self._past.get(key[1], {}).pop(key[0], None)
        order = {name: number for number, name in enumerate(self._rules)}
        active = [item for item in self._states.items() if item[1].began_s is not None]
        return tuple(self._event(key, state) for key, state in sorted(active, key=lambda one: order[one[0][0]]))

    def _step(self, key: Key, state: _State, time_s: float, holds: bool | None, ends: bool | None) -> None:
        asked = holds if state.began_s is None else ends
        if asked is not None:
            state.known_s = time_s
        elif time_s - state.known_s > PATIENCE_S + _EPS_S:
            holds, ends = False, True
        if state.began_s is None:
            if holds is False:
                state.holds_since_s = None
            elif holds and self._may_begin(key, state, time_s):
                state.began_s = state.last_began_s = state.known_s = time_s
                state.count += 1
        elif ends and time_s - state.began_s >= LEAST_S - _EPS_S:
            state.began_s = state.holds_since_s = None
            self._remember(key, state, active=False)
        if state.began_s is not None:
            state.last_active_s = time_s
            self._remember(key, state, active=True)

    def _end_all(self) -> None:
        for key, state in self._states.items():
            state.holds_since_s = None
            if state.began_s is not None:
                state.began_s = None
                self._remember(key, state, active=False)

    def _may_begin(self, key: Key, state: _State, time_s: float) -> bool:
        rule = self._rules[key[0]]
        if state.holds_since_s is None:
            state.holds_since_s = time_s
        if time_s - state.holds_since_s < rule.hold_s - _EPS_S:
            return False
        if time_s - state.last_active_s < rule.cooldown_s - _EPS_S:
            return False
        return rule.after is None or self._came_before(rule.after, rule.within_s, key, state, time_s)

    def _came_before(self, after: str, within_s: float, key: Key, state: _State, time_s: float) -> bool:
        """Whether the first part of a sequence has just been there; every time of it counts once."""
        people = {key[1], key[2], 0} - {-1}
        return any(
            name == after
            and (key[1] == 0 or not people.isdisjoint((person, other)))
            and before.last_began_s > state.last_began_s
            and time_s - before.last_active_s <= within_s + _EPS_S
            for (name, person, other), before in self._states.items()
        )

    def _remember(self, key: Key, state: _State, active: bool) -> None:
        past = Past(active, state.last_active_s, state.count)
        for person_id in {key[1], key[2]} - {-1}:
            self._past.setdefault(person_id, {})[key[0]] = past

    def _event(self, key: Key, state: _State) -> ActiveEvent:
        name, person_id, other_id = key
        reading, since_s = state.reading, state.began_s
        assert since_s is not None
        return ActiveEvent(
            name,
            person_id,
            reading.strength,
            since_s,
            np.array(reading.anchor_world_m),
            other_id,
            state.count if self._rules[name].counted else 0,
            np.array(reading.direction_world),
        )


def begun(before: Iterable[ActiveEvent], now: Iterable[ActiveEvent]) -> list[ActiveEvent]:
    """The events of ``now`` that were not active before: (name, person, other) tells them apart.

    With the arguments exchanged: those that have ended.
    """
    known = {(event.name, event.person_id, event.other_id) for event in before}
    return [event for event in now if (event.name, event.person_id, event.other_id) not in known]
