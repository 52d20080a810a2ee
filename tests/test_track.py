"""Ids that last, on simulated people: they walk, cross, hide, leave, come back, and the finder errs."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mocap_bridge.records import Array, Boxes, JointEstimate, Track
from mocap_bridge.track import Tracker, TrackSettings, for_photos
from mocap_bridge.track import boxes as box
from mocap_bridge.track.crop import corrected
from mocap_bridge.track.people import Person

PICTURE_PX = (1280, 720)
NOBODY = Boxes(np.zeros((0, 4)), np.zeros(0))
SHAPE = np.random.default_rng(0).uniform([-0.13, -0.43], [0.13, 0.43], (30, 2))  # joints lie inside the skin
SHAPE[:4] = [[-0.13, -0.3], [0.13, -0.3], [0.0, -0.43], [0.0, 0.43]]

Place = Callable[[float], tuple[float, float, float] | None]


@dataclass
class Room:
    """People as functions of time (centre x, y and height in pixels, None while away), a finder and a pose network.

    A pose network sees the nearest person who fills the middle of the crop, as a real one does.
    """

    people: list[Place]
    noise: float = 0.01
    finder_misses: float = 0.0
    false_boxes: float = 0.0
    settings: TrackSettings = field(default_factory=TrackSettings)
    seed: int = 0
    looks: int = 0

    def __post_init__(self) -> None:
        self.rng, self.tracker, self.time_s = np.random.default_rng(self.seed), Tracker(self.settings), 0.0
        self.ids: dict[int, list[int]] = defaultdict(list)  # person of the room -> ids over time
        self.counts: list[int] = []

    def boxes(self) -> dict[int, Array]:
        found = {}
        for who, place in enumerate(self.people):
            if (now := place(self.time_s)) is not None:
                x, y, height = now
                found[who] = np.array([x - 0.2 * height, y - height / 2, x + 0.2 * height, y + height / 2])
        return found

    def visible(self) -> dict[int, float]:
        boxes = self.boxes()
        return {
            who: 1 - box.covered(mine, np.array([b for b in boxes.values() if b[3] > mine[3]]).reshape(-1, 4))
            for who, mine in boxes.items()
        }

    def find(self) -> Boxes:
        self.looks += 1
        boxes, visible = self.boxes(), self.visible()
        found = [
            boxes[who] + self.rng.normal(0, self.noise, 4) * box.size_px(boxes[who])
            for who in boxes
            if visible[who] > 0.4 and self.rng.random() > self.finder_misses
        ]
        if self.rng.random() < self.false_boxes:
            corner = self.rng.uniform(0, 500, 2)
            found.append(np.concatenate([corner, corner + np.array([80, 200])]))
        return Boxes(np.array(found).reshape(-1, 4), np.full(len(found), 0.8))

    def sees(self, track: Track) -> JointEstimate:
        boxes, visible = self.boxes(), self.visible()
        near = {
            who: float(box.overlap(mine[None], track.box_px[None])[0, 0]) * visible[who] for who, mine in boxes.items()
        }
        who = max(near, key=lambda key: near[key], default=None)
        if who is None or near[who] < 0.2:
            return JointEstimate(track.person_id, self.time_s, np.zeros((30, 2)), np.zeros(30), np.zeros(30), 0.05)
        height = float(box.size_px(boxes[who]))
        joints_px = box.center_px(boxes[who]) + height * (SHAPE + self.rng.normal(0, self.noise, (30, 2)))
        return JointEstimate(track.person_id, self.time_s, joints_px, np.zeros(30), np.full(30, 0.9), 0.95)

    def run(self, seconds: float, fps: float = 30.0) -> "Room":
        for _ in range(round(seconds * fps)):
            self.time_s += 1 / fps
            tracks = self.tracker.begin(self.time_s, PICTURE_PX, self.find)
            estimates = self.tracker.settle([self.sees(track) for track in tracks])
            self.counts.append(len(estimates))
            boxes = self.boxes()
            for estimate in estimates if boxes else ():
                mine = self.tracker.box_px(estimate.person_id)[None]
                who = max(boxes, key=lambda key: float(box.overlap(boxes[key][None], mine)[0, 0]))
                self.ids[who].append(estimate.person_id)
        return self


def walks(x: float, speed_px_s: float, y: float = 360.0, height: float = 400.0) -> Place:
    return lambda time_s: (x + speed_px_s * time_s, y, height)


def test_one_person_who_walks_keeps_one_id_and_is_searched_seldom() -> None:
    room = Room([walks(200, 150)], noise=0.02).run(5)
    assert set(room.ids[0]) == {1}
    assert room.counts == [1] * 150
    assert room.looks <= 16


def test_two_people_who_pass_each_other_keep_their_ids() -> None:
    for seed in range(10):
        room = Room([walks(200, 200, 350), walks(1000, -200, 380, 430)], seed=seed).run(4)
        assert room.ids[0][0] == room.ids[0][-1], seed
        assert room.ids[1][0] == room.ids[1][-1], seed
        assert {*room.ids[0], *room.ids[1]} == {1, 2}, seed


def test_somebody_who_walks_behind_a_standing_person_keeps_the_id() -> None:
    for seed in range(10):
        room = Room([walks(200, 250, 340), walks(640, 0, 390, 480)], seed=seed, finder_misses=0.2).run(4)
        assert room.ids[0][0] == room.ids[0][-1], seed
        assert room.ids[1][0] == room.ids[1][-1], seed


def test_two_who_meet_and_turn_back_keep_their_ids() -> None:
    def meets(side: float) -> Place:
        return lambda t: (640 + side * (70 + 250 * abs(t - 2)), 360 + 10 * side, 400.0)

    room = Room([meets(-1), meets(1)]).run(4)
    assert [len(set(room.ids[who])) for who in (0, 1)] == [1, 1]


def test_of_three_people_who_cross_nearly_all_keep_their_ids_with_a_finder_that_misses_and_invents() -> None:
    people = [walks(150, 160, 340, 380), walks(1100, -170, 370, 420), walks(600, 20, 400, 470)]
    kept = 0
    for seed in range(8):
        room = Room(people, finder_misses=0.3, false_boxes=0.3, seed=seed).run(4.5)
        kept += sum(room.ids[who][0] == room.ids[who][-1] for who in range(3))
        assert max(room.counts) == 3
    assert kept >= 23  # of 24


def test_somebody_who_leaves_is_lost_and_a_late_return_is_a_new_id() -> None:
    there: Place = lambda t: None if 2 < t < 5 else (640.0, 360.0, 400.0)  # noqa: E731
    room = Room([there]).run(7)
    assert sorted(set(room.ids[0])) == [1, 2]
    assert 0 in room.counts
    assert room.counts[-1] == 1


def test_somebody_hidden_for_a_second_comes_back_under_the_old_id() -> None:
    there: Place = lambda t: None if 2 < t < 3 else (300 + 100 * t, 360.0, 400.0)  # noqa: E731
    assert set(Room([there]).run(5).ids[0]) == {1}


def test_a_false_box_never_becomes_a_person() -> None:
    room = Room([], false_boxes=1.0).run(3)
    assert room.counts == [0] * 90


def test_a_large_false_box_does_not_keep_a_small_person_waiting() -> None:
    room = Room([walks(640, 0)], settings=TrackSettings(max_people=1))
    person = room.find
    wall = np.array([[0.0, 0, 500, 700]])

    def with_wall() -> Boxes:
        return Boxes(np.concatenate([wall, person().boxes_px]), np.array([0.9, 0.8]))

    room.find = with_wall  # type: ignore[method-assign]
    assert room.run(0.2).counts[:3] == [0, 1, 1]


def test_an_empty_room_is_searched_every_frame_at_first_and_seldom_later() -> None:
    room = Room([]).run(3)
    early, room.looks = room.looks, 0
    room.run(5)
    assert early >= 85
    assert room.looks <= 35


def test_a_lost_person_is_searched_at_once() -> None:
    gone: Place = lambda t: None if t > 1 else (640.0, 360.0, 400.0)  # noqa: E731
    room = Room([gone]).run(1)
    room.looks = 0
    room.run(0.2)  # 4 frames of patience, then two searches
    assert room.looks >= 2


def test_only_the_largest_are_followed_when_there_are_too_many() -> None:
    people = [walks(100 + 200 * k, 0, 360, 200 + 50 * k) for k in range(6)]
    room = Room(people, settings=TrackSettings(max_people=2)).run(1)
    assert set(room.counts) == {2}
    assert set(room.ids) == {4, 5}


def test_two_boxes_around_one_person_give_one_person_also_in_a_single_photo() -> None:
    room = Room([walks(640, 0)])
    tracks = Tracker(TrackSettings())
    twice = Boxes(np.array([[560.0, 160, 720, 560], [600.0, 160, 760, 560]]), np.array([0.9, 0.8]))
    began = tracks.begin(0.0, PICTURE_PX, lambda: twice)
    settled = tracks.settle([room.sees(track) for track in began])
    assert len(settled) == 1
    assert settled[0].person_id == 1


def test_whoever_stands_behind_is_covered() -> None:
    tracker = Tracker(TrackSettings())
    pair = Boxes(np.array([[0.0, 0, 200, 400], [100.0, 0, 300, 500]]), np.array([0.9, 0.9]))
    tracks = {tuple(track.box_px): track.covered for track in tracker.begin(0.0, PICTURE_PX, lambda: pair)}
    assert tracks[(0, 0, 200, 400)] == pytest.approx(0.5, abs=0.05)
    assert tracks[(100, 0, 300, 500)] == 0.0


def test_a_person_seen_doubtfully_loses_confidence_before_the_id() -> None:
    room = Room([walks(640, 0)]).run(0.5)
    (track,) = room.tracker.begin(1.0, PICTURE_PX, room.find)
    seen, half_enough = room.sees(track), TrackSettings().presence / 2
    blurred = np.full(30, 0.25)
    doubtful = JointEstimate(track.person_id, 1.0, seen.joints_px, seen.depth_m, blurred, presence=half_enough)
    (settled,) = room.tracker.settle([doubtful])
    np.testing.assert_allclose(settled.confidence, blurred / 2)


def test_clear_joints_are_believed_whatever_the_presence_says_of_somebody_known() -> None:
    room = Room([walks(640, 0)]).run(0.5)
    for frame in range(30):
        (track,) = room.tracker.begin(1.0 + frame / 30, PICTURE_PX, room.find)
        hazy = replace(room.sees(track), time_s=1.0 + frame / 30, confidence=np.full(30, 0.45), presence=0.05)
        (settled,) = room.tracker.settle([hazy])
    np.testing.assert_array_equal(settled.confidence, hazy.confidence)


def test_somebody_known_whose_joints_stay_unclear_is_furniture() -> None:
    room = Room([walks(640, 0)]).run(0.5)
    shown = []
    for frame in range(60):
        tracks = room.tracker.begin(1.0 + frame / 30, PICTURE_PX, room.find)
        unclear = [replace(room.sees(track), time_s=1.0 + frame / 30, confidence=np.full(30, 0.12)) for track in tracks]
        shown.append(len(room.tracker.settle(unclear)))
    assert shown[0] == 1
    assert shown[-15:] == [0] * 15


def shown_while(stirs: list[float], confidence: float) -> list[int]:
    """How many are shown in a room with somebody this clear, in whose box these shares of the picture move."""
    room, shown = Room([walks(640, 0)]), []
    for share in stirs:
        room.time_s += 1 / 30
        tracks = room.tracker.begin(room.time_s, PICTURE_PX, room.find)
        seen = [replace(room.sees(track), confidence=np.full(30, confidence), presence=0.999) for track in tracks]
        shown.append(len(room.tracker.settle(seen, stirs={track.person_id: share for track in tracks})))
    return shown


def test_a_coat_is_not_shown_until_it_stirs_and_somebody_clear_may_keep_still() -> None:
    assert shown_while([0.0] * 30, 0.4) == [0] * 30
    assert shown_while([0.0] * 6 + [0.5] * 6, 0.4)[-1] == 1
    assert shown_while([0.0] * 90, 0.8) == [1] * 90


def test_who_is_not_clear_and_keeps_still_for_long_is_furniture() -> None:
    shown = shown_while([0.5] * 10 + [0.0] * 60, 0.4)
    assert shown[:35] == [1] * 35
    assert shown[-20:] == [0] * 20


def test_where_nobody_can_say_what_stirs_all_are_believed() -> None:
    assert shown_while([float("nan")] * 60, 0.4) == [1] * 60


def test_of_two_poses_on_one_person_only_one_is_shown_from_the_first_frame_on() -> None:
    room = Room([walks(400, 200, 350), walks(900, -200, 380, 430)], noise=0.0).run(4)
    assert max(room.counts) == 2
    assert set(room.ids[0]) == {room.ids[0][0]}
    assert set(room.ids[1]) == {room.ids[1][0]}


def test_a_found_box_that_hardly_fits_does_not_move_the_crop_of_somebody_clear() -> None:
    crop_px, half_px = np.array([100.0, 100, 300, 500]), np.array([100.0, 100, 300, 340])
    clear = Person(1, crop_px, 0.0, np.zeros(2), confirmed=True, clarity=0.6)
    np.testing.assert_array_equal(corrected(clear, half_px).box_px, crop_px)
    np.testing.assert_array_equal(corrected(replace(clear, clarity=0.3), half_px).box_px[3], 500 - 0.3 * 160)
    fits_px = crop_px + np.array([10.0, 0, 10, 0])
    np.testing.assert_allclose(corrected(clear, fits_px).box_px, crop_px + np.array([3.0, 0, 3, 0]))


def test_a_hand_of_somebody_followed_starts_nobody() -> None:
    room = Room([walks(640, 0)]).run(1)
    (own_px,) = room.boxes().values()
    hand_px = np.array([560.0, 300, 660, 400])

    def find() -> Boxes:
        return Boxes(np.stack([own_px, hand_px]), np.array([0.8, 0.9]))

    for _ in range(30):
        room.time_s += 1 / 30
        assert [track.person_id for track in room.tracker.begin(room.time_s, PICTURE_PX, find)] == [1]
        room.tracker.settle([room.sees(Track(1, own_px, 0.0))])


def looked_at(score: float, confidence: list[float]) -> list[list[int]]:
    """Ids shown while somebody new, found with this score, is seen more and more clearly."""
    room, shown = Room([walks(640, 0)]), []
    (own_px,) = room.boxes().values()
    for sure in confidence:
        room.time_s += 1 / 30
        found = Boxes(own_px[None], np.array([score]))
        tracks = room.tracker.begin(room.time_s, PICTURE_PX, lambda found=found: found)
        seen = [replace(room.sees(track), confidence=np.full(30, sure), presence=0.999) for track in tracks]
        shown.append([estimate.person_id for estimate in room.tracker.settle(seen)])
    return shown


def test_a_doubtful_box_and_a_clear_pose_are_somebody_and_so_are_a_sure_box_and_a_doubtful_pose() -> None:
    assert looked_at(0.4, [0.7]) == [[1]]
    assert looked_at(0.6, [0.3]) == [[1]]
    assert looked_at(0.4, [0.3]) == [[]]


def test_somebody_doubtful_is_looked_at_again_and_shown_only_once_they_are_clear() -> None:
    assert looked_at(0.4, [0.3, 0.4, 0.6]) == [[], [], [1]]


def test_nobody_is_looked_at_for_ever_and_ids_are_not_used_up() -> None:
    shown = looked_at(0.4, [0.3] * 20 + [0.7] * 20)
    assert shown[:20] == [[]] * 20
    assert shown[-1] == [1]


@pytest.mark.parametrize(
    "wrong", [[np.nan, 0, 1, 1], [0, 0, np.inf, 1], [10, 0, 5, 9], [0, 9, 9, 9]], ids=["nan", "inf", "x", "flat"]
)
def test_what_is_not_a_box_is_refused(wrong: list[float]) -> None:
    tracker = Tracker(TrackSettings())
    with pytest.raises(ValueError, match="a found box must be finite"):
        tracker.begin(0.0, PICTURE_PX, lambda: Boxes(np.array([wrong]), np.array([0.9])))


def test_time_must_move_forward() -> None:
    tracker = Tracker(TrackSettings())
    tracker.begin(1.0, PICTURE_PX, lambda: NOBODY)
    with pytest.raises(ValueError, match="time must move forward"):
        tracker.begin(1.0, PICTURE_PX, lambda: NOBODY)


def test_estimates_of_other_people_are_refused() -> None:
    room = Room([walks(640, 0)])
    room.tracker.begin(0.0, PICTURE_PX, room.find)
    with pytest.raises(ValueError, match=r"people \[\]; begin\(\) asked for \[1\]"):
        room.tracker.settle([])


NUMBER = st.floats(-100, 1400)
BOX = st.tuples(NUMBER, NUMBER, st.floats(0.5, 800), st.floats(0.5, 800), st.floats(0, 1)).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3], b[4])
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(BOX, max_size=6), min_size=1, max_size=12), st.integers(1, 4), st.randoms())
def test_whatever_is_found_ids_are_unique_and_people_never_too_many(
    found: list[list[tuple[float, ...]]], most: int, chance: st.DataObject
) -> None:
    tracker = Tracker(TrackSettings(max_people=most))
    rng = np.random.default_rng(chance.randint(0, 2**31))  # type: ignore[attr-defined]
    for frame, rows in enumerate(found):
        boxes = np.array(rows).reshape(-1, 5)
        tracks = tracker.begin(frame / 30, PICTURE_PX, lambda boxes=boxes: Boxes(boxes[:, :4], boxes[:, 4]))
        ids = [track.person_id for track in tracks]
        assert len(set(ids)) == len(ids) <= most
        estimates = []
        for track in tracks:
            joints_px = rng.uniform(track.box_px[:2], track.box_px[2:], (30, 2))
            joints_px[rng.random(30) < 0.1] = np.nan
            presence = rng.choice([0.0, 0.9, 0.9, np.nan])
            estimates.append(
                JointEstimate(track.person_id, frame / 30, joints_px, np.zeros(30), rng.random(30), presence)
            )
        settled = tracker.settle(estimates)
        assert len({e.person_id for e in settled}) == len(settled) <= most
        assert all(np.isfinite(tracker.box_px(e.person_id)).all() for e in settled)


def test_covered_counts_each_point_once() -> None:
    behind, front = np.array([0.0, 0, 100, 100]), np.array([[0.0, 0, 50, 100], [0.0, 0, 50, 100], [200, 200, 300, 300]])
    assert box.covered(behind, front) == pytest.approx(0.5)


def test_a_pose_with_few_joints_is_boxed_by_its_trunk_and_none_without() -> None:
    joints_px, sure = np.zeros((30, 2)), np.zeros(30, dtype=bool)
    assert box.pose_box_px(joints_px, sure, 0.1, 6) is None
    joints_px[box.CORE[:4]] = [[-20, 0], [20, 0], [-15, 60], [15, 60]]
    sure[box.CORE[:4]] = True
    found = box.pose_box_px(joints_px, sure, 0.1, 6)
    assert found is not None
    assert box.size_px(found) == pytest.approx(210)
    assert found[3] - 30 > 30 - found[1]


def test_a_network_that_trusts_itself_little_still_has_surest_joints() -> None:
    assert box.sure_joints(np.array([0.2, 0.15, 0.05]), 0.5).tolist() == [True, True, False]
    assert not box.sure_joints(np.array([0.01, 0.02]), 0.5).any()


def test_a_person_without_a_sure_joint_stays_where_they_were() -> None:
    room = Room([walks(300, 300)]).run(1)
    before_px = room.tracker.box_px(1)
    for frame in range(TrackSettings().patience_frames - 1):
        (track,) = room.tracker.begin(1.1 + frame / 30, PICTURE_PX, lambda: NOBODY)
        room.tracker.settle(
            [JointEstimate(1, 1.1 + frame / 30, np.zeros((30, 2)), np.zeros(30), np.zeros(30), presence=0.9)]
        )
    assert np.abs(track.box_px - before_px).max() < 60


def test_a_box_around_somebody_and_a_piece_of_furniture_is_nobody_new() -> None:
    room = Room([walks(400, 0)]).run(1)
    (own_px,) = room.boxes().values()
    with_a_treadmill_px = own_px + np.array([-40, -10, 60, 180])

    def find() -> Boxes:
        return Boxes(np.stack([own_px, with_a_treadmill_px]), np.array([0.8, 0.7]))

    for _ in range(30):
        room.time_s += 1 / 30
        assert [track.person_id for track in room.tracker.begin(room.time_s, PICTURE_PX, find)] == [1]
        room.tracker.settle([room.sees(Track(1, own_px, 0.0))])


def test_photos_ask_for_less_than_videos_and_never_for_more_than_was_set() -> None:
    for_video = TrackSettings()
    for_photo = for_photos(for_video)
    assert for_photo.start_score < for_video.start_score
    assert for_photo.clarity < for_video.clarity
    stricter = TrackSettings(start_score=0.1, clarity=0.05)
    assert for_photos(stricter) == stricter
