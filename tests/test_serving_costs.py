"""The trial of what open pages cost: pages without a browser are sent what a page is sent, and pairs are compared."""

from math import isnan
from pathlib import Path

import numpy as np
import pytest
from clips import write_clip
from plain_networks import one_person
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from mocap_bridge.capture import open_source
from mocap_bridge.pipeline import PipelineSettings
from mocap_bridge.serving.costs import Costs, Trial, onlookers, share, there_and_back
from mocap_bridge.serving.onlookers import small_text, taken

FRAMES = 40
PAIRS = 3  # odd, so that each median is one stretch's own: means of rates and of durations do not fit each other


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> Costs:
    """Of two pages, one of them slow."""
    with open_source(str(write_clip(tmp_path_factory.mktemp("clip") / "clip.avi", frames=20))) as source:
        frames = list(source)
    with Trial(frames, one_person(), PipelineSettings()) as trial:
        return trial.costs(2, 1, PAIRS, FRAMES)


def test_a_page_is_sent_scenes_and_half_as_many_pictures(costs: Costs) -> None:
    assert costs.without.scenes == costs.without.pictures == 0
    # Fewer on a machine that is too busy to send each: a page gets the newest, never an old one late.
    assert 0.3 < costs.looked_at.scenes < 1.1
    assert 0.15 < costs.looked_at.pictures < 0.6


def test_rates_latencies_and_the_processor_are_measured(costs: Costs) -> None:
    for stretch in (costs.without, costs.looked_at):
        assert stretch.fps > 0
        assert 0 < stretch.p50_ms <= stretch.p95_ms
        assert stretch.processor_ms > 0
        # Two clocks of the system, that of waiting and that of the day, differ by a little.
        assert isnan(stretch.line_ms) or 0 < stretch.line_ms <= 1.02 * 1e3 / stretch.fps
        assert isnan(stretch.dashboard_ms) or 0 < stretch.dashboard_ms < 2 * stretch.processor_ms
    assert costs.without.pages_ms == 0 < costs.looked_at.pages_ms
    assert costs.more_processor.median > -1
    assert isnan(costs.slower.median) or costs.slower.median > -1
    assert costs.fewer_frames.median < 1
    assert costs.more_latency.median > -1


def test_frames_are_shown_there_and_back_without_a_jump(tmp_path: Path) -> None:
    with open_source(str(write_clip(tmp_path / "clip.avi", frames=9))) as source:
        frames = list(source)
    for most, expected in ((8, [0, 1, 2, 3, 4, 3, 2, 1]), (100, [*range(9), *range(7, 0, -1)]), (2, [0, 1])):
        assert [frame.index for frame in there_and_back(frames, most)] == expected
    assert there_and_back(frames[:1], 40) == frames[:1]


def test_a_share_is_told_with_the_error_that_its_spread_leaves() -> None:
    random = np.random.default_rng(1)
    trials = [share(random.normal(0.03, 0.1, 31).tolist()) for _ in range(400)]
    hit = [abs(one.median - 0.03) < one.error for one in trials]
    assert 0.9 < np.mean(hit) <= 1
    assert str(share([0.01, 0.02, 0.03])) == "+2.0% ± 1.1%"


def test_onlookers_that_end_are_told() -> None:
    with onlookers(1, 1, 0) as (look, _), pytest.raises(RuntimeError, match="have ended"):
        look()


def test_what_an_onlooker_says_is_what_a_websocket_library_reads() -> None:
    server = ServerProtocol(state=State.OPEN)
    server.receive_data(small_text("24"))
    (event,) = server.events_received()
    assert isinstance(event, Frame)
    assert (event.opcode, bytes(event.data)) == (Opcode.TEXT, b"24")


def test_messages_are_counted_as_they_come_in_pieces() -> None:
    short, long = b"\x82\x03abc", b"\x81\x7e\x01\x00" + bytes(256)
    huge, ping = b"\x82\x7f" + (70_000).to_bytes(8, "big") + bytes(70_000), b"\x89\x00"
    unread, counted = bytearray(), 0
    for begin in range(0, len(stream := short + ping + long + huge + short), 1000):
        unread += stream[begin : begin + 1000]
        counted += taken(unread)
    assert (counted, unread) == (4, b"")
    cut = bytearray(short[:-1])
    assert (taken(cut), cut) == (0, short[:-1])
