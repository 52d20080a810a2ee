"""The trial of what open pages cost: pages without a browser are sent what a page is sent, and pairs are compared."""

from math import isnan

import pytest
from clips import write_clip
from plain_networks import one_person

from mocap_bridge.capture import open_source
from mocap_bridge.pipeline import PipelineSettings
from mocap_bridge.serving.costs import Costs, Trial, onlookers

FRAMES, PAIRS = 40, 2


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> Costs:
    """Of two pages, one of them slow."""
    with open_source(str(write_clip(tmp_path_factory.mktemp("clip") / "clip.avi", frames=20))) as source:
        frames = list(source)
    with Trial(frames, one_person(), PipelineSettings()) as trial:
        return trial.costs(2, 1, PAIRS, FRAMES)


def test_a_page_is_sent_scenes_and_half_as_many_pictures(costs: Costs) -> None:
    assert costs.without.scenes == costs.without.pictures == 0
    assert 0 < costs.looked_at.pictures < costs.looked_at.scenes <= 1.1


def test_rates_latencies_and_the_processor_are_measured(costs: Costs) -> None:
    for stretch in (costs.without, costs.looked_at):
        assert stretch.fps > 0
        assert 0 < stretch.p50_ms <= stretch.p95_ms
        assert stretch.processor_ms > 0
        assert isnan(stretch.dashboard_ms) or 0 < stretch.dashboard_ms < 2 * stretch.processor_ms
    assert costs.more_processor > -1
    assert costs.fewer_frames < 1
    assert costs.more_latency > -1


def test_onlookers_that_end_are_told() -> None:
    with onlookers("ws://127.0.0.1:1/", 1, 0) as (look, _), pytest.raises(RuntimeError, match="have ended"):
        look(30.0, 15.0)
