"""The functions that look back, at other events, at zones and at learned poses. See ``functions.FUNCTIONS``."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..records import Past
from ..skeleton import JOINT
from .geometry import Vec
from .measures import Build, number, place, torso_m
from .memory import Ago, Highest, Lowest, Mean, Since, Spread, Swings, Turn
from .terms import Likeness, Term, Zone
from .writer import Writer

LONGEST_S = 5.0
"""How far an expression may look back."""

_PELVIS, _THORAX = JOINT["Pelvis"], JOINT["Thorax"]
_MANY = 120
"""Distances; so many plain ones take as long as numpy does for any number."""
_NEVER = Past(False, -math.inf, 0)


def _kept(write: Writer, make: Callable[[], Any]) -> str:
    """The part of a person's memory that belongs to this one piece of this one expression."""
    key = object()

    def kept(memory: dict[Any, Any]) -> Any:
        found = memory.get(key)
        if found is None:
            found = memory[key] = make()
        return found

    return f"{write.given(kept)}({write.let('m.memory')})"


def _remembered(write: Writer, make: Callable[[], Any], *given: str, known: bool = False) -> Term:
    now_s = write.let("m.time_s")
    code = write.let(f"{_kept(write, make)}({', '.join((now_s, *given))})")
    return Term("number", code, known=known, remembers=True)


def _window(make: Callable[[], Any]) -> Build:
    return lambda write, args: _remembered(write, make, args[0].code, args[1].code)


def _spread(write: Writer, args: Sequence[Term]) -> Term:
    """Of a number; or of a joint in the room, told in torsos."""
    if args[0].weights is None:
        return _remembered(write, Spread, args[0].code, args[1].code)
    spread_m = _remembered(write, Spread, place(args[0]), args[1].code)
    return number(write, f"{spread_m.code} / {torso_m(write)}", spread_m)


def _swings(write: Writer, args: Sequence[Term]) -> Term:
    return _remembered(write, Swings, *(arg.code for arg in args), known=True)


def _turn(write: Writer, args: Sequence[Term]) -> Term:
    return _remembered(write, Turn, write.let("degrees(m.heading_rad)"), args[0].code, known=True)


def _since(write: Writer, args: Sequence[Term]) -> Term:
    if args[0].kind == "truth":
        return _remembered(write, Since, args[0].code, known=True)
    return number(write, f"max(0.0, m.time_s - {_past(write, args[0].name)}.last_s)")


def _active(write: Writer, args: Sequence[Term]) -> Term:
    return Term("truth", write.let(f"{_past(write, args[0].name)}.active"), known=True)


def _count(write: Writer, args: Sequence[Term]) -> Term:
    return number(write, f"float({_past(write, args[0].name)}.count)")


def _past(write: Writer, event: str) -> str:
    return write.let(f"m.past.get({write.given(event, f'event_{event}')}, {write.given(_NEVER, 'never')})")


def inside(write: Writer, zone: Zone, args: Sequence[Term]) -> Term:
    """Whether somebody stands in a zone, or a place is above it."""
    places = write.let("m.places")
    at = place(args[0]) if args else write.let(f"{places}[{_PELVIS}] or {places}[{_THORAX}]")
    return Term("truth", write.unless_unknown(f"{write.given(zone.holds, f'zone_{zone.name}')}({at})", at))


def picked(write: Writer, args: Sequence[Term]) -> Term:
    """The first where something is true, the second where it is not."""
    truth, one, other = args
    expression = f"{one.code} if {truth.code} else {other.code}"
    code = write.let(expression if truth.known else f"None if {truth.code} is None else {expression}")
    return Term(one.kind, code, known=all(term.known for term in args))


def unlike(write: Writer, pose: Likeness) -> Term:
    """Mean distance of the joints, in torsos, from the nearest example; unknown if fewer than two thirds are seen."""
    needed, stacked = math.ceil(len(pose.rows) * 2 / 3), np.array(pose.examples)

    def distance(joints: Sequence[Vec | None]) -> float | None:
        places = [joints[row] for row in pose.rows]
        known = [place for place in places if place is not None]
        if len(known) < needed:
            return None
        if len(known) == len(places) and len(known) * len(pose.examples) < _MANY:
            return min([sum(map(math.dist, known, example)) for example in pose.examples]) / len(known)
        seen = [place is not None for place in places]
        gaps = stacked[:, seen] - np.array(known)
        return float(np.sqrt((gaps * gaps).sum(axis=-1)).mean(axis=-1).min())

    return Term("number", write.let(f"{write.given(distance, f'pose_{pose.name}')}(m.joints)"))


RECALL: dict[str, tuple[tuple[str, ...], str, Build]] = {
    "lowest": (("lowest(number, seconds)",), "the least value of the last seconds", _window(Lowest)),
    "highest": (("highest(number, seconds)",), "the greatest value of the last seconds", _window(Highest)),
    "mean": (("mean(number, seconds)",), "the mean of the last seconds", _window(Mean)),
    "spread": (
        ("spread(number, seconds)", "spread(joint, seconds)"),
        "how far a value, or a joint in the room, has been from its mean in the last seconds (standard deviation)",
        _spread,
    ),
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
