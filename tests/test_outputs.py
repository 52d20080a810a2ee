"""Every module in ``outputs/``, on real sockets and files."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import zmq
import zmq.auth
from avatars import KINDS, write_avatar
from pythonosc.osc_bundle import OscBundle
from scenes import random_scene

from mocap_bridge.errors import OutputError
from mocap_bridge.outputs import begin_recordings, open_output, open_outputs, schemes
from mocap_bridge.outputs.vmc import with_avatar
from mocap_bridge.outputs.zeromq import ZeromqOutput
from mocap_bridge.skeleton import BONES
from mocap_bridge.wire.scene_msgpack import scene_from_msgpack
from mocap_bridge.wire.take_json import TakeHeader

HEADER = TakeHeader(source="x", model="xs", model_sha256="00")
SCENES = [
    random_scene((), 0, 10.0),
    random_scene((4, 7), 1, 10.1, events=1),
    random_scene((7,), 2, 10.2),
]


@pytest.fixture
def receivers() -> Iterator[list[socket.socket]]:
    """Two UDP sockets on neighbouring ports."""
    with ExitStack() as stack:
        while True:
            first = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            first.bind(("127.0.0.1", 0))
            second = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            try:
                second.bind(("127.0.0.1", first.getsockname()[1] + 1))
            except (OSError, OverflowError):
                continue  # the neighbour is taken
            break
        for receiver in (first, second):
            receiver.settimeout(2.0)
        yield [first, second]


def received(receiver: socket.socket) -> list[bytes]:
    """All that has arrived; on the loopback nothing is still on its way."""
    receiver.setblocking(False)
    packets = []
    while True:
        try:
            packets.append(receiver.recv(65536))
        except BlockingIOError:
            return packets


def messages(packet: bytes) -> list[tuple[str, list[object]]]:
    return [(message.address, list(message)) for message in OscBundle(packet)]


def port_of(receiver: socket.socket) -> int:
    return int(receiver.getsockname()[1])


def target(scheme: str, folder: Path, port: int) -> str:
    special = {"take": f"take:{folder}/x.take.jsonl", "zeromq": "zeromq:tcp://127.0.0.1:0"}
    return special.get(scheme, f"{scheme}:127.0.0.1:{port}")


@pytest.mark.parametrize("scheme", schemes())
def test_every_output_takes_empty_scenes_people_and_events(
    scheme: str, tmp_path: Path, receivers: list[socket.socket]
) -> None:
    with closing(open_output(target(scheme, tmp_path, port_of(receivers[0])))) as output:
        begin_recordings([output], HEADER)
        for scene in SCENES:
            output.send(scene)
        assert output.trouble is None
        if scheme == "vrchat":  # one person, while they are seen
            assert output.packets_sent == 1
        elif scheme != "zeromq":  # nobody listens there
            assert output.packets_sent >= len(SCENES)


@pytest.mark.parametrize("scheme", schemes())
def test_every_output_leaves_out_a_person_with_a_broken_number_and_says_so(
    scheme: str, tmp_path: Path, receivers: list[socket.socket]
) -> None:
    scene = SCENES[1]
    broken = scene.poses[0].rotations_xyzw.copy()
    broken[3, 1] = np.nan
    scene = replace(scene, poses=(replace(scene.poses[0], rotations_xyzw=broken), scene.poses[1]))
    with closing(open_output(target(scheme, tmp_path, port_of(receivers[0])))) as output:
        begin_recordings([output], HEADER)
        output.send(scene)
        output.send(replace(scene, time_s=float("inf")))
        assert "2 " in str(output.trouble)
        assert "broken" in str(output.trouble)
    for packet in [packet for receiver in receivers for packet in received(receiver)]:
        numbers = [value for _, values in messages(packet) for value in values if isinstance(value, float)]
        assert np.isfinite(numbers).all()


def test_vmc_gives_each_person_a_port_and_tells_of_loss(receivers: list[socket.socket]) -> None:
    with closing(open_output(f"vmc:localhost:{port_of(receivers[0])}")) as output:
        for scene in SCENES:
            output.send(scene)
        packets = [received(receiver) for receiver in receivers]
        assert [len(some) for some in packets] == [3, 2]
        tracking = [[dict(messages(packet))["/VMC/Ext/OK"] for packet in some] for some in packets]
        assert tracking[0] == [[1, 3, 0, 0], [1, 3, 0, 1], [1, 3, 0, 0]]  # empty; 4; 4 has left
        assert tracking[1] == [[1, 3, 0, 1], [1, 3, 0, 1]]
        assert output.packets_sent == 5


def test_osc_bundles_can_be_counted_by_the_receiver(receivers: list[socket.socket]) -> None:
    with closing(open_output(f"osc:127.0.0.1:{port_of(receivers[0])}")) as output:
        output.send(SCENES[1])
    frames = [messages(packet)[0] for packet in received(receivers[0])]
    assert frames == [("/mocap/frame", [1, 10, 100000, number, 5]) for number in range(5)]


def test_a_packet_that_cannot_leave_is_counted_and_told() -> None:
    # No socket may send to the broadcast address unless it asks to: the kernel refuses every packet.
    with closing(open_output("vmc:255.255.255.255:39539")) as output:
        for scene in SCENES:
            output.send(scene)
        assert output.packets_sent == 0
        assert "packets could not be sent, the last because" in str(output.trouble)


def subscriber(stack: ExitStack, output: ZeromqOutput, topic: bytes) -> "zmq.Socket[bytes]":
    context = stack.enter_context(zmq.Context())
    receiver = stack.enter_context(context.socket(zmq.SUB))
    receiver.setsockopt(zmq.LINGER, 0)
    receiver.setsockopt(zmq.RCVTIMEO, 2000)
    receiver.setsockopt(zmq.SUBSCRIBE, topic)
    receiver.connect(output.address)
    return receiver


def wait_for_subscriber(output: ZeromqOutput) -> None:
    assert output._socket.poll(2000, zmq.POLLIN), "nobody subscribed"


def test_zeromq_sends_what_is_subscribed_and_nothing_else() -> None:
    with ExitStack() as stack:
        output = open_output("zeromq:tcp://127.0.0.1:0")
        assert isinstance(output, ZeromqOutput)
        stack.callback(output.close)
        output.send(SCENES[1])
        assert output.packets_sent == 0
        receiver = subscriber(stack, output, b"scene")
        wait_for_subscriber(output)
        output.send(SCENES[1])
        topic, payload = receiver.recv_multipart()
        assert topic == b"scene"
        assert [pose.person_id for pose in scene_from_msgpack(payload).poses] == [4, 7]
        assert output.packets_sent == 1
        second = subscriber(stack, output, b"osc")
        wait_for_subscriber(output)
        output.send(SCENES[2])
        bundles = [second.recv_multipart() for _ in range(3)]
        assert [messages(payload)[0][1][3:] for _, payload in bundles] == [[0, 3], [1, 3], [2, 3]]


def test_zeromq_never_waits_for_a_subscriber_that_does_not_read() -> None:
    with ExitStack() as stack:
        output = open_output("zeromq:tcp://127.0.0.1:0")
        assert isinstance(output, ZeromqOutput)
        stack.callback(output.close)
        subscriber(stack, output, b"")
        wait_for_subscriber(output)
        for _ in range(3000):
            output.send(SCENES[1])
        assert output.trouble is None


def test_zeromq_with_curve_keys_is_readable_only_with_the_public_key(tmp_path: Path) -> None:
    public_file, secret_file = zmq.auth.create_certificates(tmp_path, "bridge")
    with ExitStack() as stack:
        output = open_output(f"zeromq:tcp://127.0.0.1:0?curve_secret={secret_file}")
        assert isinstance(output, ZeromqOutput)
        stack.callback(output.close)
        context = stack.enter_context(zmq.Context())
        receiver = stack.enter_context(context.socket(zmq.SUB))
        receiver.setsockopt(zmq.LINGER, 0)
        receiver.setsockopt(zmq.RCVTIMEO, 2000)
        receiver.curve_serverkey, _ = zmq.auth.load_certificate(public_file)
        receiver.curve_publickey, receiver.curve_secretkey = zmq.curve_keypair()
        receiver.setsockopt(zmq.SUBSCRIBE, b"scene")
        receiver.connect(output.address)
        wait_for_subscriber(output)
        output.send(SCENES[1])
        assert receiver.recv_multipart()[0] == b"scene"
        subscriber(stack, output, b"osc")  # no keys: never gets through
        assert not output._socket.poll(200, zmq.POLLIN)
    with pytest.raises(OutputError, match="public key only"):
        open_output(f"zeromq:tcp://127.0.0.1:0?curve_secret={public_file}")


def test_a_port_in_use_is_named() -> None:
    with closing(open_output("zeromq:tcp://127.0.0.1:0")) as first:
        assert isinstance(first, ZeromqOutput)
        with pytest.raises(OutputError, match=rf"{first.address}: the port is in use"):
            open_output(f"zeromq:{first.address}")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("vcm:127.0.0.1:39539", "choose from osc:, take:, vmc:, vrchat:, zeromq:"),
        ("127.0.0.1", "no output"),
        ("vmc", "no output"),
        ("vmc:", "no port in 'vmc:'; write vmc:127.0.0.1:39539"),
        ("vmc:127.0.0.1", "no port in"),
        ("vmc:::1", "no port in"),
        ("vmc:127.0.0.1:0", "not a number from 1 to 65535"),
        ("vmc:127.0.0.1:vmc", "not a number"),
        ("vmc:127.0.0.1:65530", "no ports above it"),
        ("osc::39600", "no host"),
        ("osc:no-such-host.invalid:39600", "cannot be found"),
        ("take:", "names no file"),
        ("take:x.jsonl?append=true", "names no file"),
        ("take:/no/such/folder/x.take.jsonl", "No such file"),
        ("zeromq:127.0.0.1:5556", "write zeromq:tcp://127.0.0.1:5556"),
        ("zeromq:tcp://127.0.0.1", "not an address to listen at"),
        ("zeromq:tcp://*:5556", "anybody in the network"),
        ("zeromq:tcp://0.0.0.0:5556", "anybody in the network"),
        ("zeromq:tcp://0.0.0.0:5556?allow_plain=yes", "neither true nor false"),
        ("zeromq:tcp://127.0.0.1:5556?hwm=3", "no option 'hwm'"),
        ("zeromq:tcp://127.0.0.1:0?curve_secret=/no/such/file", "no CURVE keys in"),
        ("zeromq:tcp://192.0.2.1:5556?allow_plain=true", "cannot listen at"),
    ],
)
def test_a_wrong_address_says_what_would_be_right(url: str, says: str) -> None:
    with pytest.raises(OutputError, match=says.replace("*", r"\*").replace("?", r"\?")):
        open_output(url)


def test_zeromq_beyond_this_machine_needs_to_be_allowed() -> None:
    with closing(open_output("zeromq:tcp://*:0?allow_plain=true")) as output:
        assert isinstance(output, ZeromqOutput)
        assert output.address.startswith("tcp://0.0.0.0:")


def test_if_one_output_cannot_open_the_others_are_closed(tmp_path: Path) -> None:
    path = tmp_path / "x.take.jsonl"
    with pytest.raises(OutputError, match="no port"):
        open_outputs([f"take:{path}", "vmc:127.0.0.1"])
    assert not path.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_vmc_sends_the_bones_that_an_avatar_has(kind: str, tmp_path: Path, receivers: list[socket.socket]) -> None:
    path = write_avatar(tmp_path / "hero.vrm", kind, ("UpperChest", "LeftToes", "RightToes"))
    with closing(open_output(f"vmc:127.0.0.1:{port_of(receivers[0])}?avatar={path}")) as output:
        output.send(SCENES[2])
    (packet,) = received(receivers[0])
    bones = [values[0] for address, values in messages(packet) if address == "/VMC/Ext/Bone/Pos"]
    assert bones == [bone for bone in BONES if bone not in ("UpperChest", "LeftToes", "RightToes")]


def test_an_avatar_goes_to_every_vmc_output_that_names_none() -> None:
    urls = ["vmc:127.0.0.1:39539", "osc:127.0.0.1:39600", "vmc:10.0.0.2:39539?avatar=b.vrm"]
    assert with_avatar(urls, None) == tuple(urls)
    assert with_avatar(urls, "a.vrm") == ("vmc:127.0.0.1:39539?avatar=a.vrm", *urls[1:])
    with pytest.raises(OutputError, match=r"--avatar a\.vrm is for vmc: outputs"):
        with_avatar(["osc:127.0.0.1:39600"], "a.vrm")
