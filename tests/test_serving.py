"""The dashboard's server on real sockets: files, scenes, pictures, requests, and all that must not get through."""

import asyncio
import http.client
import json
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace

import cv2
import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families
from scenes import random_scene
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import CloseCode
from websockets.sync.client import ClientConnection, connect

from mocap_bridge.errors import OutputError, SettingsError
from mocap_bridge.records import Scene
from mocap_bridge.serving import answers, sockets
from mocap_bridge.serving.guard import Bind
from mocap_bridge.serving.page import Asset
from mocap_bridge.serving.requests import LARGEST_BYTES, Mirror, Request
from mocap_bridge.serving.server import Server
from mocap_bridge.serving.sockets import asked_pace
from mocap_bridge.serving.status import OutputStatus, Status
from mocap_bridge.wire.scene_msgpack import scene_to_msgpack
from mocap_bridge.wire.take_json import LineReader, TakeHeader

PAGE = {"/": Asset("text/html", b"<p>page"), "/assets/x.js": Asset("text/javascript", b"1")}
TOKEN = "a-token-of-many-letters"
SCENE = random_scene((4, 7), 1, 10.1, events=1)
IMAGE = np.full((480, 640, 3), (200, 60, 30), np.uint8)
STATUS = Status(
    running=True,
    source="0",
    can=("record",),
    cameras=(),
    mirror=False,
    recording=None,
    calibration=None,
    outputs=(OutputStatus(0, "vmc:127.0.0.1:39539", 12, 1, None, "127.0.0.1", 39539),),
    fps=29.9,
    latency_ms=40.0,
    stages_ms={"estimate": 7.5},
    people=2,
    people_seen=3,
    frames=100,
    dropped=4,
    packets=12,
    notes=(),
)


async def handle(request: Request) -> str:
    if isinstance(request, Mirror):
        await asyncio.sleep(0.05)
        return f"mirror {request.on}"
    raise SettingsError("not today")


@contextmanager
def serving(bind: Bind = Bind("127.0.0.1", 0)) -> Iterator[Server]:  # noqa: B008  frozen
    with Server(bind, PAGE, handle) as server:
        yield server


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@contextmanager
def client(server: Server, path: str, **options: object) -> Iterator[ClientConnection]:
    with connect(f"ws://127.0.0.1:{server.port}{path}", **options) as connection:
        time.sleep(0.05)  # the server counts a client when it has begun to talk to it
        yield connection


def got(server: Server, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", path, headers=headers or {})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, dict(response.getheaders()), body


def test_the_page_comes_with_a_strict_policy(server: Server) -> None:
    status, headers, body = got(server, "/?x=1")
    assert (status, body) == (200, b"<p>page")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml",
        "/assets/../../x",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/assets/",
        "/x\\..\\y",
        "/assets/x.js/",
    ],
)
def test_nothing_but_the_page_can_be_asked_for(server: Server, path: str) -> None:
    assert got(server, path)[0] == 404


@pytest.mark.parametrize("path", ["/stream", "/picture", "/control"])
def test_a_foreign_origin_is_refused_and_ours_is_not(server: Server, path: str) -> None:
    for origin in ("http://evil.example", "null"):
        with pytest.raises(InvalidStatus) as refused, client(server, path, origin=origin):
            pass
        assert refused.value.response.status_code == 403
    with client(server, path, origin=f"http://127.0.0.1:{server.port}"):
        pass


def test_a_foreign_host_is_refused(server: Server) -> None:
    assert got(server, "/", {"Host": "evil.example"})[0] == 403


def test_beyond_loopback_nothing_is_told_without_the_token() -> None:
    with serving(Bind("0.0.0.0", 0, TOKEN)) as server:
        assert server.url.endswith(f"#token={TOKEN}")
        server.tell(STATUS)
        for path in ("/stream", "/picture", "/control"):
            for wrong in ("", "?token=wrong", "?token="):
                with pytest.raises(InvalidStatus) as refused, client(server, path + wrong):
                    pass
                assert refused.value.response.status_code == 401
            with client(server, f"{path}?token={TOKEN}"):
                pass
        assert got(server, "/metrics")[0] == 401
        assert got(server, "/metrics", {"Authorization": f"Bearer {TOKEN}"})[0] == 200
        assert got(server, "/")[0] == got(server, "/healthz")[0] == 200  # the page holds no secret


def test_a_scene_arrives_as_a_line_of_a_take(server: Server) -> None:
    header = TakeHeader(source="x", model="xs", model_sha256="00")
    with client(server, "/stream") as stream:
        server.show(SCENE, None)
        scene = LineReader(header).scene(str(stream.recv(timeout=5)).encode())
    assert [pose.person_id for pose in scene.poses] == [4, 7]
    assert np.allclose(scene.poses[1].rotations_xyzw, SCENE.poses[1].rotations_xyzw, atol=1e-6)
    assert scene.events[0].name == "hands_up"


def test_a_scene_arrives_packed_where_that_is_asked_for(server: Server) -> None:
    with client(server, "/stream?form=msgpack") as packed, client(server, "/stream?form=else") as text:
        server.show(SCENE, None)
        assert packed.recv(timeout=5) == scene_to_msgpack(SCENE)
        assert json.loads(text.recv(timeout=5))["frame"] == SCENE.frame_index


def test_broken_numbers_are_left_out_of_a_scene(server: Server) -> None:
    broken = replace(SCENE.poses[0], hips_world_m=np.array([np.nan, 0, 0]))
    with client(server, "/stream") as stream:
        server.show(replace(SCENE, poses=(broken, SCENE.poses[1])), None)
        assert [person["id"] for person in json.loads(stream.recv(timeout=5))["people"]] == [7]


def test_a_client_that_does_not_read_skips_scenes_and_delays_nobody(server: Server) -> None:
    crowd = random_scene(tuple(range(1, 9)), events=3)  # some 25 kB
    with client(server, "/stream?hz=120", max_queue=1) as slow, client(server, "/stream?hz=120") as quick:
        shown_s = []
        for frame in range(300):
            began_s = time.perf_counter()
            server.show(replace(crowd, frame_index=frame), None)
            shown_s.append(time.perf_counter() - began_s)
            time.sleep(0.002)
            if frame % 10 == 9:
                while json.loads(quick.recv(timeout=5))["frame"] < frame - 9:
                    pass
        assert np.median(shown_s) < 0.001
        seen = [json.loads(slow.recv(timeout=5))["frame"]]
        while seen[-1] < 299:
            seen.append(json.loads(slow.recv(timeout=5))["frame"])
    assert len(seen) < 200  # what lay in its buffers, then the newest
    assert seen == sorted(set(seen))


def test_a_client_gets_no_more_than_it_asks_for(server: Server) -> None:
    with client(server, "/stream?hz=10") as stream:
        began_s = time.perf_counter()
        for frame in range(50):
            server.show(replace(SCENE, frame_index=frame), None)
            time.sleep(0.02)
        frames = []
        while not frames or frames[-1] < 49:
            frames.append(json.loads(stream.recv(timeout=5))["frame"])
    assert 5 <= len(frames) <= 10 * (time.perf_counter() - began_s) + 2


@pytest.mark.parametrize(
    ("query", "hz"), [("hz=15", 15.0), ("", 30.0), ("hz=x", 30.0), ("hz=nan", 30.0), ("hz=-1", 30.0), ("hz=1e9", 120.0)]
)
def test_a_rate_is_held_within_reason(query: str, hz: float) -> None:
    assert asked_pace(query).hz == hz


@pytest.mark.parametrize(
    ("query", "window"), [("window=6", 6), ("", None), ("window=x", None), ("window=0", None), ("window=nan", None)]
)
def test_a_window_is_a_few_messages_or_none(query: str, window: int | None) -> None:
    assert asked_pace(query).window == window


def test_who_has_a_window_gets_no_more_than_that_untaken_and_then_the_newest(server: Server) -> None:
    with client(server, "/stream?hz=120&window=3") as stream:
        for frame in range(20):
            server.show(replace(SCENE, frame_index=frame), None)
            time.sleep(0.01)
        before = [json.loads(stream.recv(timeout=5))["frame"] for _ in range(3)]
        with pytest.raises(TimeoutError):
            stream.recv(timeout=0.3)
        stream.send("2")
        time.sleep(0.1)
        server.show(replace(SCENE, frame_index=20), None)
        assert json.loads(stream.recv(timeout=5))["frame"] in (19, 20)
    assert before[-1] < 19


@pytest.mark.parametrize(
    ("path", "message"),
    [("/stream?window=2", "3"), ("/stream?window=2", "0"), ("/picture?window=2", "-1"), ("/stream?window=2", b"1"),
     ("/stream?window=2", "99999"), ("/stream?window=2", "one"), ("/stream", "1")],
)  # fmt: skip
def test_who_says_to_have_taken_what_was_not_sent_is_shown_out(server: Server, path: str, message: str | bytes) -> None:
    with client(server, path) as stream:
        server.show(SCENE, IMAGE)
        stream.recv(timeout=5)
        stream.send(message)
        with pytest.raises(ConnectionClosed) as closed:
            list(stream)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == CloseCode.POLICY_VIOLATION


def test_a_picture_is_a_jpeg_of_its_frame_in_its_colours(server: Server) -> None:
    with client(server, "/picture") as pictures:
        server.show(SCENE, np.repeat(np.repeat(IMAGE, 2, 0), 2, 1))
        message = pictures.recv(timeout=5)
    assert struct.unpack_from("<Id", message) == (1, 10.1)
    decoded = cv2.imdecode(np.frombuffer(message[12:], np.uint8), cv2.IMREAD_COLOR)
    assert decoded.shape == (480, 640, 3)
    assert np.abs(decoded[240, 320].astype(int) - (30, 60, 200)).max() < 6


def test_no_picture_is_encoded_while_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[int] = []
    monkeypatch.setattr("mocap_bridge.serving.hub.picture_message", lambda index, *_: encoded.append(index) or b"")
    with serving() as server:
        with client(server, "/stream") as stream:
            server.show(SCENE, IMAGE)
            stream.recv(timeout=5)
        assert encoded == []
        with client(server, "/picture") as one, client(server, "/picture") as two:
            server.show(SCENE, IMAGE)
            one.recv(timeout=5), two.recv(timeout=5)
        assert encoded == [1]  # once for both


def test_nothing_is_handed_over_while_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[int] = []
    monkeypatch.setattr("mocap_bridge.serving.hub.Hub.show", lambda _, scene, __: shown.append(scene.frame_index))
    with serving() as server:
        with client(server, "/control"):  # a page in a tab behind another keeps no more than this
            server.show(SCENE, IMAGE)
            time.sleep(0.1)
        assert shown == []
        with client(server, "/stream"):
            server.show(replace(SCENE, frame_index=2), IMAGE)
            time.sleep(0.1)
        assert shown == [2]


def test_who_comes_while_the_line_stands_still_sees_where_it_stands(server: Server) -> None:
    for frame in (1, 2):
        server.show(replace(SCENE, frame_index=frame), IMAGE)
    for _ in range(2):
        with client(server, "/stream") as stream:
            assert json.loads(stream.recv(timeout=5))["frame"] == 2
    with client(server, "/picture") as pictures:
        server.show(SCENE, IMAGE)
        pictures.recv(timeout=5)
    with client(server, "/picture") as pictures, pytest.raises(TimeoutError):
        pictures.recv(timeout=0.2)  # the camera's last picture is not kept for whoever comes


def test_a_scene_is_encoded_once_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[int] = []

    def line(scene: Scene) -> bytes:
        encoded.append(scene.frame_index)
        return b"{}"

    monkeypatch.setattr("mocap_bridge.serving.hub.scene_line", line)
    with serving() as server, ExitStack() as stack:
        streams = [stack.enter_context(client(server, "/stream")) for _ in range(10)]
        server.show(SCENE, None)
        assert {stream.recv(timeout=5) for stream in streams} == {"{}"}
    assert encoded == [1]


def answered(control: ClientConnection, message: str) -> dict[str, object]:
    control.send(message)
    while "answer" not in (answer := json.loads(control.recv(timeout=5))):
        pass
    return answer


def test_a_request_is_answered_and_a_status_is_told(server: Server) -> None:
    with client(server, "/control") as control:
        server.tell(STATUS)
        assert json.loads(control.recv(timeout=5))["outputs"][0]["packets"] == 12
        assert answered(control, '{"id": 5, "do": "mirror", "on": true}') == {"answer": 5, "done": "mirror True"}
        assert answered(control, '{"id": 6, "do": "stop"}') == {"answer": 6, "refused": "not today"}


@pytest.mark.parametrize(
    "message",
    [
        *("", "nonsense", "[]", '{"do": "explode"}', '{"do": "mirror"}', '{"do": "mirror", "on": 1}', "\\ud800"),
        *('{"do": "stop", "x": 1}', '{"id": -1, "do": "stop"}', '{"do": "record", "name": ""}', "[" * 5000),
        '{"do": "edit_output", "key": 0, "host": "h", "port": 0}',
    ],
)
def test_a_request_that_is_none_is_refused_with_a_reason(server: Server, message: str) -> None:
    with client(server, "/control") as control:
        refused = answered(control, message)
        assert refused["refused"]
        assert answered(control, '{"id": 5, "do": "mirror", "on": false}')["done"]  # and the connection lives on


def test_whoever_asks_for_what_cannot_be_learns_that_it_was_refused(server: Server) -> None:
    with client(server, "/control") as control:
        refused = answered(control, '{"id": 7, "do": "edit_output", "key": 0, "host": "h", "port": 99999}')
        assert refused["answer"] == 7
        assert "65535" in str(refused["refused"])


def code_it_is_closed_with(connection: ClientConnection) -> int:
    with suppress(ConnectionClosed):
        while True:
            connection.recv(timeout=5)
    return connection.close_code or 0


def test_too_much_is_not_listened_to(server: Server) -> None:
    with client(server, "/control") as control:
        control.send("x" * (LARGEST_BYTES + 1))
        assert code_it_is_closed_with(control) == 1009
    with client(server, "/control") as control:
        for _ in range(2 * sockets.MOST_WAITING):
            control.send('{"do": "mirror", "on": true}')
        assert code_it_is_closed_with(control) == 1008
    with client(server, "/stream") as stream:
        stream.send("hello?")
        assert code_it_is_closed_with(stream) == 1008


def test_there_is_room_for_so_many_clients(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_CLIENTS", 2)
    with client(server, "/stream"), client(server, "/stream"):
        with pytest.raises(InvalidStatus) as refused, client(server, "/stream"):
            pass
        assert refused.value.response.status_code == 503


def test_metrics_are_what_prometheus_reads(server: Server) -> None:
    server.tell(STATUS)
    time.sleep(0.05)
    status, headers, body = got(server, "/metrics")
    assert (status, headers["Content-Type"].split(";")[0]) == (200, "text/plain")
    samples = {
        s.name + str(sorted(s.labels.items())): s.value
        for f in text_string_to_metric_families(body.decode())
        for s in f.samples
    }
    assert samples["mocap_fps[]"] == 29.9
    assert samples["mocap_stage_seconds[('stage', 'estimate')]"] == 0.0075
    assert samples["mocap_frames_dropped_total[]"] == 4
    assert samples["mocap_packets_lost_total[('output', '0:vmc:127.0.0.1:39539')]"] == 1


def test_a_line_that_stands_still_is_not_healthy(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.tell(STATUS)
    time.sleep(0.05)
    assert got(server, "/healthz")[0] == 200
    monkeypatch.setattr(answers, "SILENT_S", 0.01)
    assert got(server, "/healthz")[0] == 503


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OutputError, match="cannot listen at"):
        Server(Bind("127.0.0.1", taken.getsockname()[1]), PAGE, handle)


def test_a_scanner_that_speaks_nonsense_harms_nobody(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as scanner:
        scanner.sendall(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n")
        scanner.settimeout(5)
        scanner.recv(100)
    assert got(server, "/")[0] == 200
    assert capfd.readouterr() == ("", "")
