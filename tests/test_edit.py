"""Takes cut and resampled: motion stays on its path, and no event is lost."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import CAMERA, random_event, random_pose, random_scene

from mocap_bridge.edit import resampled, trimmed
from mocap_bridge.records import Scene
from mocap_bridge.rotations import about, angle_between

RANDOM = np.random.default_rng(2)
Y = np.array([0.0, 1.0, 0.0])


def turning(count: int, fps: float, start_s: float = 5.0) -> list[Scene]:
    """Somebody who turns by a radian a second and walks at a metre a second."""
    first = random_pose(1, start_s, RANDOM)
    scenes = []
    for n in range(count):
        turns = first.rotations_xyzw.copy()
        turns[0] = about(Y, n / fps)
        place_m = first.hips_world_m + np.array([n / fps, 0.0, 0.0])
        pose = replace(first, time_s=start_s + n / fps, rotations_xyzw=turns, hips_world_m=place_m)
        scenes.append(Scene(n, start_s + n / fps, CAMERA, (), (pose,)))
    return scenes


def test_a_cut_holds_both_ends_and_keeps_frames_as_they_were() -> None:
    scenes = turning(31, 30)
    cut = list(trimmed(scenes, 0.2, 0.5))
    assert [scene.frame_index for scene in cut] == list(range(6, 16))
    assert all(a is b for a, b in zip(cut, scenes[6:16], strict=True))
    assert len(list(trimmed(scenes, 0.5, None))) == 16


@given(st.floats(1, 240), st.integers(2, 40))
def test_at_any_rate_the_motion_stays_on_its_path(fps: float, count: int) -> None:
    scenes = turning(count, 30)
    seen = list(resampled(scenes, fps))
    first = scenes[0].poses[0]
    length_s = (count - 1) / 30
    assert len(seen) == int(length_s * fps + 1e-4) + 1
    assert [scene.frame_index for scene in seen] == list(range(len(seen)))
    for n, scene in enumerate(seen):
        assert scene.time_s == pytest.approx(5.0 + n / fps, abs=1e-9)
        (pose,) = scene.poses
        assert pose.time_s == scene.time_s
        assert angle_between(pose.rotations_xyzw[0], about(Y, n / fps)) < 1e-4
        np.testing.assert_allclose(pose.hips_world_m - first.hips_world_m, [n / fps, 0, 0], atol=1e-5)


def test_at_its_own_rate_a_take_is_the_same() -> None:
    scenes = [random_scene((1, 2), n, n / 30) for n in range(8)]
    for a, b in zip(scenes, resampled(scenes, 30), strict=True):
        np.testing.assert_allclose(a.bodies[1].joints_world_m, b.bodies[1].joints_world_m, atol=1e-9)
        assert angle_between(a.poses[0].rotations_xyzw, b.poses[0].rotations_xyzw).max() < 1e-6


@given(st.integers(0, 29), st.floats(2, 120))
def test_an_event_of_a_single_frame_is_in_the_next_tick(at: int, fps: float) -> None:
    scenes = turning(31, 30)
    clap = random_event(1, scenes[at].time_s, RANDOM, "clap")
    scenes[at] = replace(scenes[at], events=(clap,))
    seen = list(resampled(scenes, fps))
    heard = [scene.time_s for scene in seen if any(event.name == "clap" for event in scene.events)]
    due_s = [scene.time_s for scene in seen if scene.time_s >= scenes[at].time_s - 1e-6]
    if due_s:  # else the take ends before the next tick
        assert heard
        assert heard[0] == due_s[0]
        assert max(heard) <= max(due_s[0], scenes[at].time_s + 1 / 30) + 1e-6


def test_an_event_that_lasts_is_in_every_tick_and_not_after() -> None:
    scenes = turning(31, 30)
    clap = random_event(1, 5.0, RANDOM, "clap")
    scenes = [replace(scene, events=(clap,)) if 10 <= n < 20 else scene for n, scene in enumerate(scenes)]
    active = [bool(scene.events) for scene in resampled(scenes, 60)]
    assert active == [20 <= n < 40 for n in range(61)]


def test_nobody_slides_through_a_gap_or_is_where_nobody_saw_them() -> None:
    pose = random_pose(1, 0.0, RANDOM)
    far = replace(pose, time_s=4.0, hips_world_m=pose.hips_world_m + 3.0)
    gap = [Scene(0, 0.0, CAMERA, (), (pose,)), Scene(1, 4.0, CAMERA, (), (far,))]
    steps = {float(scene.poses[0].hips_world_m[0]) for scene in resampled(gap, 10)}
    assert steps == {float(pose.hips_world_m[0]), float(far.hips_world_m[0])}
    leaving = [Scene(0, 0.0, CAMERA, (), (pose,)), Scene(1, 0.1, CAMERA)]
    assert [len(scene.poses) for scene in resampled(leaving, 40)] == [1, 1, 0, 0, 0]


def test_an_empty_take_stays_empty() -> None:
    assert list(resampled([], 60)) == []
    assert list(trimmed([], 0.0, 1.0)) == []
