"""The preview video: as long as the recording, whatever the frames do, and readable by others."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from clips import picture, write_clip
from plain_networks import one_person

from mocap_bridge.camera import level_camera
from mocap_bridge.capture import open_source
from mocap_bridge.errors import SettingsError
from mocap_bridge.pipeline import PipelineSettings, scenes
from mocap_bridge.preview import HEIGHT_PX, Preview, check_preview_path
from mocap_bridge.records import Frame, Scene


def read_back(path: Path) -> list[np.ndarray]:
    capture = cv2.VideoCapture(str(path))
    pictures = []
    while capture.grab():
        pictures.append(capture.retrieve()[1])
    return pictures


def still(time_s: float, size_px: tuple[int, int] = (160, 120)) -> tuple[Frame, Scene]:
    camera = level_camera(size_px)
    return Frame(0, time_s, picture(90, size_px), camera), Scene(0, time_s, camera)


def test_a_preview_shows_the_picture_and_the_avatar_side_by_side(tmp_path: Path) -> None:
    networks, settings = one_person(), PipelineSettings()
    with (
        open_source(str(write_clip(tmp_path / "clip.avi", frames=10, fps=25))) as source,
        Preview(str(tmp_path / "seen.mp4"), source.fps) as preview,
    ):
        frames = list(source)
        for frame, scene in zip(
            frames, scenes(frames, networks.detect, networks.estimate, networks.lift, settings), strict=True
        ):
            preview.add(frame, scene)
    pictures = read_back(tmp_path / "seen.mp4")
    assert len(pictures) == 10
    assert pictures[0].shape == (HEIGHT_PX, HEIGHT_PX * 4 // 3 + HEIGHT_PX, 3)
    seen, avatar = np.split(pictures[5].astype(float), [HEIGHT_PX * 4 // 3], axis=1)
    assert seen.std() > 5, "no skeleton over the picture"
    assert avatar.std() > 5, "no avatar beside it"


def test_late_frames_are_repeated_and_early_ones_left_out(tmp_path: Path) -> None:
    with Preview(str(tmp_path / "seen.mp4"), 10) as preview:
        for time_s in (5.0, 5.1, 5.12, 5.5, 6.0):
            preview.add(*still(time_s))
    assert len(read_back(tmp_path / "seen.mp4")) == 11  # one second, both ends


def test_a_camera_that_was_away_for_an_hour_leaves_a_cut(tmp_path: Path) -> None:
    with Preview(str(tmp_path / "seen.mp4"), 5) as preview:
        for time_s in (0.0, 3600.0, 3600.2):
            preview.add(*still(time_s))
    assert len(read_back(tmp_path / "seen.mp4")) == 1 + 50 + 1


def test_photos_of_all_shapes_fit_into_one_video(tmp_path: Path) -> None:
    with Preview(str(tmp_path / "seen.mp4"), None) as preview:
        for n, size_px in enumerate(((160, 120), (121, 333), (500, 77))):
            preview.add(*still(10.0 * n, size_px))
    assert len(read_back(tmp_path / "seen.mp4")) == 3


@pytest.mark.parametrize(("name", "complaint"), [("seen.avi", "must end in"), ("gone/seen.mp4", "there is no folder")])
def test_a_place_that_cannot_be_written_is_told_before_anything_starts(
    tmp_path: Path, name: str, complaint: str
) -> None:
    with pytest.raises(SettingsError, match=complaint):
        check_preview_path(str(tmp_path / name))
