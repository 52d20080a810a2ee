"""What is remembered of each person, and of two who meet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from ..records import Array
from .boxes import center_px, overlap, scaled, size_px
from .looks import likeness


@dataclass(frozen=True, eq=False)
class Person:
    """One person at the last frame they were looked for."""

    person_id: int
    box_px: Array  # (4,)
    time_s: float
    velocity_px_s: Array  # (2,) of the trunk
    trunk_px: Array | None = None  # (2,) None until a pose was seen
    misses: int = 0  # frames in a row without presence
    confirmed: bool = False
    lost_s: float | None = None  # when the person was lost, for those who are
    length_px: float = 0.0  # longer side of the box over the last second or so; 0 until a pose was seen
    clarity: float = 0.0  # of the poses, over the last moment
    look: Array | None = None  # (2, 30) as track.looks tells it
    look_s: float = 0.0  # for how long it was learned
    looks: int = 0  # taken at somebody new without being sure
    stirred_s: float = 0.0  # when something last moved in the box, or may have
    score: float = 0.0  # the people finder's, when it proposed somebody new or back again

    VELOCITY_TAU_S = 0.25
    """Long enough to average a stride's sway, short enough to notice that somebody stops."""
    LENGTH_TAU_S = 1.0
    """Long enough that somebody who crouches or somersaults is still as tall as before."""
    SHRINK = 0.85
    """A box shrinks by no more than this in a frame: people do not, but a wrong pose may."""
    WIDEN, SLOW = 1.1, 0.5
    """After a frame that did not show where the person is."""

    def seen(self, box_px: Array, trunk_px: Array | None, time_s: float) -> "Person":
        """The person after a frame with a pose. ``trunk_px`` is None when the trunk was not seen: no word on speed."""
        if self.confirmed:
            box_px = scaled(box_px, np.maximum(self.SHRINK * size_px(self.box_px) / size_px(box_px), 1.0))
        velocity = self.velocity_px_s
        if trunk_px is None:
            velocity = velocity * self.SLOW
        elif self.trunk_px is not None and not self.misses:
            dt_s = time_s - self.time_s
            velocity = velocity + (1 - np.exp(-dt_s / self.VELOCITY_TAU_S)) * (
                (trunk_px - self.trunk_px) / dt_s - velocity
            )
        length = float(size_px(box_px))
        if self.length_px:
            length = self.length_px + (1 - np.exp((self.time_s - time_s) / self.LENGTH_TAU_S)) * (
                length - self.length_px
            )
        return replace(
            self,
            box_px=box_px,
            time_s=time_s,
            velocity_px_s=velocity,
            trunk_px=trunk_px,
            misses=0,
            confirmed=True,
            lost_s=None,
            length_px=length,
        )

    def missed(self) -> "Person":
        """The person after a frame in which the pose network saw nobody in the crop: look around, trust no speed."""
        return replace(
            self,
            misses=self.misses + 1,
            box_px=scaled(self.box_px, self.WIDEN),
            velocity_px_s=self.velocity_px_s * self.SLOW,
        )

    def moved(self, shift_s: float) -> Array:
        """Where the box (4,) would be after ``shift_s`` seconds at the same speed."""
        return self.box_px + np.tile(self.velocity_px_s * shift_s, 2)

    def misfit(self, box_px: Array, time_s: float) -> float:
        """How badly a box (4,) fits this person's size and motion; 1 = one body length off or 2.7 times the size."""
        # Nobody walks straight on for long: what was known of the motion is worth a second.
        expected_px = self.moved(min(time_s - self.time_s, 1.0))
        length, theirs = self.length_px or float(size_px(expected_px)), float(size_px(box_px))
        off = np.linalg.norm(center_px(expected_px) - center_px(box_px)) / max(length, theirs)
        return float(off + abs(np.log(theirs / length)))

    UNLIKE = 0.15
    """How badly a look fits somebody whose clothes are not known, or when it shows nothing: between them and others."""

    def unlike(self, look: Array | None) -> float:
        """How badly a look fits this person, 0..1."""
        alike = np.nan if look is None or self.look is None else likeness(look, self.look)
        return self.UNLIKE if np.isnan(alike) else 1 - float(alike)

    def reach(self, time_s: float) -> float:
        """Misfit below which a box may show this person: little while followed, more the longer they are lost."""
        return 0.4 if self.lost_s is None else min(0.8 + time_s - self.lost_s, 1.6)


def lost_since(time_s: float, people: Iterable[Person]) -> tuple[list[Person], list[Person]]:
    """Those lost at this time or later, and the others."""
    late: list[Person] = []
    early: list[Person] = []
    for person in people:
        (late if person.lost_s is not None and person.lost_s >= time_s else early).append(person)
    return late, early


def exchanged(a: int, b: int, *lists: Iterable[Person]) -> tuple[list[Person], ...]:
    """The people of several lists after two of them have taken each other's ids, and the looks that belong to those."""
    known = {person.person_id: person for people in lists for person in people}
    to = {a: known[b], b: known[a]}
    return tuple(
        [
            replace(person, person_id=to[i].person_id, look=to[i].look, look_s=to[i].look_s)
            if (i := person.person_id) in to
            else person
            for person in people
        ]
        for people in lists
    )


@dataclass(frozen=True, eq=False)
class Meeting:
    """Two people whose boxes overlap, as each of them was when last seen alone."""

    before: dict[int, Person]
    alike_frames: int = 0  # frames in a row in which both poses lie on one person
    merged: bool = False  # one of them was hidden for a while: only their motion can tell who came out where


class Meetings:
    """Keeps identities frozen while boxes overlap, and sorts them out by motion afterwards."""

    MEET, PART = 0.15, 0.05
    """Overlap from which two people meet, and below which they have parted: apart, so that it cannot flicker."""
    SURE, SURE_AFTER_HIDING = 0.5, 0.1
    """Body lengths by which an exchange of ids must fit better: a crop that never left its person knows better."""
    CLOTHES = 2.0
    """Body lengths that other clothes are worth."""

    def __init__(self) -> None:
        self._open: dict[frozenset[int], Meeting] = {}

    def involve(self, person_id: int) -> bool:
        """Whether this person is close to another one now."""
        return any(person_id in pair for pair in self._open)

    def forget(self, known: Iterable[int]) -> None:
        """Drop what was remembered of anybody who is not known any more."""
        self._open = {pair: meeting for pair, meeting in self._open.items() if pair <= set(known)}

    def begin(self, people: Sequence[Person]) -> None:
        """Remember everybody who now comes close to another, as they are at this moment."""
        boxes_px = np.array([person.box_px for person in people]).reshape(-1, 4)
        shares = overlap(boxes_px, boxes_px)
        for (i, a), (j, b) in combinations(enumerate(people), 2):
            pair = frozenset({a.person_id, b.person_id})
            if shares[i, j] > self.MEET and pair not in self._open:
                self._open[pair] = Meeting({a.person_id: a, b.person_id: b})

    def knows(self, a: Person, b: Person) -> bool:
        """Whether these two are close to each other now."""
        return frozenset({a.person_id, b.person_id}) in self._open

    def before(self, person: Person, other: Person) -> Person:
        """A person as last seen apart from the other one."""
        return self._open[frozenset({person.person_id, other.person_id})].before[person.person_id]

    def hidden(self, a: Person, b: Person, looks: Mapping[int, Array | None]) -> Person:
        """Who of two people who met and whose poses lie on one is hidden: whose motion and clothes do not fit it."""
        meeting = self._open[frozenset({a.person_id, b.person_id})]
        now_px, time_s = (a.box_px + b.box_px) / 2, max(a.time_s, b.time_s)
        off_a, off_b = (
            meeting.before[person.person_id].misfit(now_px, time_s)
            + self.CLOTHES * meeting.before[person.person_id].unlike(looks.get(person.person_id))
            for person in (a, b)
        )
        return a if off_a > off_b + self.SURE_AFTER_HIDING else b

    def hides(self, a: Person, b: Person, alike: bool, patience: int) -> bool:
        """Whether poses of two people who met have lain on one person (``alike``) for ``patience`` frames in a row."""
        pair = frozenset({a.person_id, b.person_id})
        frames = self._open[pair].alike_frames + 1 if alike else 0
        hiding = frames >= patience
        self._open[pair] = replace(
            self._open[pair], alike_frames=0 if hiding else frames, merged=self._open[pair].merged or hiding
        )
        return hiding

    def part(self, people: Sequence[Person], looks: Mapping[int, Array | None]) -> list[tuple[int, int]]:
        """Pairs of ids to exchange, of people who have parted by now, by their motion and their ``looks``."""
        by_id, exchanges = {person.person_id: person for person in people}, []
        for pair in [pair for pair in self._open if pair <= by_id.keys()]:
            a, b = (by_id[person_id] for person_id in sorted(pair))
            if overlap(a.box_px[None], b.box_px[None])[0, 0] > self.PART:
                continue
            meeting = self._open.pop(pair)
            was_a, was_b = meeting.before[a.person_id], meeting.before[b.person_id]
            look_a, look_b = looks.get(a.person_id), looks.get(b.person_id)
            straight = was_a.misfit(a.box_px, a.time_s) + was_b.misfit(b.box_px, b.time_s)
            straight += self.CLOTHES * (was_a.unlike(look_a) + was_b.unlike(look_b))
            crossed = was_a.misfit(b.box_px, b.time_s) + was_b.misfit(a.box_px, a.time_s)
            crossed += self.CLOTHES * (was_a.unlike(look_b) + was_b.unlike(look_a))
            # A motion known long ago proves nothing against a crop that has followed its person since.
            doubt = self.SURE_AFTER_HIDING if meeting.merged else self.SURE * max(a.time_s - was_a.time_s, 1.0)
            if crossed + doubt < straight:
                exchanges.append((a.person_id, b.person_id))
        return exchanges
