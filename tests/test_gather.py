"""Scenes of several bridges as one: ids, worlds, rooms and times."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import random_event, random_scene

from mocap_bridge.camera import camera_from_world
from mocap_bridge.gather import IDS_EACH, MOST_SOURCES, Heard, Place, foreign, gathered
from mocap_bridge.records import ActiveEvent, Scene
from mocap_bridge.rotations import bone_heads_m
from mocap_bridge.skeleton import REST_OFFSETS_M
from mocap_bridge.wire.sendable import sendable

HERE = Place()
PLACES = st.builds(Place, st.floats(-20, 20), st.floats(-20, 20), st.floats(-360, 360))


def heard(number: int, scene: Scene, age_s: float = 0.0, place: Place = HERE) -> Heard:
    return Heard(number, foreign(scene, number, place), age_s)


def test_people_with_the_same_id_do_not_meet() -> None:
    scene = gathered([heard(1, random_scene((4, 7), events=1)), heard(2, random_scene((4,), events=1))], 5, 9.0)
    assert (scene.frame_index, scene.time_s) == (5, 9.0)
    assert [pose.person_id for pose in scene.poses] == [1_000_004, 1_000_007, 2_000_004]
    assert [body.person_id for body in scene.bodies] == [1_000_004, 1_000_007, 2_000_004]
    assert [(event.name, event.person_id) for event in scene.events] == [
        ("hands_up", 1_000_004),
        ("hands_up", 2_000_004),
    ]


def test_whoever_comes_from_a_hub_already_is_refused() -> None:
    with pytest.raises(ValueError, match="an id of 1000004; a hub's scenes cannot be gathered again"):
        foreign(random_scene((1_000_004,)), 1, HERE)


def test_the_largest_ids_still_go_over_every_wire() -> None:
    scene = gathered([heard(MOST_SOURCES, random_scene((IDS_EACH - 1,), events=1))], 0, 0.0)
    assert sendable(scene) == (scene, 0)


@given(st.integers(0, 1000), PLACES)
def test_a_world_that_is_moved_looks_the_same_from_its_camera(seed: int, place: Place) -> None:
    before = random_scene((3,), seed=seed, events=1)
    after = foreign(before, 1, place)
    for a, b in zip(before.bodies, after.bodies, strict=True):
        in_camera = camera_from_world(b.joints_world_m, after.camera)
        np.testing.assert_allclose(in_camera, camera_from_world(a.joints_world_m, before.camera), atol=1e-9)
    for p, q in zip(before.poses, after.poses, strict=True):
        was = bone_heads_m(p.hips_world_m, p.rotations_xyzw, REST_OFFSETS_M)
        is_ = bone_heads_m(q.hips_world_m, q.rotations_xyzw, REST_OFFSETS_M)
        in_camera = camera_from_world(is_, after.camera)
        np.testing.assert_allclose(in_camera, camera_from_world(was, before.camera), atol=1e-9)
    anchors = [camera_from_world(s.events[0].anchor_world_m[None], s.camera) for s in (before, after)]
    np.testing.assert_allclose(*anchors, atol=1e-9)


def test_a_quarter_turn_takes_who_stood_ahead_to_the_right_of_the_scene() -> None:
    before = random_scene((3,))
    pose = replace(before.poses[0], hips_world_m=np.array([0.0, 0.9, 2.0]))
    after = foreign(replace(before, poses=(pose,)), 1, Place(x_m=1.0, z_m=-1.0, turn_deg=90.0))
    np.testing.assert_allclose(after.poses[0].hips_world_m, [3.0, 0.9, -1.0], atol=1e-12)


def room_event(name: str, strength: float, since_s: float) -> ActiveEvent:
    return ActiveEvent(name, 0, strength, since_s, np.zeros(3))


def test_what_is_true_of_a_room_is_told_once() -> None:
    ours, theirs = random_scene((1,), time_s=10.0), random_scene((1,), time_s=500.0)
    ours = replace(ours, events=(room_event("crowd", 0.4, 8.0), room_event("alone", 1.0, 9.0)))
    theirs = replace(theirs, events=(room_event("crowd", 0.9, 499.5),))
    scene = gathered([heard(1, ours), heard(2, theirs)], 0, 1.0)
    assert [(e.name, e.person_id, e.strength, e.since_s) for e in scene.events] == [
        ("crowd", 0, 0.9, -1.0),
        ("alone", 0, 1.0, 0.0),
    ]


def test_pairs_stay_pairs() -> None:
    random = np.random.default_rng(0)
    pair = replace(random_event(4, 0.4, random, "high_five"), other_id=7)
    scene = gathered([heard(2, replace(random_scene((4, 7)), events=(pair,)))], 0, 0.0)
    assert (scene.events[0].person_id, scene.events[0].other_id) == (2_000_004, 2_000_007)


def test_times_of_unknown_clocks_become_ages() -> None:
    old = random_scene((1,), time_s=70_000.0, events=1)
    since_s = old.time_s - old.events[0].since_s
    scene = gathered([heard(1, old, age_s=0.25)], 0, 3.0)
    assert scene.poses[0].time_s == scene.bodies[0].time_s == 2.75
    assert scene.events[0].since_s == pytest.approx(2.75 - since_s)


def test_the_camera_is_that_of_the_first_source_there_is() -> None:
    first, second = random_scene(), random_scene()
    second = replace(second, camera=replace(second.camera, focal_px=np.array([1.0, 1.0])))
    assert gathered([heard(2, second), heard(1, first)], 0, 0.0).camera.focal_px[0] > 1.0
    assert gathered([heard(2, second)], 0, 0.0).camera.focal_px[0] == 1.0
    with pytest.raises(ValueError, match="nothing was heard"):
        gathered([], 0, 0.0)
