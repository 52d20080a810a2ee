"""A strip shows moments of a take over the very frames they were made of."""

from pathlib import Path

import numpy as np
import pytest
from clips import picture, write_clip
from scenes import random_scene

from mocap_bridge.camera import level_camera
from mocap_bridge.capture import open_source
from mocap_bridge.errors import SourceError
from mocap_bridge.records import Frame, Scene
from mocap_bridge.strip import ACROSS, MOMENT_PX, moments, strip


def empty(count: int) -> list[Scene]:
    camera = level_camera((160, 120))
    return [Scene(index, index / 30, camera) for index in range(count)]


def test_moments_are_spread_from_the_first_frame_to_the_last() -> None:
    scenes = empty(100)
    assert [scene.frame_index for scene in moments(scenes, 4)] == [0, 33, 66, 99]
    assert moments(scenes[:3], 12) == scenes[:3]
    assert moments([], 12) == []


def test_each_moment_is_shown_over_its_own_frame_and_above_its_avatar() -> None:
    scenes = empty(9)
    frames = (Frame(i, i / 30, np.full((120, 160, 3), 20 * i, np.uint8), scenes[0].camera) for i in range(9))
    shown = strip(frames, moments(scenes, 3))
    height_px, width_px = MOMENT_PX * 3 // 4, MOMENT_PX
    assert shown.shape == (2 * height_px, 3 * width_px, 3)
    assert [int(shown[height_px // 2, width_px * column + 5, 0]) for column in range(3)] == [0, 80, 160]
    assert shown[height_px:].std() > 1, "no floor below"


def test_more_moments_than_fit_across_go_on_below() -> None:
    scenes = empty(ACROSS + 1)
    shown = strip((Frame(s.frame_index, s.time_s, picture(9, (160, 120)), s.camera) for s in scenes), scenes)
    assert shown.shape[:2] == (2 * 2 * MOMENT_PX * 3 // 4, ACROSS * MOMENT_PX)


def test_a_video_that_is_too_short_is_told() -> None:
    with pytest.raises(SourceError, match=r"no frame 4 \(0\.13 s\)"):
        strip(iter([]), empty(9)[4:])
    with pytest.raises(SourceError, match="no frame to show"):
        strip(iter([]), [])


def test_people_are_drawn(tmp_path: Path) -> None:
    scene = random_scene()
    with open_source(str(write_clip(tmp_path / "clip.avi", frames=scene.frame_index + 1))) as source:
        frames = list(source)
    with_people = strip(frames, [scene]).astype(int)
    without = strip(frames, [Scene(scene.frame_index, scene.time_s, scene.camera)]).astype(int)
    assert np.abs(with_people - without).mean() > 1
