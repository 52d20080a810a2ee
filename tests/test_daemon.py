"""The running line: pace, counters, a clean end. Real clips and streams, plain functions for networks."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from clips import mjpeg_server, write_clip
from plain_networks import nobody, one_person

from mocap_bridge.capture import Source, open_source
from mocap_bridge.daemon import Counters, Hooks, drive
from mocap_bridge.errors import SettingsError
from mocap_bridge.interrupts import Interrupts
from mocap_bridge.pipeline import PipelineSettings
from mocap_bridge.records import Frame, JointEstimate, Scene, Track


class Kept:
    """An output that keeps what it is sent."""

    def __init__(self) -> None:
        self.scenes: list[Scene] = []
        self.trouble: str | None = None

    @property
    def packets_sent(self) -> int:
        return 2 * len(self.scenes)

    def send(self, scene: Scene) -> None:
        self.scenes.append(scene)

    def close(self) -> None:
        pass


def nothing(frame: Frame, scene: Scene, counters: Counters) -> None:
    pass


def driven(source: Source, **options: object) -> tuple[Counters, list[Scene]]:
    output = Kept()
    counters = drive(source, one_person(), PipelineSettings(), [output], nothing, **options)
    return counters, output.scenes


def test_a_file_is_played_at_its_own_pace(tmp_path: Path) -> None:
    with open_source(str(write_clip(tmp_path / "a.avi", frames=20, fps=25))) as source:
        start_s = time.perf_counter()
        counters, scenes = driven(source)
    assert 18 / 25 < time.perf_counter() - start_s < 5
    assert counters.frames == len(scenes) == 20 - counters.dropped
    assert counters.latency_ms < 500


def test_a_recording_takes_every_frame_as_fast_as_it_goes(tmp_path: Path) -> None:
    with open_source(str(write_clip(tmp_path / "a.avi", frames=20, fps=2))) as source:
        start_s = time.perf_counter()
        counters, scenes = driven(source, real_time=False)
    assert time.perf_counter() - start_s < 2.0  # the clip lasts ten
    assert [scene.frame_index for scene in scenes] == list(range(20))
    assert (counters.frames, counters.dropped, counters.packets) == (20, 0, 40)
    assert counters.frames_with_people == 20
    assert len(counters.people_seen) == 1


def test_with_hindsight_each_scene_meets_its_own_frame_and_none_is_lost(tmp_path: Path) -> None:
    met: list[tuple[int, int]] = []

    def note(frame: Frame, scene: Scene, counters: Counters) -> None:
        met.append((frame.index, scene.frame_index))

    with open_source(str(write_clip(tmp_path / "a.avi", frames=15, fps=25))) as source:
        drive(source, one_person(), PipelineSettings(hindsight=4), [], note, real_time=False)
    assert met == [(index, index) for index in range(15)]


def test_what_is_live_cannot_have_hindsight(tmp_path: Path) -> None:
    clip = str(write_clip(tmp_path / "a.avi", frames=3))
    with open_source(clip) as source, pytest.raises(SettingsError, match="is for record"):
        drive(source, one_person(), PipelineSettings(hindsight=4), [], nothing)


def test_a_slow_line_skips_frames_of_a_played_file_and_stays_in_time(tmp_path: Path) -> None:
    def slow(frame: Frame, scene: Scene, counters: Counters) -> None:
        time.sleep(0.1)

    with open_source(str(write_clip(tmp_path / "a.avi", frames=30, fps=30))) as source:
        start_s = time.perf_counter()
        counters = drive(source, one_person(), PipelineSettings(), [], slow)
    assert time.perf_counter() - start_s < 2.5  # all of them would take three
    assert counters.dropped > 10
    assert counters.frames + counters.dropped == 30
    assert counters.latency_ms < 200


def test_a_frame_without_people_is_an_empty_scene_not_silence(tmp_path: Path) -> None:
    output = Kept()
    with open_source(str(write_clip(tmp_path / "a.avi", frames=5))) as source:
        counters = drive(source, nobody(), PipelineSettings(), [output], nothing, real_time=False)
    assert [scene.poses for scene in output.scenes] == [()] * 5
    assert (counters.frames_with_people, counters.people) == (0, 0)


def test_seconds_are_those_of_the_recording(tmp_path: Path) -> None:
    with open_source(str(write_clip(tmp_path / "a.avi", frames=20, fps=10))) as source:
        counters, _ = driven(source, real_time=False, seconds=1.0)
    assert counters.frames == 10


def ages_of(source: Source, ahead_s: float | None, real_time: bool = True) -> list[float]:
    """What the frames of a run said about how old they will be."""
    ages_s: list[float] = []
    networks = one_person()

    def estimate(frame: Frame, track: Track) -> JointEstimate:
        ages_s.append(frame.age_s)
        time.sleep(0.02)
        return networks.estimate(frame, track)

    slow = replace(networks, estimate=estimate)
    drive(source, slow, PipelineSettings(), [], nothing, real_time, ahead_s=ahead_s)
    return ages_s


def test_who_steers_is_asked_at_every_frame_whether_to_mirror_and_told_of_every_stage(tmp_path: Path) -> None:
    asked, seen, laps = iter([None, True, True, False, None]), [], []
    networks = one_person()

    def estimate(frame: Frame, track: Track) -> JointEstimate:
        seen.append(frame.mirror)
        return networks.estimate(frame, track)

    with open_source(str(write_clip(tmp_path / "a.avi", frames=5))) as source:
        counters = Counters(frames=100)
        hooks = Hooks(mirror=lambda: next(asked), lap=laps.append)
        steered = replace(networks, estimate=estimate)
        told = drive(source, steered, PipelineSettings(), [], nothing, False, counters=counters, hooks=hooks)
    assert seen == [None, True, True, False, None]
    assert laps.count("retarget") == 5
    assert told is counters
    assert counters.frames == 105


def test_frames_know_how_old_they_will_be_from_those_before(tmp_path: Path) -> None:
    with open_source(str(write_clip(tmp_path / "a.avi", frames=20, fps=20))) as source:
        ages_s = ages_of(source, ahead_s=None)
    assert ages_s[0] == 0.0
    assert 0.02 < np.median(ages_s) < 0.2


def test_an_age_that_is_given_is_kept_and_a_recording_has_none(tmp_path: Path) -> None:
    clip = str(write_clip(tmp_path / "a.avi", frames=5))
    with open_source(clip) as source:
        assert set(ages_of(source, ahead_s=0.03)) == {0.03}
    with open_source(clip) as source:
        assert set(ages_of(source, ahead_s=0.0, real_time=False)) == {0.0}


def test_a_silent_camera_still_ends_on_time() -> None:
    with mjpeg_server(frames_per_client=3) as url:
        source = open_source(url, notice=lambda text: None)
    with source:  # the server is gone
        start_s = time.perf_counter()
        driven(source, seconds=0.3)
    assert time.perf_counter() - start_s < 3


def test_frames_and_scenes_stay_together(tmp_path: Path) -> None:
    pairs: list[tuple[int, int]] = []

    def note(frame: Frame, scene: Scene, counters: Counters) -> None:
        pairs.append((frame.index, scene.frame_index))

    with open_source(str(write_clip(tmp_path / "a.avi", frames=5))) as source:
        drive(source, one_person(), PipelineSettings(), [], note, real_time=False)
    assert pairs == [(n, n) for n in range(5)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_after_the_frame_in_hand(tmp_path: Path, number: signal.Signals) -> None:
    def interrupt(frame: Frame, scene: Scene, counters: Counters) -> None:
        if frame.index == 3:
            os.kill(os.getpid(), number)

    output = Kept()
    before = signal.getsignal(number)
    with Interrupts() as interrupts, open_source(str(write_clip(tmp_path / "a.avi", frames=20))) as source:
        interrupts.stop_by(source.stop)
        drive(source, one_person(), PipelineSettings(), [output], interrupt, real_time=False)
    assert interrupts.asked
    assert len(output.scenes) == 4
    assert signal.getsignal(number) is before


def test_an_interrupt_before_there_is_a_source_ends_cleanly() -> None:
    with Interrupts() as interrupts:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)
        pytest.fail("the block should have ended")
    assert interrupts.asked


def test_a_second_interrupt_breaks_off(tmp_path: Path) -> None:
    with open_source(str(write_clip(tmp_path / "a.avi"))) as source, Interrupts() as interrupts:
        interrupts.stop_by(source.stop)
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_counters_speak_of_the_last_two_seconds() -> None:
    counters = Counters()
    assert (counters.fps, counters.latency_ms) == (0.0, 0.0)
    scene = Scene(0, 0.0, camera=None)  # type: ignore[arg-type]
    for n in range(100):
        counters.count(scene, now_s=n * 0.1, latency_s=0.5 if n < 50 else 0.02)
    assert counters.fps == pytest.approx(10.0)
    assert counters.latency_ms == pytest.approx(20.0)
