"""People walk before cameras that nobody has measured, and the world must come out level."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from walkers import RATE_HZ, as_seen, body_of, camera_at, sitter, to_and_fro, walker

from mocap_bridge.camera import camera_from_world, project
from mocap_bridge.commands.options import gathered
from mocap_bridge.floor import MOST_RAD_S, Floor, Unsunk
from mocap_bridge.records import Array, BodyJoints, Camera

GUESS = camera_at(1.2, 0.0)


def stances(people: Iterable[list[Array]], floor: Floor | None = None, guess: Camera = GUESS) -> Array:
    """(T, 2) pitch in degrees and height in metres that are shown while people are watched, joints in camera axes."""
    floor, shown = floor or Floor(), []
    for frame, joints_m in enumerate(zip(*people, strict=True)):
        camera = floor.level(guess)
        shown.append((pitch_deg(camera), camera.world_from_camera[1, 3]))
        bodies = [body_of(one, camera, frame, person_id) for person_id, one in enumerate(joints_m)]
        floor.watch(bodies, camera, frame / RATE_HZ)
    return np.array(shown)


def pitch_deg(camera: Camera) -> float:
    return float(np.degrees(np.arcsin(-camera.world_from_camera[1, 2])))


@pytest.mark.parametrize("true_deg", [-20.0, -10.0, 0.0, 10.0, 20.0, 30.0])
def test_five_seconds_of_walking_tell_height_and_pitch(true_deg: float) -> None:
    height_m = 0.8 if true_deg < 0 else 1.6
    camera = camera_at(height_m, true_deg)
    shown = stances([as_seen(walker(to_and_fro(2.4, 4.2, 5.2)), camera, np.random.default_rng(int(true_deg) + 50))])
    after_deg, after_m = shown[int(5 * RATE_HZ)]
    assert after_deg == pytest.approx(true_deg, abs=3.0)
    assert after_m == pytest.approx(height_m, rel=0.12)


def test_the_world_turns_slowly_and_standing_feet_stay_near_the_floor() -> None:
    camera, floor = camera_at(1.5, 20.0), Floor()
    joints_m = as_seen(walker(to_and_fro(2.4, 4.2, 6.0)), camera, np.random.default_rng(3))
    lowest_m, pitches = [], []
    for frame, one in enumerate(joints_m):
        level = floor.level(GUESS)
        body = body_of(one, level, frame)
        pitches.append(pitch_deg(level))
        lowest_m.append(body.joints_world_m[:, 1].min())
        floor.watch([body], level, frame / RATE_HZ)
    # The first frame comes as the camera is said to stand, and is placed anew before anybody is shown.
    assert np.abs(np.diff(pitches[1:])).max() <= np.degrees(MOST_RAD_S) / RATE_HZ + 1e-9
    assert np.abs(np.array(lowest_m[1:])).max() < 0.25


def test_who_only_sits_does_not_tilt_the_world() -> None:
    for true_deg in (0.0, 15.0):
        seen = as_seen(sitter((0.2, -2.5), 180), camera_at(1.2, true_deg), np.random.default_rng(5))
        shown = stances([seen])
        assert np.abs(shown[:, 0]).max() < 1e-6
    assert shown[-1, 1] != pytest.approx(1.2, abs=0.1)  # but their feet still tell where the floor is


def test_a_tall_and_a_small_person_agree_about_the_camera() -> None:
    camera, rng = camera_at(1.6, 12.0), np.random.default_rng(7)
    tall = as_seen(walker(to_and_fro(2.4, 4.2, 6.0)), camera, rng)
    small = as_seen(walker(to_and_fro(2.0, 3.6, 6.0) + np.array([0.8, 0.0])), camera, rng)
    # A child is taken for an adult who stands farther away.
    shown = stances([tall, [joints_m * 1.3 for joints_m in small]])
    assert shown[-1, 0] == pytest.approx(12.0, abs=3.0)


def test_two_who_stand_tell_the_pitch_at_once() -> None:
    camera, rng = camera_at(1.6, 20.0), np.random.default_rng(11)
    near, far = (as_seen(walker(np.tile([x_m, -z_m], (30, 1))), camera, rng) for x_m, z_m in ((-0.5, 3.0), (0.8, 7.0)))
    shown = stances([near, far])
    assert shown[1, 0] == pytest.approx(20.0, abs=4.0)
    assert shown[1, 1] == pytest.approx(1.6, abs=0.25)


def test_one_on_a_wall_does_not_lift_the_floor_of_two_others() -> None:
    camera, rng = camera_at(1.6, 12.0), np.random.default_rng(12)
    spots = ((-1.0, 3.0, 0.0), (0.5, 4.0, 0.0), (1.5, 5.0, 1.8))
    seen = [
        as_seen(walker(np.tile([x_m, -z_m], (60, 1))) + np.array([0.0, up_m, 0.0]), camera, rng)
        for x_m, z_m, up_m in spots
    ]
    assert stances(seen)[-1, 1] == pytest.approx(1.6, abs=0.25)


def standers(places: Iterable[tuple[float, float]], camera: Camera, seed: int, frames: int = 90) -> list[list[Array]]:
    rng = np.random.default_rng(seed)
    return [as_seen(walker(np.tile([x_m, -z_m], (frames, 1))), camera, rng) for x_m, z_m in places]


def lowest_m(floor: Floor, person_id: int, joints_m: Array, frame: int) -> float:
    """Height of the lower foot of somebody in the world that the floor shows."""
    return float(floor.stand(body_of(joints_m, GUESS, frame, person_id), GUESS).joints_world_m[:, 1].min())


def test_a_child_and_an_adult_both_stand_on_the_floor() -> None:
    adult, child = standers(((-0.6, 3.0), (0.8, 4.0)), camera_at(1.5, 10.0), 21)
    child = [joints_m * 1.15 for joints_m in child]  # taken for an adult who stands farther away, and in the floor
    floor = Floor()
    for frame, seen in enumerate(zip(adult, child, strict=True)):
        floor.watch([body_of(one, GUESS, frame, i) for i, one in enumerate(seen)], GUESS, frame / RATE_HZ)
        heights_m = [lowest_m(floor, i, one, frame) for i, one in enumerate(seen)]
        assert np.abs(heights_m).max() < 0.15
    assert np.abs(heights_m).max() < 0.08


def test_who_is_on_another_floor_is_neither_shrunk_nor_moved() -> None:
    camera, floor = camera_at(1.6, 5.0), Floor()
    below, above = standers(((-0.6, 4.0), (0.8, 5.0)), camera, 22)
    above = [joints_m - np.array([0.0, 1.4, 0.0]) for joints_m in above]
    for frame, seen in enumerate(zip(below, above, strict=True)):
        bodies = [body_of(one, GUESS, frame, i) for i, one in enumerate(seen)]
        floor.watch(bodies, GUESS, frame / RATE_HZ)
        shown = floor.stand(bodies[1], GUESS)
        size, was = (np.linalg.norm(b.joints_world_m[0] - b.joints_world_m[14]) for b in (shown, bodies[1]))
        assert size == pytest.approx(was, rel=0.03)
    assert lowest_m(floor, 0, below[-1], 89) == pytest.approx(0.0, abs=0.08)
    assert lowest_m(floor, 1, above[-1], 89) > 1.0


def test_nobody_is_seen_to_grow_or_shrink() -> None:
    first, second = standers(((-0.6, 3.0), (0.8, 4.0)), camera_at(1.5, 10.0), 23)
    second = [joints_m * (1.0 if frame < 45 else 1.2) for frame, joints_m in enumerate(second)]
    floor, shares = Floor(), []
    for frame, seen in enumerate(zip(first, second, strict=True)):
        bodies = [body_of(one, GUESS, frame, i) for i, one in enumerate(seen)]
        floor.watch(bodies, GUESS, frame / RATE_HZ)
        shown_m, seen_m = floor.stand(bodies[1], GUESS).joints_world_m, bodies[1].joints_world_m
        shares.append(np.linalg.norm(shown_m[0] - shown_m[14]) / np.linalg.norm(seen_m[0] - seen_m[14]))
    assert np.abs(np.diff(shares)).max() < 0.01


def test_a_ghost_that_is_hardly_seen_does_not_tilt_the_world() -> None:
    man, ghost = standers(((-0.3, 3.5), (0.9, 3.6)), camera_at(1.5, 15.0), 24)
    alone, haunted = Floor(), Floor()
    for frame, (one, other) in enumerate(zip(man, ghost, strict=True)):
        seen, dim = body_of(one, GUESS, frame, 0), body_of(other * 5, GUESS, frame, 1)
        alone.watch([seen], GUESS, frame / RATE_HZ)
        haunted.watch([seen, replace(dim, visibility=np.full(30, 0.2))], GUESS, frame / RATE_HZ)
    assert pitch_deg(haunted.level(GUESS)) == pytest.approx(pitch_deg(alone.level(GUESS)), abs=1e-6)


_STANDING_M = walker(np.tile([0.3, -4.0], (3, 1)))[1]


def sunk_body(down_m: float, frame: int = 0) -> BodyJoints:
    """Somebody whose feet are so far below the floor."""
    joints_m = _STANDING_M - np.array([0.0, down_m, 0.0])
    return BodyJoints(1, frame / RATE_HZ, joints_m, np.ones(30), np.zeros((30, 2)), np.zeros(4))


def test_who_seems_to_sink_comes_nearer_until_the_feet_are_on_the_floor_and_keeps_the_picture() -> None:
    camera, body = camera_at(1.5, 8.0), sunk_body(0.4)
    raised = Unsunk()(body, camera)
    assert -0.06 < raised.joints_world_m[:, 1].min() < 0.0
    before_px, after_px = (project(camera_from_world(b.joints_world_m, camera), camera) for b in (body, raised))
    np.testing.assert_allclose(after_px, before_px, atol=1e-6)


def test_who_stands_or_jumps_is_left_alone() -> None:
    for down_m in (0.03, 0.0, -0.5):
        body = sunk_body(down_m)
        assert Unsunk()(body, camera_at(1.5, 8.0)) is body


def test_who_came_nearer_stays_there_while_the_feet_are_out_of_sight() -> None:
    unsunk, camera = Unsunk(), camera_at(1.5, 8.0)
    before = unsunk(sunk_body(0.4), camera).joints_world_m
    hidden = replace(sunk_body(0.4, 1), visibility=np.full(30, 0.1))
    np.testing.assert_allclose(unsunk(hidden, camera).joints_world_m, before, atol=0.02)


@given(st.lists(st.floats(-3.0, 3.0), min_size=2, max_size=20))
def test_whoever_sinks_and_rises_never_leaps_nor_comes_nearer_than_half_way(downs_m: list[float]) -> None:
    unsunk, camera, shares = Unsunk(), camera_at(1.5, 8.0), []
    for frame, down_m in enumerate([0.0, *downs_m]):
        body = sunk_body(down_m, frame)
        eye_m = camera.world_from_camera[:3, 3]
        raised_m = unsunk(body, camera).joints_world_m[0] - eye_m
        shares.append(np.linalg.norm(raised_m) / np.linalg.norm(body.joints_world_m[0] - eye_m))
    assert min(shares) > 0.5
    assert np.abs(np.diff(shares)).max() < 0.1


def test_a_camera_whose_floor_is_stated_is_left_alone() -> None:
    seen = as_seen(walker(to_and_fro(2.4, 4.2, 3.0)), camera_at(1.6, 12.0), np.random.default_rng(1))
    shown = stances([seen], Floor(watching=False))
    assert set(map(tuple, shown)) == {(0.0, 1.2)}


def test_a_stated_pitch_is_where_it_begins() -> None:
    guess = camera_at(1.0, 25.0)
    seen = as_seen(walker(to_and_fro(2.4, 4.2, 3.0)), camera_at(1.6, 25.0), np.random.default_rng(1))
    shown = stances([seen], guess=guess)
    assert np.abs(shown[:, 0] - 25.0).max() < 3.0


def test_the_option_for_the_pitch_reaches_the_capture() -> None:
    assert gathered(None, camera_pitch=12.5).capture.camera_pitch_deg == 12.5


def test_unseen_feet_and_an_empty_room_change_nothing() -> None:
    floor = Floor()
    seen = as_seen(walker(to_and_fro(2.4, 4.2, 2.0)), camera_at(1.6, 12.0), np.random.default_rng(1))
    for frame, joints_m in enumerate(seen):
        body = replace(body_of(joints_m, GUESS, frame), visibility=np.full(30, 0.1))
        floor.watch([body] if frame % 2 else [], GUESS, frame / RATE_HZ)
    assert floor.level(GUESS) is GUESS


@settings(max_examples=25, deadline=None)
@given(
    hnp.arrays(
        np.float64,
        (16, 30, 3),
        elements=st.floats(-1e3, 1e3) | st.sampled_from([0.0, np.nan, np.inf, -np.inf]),
    )
)
def test_whatever_comes_in_the_camera_stays_one(joints_m: Array) -> None:
    floor = Floor()
    for frame, one in enumerate(joints_m):
        camera = floor.level(GUESS)
        body = BodyJoints(1, 0.05 * frame, one, np.ones(30), np.zeros((30, 2)), np.zeros(4))
        floor.watch([body], camera, body.time_s)
        pose = floor.level(GUESS).world_from_camera
        assert np.isfinite(pose).all()
        np.testing.assert_allclose(pose[:3, :3] @ pose[:3, :3].T, np.eye(3), atol=1e-9)
