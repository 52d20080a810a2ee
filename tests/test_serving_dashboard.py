"""A whole run with its dashboard: a real clip, plain functions for networks, a page that steers over real sockets."""

import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from clips import write_clip
from plain_networks import one_person
from websockets.sync.client import ClientConnection, connect

from mocap_bridge.capture import Source
from mocap_bridge.commands import page, play
from mocap_bridge.errors import SettingsError, SourceError
from mocap_bridge.replay import read_take
from mocap_bridge.serving.page import Asset
from mocap_bridge.settings import Settings


class Page:
    """What the page's three sockets see and ask."""

    def __init__(self, address: str, control: ClientConnection) -> None:
        self.address = address
        self.control = control
        self.status: dict[str, object] = {}

    def ask(self, **request: object) -> str:
        """The answer, or why not."""
        self.control.send(json.dumps({"id": 1, **request}))
        while "answer" not in (told := self._next()):
            pass
        return str(told.get("done", told.get("refused")))

    def until(self, right: Callable[[dict[str, object]], object]) -> None:
        """Waits for such a status."""
        while not right(self._next()):
            pass

    def _next(self) -> dict[str, object]:
        told = json.loads(self.control.recv(timeout=20))
        if told.get("type") == "status":
            self.status = told
        return dict(told)

    def scene(self) -> dict[str, object]:
        with connect(f"{self.address}stream") as stream:
            return dict(json.loads(stream.recv(timeout=20)))

    def picture(self) -> bytes:
        with connect(f"{self.address}picture") as pictures:
            return bytes(pictures.recv(timeout=20))


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(play, "load_networks", lambda *_: one_person())
    monkeypatch.setattr("mocap_bridge.serving.dashboard.load_page", lambda: {"/": Asset("text/html", b"")})


def run_with(steer: Callable[[Page], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Plays a clip until ``steer`` is done; what the command said."""
    said: list[str] = []
    failures: list[BaseException] = []

    def say(text: str) -> None:
        said.append(text)
        if found := re.search(r"dashboard is at (\S+)", text):
            threading.Thread(target=body, args=(found[1],)).start()

    def body(address: str) -> None:
        try:
            address = address.replace("http", "ws")
            with connect(f"{address}control") as control:
                steer(Page(address, control))
        except BaseException as failure:
            failures.append(failure)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)  # the way a run is ended, also while it is stopped

    for module in (play, page):
        monkeypatch.setattr(module, "say", say)
    clip = write_clip(tmp_path / "clip.avi", frames=40, fps=20)
    order = play.Play(
        str(clip),
        Settings(outputs=("osc:127.0.0.1:39993",)),
        loop=True,
        dashboard="127.0.0.1:0",
        recordings=str(tmp_path),
    )
    play.play(order)
    if failures:
        raise failures[0]
    return said


def test_scenes_pictures_and_counters_come_from_the_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def steer(page: Page) -> None:
        assert page.scene()["people"]
        assert page.picture()[12:14] == b"\xff\xd8"
        page.until(lambda status: status.get("frames", 0) > 10 and status["stages_ms"])  # type: ignore[operator]
        assert {"detect", "estimate", "retarget"} <= set(page.status["stages_ms"])  # type: ignore[call-overload]
        assert page.status["can"] == ["stop", "record", "mirror", "calibrate", "choose", "outputs", "picture", "rules"]
        page.until(lambda status: status.get("outputs") and status["outputs"][0]["packets"] > 5)  # type: ignore[index]

    run_with(steer, tmp_path, monkeypatch)


def test_the_camera_is_let_go_and_taken_again_while_the_page_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []

    def steer(page: Page) -> None:
        page.ask(do="record", name="a")
        page.until(lambda status: status.get("frames", 0) > 3)  # type: ignore[operator]
        assert page.ask(do="stop") == "stopped"
        page.until(lambda status: status.get("running") is False)
        frames = page.status["frames"]
        time.sleep(0.3)
        page.until(lambda status: "frames" in status)
        assert page.status["frames"] == frames
        assert "clip.avi" in page.ask(do="start")
        page.until(lambda status: status.get("frames", 0) > frames + 3)  # type: ignore[operator]  it counts on
        assert "frames" in page.ask(do="end_recording")
        opened.append(page.status["source"])

    said = run_with(steer, tmp_path, monkeypatch)
    assert opened[0].endswith("clip.avi")
    assert len(list(read_take(tmp_path / "a.take.jsonl").scenes)) > 6
    assert "osc" not in " ".join(said[1:])


def test_a_camera_that_cannot_be_opened_again_is_told_and_can_be_tried_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> Source:
        raise SourceError("no camera 0; is it plugged in?")

    def steer(page: Page) -> None:
        page.until(lambda status: status.get("frames", 0) > 2)  # type: ignore[operator]
        working = play.open_source
        page.ask(do="stop")
        monkeypatch.setattr(play, "open_source", failing)
        page.ask(do="start")
        page.until(lambda status: status.get("notes"))
        assert page.status["notes"] == ["no camera 0; is it plugged in?"]
        page.until(lambda status: status.get("running") is False)
        monkeypatch.setattr(play, "open_source", working)
        frames = page.status["frames"]
        page.ask(do="start")
        page.until(lambda status: status.get("frames", 0) > frames)  # type: ignore[operator]

    run_with(steer, tmp_path, monkeypatch)


def test_a_folder_for_takes_must_be_there(tmp_path: Path) -> None:
    order = play.Play(
        str(write_clip(tmp_path / "clip.avi", frames=3)),
        Settings(outputs=("osc:127.0.0.1:39993",)),
        dashboard="127.0.0.1:0",
        recordings=str(tmp_path / "gone"),
    )
    with pytest.raises(SettingsError, match="no such folder"):
        play.play(order)
