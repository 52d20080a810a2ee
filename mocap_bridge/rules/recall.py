"""The functions that look back, at other events, at zones and at learned poses. See ``functions.FUNCTIONS``."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from ..skeleton import JOINT
from .memory import Ago, Extreme, Mean, Since, Swings, Turn
from .moment import Moment
from .terms import Likeness, Term, Value, Zone

LONGEST_S = 5.0
"""How far an expression may look back."""

_PELVIS, _THORAX = JOINT["Pelvis"], JOINT["Thorax"]


def _kept(make: Callable[[], Any]) -> Callable[[Moment], Any]:
    """The part of a person's memory that belongs to this one piece of this one expression."""
    key = object()

    def kept(m: Moment) -> Any:
        found = m.memory.get(key)
        if found is None:
            found = m.memory[key] = make()
        return found

    return kept


def _remembering(value: Value) -> Term:
    return Term("number", value, remembers=True)


def _window(make: Callable[[], Any], sign: float = 1.0) -> Callable[[Sequence[Term]], Term]:
    def build(args: Sequence[Term]) -> Term:
        value, seconds, kept = args[0].value, args[1].constant, _kept(make)

        def over(m: Moment) -> float | None:
            v = value(m)
            found = kept(m)(m.time_s, None if v is None else v * sign, seconds)
            return None if found is None else float(found * sign)

        return _remembering(over)

    return build


def _swings(args: Sequence[Term]) -> Term:
    value, size, seconds, kept = args[0].value, args[1].constant, args[2].constant, _kept(Swings)
    return _remembering(lambda m: kept(m)(m.time_s, value(m), size, seconds))


def _turn(args: Sequence[Term]) -> Term:
    seconds, kept = args[0].constant, _kept(Turn)
    return _remembering(lambda m: kept(m)(m.time_s, math.degrees(m.heading_rad), seconds))


def _since(args: Sequence[Term]) -> Term:
    if args[0].kind == "truth":
        value, kept = args[0].value, _kept(Since)
        return _remembering(lambda m: kept(m)(m.time_s, value(m)))
    name = args[0].name

    def since(m: Moment) -> float:
        past = m.past.get(name)
        return math.inf if past is None else max(0.0, m.time_s - past.last_s)

    return Term("number", since)


def _active(args: Sequence[Term]) -> Term:
    name = args[0].name
    return Term("truth", lambda m: (past := m.past.get(name)) is not None and past.active)


def _count(args: Sequence[Term]) -> Term:
    name = args[0].name
    return Term("number", lambda m: 0.0 if (past := m.past.get(name)) is None else float(past.count))


def inside(zone: Zone, place: Value | None) -> Term:
    """Whether somebody stands in a zone, or a place is above it."""

    def stands(m: Moment) -> bool | None:
        at = m.joints[_PELVIS] or m.joints[_THORAX]
        return None if at is None else zone.holds(at)

    def above(m: Moment) -> bool | None:
        assert place is not None
        at = place(m)
        return None if at is None else zone.holds(at)

    return Term("truth", above if place else stands)


def picked(truth: Term, one: Term, other: Term) -> Term:
    """The first where something is true, the second where it is not."""
    holds, a, b = truth.value, one.value, other.value

    def pick(m: Moment) -> Any:
        chosen, v, w = holds(m), a(m), b(m)  # always all: some look back
        return None if chosen is None else v if chosen else w

    return Term(one.kind, pick)


def unlike(pose: Likeness) -> Term:
    """Mean distance of the joints, in torsos, from the nearest example; unknown if fewer than two thirds are seen."""
    needed = math.ceil(len(pose.rows) * 2 / 3)

    def distance(m: Moment) -> float | None:
        seen = [
            (number, m.local(place)) for number, row in enumerate(pose.rows) if (place := m.joints[row]) is not None
        ]
        if len(seen) < needed:
            return None
        best = math.inf
        for example in pose.examples:
            total = 0.0
            for number, (x, y, z) in seen:
                ex, ey, ez = example[number]
                total += math.sqrt((x - ex) ** 2 + (y - ey) ** 2 + (z - ez) ** 2)
            best = min(best, total / len(seen))
        return best

    return Term("number", distance)


RECALL: dict[str, tuple[tuple[str, ...], str, Callable[[Sequence[Term]], Term]]] = {
    "lowest": (("lowest(number, seconds)",), "the least value of the last seconds", _window(Extreme)),
    "highest": (("highest(number, seconds)",), "the greatest value of the last seconds", _window(Extreme, -1.0)),
    "mean": (("mean(number, seconds)",), "the mean of the last seconds", _window(Mean)),
    "ago": (("ago(number, seconds)",), "the value of so many seconds ago", _window(Ago)),
    "swings": (
        ("swings(number, size, seconds)",),
        "how often a value turned back in the last seconds, after ways of at least size",
        _swings,
    ),
    "turn": (("turn(seconds)",), "degrees turned about the vertical in the last seconds, + to the left", _turn),
    "since": (("since(event)", "since(truth)"), "seconds since an event was active, or something was true", _since),
    "active": (("active(event)",), "whether an event is active", _active),
    "count": (("count(event)",), "how often an event has begun", _count),
}
"""Forms, meaning, builder. ``inside``, ``unlike`` and ``other`` need names or the partner: see ``compile``."""
