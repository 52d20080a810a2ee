"""A guest's VMC over real sockets: what comes in, what is refused, and what our own program sends itself."""

import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import numpy as np
import pytest
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from scenes import random_scene

from mocap_bridge.errors import SettingsError
from mocap_bridge.extra_bones import ALL_BONE
from mocap_bridge.guest import EASE_IN_S, HOLD_S
from mocap_bridge.guest_port import GuestPort, _since_s
from mocap_bridge.outputs import open_output
from mocap_bridge.rotations import about
from mocap_bridge.wire.sendable import MOST_BLENDS
from mocap_bridge.wire.vmc_read import VmcRead


def message(address: str, *values: object) -> OscMessageBuilder:
    builder = OscMessageBuilder(address)
    for value in values:
        builder.add_arg(value, "s" if isinstance(value, str) else "f")
    return builder


def frame(*messages: OscMessageBuilder) -> bytes:
    builder = OscBundleBuilder(IMMEDIATELY)
    for one in messages:
        builder.add_content(one.build())
    return bytes(builder.build().dgram)


def bone(name: str, *rotation: float) -> OscMessageBuilder:
    return message("/VMC/Ext/Bone/Pos", name, 0.0, 0.0, 0.0, *rotation)


Send = Callable[[bytes], None]


@pytest.fixture
def port() -> Iterator[GuestPort]:
    with GuestPort("127.0.0.1:0") as opened:
        yield opened


@pytest.fixture
def send(port: GuestPort) -> Iterator[Send]:
    """Sends a datagram and waits until it has been taken in."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sender:
        sender.connect(("127.0.0.1", port.port))

        def sent(packet: bytes) -> None:
            before = port.packets
            sender.send(packet)
            until_s = time.perf_counter() + 20.0
            while port.packets == before:
                assert time.perf_counter() < until_s
                time.sleep(0.002)

        yield sent


def test_nothing_is_said_before_somebody_speaks(port: GuestPort) -> None:
    assert port.latest() is None
    assert port.trouble is None


def test_bones_and_expressions_come_in_turned_to_our_axes(port: GuestPort, send: Send) -> None:
    ours = about(np.array([0.6, 0.0, 0.8]), 0.5)
    x, y, z, w = ours * [1, -1, -1, 1]  # in Unity's
    blink = message("/VMC/Ext/Blend/Val", "Blink", 0.25)
    send(frame(bone("LeftIndexProximal", x, y, z, w), blink, message("/VMC/Ext/Blend/Apply")))
    told = port.latest()
    assert told is not None
    np.testing.assert_allclose(told.rotations_xyzw[ALL_BONE["LeftIndexProximal"]], ours, atol=1e-6)
    assert not told.rotations_xyzw[ALL_BONE["RightIndexProximal"]].any()
    assert [(blend.name, blend.value) for blend in told.blends] == [("Blink", 0.25)]
    assert 0.0 <= told.time_s - told.blends[0].told_s < 5.0
    assert port.trouble is None


def test_who_has_been_gone_for_long_says_nothing(port: GuestPort, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    send(frame(message("/VMC/Ext/Blend/Val", "Joy", 1.0)))
    assert port.latest() is not None
    monkeypatch.setattr("mocap_bridge.guest_port.GONE_S", 0.01)
    time.sleep(0.02)
    assert port.latest() is None


def test_what_is_broken_is_counted_and_told_and_the_rest_taken(port: GuestPort, send: Send) -> None:
    send(
        frame(
            bone("LeftEye", float("nan"), 0.0, 0.0, 1.0),
            bone("LeftEye", 0.0, 0.0, 0.0, 0.0),
            bone("RightEye", 0.0, 0.0, 0.0, 1.0),
            bone("LeftEye", 3.0, 0.0, 0.0, 1.0),
            message("/VMC/Ext/Blend/Val", "Joy", float("inf")),
            message("/VMC/Ext/Blend/Val", "Joy", 100.0),
            message("/VMC/Ext/Blend/Val", "", 1.0),
            message("/VMC/Ext/Blend/Val", "x" * 65, 1.0),
            message("/VMC/Ext/Bone/Pos", "LeftEye", 0.0),
        )
    )
    send(b"GET / HTTP/1.1\r\n\r\n")
    assert port.refused == 9
    assert "1 messages refused" not in str(port.trouble)
    assert "8 messages refused as damaged, the last from 127.0.0.1:" in str(port.trouble)
    told = port.latest()
    assert told is not None
    assert np.count_nonzero(told.rotations_xyzw.any(axis=1)) == 1
    assert told.blends == ()


def test_names_beyond_all_measure_do_not_fill_the_memory(port: GuestPort, send: Send) -> None:
    for start in range(0, MOST_BLENDS + 100, 100):
        send(frame(*(message("/VMC/Ext/Blend/Val", f"shape {start + one}", 0.5) for one in range(100))))
    told = port.latest()
    assert told is not None
    assert len(told.blends) == MOST_BLENDS
    assert port.refused == 400 - MOST_BLENDS


def test_what_our_own_outputs_send_for_the_next_person_is_no_guest() -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    with closing(open_output(f"vmc:127.0.0.1:{number - 1}")) as output:
        with GuestPort(f"127.0.0.1:{number}", lambda: {output.from_port}) as port:  # type: ignore[attr-defined]
            output.send(random_scene((1, 2)))
            with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sender:
                sender.sendto(frame(message("/VMC/Ext/Blend/Val", "Joy", 1.0)), ("127.0.0.1", number))
            until_s = time.perf_counter() + 20.0
            while (told := port.latest()) is None:
                assert time.perf_counter() < until_s
                time.sleep(0.002)
        assert port.packets == 1
        assert not told.rotations_xyzw.any()


def test_who_begins_again_while_fading_comes_in_from_there() -> None:
    told_s, since_s = np.float64(0.0), np.float64(-10.0)
    assert _since_s(HOLD_S, told_s, since_s) == since_s  # no gap
    half = _since_s(HOLD_S + 0.25, told_s, since_s)
    assert HOLD_S + 0.25 - half == pytest.approx(0.5 * EASE_IN_S)
    assert _since_s(20.0, told_s, since_s) == 20.0


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("x", "port 'x' is not a number"),
        ("127.0.0.1:99999", "'99999' is not a number up to 65535; write --vmc-in 39540"),
        ("no-such-host.invalid:39540", "cannot come in at 'no-such-host.invalid:39540'"),
        ("192.0.2.1:39540", "does another program listen there"),
    ],
)
def test_an_address_that_cannot_be_listened_at_is_told(target: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        GuestPort(target)


def test_a_port_in_use_is_told(port: GuestPort) -> None:
    with pytest.raises(SettingsError, match="does another program listen there"):
        GuestPort(port.address)


def test_who_floods_the_port_does_not_take_the_lines_time(
    port: GuestPort, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun_s: list[float] = []

    def costly(packet: bytes) -> VmcRead:
        """As if it took the whole share of a tenth of a second, like a few packets of a thousand messages each."""
        begun_s.append(time.perf_counter())
        return VmcRead()

    class Clock:
        perf_counter = staticmethod(time.perf_counter)
        thread_time = staticmethod(lambda: 0.03 * len(begun_s))

    monkeypatch.setattr("mocap_bridge.guest_port.read_vmc", costly)
    monkeypatch.setattr("mocap_bridge.guest_port.time", Clock)
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sender:
        sender.connect(("127.0.0.1", port.port))
        for _ in range(8):
            sender.send(b"/VMC/Ext/T")
        until_s = time.perf_counter() + 20.0
        while port.packets < 8:
            assert time.perf_counter() < until_s
            time.sleep(0.01)
    assert np.diff(begun_s).min() > 0.06  # it rested in between
    monkeypatch.undo()
    send(frame(message("/VMC/Ext/Blend/Val", "Joy", 1.0)))
    told = port.latest()
    assert told is not None
    assert [blend.name for blend in told.blends] == ["Joy"]


def test_a_flood_of_damaged_packets_is_told_ten_times_more_seldom_each_time(port: GuestPort, send: Send) -> None:
    said = set()
    for _ in range(120):
        send(b"/VMC/Ext/Blend/Val\0\0,sf\0" + struct.pack(">f", 1.0))
        said.add(port.trouble)
    assert len(said) == 3
