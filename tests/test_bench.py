"""The stopwatch: every stage is named, and the parts add up to the whole."""

from pathlib import Path

import numpy as np
import pytest
from clips import write_clip
from plain_networks import nobody, one_person

from mocap_bridge.bench import STAGES, Stopwatch, bench
from mocap_bridge.capture import open_source
from mocap_bridge.pipeline import PipelineSettings, scenes
from mocap_bridge.records import Frame


@pytest.fixture
def frames(tmp_path: Path) -> list[Frame]:
    with open_source(str(write_clip(tmp_path / "clip.avi", frames=30))) as source:
        return list(source)


def test_every_frame_is_timed_and_the_parts_make_the_whole(frames: list[Frame]) -> None:
    report = bench(frames, one_person(), PipelineSettings())
    rows = {row.stage: row for row in report.rows}
    assert [*rows] == [*STAGES, "whole line"]
    assert (report.frames, report.people_per_frame) == (30, 1.0)
    assert all(0 < row.p50_ms <= row.p95_ms for row in report.rows)
    assert rows["estimate"].share_of_frames == rows["whole line"].share_of_frames == 1.0
    assert rows["detect"].share_of_frames < 1.0  # asked only now and then
    assert rows["whole line"].p50_ms >= max(rows[stage].p50_ms for stage in STAGES if stage != "detect")
    assert 0 < report.fps <= 2000 / rows["whole line"].p50_ms  # what the median allows, twice over
    assert report.peak_memory_mib is None or report.peak_memory_mib > 20


def test_an_empty_picture_is_timed_too(frames: list[Frame]) -> None:
    report = bench(frames, nobody(), PipelineSettings())
    assert report.people_per_frame == 0
    assert all(np.isfinite([row.p50_ms, row.p95_ms]).all() for row in report.rows)


def test_the_stopwatch_knows_every_stage_of_the_line(frames: list[Frame]) -> None:
    watch = Stopwatch()
    networks = one_person()
    list(scenes(frames, networks.detect, networks.estimate, networks.lift, PipelineSettings(), watch))
    assert {stage for frame in watch.frames for stage in frame} <= {*STAGES, "outputs"}
    assert len(watch.frames) == 30
