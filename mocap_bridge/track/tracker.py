"""The tracker: two calls a frame, before and after the pose network."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from ..records import Array, Boxes, JointEstimate, Track
from . import boxes as box
from .belief import clarity, is_somebody_new, is_still_there, lasting, may_be_somebody
from .crop import FEWEST_PX, after, corrected
from .doubles import SAME_BOX, on_one, surety
from .found import assigned, confirmed, on_somebody
from .people import Meetings, Person
from .settings import TrackSettings

_LEAD = 0.5  # share of the predicted motion: half is near enough for a crop and cannot run away
_LOOKS = 2  # further looks at somebody new of whom there is doubt, each around the joints of the one before
_RETRY_S = 0.5  # before the same box is shown to the pose network again: it must not keep others waiting


class Tracker:
    """Follows people through the frames of one camera; ids start at 1 and are never given twice."""

    def __init__(self, settings: TrackSettings) -> None:
        self._settings = settings
        self._people: list[Person] = []
        self._lost: list[Person] = []
        self._returning: dict[int, Person] = {}  # those lost who may be in a box of this frame
        self._nobody: list[Person] = []  # boxes in which the pose network found nobody a moment ago
        self._meetings = Meetings()
        self._given = 0  # the last id that anybody was shown under
        self._time_s: float | None = None
        self._alone_since_s: float | None = None
        self._frames_since_look = 0
        self._look_now = True
        self._picture_px = np.zeros(2)
        self._boxes_px: dict[int, Array] = {}

    @property
    def known_ids(self) -> frozenset[int]:
        """Everybody who is here, or was a moment ago and may come back under the same id."""
        return frozenset(person.person_id for person in (*self._people, *self._lost))

    def box_px(self, person_id: int) -> Array:
        """Box (4,) around the joints of a person of this frame. KeyError if ``settle`` did not return that person."""
        return self._boxes_px[person_id]

    def begin(self, time_s: float, size_px: tuple[int, int], find: Callable[[], Boxes]) -> tuple[Track, ...]:
        """Where to look for people in a frame of ``size_px`` (w, h). ``find`` is called only when a search is due.

        Raises ValueError when time does not move forward or a found box is not a box.
        """
        if self._time_s is not None and time_s <= self._time_s:
            raise ValueError(f"time must move forward: {time_s} s after {self._time_s} s")
        dt_s = 0.0 if self._time_s is None else time_s - self._time_s
        self._time_s, self._picture_px = time_s, np.array(size_px, dtype=np.float64)
        self._lost = [
            person
            for person in self._lost
            if person.lost_s is not None and time_s - person.lost_s <= self._settings.remember_s
        ]
        self._nobody = [person for person in self._nobody if time_s - person.time_s < _RETRY_S]
        self._meetings.forget(self.known_ids)
        self._people = [replace(person, box_px=person.moved(_LEAD * dt_s)) for person in self._people]
        if self._search_is_due():
            self._look_now, self._frames_since_look = False, 0
            self._take(box.checked(find()))
        self._frames_since_look += 1
        self._part_with(lambda person: box.sides_px(box.clipped(person.box_px, self._picture_px)).min() < FEWEST_PX)
        return tuple(
            Track(person.person_id, person.box_px, self._covered(person))
            for person in sorted(self._people, key=lambda person: person.person_id)
        )

    def settle(self, estimates: Sequence[JointEstimate]) -> tuple[JointEstimate, ...]:
        """Those of the estimates, one per track of ``begin``, that show a person, each person once.

        Raises ValueError when an estimate is missing or belongs to nobody.
        """
        by_id = {estimate.person_id: estimate for estimate in estimates}
        if by_id.keys() != {person.person_id for person in self._people} or len(by_id) != len(estimates):
            tracked = sorted(person.person_id for person in self._people)
            raise ValueError(f"estimates of people {[e.person_id for e in estimates]}; begin() asked for {tracked}")
        earlier = {person.person_id: person for person in self._people}
        self._people = [self._update(person, by_id[person.person_id]) for person in self._people]
        self._look_now |= any(
            person.confirmed and person.misses and person.person_id not in self._returning for person in self._people
        )
        patience = self._settings.patience_frames
        self._part_with(lambda person: person.misses >= (patience if person.confirmed else 1))
        self._returning = {}
        self._drop_doubles(by_id, earlier)
        self._meetings.begin([person for person in self._people if person.confirmed and not person.misses])
        for a, b in self._meetings.part(self._people):
            other = {a: b, b: a}
            self._people = [
                replace(person, person_id=other.get(person.person_id, person.person_id)) for person in self._people
            ]
            by_id[a], by_id[b] = replace(by_id[b], person_id=a), replace(by_id[a], person_id=b)
        self._boxes_px = {person.person_id: person.box_px for person in self._people if person.confirmed}
        self._given = max([self._given, *self._boxes_px])
        return tuple(self._believed(by_id[person_id]) for person_id in sorted(self._boxes_px))

    def _search_is_due(self) -> bool:
        assert self._time_s is not None
        if any(person.confirmed for person in self._people):
            self._alone_since_s = None
            every = self._settings.search_every_frames if self._lost else self._settings.check_every_frames
        else:
            self._alone_since_s = self._time_s if self._alone_since_s is None else self._alone_since_s
            eager = self._time_s - self._alone_since_s < self._settings.eager_s
            every = 1 if eager else self._settings.search_every_frames
        return self._look_now or self._frames_since_look >= every

    def _take(self, found: Boxes) -> None:
        """Confirm, revive and start people from found boxes."""
        assert self._time_s is not None
        strong = found.scores >= self._settings.start_score
        weak = (found.scores >= self._settings.keep_score) & ~strong
        rows = confirmed(self._people, found.boxes_px, strong, weak, self._time_s)
        self._people = [
            self._corrected(person, found, rows[person.person_id]) if person.person_id in rows else person
            for person in self._people
        ]
        new = strong & ~on_somebody(self._people, found.boxes_px, rows)
        new[list(rows.values())] = False
        for person, row in assigned(self._lost, found.boxes_px, new, self._time_s):
            if len(self._people) < self._settings.max_people:
                self._lost.remove(person)
                self._returning[person.person_id] = person
                # Like somebody new, they need the pose network's word at once.
                box_px, score = found.boxes_px[row], float(found.scores[row])
                patience = self._settings.patience_frames
                self._people.append(replace(person, box_px=box_px, score=score, misses=patience - 1, lost_s=None))
                new[row] = False
        for person in self._nobody:
            new &= box.overlap(found.boxes_px, person.box_px[None])[:, 0] < 0.7
        by_size = np.argsort(-box.area_px2(found.boxes_px), kind="stable")
        next_id = max([self._given, *(person.person_id for person in self._people)])
        for row in by_size[new[by_size]]:
            if len(self._people) < self._settings.max_people:
                next_id += 1
                box_px, score = found.boxes_px[row], float(found.scores[row])
                self._people.append(Person(next_id, box_px, self._time_s, np.zeros(2), score=score))

    def _corrected(self, person: Person, found: Boxes, row: int) -> Person:
        """The person after the finder saw them in a box; people who overlap keep the crops they have."""
        person = replace(person, score=max(person.score, float(found.scores[row])))
        return person if self._meetings.involve(person.person_id) else corrected(person, found.boxes_px[row])

    def _update(self, person: Person, estimate: JointEstimate) -> Person:
        seen, there = clarity(estimate), may_be_somebody(estimate, self._settings)
        if person.confirmed and person.person_id not in self._returning:
            seen = lasting(person.clarity, seen, estimate.time_s - person.time_s)
            there = is_still_there(estimate, seen, self._settings)
        elif not is_somebody_new(estimate, person.score, self._settings):
            # A crop around the joints of this one may show the person better than the finder's box did.
            again = there and not person.confirmed and person.looks < _LOOKS
            if again:
                nearer = after(person, estimate, self._picture_px, self._settings)
                return replace(nearer, confirmed=False, looks=person.looks + 1, score=person.score)
            there = False
        person = replace(person, clarity=seen)
        return after(person, estimate, self._picture_px, self._settings) if there else person.missed()

    def _drop_doubles(self, by_id: dict[int, JointEstimate], earlier: dict[int, Person]) -> None:
        """Of two people whose poses lie on one, the newer goes, of two new ones the less sure; of two who met, the one
        who is hidden now.

        Their crop has slipped to somebody else: what is remembered of them is from before.
        """
        gone: dict[int, Person] = {}
        for a, b in combinations(sorted(self._people, key=lambda person: person.person_id), 2):
            if gone.keys() & {a.person_id, b.person_id}:
                continue
            over = box.overlap(a.box_px[None], b.box_px[None])[0, 0]
            alike = on_one(by_id[a.person_id], by_id[b.person_id], float(box.size_px(a.box_px)))
            if self._meetings.knows(a, b):
                hidden = self._meetings.hidden(a, b, alike, self._settings.patience_frames)
                if hidden:
                    gone[hidden.person_id] = self._meetings.before(hidden, b if hidden is a else a)
            elif alike or over > SAME_BOX:
                known = [earlier[person.person_id].confirmed for person in (a, b)]
                less_sure = surety(by_id[a.person_id]) < surety(by_id[b.person_id])
                worse = a if known == [False, True] or (known == [False, False] and less_sure) else b
                gone[worse.person_id] = earlier[worse.person_id]
        self._people = [gone.get(person.person_id, person) for person in self._people]
        self._part_with(lambda person: person.person_id in gone)

    def _part_with(self, leaves: Callable[[Person], bool]) -> None:
        """People for whom ``leaves`` is true are lost; those who were never confirmed are forgotten."""
        assert self._time_s is not None
        leaving = [person for person in self._people if leaves(person)]
        self._people = [person for person in self._people if person not in leaving]
        self._nobody += [person for person in leaving if not person.confirmed]
        self._lost += [
            self._returning.get(person.person_id) or replace(person, lost_s=self._time_s)
            for person in leaving
            if person.confirmed
        ]
        self._look_now |= any(person.confirmed and person.person_id not in self._returning for person in leaving)

    def _believed(self, estimate: JointEstimate) -> JointEstimate:
        """A person who is hard to see for a moment keeps the pose, but less of its confidence."""
        if estimate.presence >= self._settings.presence or clarity(estimate) >= self._settings.clear:
            return estimate
        doubt = np.nan_to_num(estimate.presence) / self._settings.presence
        return replace(estimate, confidence=estimate.confidence * doubt)

    def _covered(self, person: Person) -> float:
        others = [other.box_px for other in self._people if other is not person]
        nearer = [other for other in others if box.is_nearer(other, person.box_px, self._picture_px)]
        return box.covered(person.box_px, np.array(nearer).reshape(-1, 4))
