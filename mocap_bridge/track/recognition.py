"""Notices by their clothes when two people have taken each other's ids, and who comes back after a while."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..records import Array
from .looks import blended, likeness
from .people import Person

KNOWN_S = 0.2
"""Time for which somebody must have been seen alone before their look is worth anything."""
LEARN_TAU_S = 1.0
"""Light and folds change within seconds; a crop that has slipped is noticed sooner."""
_BETTER, _ALIKE, _RETURNS = 0.15, 0.85, 0.92
"""Likeness by which an exchange must fit each person better, and that of somebody lost, there and come back."""
_ANYBODY = 0.85
"""Likeness of a look to clothes that nobody has seen yet: between their own and another's."""
_STRANGE, _STRANGE_S = 0.6, 0.3  # likeness below which, and time after which, a crop shows somebody else
_LASTS_S = 0.2  # an arm of the one before the trunk of the other is no exchange

Looks = Mapping[int, Array | None]


class Recognition:
    """Remembers since when whose look speaks against whose id."""

    def __init__(self) -> None:
        self._since_s: dict[tuple[int, int], float] = {}
        self._strange_since_s: dict[int, float] = {}

    def exchanges(
        self,
        people: Sequence[Person],
        lost: Sequence[Person],
        now: Looks,
        time_s: float,
        met: Callable[[Person, Person], bool] = lambda a, b: False,
        back: Container[int] = (),
    ) -> list[tuple[int, int]]:
        """Pairs of ids to exchange, each somebody seen now and somebody else seen or lost, nobody twice.

        ``met`` tells who are close to each other, and ``back`` who has just come out from behind somebody: of those it
        must be said at once who they are.
        """
        since, ripe = {}, []
        for place, a in enumerate(people):
            for b in (*people[place + 1 :], *lost):
                pair = a.person_id, b.person_id
                gain = _gain(a, b, now, met(a, b))
                if gain > _BETTER:
                    since[pair] = self._since_s.get(pair, time_s)
                    if time_s - since[pair] >= (0.0 if a.person_id in back or b.person_id in back else _LASTS_S):
                        ripe.append((gain, pair))
        chosen: list[tuple[int, int]] = []
        for _, pair in sorted(ripe, reverse=True):
            if not any(set(pair) & set(other) for other in chosen):
                chosen.append(pair)
                del since[pair]
        self._since_s = since
        return chosen

    def strangers(self, people: Sequence[Person], now: Looks, time_s: float) -> list[int]:
        """Ids of those who have worn something else for a while: their crops have slipped to somebody unknown."""
        strange = [person.person_id for person in people if _is_strange(person, now.get(person.person_id))]
        self._strange_since_s = {i: self._strange_since_s.get(i, time_s) for i in strange}
        return [i for i, since_s in self._strange_since_s.items() if time_s - since_s >= _STRANGE_S]

    def learned(self, person: Person, now: Array | None, dt_s: float) -> Person:
        """The person, alone in their crop for ``dt_s``, with what is known of their look."""
        doubtful = any(person.person_id in pair for pair in self._since_s) or person.person_id in self._strange_since_s
        if now is None or doubtful:
            return person
        share = 1 - np.exp(-dt_s / LEARN_TAU_S)
        return replace(person, look=blended(person.look, now, share), look_s=person.look_s + dt_s)


def who_returns(now: Array | None, lost: Sequence[Person]) -> Person | None:
    """Who of those lost looks like somebody who has just come; None where nobody does, or two do."""
    if now is None:
        return None
    alike = sorted(((_alike(now, person), -row) for row, person in enumerate(lost)), reverse=True)
    if not alike or alike[0][0] < _RETURNS or (len(alike) > 1 and alike[1][0] > alike[0][0] - _BETTER / 2):
        return None
    return lost[-alike[0][1]]


def _is_strange(person: Person, now: Array | None) -> bool:
    known = now is not None and person.look is not None and person.look_s >= KNOWN_S
    return bool(known and now is not None and 0 < _alike(now, person) < _STRANGE)


def _gain(a: Person, b: Person, now: Looks, met: bool) -> float:
    """How much better two looks fit when the ids are exchanged, for each of those seen now.

    Of two who ``met``, one looks like any other until their clothes are known.
    """
    look_a, look_b = now.get(a.person_id), now.get(b.person_id)
    if met and (a.look is None) != (b.look is None):
        known, look = (b, look_b) if a.look is None else (a, look_a)
        if look is None or known.look_s < KNOWN_S or known.lost_s is not None:
            return 0.0
        return _ANYBODY - _alike(look, known)
    if look_a is None or a.look is None or min(a.look_s, b.look_s) < KNOWN_S:
        return 0.0
    gain = _alike(look_a, b) - _alike(look_a, a)
    if b.lost_s is not None:
        return gain if _alike(look_a, b) > _ALIKE else 0.0
    if look_b is None:
        return 0.0
    return (gain + _alike(look_b, a) - _alike(look_b, b)) / 2


def _alike(now: Array, person: Person) -> float:
    known = person.look is not None and person.look_s >= KNOWN_S
    return float(np.nan_to_num(likeness(now, person.look))) if known and person.look is not None else 0.0
