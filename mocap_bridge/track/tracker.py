"""The tracker: two calls a frame, before and after the pose network."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from scipy.optimize import linear_sum_assignment

from ..records import Array, Boxes, JointEstimate, Track
from . import boxes as box
from .doubles import on_one, surety
from .people import Meetings, Person, shows_somebody
from .settings import TrackSettings

_LEAD = 0.5  # share of the predicted motion: half is near enough for a crop and cannot run away
_SAME_BOX = 0.45  # overlap above which two boxes found at once are one person; two people meet before they hide
_FEWEST_JOINTS = 6  # below this many confident joints their box says more about what is hidden than about size
_RETRY_S = 0.5  # before the same box is shown to the pose network again: it must not keep others waiting
_FEWEST_PX = 8.0  # a crop smaller than this shows nobody


class Tracker:
    """Follows people through the frames of one camera; ids start at 1 and are never given twice."""

    def __init__(self, settings: TrackSettings) -> None:
        self._settings = settings
        self._people: list[Person] = []
        self._lost: list[Person] = []
        self._returning: dict[int, Person] = {}  # those lost who may be in a box of this frame
        self._nobody: list[Person] = []  # boxes in which the pose network found nobody a moment ago
        self._meetings = Meetings()
        self._last_id = 0
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
        self._part_with(lambda person: self._in_picture(person.box_px).min() < _FEWEST_PX)
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
        self._meetings.begin([person for person in self._people if not person.misses])
        for a, b in self._meetings.part(self._people):
            other = {a: b, b: a}
            self._people = [
                replace(person, person_id=other.get(person.person_id, person.person_id)) for person in self._people
            ]
            by_id[a], by_id[b] = replace(by_id[b], person_id=a), replace(by_id[a], person_id=b)
        self._boxes_px = {person.person_id: person.box_px for person in self._people}
        return tuple(self._believed(by_id[person_id]) for person_id in sorted(self._boxes_px))

    def _search_is_due(self) -> bool:
        assert self._time_s is not None
        if self._people:
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
        matched: dict[int, Array] = {}
        taken = np.zeros(len(strong), dtype=bool)
        for those in (strong, weak):
            rest = [person for person in self._people if person.person_id not in matched]
            for person, row in self._assign(rest, found.boxes_px, those & ~taken):
                matched[person.person_id], taken[row] = found.boxes_px[row], True
        for row in np.flatnonzero(strong & ~taken).tolist():
            for person in self._people:
                if person.person_id not in matched and box.is_part(person.box_px, found.boxes_px[row]):
                    matched[person.person_id], taken[row] = found.boxes_px[row], True
                    break
        self._people = [self._corrected(person, matched.get(person.person_id)) for person in self._people]
        new = strong & ~taken & ~self._on_somebody(found.boxes_px, matched)
        for person, row in self._assign(self._lost, found.boxes_px, new):
            if len(self._people) < self._settings.max_people:
                self._lost.remove(person)
                self._returning[person.person_id] = person
                # Like somebody new, they need the pose network's word at once.
                patience = self._settings.patience_frames
                self._people.append(replace(person, box_px=found.boxes_px[row], misses=patience - 1, lost_s=None))
                new[row] = False
        for person in self._nobody:
            new &= box.overlap(found.boxes_px, person.box_px[None])[:, 0] < 0.7
        by_size = np.argsort(-box.area_px2(found.boxes_px), kind="stable")
        for row in by_size[new[by_size]]:
            if len(self._people) < self._settings.max_people:
                self._last_id += 1
                self._people.append(Person(self._last_id, found.boxes_px[row], self._time_s, np.zeros(2)))

    def _assign(self, people: Sequence[Person], boxes_px: Array, allowed: box.Mask) -> list[tuple[Person, int]]:
        """The pairs of people and allowed boxes that fit best together, all in all."""
        assert self._time_s is not None
        rows = np.flatnonzero(allowed)
        if not people or not len(rows):
            return []
        misfit = np.array([[person.misfit(boxes_px[row], self._time_s) for row in rows] for person in people])
        misfit /= np.array([[person.reach(self._time_s)] for person in people])
        # Capped, so that one hopeless pair cannot bend the good ones.
        pairs = np.column_stack(linear_sum_assignment(np.minimum(misfit, 1.0))).tolist()
        return [(people[i], int(rows[j])) for i, j in pairs if misfit[i, j] < 1.0]

    def _corrected(self, person: Person, box_px: Array | None) -> Person:
        """The person with the box in which the finder saw them; people who overlap keep the crops they have."""
        if box_px is None or self._meetings.involve(person.person_id):
            return person
        return replace(person, box_px=box_px)

    def _on_somebody(self, boxes_px: Array, matched: dict[int, Array]) -> box.Mask:
        """Whether each box (N, 4) shows, once more, somebody who is followed already."""
        double = np.zeros(len(boxes_px), dtype=bool)
        for person in self._people:
            theirs_px = person.box_px[None]
            # A box inside somebody the finder saw elsewhere is a second person; otherwise it is their arm. One
            # around all of somebody, but not much larger, is the same person with a piece of furniture.
            if person.person_id in matched:
                double |= box.overlap(boxes_px, theirs_px)[:, 0] > _SAME_BOX
                double |= np.array([box.is_part(person.box_px, box_px) for box_px in boxes_px], dtype=bool)
            else:
                double |= box.inside(boxes_px, theirs_px)[:, 0] > 0.6
        return double

    def _update(self, person: Person, estimate: JointEstimate) -> Person:
        if not shows_somebody(estimate, self._settings):
            return person.missed()
        confidence = np.where(np.isfinite(estimate.joints_px).all(axis=1), estimate.confidence, 0.0)
        sure = box.sure_joints(confidence, self._settings.sure)
        pose_px = box.pose_box_px(estimate.joints_px, sure, self._settings.pad, _FEWEST_JOINTS)
        if pose_px is None or self._in_picture(pose_px).min() < _FEWEST_PX:
            return person.seen(box.clipped(person.box_px, self._picture_px), None, estimate.time_s)
        # Few sure joints show a part of the body: the box goes there, but slowly, or the crop shrinks onto a hand.
        pose_px = person.box_px + sure.mean() * (pose_px - person.box_px)
        core = estimate.joints_px[box.CORE][sure[box.CORE]]
        trunk_px = core.mean(axis=0) if len(core) >= 3 else None
        return person.seen(box.clipped(pose_px, self._picture_px), trunk_px, estimate.time_s)

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
            elif alike or over > _SAME_BOX:
                new = not (earlier[a.person_id].confirmed or earlier[b.person_id].confirmed)
                worse = a if new and surety(by_id[a.person_id]) < surety(by_id[b.person_id]) else b
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
        if estimate.presence >= self._settings.presence:
            return estimate
        doubt = np.nan_to_num(estimate.presence) / self._settings.presence
        return replace(estimate, confidence=estimate.confidence * doubt)

    def _in_picture(self, box_px: Array) -> Array:
        clipped = box.clipped(box_px, self._picture_px)
        return np.asarray(clipped[2:] - clipped[:2])

    def _covered(self, person: Person) -> float:
        others = [other.box_px for other in self._people if other is not person]
        nearer = [other for other in others if box.is_nearer(other, person.box_px, self._picture_px)]
        return box.covered(person.box_px, np.array(nearer).reshape(-1, 4))
