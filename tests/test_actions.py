"""What events set off: OSC messages and web requests, on real sockets and a real server."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import numpy as np
from pythonosc.osc_message import OscMessage
from scenes import random_scene

from mocap_bridge.outputs._actions import Actions
from mocap_bridge.outputs._webhook import MOST_WAITING, Webhooks
from mocap_bridge.records import ActiveEvent, Scene
from mocap_bridge.rules import Action, load

EVENT = ActiveEvent("hands_up", 4, 0.75, 10.0, np.array([1.0, 2.0, -3.0]), 7, 2, np.array([0.0, 0.0, 1.0]))


def scene(frame: int, *events: ActiveEvent) -> Scene:
    return replace(random_scene((), frame, 10.0 + frame / 30), events=events)


@contextmanager
def server(answers: Callable[[int], int]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A web server that answers its n-th request with ``answers(n)``. Yields its address and what it was told."""
    told: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answers(len(told)))
            self.send_header("Content-Length", "0")
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{httpd.server_port}/hook", told
        finally:
            httpd.shutdown()
            thread.join()


def wait_for(true: Callable[[], bool]) -> None:
    until_s = time.monotonic() + 10.0
    while not true() and time.monotonic() < until_s:
        time.sleep(0.01)
    assert true()


def test_an_osc_message_leaves_when_an_event_begins_and_when_it_ends() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver, closing(Actions()) as actions:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(2.0)
        target = f"127.0.0.1:{receiver.getsockname()[1]}"
        (action,) = load(
            '[[event]]\nname = "hands_up"\nwhen = "True"\n[[action]]\nevent = "hands_up"\non = "both"\n'
            f'osc = "{target}"\naddress = "/fx"\nargs = ["$name", "$person", "$other", "$strength", "$active", "$z", 3]'
        ).actions
        for frame in range(3):
            actions.send(scene(frame, EVENT), [action])
        actions.send(scene(3), [action])
        messages = [OscMessage(receiver.recv(2000)) for _ in range(2)]
    assert [message.address for message in messages] == ["/fx", "/fx"]
    assert list(messages[0]) == ["hands_up", 4, 7, 0.75, 1, -3.0, 3]
    assert list(messages[1])[4] == 0
    assert actions.packets_sent == 2


def test_a_receiver_that_cannot_be_found_is_told_and_holds_nothing_up() -> None:
    with closing(Actions()) as actions:
        actions.send(scene(0, EVENT), [Action("hands_up", osc="no-such-host.invalid:9000", address="/a")])
        assert "cannot be found" in str(actions.trouble)


def test_a_web_request_says_what_began() -> None:
    with server(lambda number: 200) as (url, told), closing(Actions()) as actions:
        actions.send(scene(0, EVENT), [Action("hands_up", webhook=url), Action("jump", webhook=url)])
        wait_for(lambda: len(told) == 1)
    assert told[0] | {"time_s": 0} == {
        "event": "hands_up",
        "state": "begin",
        "person": 4,
        "other": 7,
        "strength": 0.75,
        "count": 2,
        "time_s": 0,
        "since_s": 10.0,
        "anchor_world_m": [1.0, 2.0, -3.0],
        "direction_world": [0.0, 0.0, 1.0],
    }


def test_a_request_that_fails_is_tried_again_and_one_that_is_refused_is_not() -> None:
    with server(lambda number: 503 if number == 1 else 200) as (url, told), closing(Webhooks()) as hooks:
        hooks.post(url, {})
        wait_for(lambda: hooks.sent == 1)
        assert len(told) == 2
    with server(lambda number: 404) as (url, told), closing(Webhooks()) as hooks:
        hooks.post(url, {})
        wait_for(lambda: hooks.lost == 1)
        assert len(told) == 1
        assert "it answered 404" in str(hooks.trouble)


def test_a_server_that_does_not_answer_holds_nobody_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)
        hooks = Webhooks()
        begin_s = time.monotonic()
        for _ in range(MOST_WAITING + 10):
            hooks.post(f"http://127.0.0.1:{silent.getsockname()[1]}/", {})
        assert time.monotonic() - begin_s < 1.0
        assert hooks.lost >= 8
        assert f"{MOST_WAITING} requests are waiting" in str(hooks.trouble)
        hooks._closing.set()
        begin_s = time.monotonic()
        hooks.close()
        assert time.monotonic() - begin_s < 6.0
