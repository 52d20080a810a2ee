"""Sources with real files and a real stream: nothing lost, nothing queued, and errors that help."""

import os
import subprocess
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from clips import SIZE_PX, mjpeg_server, picture, write_clip

from mocap_bridge.cameras import CameraInfo, camera_index, list_cameras, without_password
from mocap_bridge.capture import CaptureSettings, open_source
from mocap_bridge.capture_files import MAX_SIDE_PX
from mocap_bridge.capture_live import NewestSlot
from mocap_bridge.errors import SourceError

SHARED = Path(os.environ.get("MOCAP_SHARED", Path(__file__).parent.parent.parent / "shared"))


def test_a_video_gives_every_frame_with_its_presentation_time(tmp_path: Path) -> None:
    with open_source(str(write_clip(tmp_path / "a.avi", frames=20, fps=25))) as source:
        frames = list(source)
    assert [frame.index for frame in frames] == list(range(20))
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(20) / 25, atol=1e-6)
    assert (source.promised, source.read, source.fps, source.live, source.dropped) == (20, 20, 25.0, False, 0)


def test_pictures_arrive_as_read_only_rgb(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "red.png"), picture(5))
    with open_source(str(tmp_path / "red.png")) as source:
        (frame,) = source
    assert frame.image_rgb[0, 0].tolist() == [250, 60, 5]
    assert not frame.image_rgb.flags.writeable


def test_the_camera_is_the_one_that_was_described(tmp_path: Path) -> None:
    settings = CaptureSettings(fov_deg=90, camera_height_m=2.0, camera_pitch_deg=30)
    with open_source(str(write_clip(tmp_path / "a.avi", frames=1)), settings) as source:
        (frame,) = source
    np.testing.assert_allclose(frame.camera.size_px, SIZE_PX)
    np.testing.assert_allclose(frame.camera.focal_px, SIZE_PX[0] / 2)
    assert frame.camera.world_from_camera[1, 3] == 2.0
    assert frame.camera.world_from_camera[1, 2] == pytest.approx(-0.5)  # looks down by 30 degrees


def test_a_variable_rate_keeps_its_own_times(tmp_path: Path) -> None:
    clip, uneven = write_clip(tmp_path / "a.mp4", codec="mp4v"), tmp_path / "uneven.mkv"
    timing = "setpts='if(lt(N,10),N/25,N/5)/TB'"
    command = ["ffmpeg", "-v", "error", "-i", str(clip), "-vf", timing, "-fps_mode", "vfr", str(uneven)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (FileNotFoundError, subprocess.CalledProcessError) as trouble:
        pytest.skip(f"ffmpeg cannot make the clip: {trouble}")
    with open_source(str(uneven)) as source:
        steps_s = np.diff([frame.time_s for frame in source])
    assert steps_s.min() == pytest.approx(0.04, abs=0.002)
    assert steps_s[-1] == pytest.approx(0.2, abs=0.002)


def test_a_truncated_video_gives_what_is_there_and_says_how_much(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.avi", frames=40)
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    notices: list[str] = []
    with open_source(str(clip), notice=notices.append) as source:
        read = len(list(source))
    assert 10 < read < 40
    assert notices == [f"{clip} ends early: only {read} of the 40 promised frames could be read"]


@pytest.mark.parametrize("content", [b"", b"not a video at all" * 50])
def test_a_file_that_is_no_video_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=rf"broken\.mp4 \({len(content)} bytes\) as a video.*MP4, MKV"):
        open_source(str(path))


def test_a_missing_source_lists_what_would_work() -> None:
    with pytest.raises(SourceError, match=r"no source 'clip\.mp5'.*camera.*found.*rtsp://"):
        open_source("clip.mp5")


def test_an_unknown_scheme_lists_the_known_ones() -> None:
    with pytest.raises(SourceError, match=r"cannot read gopher://.*rtsp, rtsps, http"):
        open_source("gopher://host/x")


def test_a_stream_that_does_not_answer_is_an_error_without_its_password() -> None:
    with pytest.raises(SourceError, match=r"no video from http://127\.0\.0\.1:9/x; check") as caught:
        open_source("http://me:secret@127.0.0.1:9/x")
    assert "secret" not in str(caught.value)
    assert without_password("rtsp://me:pw@cam:554/live?x=1") == "rtsp://cam:554/live?x=1"


@pytest.mark.skipif(bool(list_cameras()), reason="this machine has a camera")
def test_a_camera_that_is_not_there_says_that_none_was_found() -> None:
    with pytest.raises(SourceError, match="no camera 0; no camera was found on this machine"):
        open_source("0")


def test_a_folder_is_read_in_sorted_order_and_a_bad_picture_keeps_its_place(tmp_path: Path) -> None:
    for name, shade in (("b.png", 20), ("a.png", 10), ("d.png", 40)):
        cv2.imwrite(str(tmp_path / name), picture(shade))
    (tmp_path / "c.jpg").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("not a picture")
    notices: list[str] = []
    with open_source(str(tmp_path), CaptureSettings(fps=10), notices.append) as source:
        frames = list(source)
    assert [(frame.index, frame.image_rgb[0, 0, 2]) for frame in frames] == [(0, 10), (1, 20), (3, 40)]
    assert [frame.time_s for frame in frames] == [0.0, 0.1, 0.3]
    assert len(notices) == 1
    assert "c.jpg cannot be read" in notices[0]
    assert (source.read, source.promised) == (3, 4)


def test_photos_of_different_sizes_each_get_their_camera(tmp_path: Path) -> None:
    for name, size_px in (("a.png", (64, 48)), ("b.png", (48, 64)), ("c.png", (48, 64))):
        cv2.imwrite(str(tmp_path / name), picture(0, size_px))
    with open_source(str(tmp_path)) as source:
        sizes = [tuple(frame.camera.size_px) for frame in source]
    assert sizes == [(64, 48), (48, 64), (48, 64)]


def test_a_picture_of_forged_size_is_left_out(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "wide.png"), np.zeros((2, MAX_SIDE_PX + 1, 3), np.uint8))
    notices: list[str] = []
    with open_source(str(tmp_path), notice=notices.append) as source:
        assert list(source) == []
    assert "at most 8192 px" in notices[0]


def test_a_folder_without_pictures_says_what_it_looked_for(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"holds no images; a picture may end in \.bmp, \.jpeg"):
        open_source(str(tmp_path))


def test_a_source_can_be_stopped_between_frames(tmp_path: Path) -> None:
    with open_source(str(write_clip(tmp_path / "a.avi", frames=20))) as source:
        for frame in source:
            if frame.index == 4:
                source.stop()
    assert source.read == 5


def test_a_looped_clip_goes_on_with_growing_index_and_time(tmp_path: Path) -> None:
    with open_source(str(write_clip(tmp_path / "a.avi", frames=5, fps=25)), loop=True) as source:
        frames = [frame for frame, _ in zip(source, range(12), strict=False)]
    assert [frame.index for frame in frames] == list(range(12))
    np.testing.assert_allclose([frame.time_s for frame in frames], np.arange(12) / 25, atol=1e-6)
    assert frames[5].image_rgb[0, 0, 2] == frames[0].image_rgb[0, 0, 2]


def test_a_looped_folder_of_nothing_readable_ends(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    with open_source(str(tmp_path), notice=lambda text: None, loop=True) as source:
        assert list(source) == []


def test_the_slot_keeps_the_newest_frame_and_counts_the_others() -> None:
    slot = NewestSlot()
    assert slot.take(0.0) is None
    for shade in range(5):
        slot.put((float(shade), picture(shade)))
    newest = slot.take(0.0)
    assert newest is not None
    assert (newest[0], slot.dropped, slot.take(0.0)) == (4.0, 4, None)


def test_a_slow_reader_of_a_stream_gets_fresh_frames_and_no_queue() -> None:
    with mjpeg_server(frames_per_client=10_000, fps=100) as url, open_source(url) as source:
        assert source.live
        ages_s = []
        for frame in source:
            ages_s.append(time.perf_counter() - frame.time_s)
            time.sleep(0.1)
            if len(ages_s) == 8:
                break
    assert max(ages_s[1:]) < 0.3, "an old frame was waiting"
    assert source.dropped > 10


def test_a_stream_that_breaks_is_opened_again_and_says_so() -> None:
    notices: list[str] = []
    with mjpeg_server(frames_per_client=5) as url, open_source(url, notice=notices.append) as source:
        times_s = []
        for frame in source:
            times_s.append(frame.time_s)
            if notices:
                break
    assert notices[0].startswith(f"{url} is back after 0.")
    assert times_s == sorted(times_s)


def test_a_stream_that_stays_away_is_tried_again_with_growing_waits() -> None:
    notices: list[str] = []
    with mjpeg_server(frames_per_client=5) as url:
        source = open_source(url, notice=notices.append)
        iterator = iter(source)
        next(iterator)
    with source:  # the server is gone now
        until_s = time.perf_counter() + 5
        while len(notices) < 2 and time.perf_counter() < until_s:
            time.sleep(0.05)
        source.stop()
        list(iterator)  # ends instead of waiting for ever
    assert "trying again in 1 s" in notices[0]
    assert "trying again in 2 s" in notices[1]


def test_a_camera_is_found_by_number_device_or_part_of_its_name(tmp_path: Path) -> None:
    for number, index, name in (
        (0, 0, "Built-in: Built-in"),
        (1, 1, "Built-in: Built-in"),
        (2, 0, "HD Pro Webcam C920"),
    ):
        node = tmp_path / f"video{number}"
        node.mkdir()
        (node / "index").write_text(f"{index}\n")
        (node / "name").write_text(f"{name}\n")
    assert camera_index("7", tmp_path) == 7
    assert camera_index("/dev/video3", tmp_path) == 3
    assert camera_index("nobody", tmp_path) is None
    if list_cameras(tmp_path) != (CameraInfo(0, "Built-in: Built-in"), CameraInfo(2, "HD Pro Webcam C920")):
        pytest.skip("only Linux keeps names of cameras")
    assert camera_index("c920", tmp_path) == 2


@pytest.mark.skipif(not SHARED.is_dir(), reason="no folder of real clips (MOCAP_SHARED)")
def test_real_clips_are_read_whole() -> None:
    with open_source(str(SHARED / "data/validation/balance/cam01.mp4")) as source:
        frames = [(frame.index, frame.time_s) for frame in source]
    assert len(frames) == 100
    assert frames[-1][1] == pytest.approx(99 / 60, abs=1e-3)


@pytest.mark.skipif(not SHARED.is_dir(), reason="no folder of real clips (MOCAP_SHARED)")
def test_a_container_that_guesses_its_frame_count_is_not_called_truncated() -> None:
    notices: list[str] = []
    with open_source(str(SHARED / "data/validation/clips/again.mkv"), notice=notices.append) as source:
        read = len(list(source))
    assert (read, source.promised, notices) == (77, 78, [])
