"""What the page may change while a line runs: a real loop on one side, a line of scenes on the other."""

import asyncio
import socket
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import random_scene
from test_calibration import body, scene

from mocap_bridge.daemon import Counters
from mocap_bridge.errors import MocapError, OutputError, SettingsError
from mocap_bridge.outputs import Output, open_outputs
from mocap_bridge.performers import load_performer
from mocap_bridge.records import Scene
from mocap_bridge.replay import read_take
from mocap_bridge.serving import between, measuring
from mocap_bridge.serving.control import LIVE, REPLAY, Control, Steering
from mocap_bridge.serving.requests import (
    AddOutput,
    Calibrate,
    Choose,
    EditOutput,
    EndCalibration,
    EndRecording,
    FindCameras,
    Mirror,
    Record,
    RemoveOutput,
    Request,
    Start,
    Stop,
)
from mocap_bridge.serving.status import CameraChoice, Status, address_of
from mocap_bridge.serving.ways_out import take_file
from mocap_bridge.skeleton import REST_OFFSETS_M
from mocap_bridge.wire.take_json import TakeHeader

HEADER = TakeHeader(source="x", model="xs", model_sha256="00")


class Line:
    """A line that shows scenes by and by, and the loop that the page's requests are handled in."""

    def __init__(self, folder: Path, can: tuple[str, ...] = LIVE) -> None:
        self.urls = ("vmc:127.0.0.1:39990", "osc:127.0.0.1:39991")
        self.outputs: list[Output] = open_outputs(self.urls)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        steering = Steering("clip.mp4", can, recordings=folder, performers=str(folder))
        self.control = Control(steering, self.outputs, self.urls)
        self.stops = 0
        self.control.begin(HEADER, self.stop)
        self.counters = Counters()
        self.status: Status | None = None
        self.frame = 0

    def stop(self) -> None:
        self.stops += 1

    def asked(self, request: Request) -> "Future[str]":
        """A request that is under way."""
        work: Coroutine[object, object, str] = self.control.handle(request)
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def step(self, shown: Scene | None = None) -> None:
        """One frame through all outputs."""
        self.frame += 1
        shown = shown or random_scene((1, 2), self.frame, self.frame / 30)
        for output in self.outputs:
            output.send(shown)
        self.counters.count(shown, time.perf_counter(), 0.02)
        self.status = self.control.between_frames(shown, self.counters) or self.status

    def done(self, request: Request) -> str:
        """The answer, with the line running meanwhile."""
        answer = self.asked(request)
        while not answer.done():
            self.step()
            time.sleep(0.002)
        return answer.result()

    def close(self) -> None:
        for output in self.outputs:
            output.close()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    with closing(Line(tmp_path)) as running:
        yield running


def test_a_take_recorded_from_the_page_is_whole(line: Line, tmp_path: Path) -> None:
    assert line.done(Record(name="dance")) == "recording dance.take.jsonl"
    first = line.frame
    for _ in range(5):
        line.step()
    assert line.status is not None
    told = line.done(EndRecording())
    frames = [scene.frame_index for scene in read_take(tmp_path / "dance.take.jsonl").scenes]
    assert told == f"dance.take.jsonl: {len(frames)} frames"
    assert frames == list(range(frames[0], frames[0] + len(frames)))
    assert len(frames) >= 5
    assert frames[0] <= first + 1
    line.step()
    assert len(line.outputs) == 2


def test_a_recording_is_seen_in_the_status_and_not_among_the_outputs(line: Line) -> None:
    line.done(Record())
    line.done(Mirror(on=True))
    assert line.status is not None
    assert line.status.recording is not None
    assert line.status.recording.file.endswith(".take.jsonl")
    assert [output.url for output in line.status.outputs] == list(line.urls)
    assert line.status.mirror is line.control.mirror is True


def test_two_takes_at_once_or_over_an_old_one_are_refused(line: Line, tmp_path: Path) -> None:
    line.done(Record(name="a"))
    with pytest.raises(OutputError, match="already"):
        line.done(Record(name="b"))
    line.done(EndRecording())
    with pytest.raises(OutputError, match="exists already"):
        line.done(Record(name="a"))
    with pytest.raises(OutputError, match="no take"):
        line.done(EndRecording())
    assert sorted(path.name for path in tmp_path.glob("*.take.jsonl")) == ["a.take.jsonl"]


@given(st.text(max_size=80))
def test_a_take_never_lands_outside_its_folder(name: str) -> None:
    folder = Path("/recordings")
    try:
        path = take_file(folder, name)
    except OutputError:
        return
    assert path.parent == folder
    assert path.name.endswith(".take.jsonl")
    assert not set(path.name) & set('/\\:*?"<>|\n\0')


@pytest.mark.parametrize("name", ["../x", "/etc/x", "..", "", "a/b", "a\\b", "x" * 65, "x\n", "con.", "~x", "a\0b"])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(OutputError, match="cannot name a take"):
        take_file(Path("/recordings"), name)


def test_an_output_gets_another_host_and_port_while_the_line_runs(line: Line) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        port = receiver.getsockname()[1]
        assert line.done(EditOutput(key=1, host="127.0.0.1", port=port)) == f"sending to osc:127.0.0.1:{port}"
        line.step()
        assert b"/mocap/" in receiver.recv(65536)
    line.done(FindCameras())
    assert line.status is not None
    assert [(o.key, o.host, o.port) for o in line.status.outputs] == [(0, "127.0.0.1", 39990), (1, "127.0.0.1", port)]


def test_outputs_come_and_go(line: Line) -> None:
    line.done(AddOutput(url="osc:127.0.0.1:39992"))
    assert len(line.outputs) == 3
    line.done(RemoveOutput(key=0))
    line.done(FindCameras())
    assert line.status is not None
    assert [output.url for output in line.status.outputs] == ["osc:127.0.0.1:39991", "osc:127.0.0.1:39992"]
    with pytest.raises(OutputError, match="gone"):
        line.done(RemoveOutput(key=0))


def test_nothing_is_sent_twice_to_the_same_place(line: Line) -> None:
    line.done(AddOutput(url="osc:127.0.0.1:39992"))
    with pytest.raises(OutputError, match="already"):
        line.done(AddOutput(url="osc:127.0.0.1:39992"))
    with pytest.raises(OutputError, match="already"):
        line.done(EditOutput(key=1, host="127.0.0.1", port=39992))
    assert len(line.outputs) == 3


@pytest.mark.parametrize(
    "url",
    [
        "take:/etc/passwd",
        "take:x?overwrite=true",
        "zeromq:tcp://0.0.0.0:5556?allow_plain=true",
        "vmc:127.0.0.1:39539?avatar=/x",
        "osc:no.such.host.invalid:1",
        "osc:127.0.0.1",
        "osc:127.0.0.1:0",
        "",
        "x",
    ],
)
def test_the_page_cannot_add_what_writes_files_or_listens(line: Line, url: str) -> None:
    with pytest.raises(OutputError):
        line.done(AddOutput(url=url))
    assert len(line.outputs) == 2


def test_an_address_is_told_apart() -> None:
    assert address_of("vmc:[::1]:39539?avatar=a.vrm") == ("::1", 39539)
    assert address_of("zeromq:tcp://127.0.0.1:5556") is address_of("take:x") is None


def test_stopping_does_not_wait_for_a_frame(line: Line) -> None:
    assert line.asked(Stop()).result(timeout=5) == "stopped"
    assert not line.control.running
    assert line.stops == 1
    assert line.done(Start()) == "opening clip.mp4"
    assert line.control.again
    assert line.control.running
    assert line.done(Start()) == "running already"


def test_only_a_camera_that_was_found_can_be_chosen(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    for source in ("/etc/passwd", "rtsp://elsewhere", "0"):
        with pytest.raises(SettingsError, match="none of the cameras"):
            line.done(Choose(source=source))
    monkeypatch.setattr("mocap_bridge.serving.control.list_cameras", lambda: [Found(0, "Webcam")])
    line.done(FindCameras())
    line.done(Choose(source="0"))
    assert (line.control.source, line.control.again, line.stops) == ("0", True, 1)
    assert line.done(Choose(source="clip.mp4")) == "opening clip.mp4"


class Found:
    def __init__(self, index: int, name: str) -> None:
        self.index, self.name = index, name


def test_a_replayed_take_can_be_recorded_but_not_mirrored(tmp_path: Path) -> None:
    with closing(Line(tmp_path, REPLAY)) as line:
        for request in (Mirror(on=True), FindCameras(), Choose(source="0")):
            with pytest.raises(SettingsError, match="cannot be done here"):
                line.done(request)
        line.done(Record(name="again"))


def measured(line: Line, performer: str, arms_down_deg: float, seconds: float) -> "Future[str]":
    answer = line.asked(Calibrate(performer=performer, height_m=1.62))
    for frame in range(int(seconds * 30)):
        line.step(scene(frame / 30, body(arms_down_deg, time_s=frame / 30)))
        time.sleep(0.001)
    return answer


def test_a_performer_is_measured_and_kept_and_the_line_begins_anew_with_them(line: Line, tmp_path: Path) -> None:
    answer = measured(line, "anna", 30.0, 3.6)
    while not answer.done():
        line.step()
        time.sleep(0.002)
    assert answer.result().startswith("anna is 1.62 m tall")
    kept = load_performer(tmp_path / "anna.toml")
    assert kept is not None
    shares = np.array(kept.lengths_m[1:]) / np.linalg.norm(REST_OFFSETS_M, axis=1)[1:]
    assert np.ptp(shares) < 0.02  # all bones 0.9 times the table's, then scaled to the height
    assert (line.control.performer, line.control.again, line.stops) == ("anna", True, 1)


def test_measuring_is_broken_off_or_given_up_and_nothing_is_kept(
    line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = measured(line, "anna", 85.0, 0.5)  # arms hang
    with pytest.raises(SettingsError, match="anna is being measured"):
        line.done(Calibrate(performer="ben"))
    line.done(EndCalibration())
    with pytest.raises(SettingsError, match="broken off"):
        answer.result(timeout=5)
    monkeypatch.setattr(measuring, "WITHIN_S", 0.3)
    with pytest.raises(SettingsError, match="nobody held"):
        line.done(Calibrate(performer="anna"))
    with pytest.raises(SettingsError, match="cannot name a performer"):
        line.done(Calibrate(performer="../anna"))
    assert list(tmp_path.iterdir()) == []


def test_a_line_that_stands_still_is_told_and_the_change_is_never_made(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(between, "PATIENCE_S", 0.1)
    with pytest.raises(MocapError, match="has not moved"):
        line.asked(Mirror(on=True)).result(timeout=5)
    line.step()
    assert line.control.mirror is False


def test_a_status_comes_some_times_a_second(line: Line) -> None:
    told, began_s = 0, time.perf_counter()
    for _ in range(100):
        told += line.control.between_frames(None, line.counters) is not None
        time.sleep(0.005)
    took_s = time.perf_counter() - began_s  # a busy machine sleeps longer
    assert 2 <= told <= took_s / 0.2 + 1


def test_a_choice_of_cameras_is_told(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mocap_bridge.serving.control.list_cameras", lambda: [Found(2, "Webcam")])
    line.done(FindCameras())
    line.done(Mirror(on=False))
    assert line.status is not None
    assert line.status.cameras == (CameraChoice("2", "Webcam"),)


def test_nobody_is_measured_while_everything_is_stopped(line: Line) -> None:
    line.done(Stop())
    with pytest.raises(SettingsError, match="start it first"):
        line.done(Calibrate(performer="anna"))
