"""Several bridges, one stream: real sockets, real bridges, real subscribers in Python and C#."""

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import zmq
import zmq.auth
from scenes import random_scene

import mocap_bridge
from mocap_bridge.cli import main
from mocap_bridge.errors import OutputError, SourceError
from mocap_bridge.hub import STALE_S, Hub, source_from, sources_from
from mocap_bridge.outputs import begin_recordings, open_output
from mocap_bridge.outputs.zeromq import ZeromqOutput, with_clients
from mocap_bridge.records import Scene
from mocap_bridge.subscriber import parsed
from mocap_bridge.wire.take_json import TakeHeader

ROOT = Path(__file__).parent.parent


class Kept:
    """An output that keeps what it is sent."""

    def __init__(self) -> None:
        self.scenes: list[Scene] = []
        self.trouble: str | None = None
        self.packets_sent = 0

    def send(self, scene: Scene) -> None:
        self.scenes.append(scene)

    def close(self) -> None:
        pass


def publisher(query: str = "") -> ZeromqOutput:
    output = open_output(f"zeromq:tcp://127.0.0.1:0{query}")
    assert isinstance(output, ZeromqOutput)
    return output


@pytest.fixture
def bridges() -> Iterator[list[ZeromqOutput]]:
    opened = [publisher(), publisher()]
    yield opened
    for output in opened:
        output.close()


def turn_until(
    hub: Hub, enough: Callable[[Scene], bool], meanwhile: Callable[[], None], timeout_s: float = 40.0
) -> Scene:
    """Turns until a scene was sent that is enough."""
    until_s = time.perf_counter() + timeout_s
    while True:
        meanwhile()
        scene = hub.turn(0.02)
        if scene is not None and enough(scene):
            return scene
        assert time.perf_counter() < until_s, [source.status(time.perf_counter()) for source in hub.sources]


def ids(scene: Scene) -> list[int]:
    return sorted(pose.person_id for pose in scene.poses)


def test_two_bridges_are_one_scene_and_who_falls_silent_is_left_out(bridges: list[ZeromqOutput]) -> None:
    out = Kept()
    with closing(Hub(sources_from([bridge.address for bridge in bridges]), [out])) as hub:
        assert hub.turn(0.01) is None  # nothing heard, nothing sent

        def both() -> None:
            bridges[0].send(random_scene((4,)))
            bridges[1].send(random_scene((4, 5)))

        turn_until(hub, lambda scene: ids(scene) == [1_000_004, 2_000_004, 2_000_005], both)
        turn_until(hub, lambda scene: ids(scene) == [1_000_004], lambda: bridges[0].send(random_scene((4,))))
        silent = hub.sources[1]
        assert time.perf_counter() - silent.heard_s > STALE_S
        assert "silent for " in silent.status(time.perf_counter())
        turn_until(hub, lambda scene: ids(scene) == [1_000_004, 2_000_004, 2_000_005], both)  # it is back
        turn_until(hub, lambda scene: ids(scene) == [], lambda: None)  # an empty room, not silence
    frames = [scene.frame_index for scene in out.scenes]
    assert frames == list(range(len(frames)))
    times_s = [scene.time_s for scene in out.scenes]
    assert times_s == sorted(times_s)


def test_no_more_is_sent_than_asked_for(bridges: list[ZeromqOutput]) -> None:
    out = Kept()
    with closing(Hub(sources_from([bridge.address for bridge in bridges]), [out], most_hz=20)) as hub:
        turn_until(hub, lambda scene: True, lambda: bridges[0].send(random_scene((4,))))
        begun_s, before = time.perf_counter(), hub.frames
        while time.perf_counter() - begun_s < 1.0:
            bridges[0].send(random_scene((4,)))
            hub.turn(0.005)
        assert 2 <= hub.frames - before <= 21


def test_what_is_no_scene_is_counted_and_told_and_the_rest_goes_on(bridges: list[ZeromqOutput]) -> None:
    with closing(Hub(sources_from([bridges[0].address]), [])) as hub:
        (source,) = hub.sources

        def broken() -> None:
            bridges[0].send(random_scene((4,)))
            bridges[0]._socket.send_multipart([b"scene", b"\x93\1\2\3"])
            bridges[0]._socket.send_multipart([b"scene of three", b"parts", b""])
            bridges[0].send(random_scene((2_000_000,)))

        turn_until(hub, lambda scene: source.refused >= 3 and ids(scene) == [1_000_004], broken)
        assert "refused: " in source.status(time.perf_counter())


def test_a_hub_hears_only_with_the_right_keys(tmp_path: Path) -> None:
    for name in ("bridge", "hub", "stranger"):
        zmq.auth.create_certificates(tmp_path, name)
    (tmp_path / "friends").mkdir()
    shutil.copy(tmp_path / "hub.key", tmp_path / "friends")
    with closing(publisher(f"?curve_secret={tmp_path}/bridge.key_secret&curve_clients={tmp_path}/friends")) as bridge:
        key = f"curve_server={tmp_path}/bridge.key"
        friend = f"friend={bridge.address}?{key}&curve_client={tmp_path}/hub.key_secret"
        for other in ("", f"?{key}", f"?{key}&curve_client={tmp_path}/stranger.key_secret"):
            refused = source_from(f"{bridge.address}{other}", 2)
            with closing(Hub([source_from(friend, 1), refused], [])) as hub:
                turn_until(hub, lambda scene: ids(scene) == [1_000_004], lambda: bridge.send(random_scene((4,))))
                until_s = time.perf_counter() + 0.3
                while time.perf_counter() < until_s:
                    bridge.send(random_scene((4,)))
                    hub.turn(0.01)
                assert refused.status(time.perf_counter()).endswith("nothing heard yet")


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        (["127.0.0.1:5556"], "cannot be subscribed to; write tcp://HOST:5556"),
        (["left=udp://127.0.0.1:5556"], "cannot be subscribed to"),
        (["tcp://127.0.0.1:99999"], "cannot be subscribed to"),
        (["tcp://no-such-host.invalid:5556"], "'no-such-host.invalid' .* cannot be found"),
        (["tcp://127.0.0.1:5556?hwm=3"], "no option 'hwm' .*; choose from curve_server, curve_client, at, turn_deg"),
        (["tcp://127.0.0.1:5556?at=1"], r"write \?at=X,Z&turn_deg=A"),
        (["tcp://127.0.0.1:5556?at=1,nan"], r"write \?at=X,Z&turn_deg=A"),
        (["tcp://127.0.0.1:5556?curve_client=x"], "needs curve_server"),
        (["a=tcp://127.0.0.1:5556", "a=tcp://127.0.0.1:5557"], "two sources are called 'a'"),
        (["a=tcp://127.0.0.1:5556", "b=tcp://localhost:5556"], "'b' and 'a' are the same bridge"),
        (["tcp://127.0.0.1:5556"] * 65, "64 at most"),
    ],
)
def test_a_wrong_address_says_what_would_be_right(texts: list[str], says: str) -> None:
    with pytest.raises(SourceError, match=says):
        sources_from(texts)


def test_keys_that_are_none_are_told(tmp_path: Path) -> None:
    zmq.auth.create_certificates(tmp_path, "me")
    for query, says in (
        (f"curve_server={tmp_path}/gone.key", "no CURVE keys in"),
        (f"curve_server={tmp_path}/me.key&curve_client={tmp_path}/me.key", "public key only"),
    ):
        with pytest.raises(SourceError, match=says):
            Hub([source_from(f"tcp://127.0.0.1:5556?{query}", 1)], [])
    assert parsed(f"tcp://[::1]:5556?curve_server={tmp_path}/me.key").endpoint == "tcp://[::1]:5556"


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "Invalid certificate directory"), ("", "holds no public keys"), ("curve\n", "No public key found")],
)
def test_a_folder_that_admits_nobody_is_told(tmp_path: Path, content: str | None, says: str) -> None:
    _, secret = zmq.auth.create_certificates(tmp_path, "bridge")
    folder = tmp_path / "friends"
    if content is not None:
        folder.mkdir()
        if content:
            (folder / "x.key").write_text(content)
    with pytest.raises(OutputError, match=says):
        publisher(f"?curve_secret={secret}&curve_clients={folder}")
    with pytest.raises(OutputError, match=r"no key of its own; add curve_secret=FILE\.key_secret"):
        publisher(f"?curve_clients={folder}")


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def program(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, str(ROOT / "main.py"), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of one person with an event of the room."""
    path = tmp_path_factory.mktemp("takes") / "one.take.jsonl"
    (output,) = outputs = [open_output(f"take:{path}")]
    begin_recordings(outputs, TakeHeader(source="made up", model="none", model_sha256=""))
    for frame in range(60):
        output.send(random_scene((3,), frame, frame / 30, events=1))
    output.close()
    return path


@pytest.fixture(scope="module")
def gathered_port(take: Path) -> Iterator[int]:
    """Where a real hub publishes what two real bridges replay."""
    ports = [free_port() for _ in range(3)]
    bridges = [
        program("replay", str(take), "--loop", "--output", f"zeromq:tcp://127.0.0.1:{port}") for port in ports[:2]
    ]
    names = [f"{name}=tcp://127.0.0.1:{port}" for name, port in zip(("left", "right"), ports, strict=False)]
    hub = program("hub", names[0], f"{names[1]}?at=2,0", "--output", f"zeromq:tcp://127.0.0.1:{ports[2]}")
    yield ports[2]
    hub.send_signal(signal.SIGINT)
    _, said = hub.communicate(timeout=20)
    for bridge in bridges:
        bridge.kill()
        bridge.communicate()
    assert hub.returncode == 0, said
    assert "left: " in said
    assert "0 refused" in said
    assert "Traceback" not in said


def test_a_python_subscriber_of_the_hub_sees_the_people_of_both_bridges(gathered_port: int) -> None:
    found = []
    for scene in mocap_bridge.subscribe(f"tcp://127.0.0.1:{gathered_port}", silence_s=30.0):
        found.append(scene)
        if ids(scene) == [1_000_003, 2_000_003]:
            break
        assert len(found) < 1000
    assert [(event.name, event.person_id) for event in scene.events] == [
        ("hands_up", 1_000_003),
        ("hands_up", 2_000_003),
    ]


@pytest.mark.skipif(shutil.which("mono") is None or shutil.which("mcs") is None, reason="needs mono")
def test_the_unity_package_sees_the_people_of_both_bridges(gathered_port: int) -> None:
    from unity_core import CoreHost

    with CoreHost("zeromq", f"tcp://127.0.0.1:{gathered_port}") as host:
        lines = host.wait_for(
            "a scene of both",
            lambda lines: any([p["id"] for p in line.get("people", [])] == [1_000_003, 2_000_003] for line in lines),
        )
        assert lines[-1].get("refused", 0) == 0
        host.finish()


Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """A command without a process of its own: exit code, stdout, stderr."""

    def called(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mocap-bridge", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        return int(end.value.code or 0), *capsys.readouterr()

    return called


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["tcp://127.0.0.1"], "cannot be subscribed to"),
        (["tcp://127.0.0.1:5556"], "127.0.0.1:5556 is where this hub itself sends"),
        (["tcp://127.0.0.1:5557", "--output", "fax:1"], "no output 'fax'"),
        (["tcp://127.0.0.1:5557", "--output", "osc:127.0.0.1:1", "--zmq-clients", "x"], "x is for zeromq: outputs"),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_code_2(call: Call, arguments: list[str], says: str) -> None:
    code, _, said = call("hub", *arguments)
    assert code == 2
    assert says in said
    assert len(said.strip().splitlines()) == 1, said


def test_keys_are_made_once_and_the_secret_one_is_nobody_elses(call: Call, tmp_path: Path) -> None:
    code, out, said = call("keys", str(tmp_path / "stage"))
    assert code == 0, said
    assert out.split() == [f"{tmp_path}/stage.key", f"{tmp_path}/stage.key_secret"]
    assert (tmp_path / "stage.key_secret").stat().st_mode & 0o077 == 0
    public, secret = zmq.auth.load_certificate(tmp_path / "stage.key_secret")
    assert secret is not None
    assert zmq.curve_public(secret) == public
    code, _, said = call("keys", str(tmp_path / "stage"))
    assert code == 2
    assert "exists already" in said
    assert call("keys", str(tmp_path / "no" / "stage"))[0] == 2


def test_a_folder_of_keys_goes_to_every_zeromq_output_that_names_none() -> None:
    urls = [
        "osc:127.0.0.1:39600",
        "zeromq:tcp://127.0.0.1:1?curve_secret=a",
        "zeromq:tcp://127.0.0.1:2?curve_clients=b",
    ]
    assert with_clients(urls, None) == tuple(urls)
    assert with_clients(urls, "my friends") == (urls[0], f"{urls[1]}&curve_clients=my%20friends", urls[2])
