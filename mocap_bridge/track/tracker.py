"""The tracker: two calls a frame, before and after the pose network."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from ..records import Array, Boxes, JointEstimate, Track
from . import boxes as box
from .belief import believed
from .crop import FEWEST_PX, corrected
from .doubles import SAME_BOX, goes, on_one
from .due import Due
from .found import assigned, confirmed, on_somebody
from .judge import judged
from .people import Meetings, Person, exchanged, lost_since
from .recognition import Recognition, who_returns
from .settings import TrackSettings

_LEAD = 0.5  # share of the predicted motion: half is near enough for a crop and cannot run away
_FRESH_FRAMES = 4  # after somebody was hidden, in which their clothes tell at once who they are
_RETRY_S = 0.5  # before the same box is shown to the pose network again: it must not keep others waiting
_STILL_RETRY_S = 0.1  # the same of a box in which nothing moved: they may begin to


class Tracker:
    """Follows people through the frames of one camera; ids start at 1 and are never given twice."""

    def __init__(self, settings: TrackSettings) -> None:
        self._settings = settings
        self._people: list[Person] = []
        self._lost: list[Person] = []
        self._returning: dict[int, Person] = {}  # those lost who may be in a box of this frame
        self._back_frames: dict[int, int] = {}  # for how long still those who were there again or hidden are fresh
        self._nobody: list[Person] = []  # boxes in which the pose network found nobody a moment ago
        self._gone: list[Person] = []  # those lost for so long that only their look can tell them
        self._meetings = Meetings()
        self._recognition = Recognition()
        self._given = 0  # the last id that anybody was shown under
        self._time_s: float | None = None
        self._dt_s = 0.0
        self._due = Due(settings)
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
        self._dt_s = 0.0 if self._time_s is None else time_s - self._time_s
        self._time_s, self._picture_px = time_s, np.array(size_px, dtype=np.float64)
        self._lost, gone = lost_since(time_s - self._settings.remember_s, self._lost)
        self._gone, _ = lost_since(time_s - self._settings.recall_s, [*self._gone, *gone])
        self._nobody = [person for person in self._nobody if time_s - person.time_s < _retry_s(person)]
        self._meetings.forget(self.known_ids)
        self._people = [replace(person, box_px=person.moved(_LEAD * self._dt_s)) for person in self._people]
        if self._due.now(time_s, any(person.confirmed for person in self._people), bool(self._lost)):
            self._take(box.checked(find()))
        self._part_with(lambda person: box.sides_px(box.clipped(person.box_px, self._picture_px)).min() < FEWEST_PX)
        people = sorted(self._people, key=lambda person: person.person_id)
        shares = box.covered_shares([person.box_px for person in people], self._picture_px)
        return tuple(
            Track(person.person_id, person.box_px, share) for person, share in zip(people, shares, strict=True)
        )

    def settle(
        self,
        estimates: Sequence[JointEstimate],
        looks: Mapping[int, Array | None] = {},
        stirs: Mapping[int, float] = {},
    ) -> tuple[JointEstimate, ...]:
        """Those of the estimates, one per track of ``begin``, that show a person, each person once.

        ``looks`` is what they wear, by id (``looks.look``); without it they are told apart by their motion alone.
        ``stirs`` is the share of their boxes in which something moves (``stir.Stir``), NaN or missing where unknown.
        Raises ValueError when an estimate is missing or belongs to nobody.
        """
        by_id = {estimate.person_id: estimate for estimate in estimates}
        if by_id.keys() != {person.person_id for person in self._people} or len(by_id) != len(estimates):
            tracked = sorted(person.person_id for person in self._people)
            raise ValueError(f"estimates of people {[e.person_id for e in estimates]}; begin() asked for {tracked}")
        earlier = {person.person_id: person for person in self._people}
        self._people = [
            judged(
                person,
                by_id[person.person_id],
                stirs.get(person.person_id, np.nan),
                person.confirmed and person.person_id not in self._returning,
                self._picture_px,
                self._settings,
            )
            for person in self._people
        ]
        if any(one.confirmed and one.misses and one.person_id not in self._returning for one in self._people):
            self._due.at_once()
        patience = self._settings.patience_frames
        self._part_with(lambda person: person.misses >= (patience if person.confirmed else 1))
        back, self._returning = self._returning.keys(), {}
        hidden = self._drop_doubles(by_id, earlier, looks)
        self._back_frames = {i: frames - 1 for i, frames in self._back_frames.items() if frames > 1}
        self._back_frames |= dict.fromkeys(hidden | back, _FRESH_FRAMES)
        self._meetings.begin([person for person in self._people if person.confirmed and not person.misses])
        names = {person.person_id: person.person_id for person in self._people}  # whose estimate is now whose
        for a, b in self._meetings.part(self._people, looks):
            self._exchange(a, b, names)
        self._recognise({new: looks.get(old) for old, new in names.items()}, earlier, names)
        by_id = {new: replace(by_id[old], person_id=new) for old, new in names.items()}
        self._boxes_px = {person.person_id: person.box_px for person in self._people if person.confirmed}
        for person_id in hidden & names.keys():
            self._boxes_px.pop(names[person_id], None)
        self._given = max([self._given, *self._boxes_px])
        return tuple(believed(by_id[person_id], self._settings) for person_id in sorted(self._boxes_px))

    def _recognise(self, now: dict[int, Array | None], earlier: dict[int, Person], names: dict[int, int]) -> None:
        """Give ids back by looks ``now``, and learn the looks of those who stand alone; ``names`` follows."""
        assert self._time_s is not None
        for person in [person for person in self._people if person.confirmed]:
            was = earlier.get(person.person_id)
            new = was is not None and not was.confirmed
            if new and (old := who_returns(now.get(person.person_id), [*self._lost, *self._gone])):
                self._exchange(person.person_id, old.person_id, names)
                self._lost, self._gone = (
                    [one for one in those if one.person_id != person.person_id] for those in (self._lost, self._gone)
                )
                now[old.person_id] = now.pop(person.person_id)
        seen = [person for person in self._people if person.confirmed and not person.misses]
        knows = self._meetings.knows
        for a, b in self._recognition.exchanges(seen, self._lost, now, self._time_s, knows, self._back_frames):
            self._exchange(a, b, names)
            now[a], now[b] = now.get(b), now.get(a)
        for stranger in self._recognition.strangers(seen, now, self._time_s):
            self._given = new_id = 1 + max([self._given, *(person.person_id for person in self._people)])
            (was,) = (person for person in self._people if person.person_id == stranger)
            self._lost.append(replace(was, lost_s=self._time_s))
            self._people = [
                replace(was, person_id=new_id, look=None, look_s=0.0) if person is was else person
                for person in self._people
            ]
            now[new_id] = now.pop(stranger)
            names.update({old: new_id for old, new in names.items() if new == stranger})
        self._people = [
            person
            if person.misses or not person.confirmed or self._meetings.involve(person.person_id)
            else self._recognition.learned(person, now.get(person.person_id), self._dt_s)
            for person in self._people
        ]

    def _exchange(self, a: int, b: int, names: dict[int, int]) -> None:
        """Two people take each other's ids and looks, wherever they are remembered."""
        self._people, self._lost, self._gone = exchanged(a, b, self._people, self._lost, self._gone)
        for old, new in names.items():
            names[old] = {a: b, b: a}.get(new, new)

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
                self._people.append(
                    replace(person, box_px=box_px, score=score, misses=patience - 1, lost_s=None, stirred_s=-np.inf)
                )
                new[row] = False
        for person in self._nobody:
            new &= box.overlap(found.boxes_px, person.box_px[None])[:, 0] < 0.7
        by_size = np.argsort(-box.area_px2(found.boxes_px), kind="stable")
        next_id = max([self._given, *(person.person_id for person in self._people)])
        for row in by_size[new[by_size]]:
            if len(self._people) < self._settings.max_people:
                next_id += 1
                box_px, score = found.boxes_px[row], float(found.scores[row])
                self._people.append(Person(next_id, box_px, self._time_s, np.zeros(2), score=score, stirred_s=-np.inf))

    def _corrected(self, person: Person, found: Boxes, row: int) -> Person:
        """The person after the finder saw them in a box; people who overlap keep the crops they have."""
        person = replace(person, score=max(person.score, float(found.scores[row])))
        return person if self._meetings.involve(person.person_id) else corrected(person, found.boxes_px[row])

    def _drop_doubles(
        self, by_id: dict[int, JointEstimate], earlier: dict[int, Person], looks: Mapping[int, Array | None]
    ) -> set[int]:
        """Part with doubles, and tell the ids of those whose crop shows somebody else for the moment.

        Of two people whose poses lie on one, the newer goes, of two new ones the less sure; of two who met, the one who
        is hidden now. Their crop has slipped to somebody else: what is remembered of them is from before.
        """
        gone: dict[int, Person] = {}
        hidden: set[int] = set()
        for a, b in combinations(sorted(self._people, key=lambda person: person.person_id), 2):
            if gone.keys() & {a.person_id, b.person_id}:
                continue
            over = box.overlap(a.box_px[None], b.box_px[None])[0, 0]
            alike = on_one(by_id[a.person_id], by_id[b.person_id], float(box.size_px(a.box_px)))
            if self._meetings.knows(a, b):
                if alike:
                    behind = self._meetings.hidden(a, b, looks)
                    hidden.add(behind.person_id)
                if self._meetings.hides(a, b, alike, self._settings.patience_frames):
                    gone[behind.person_id] = self._meetings.before(behind, b if behind is a else a)
            elif alike or over > SAME_BOX:
                known = earlier[a.person_id].confirmed, earlier[b.person_id].confirmed
                worse = a if goes(by_id[a.person_id], by_id[b.person_id], known) else b
                gone[worse.person_id] = earlier[worse.person_id]
        self._people = [gone.get(person.person_id, person) for person in self._people]
        self._part_with(lambda person: person.person_id in gone)
        return hidden

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
        if any(person.confirmed and person.person_id not in self._returning for person in leaving):
            self._due.at_once()


def _retry_s(person: Person) -> float:
    return _RETRY_S if np.isfinite(person.stirred_s) else _STILL_RETRY_S
