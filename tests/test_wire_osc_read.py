"""Strangers' packets: what python-osc writes is read, and nothing at all brings the reader down."""

import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from mocap_bridge.wire.osc import bundle, message
from mocap_bridge.wire.osc_read import DEEPEST, MOST_MESSAGES, read_packet
from mocap_bridge.wire.vmc_read import read_vmc

ARGUMENTS = st.one_of(
    st.integers(-(2**31), 2**31 - 1).map(lambda value: ("i", value)),
    st.integers(-(2**63), 2**63 - 1).map(lambda value: ("h", value)),
    st.floats(width=32, allow_nan=False).map(lambda value: ("f", value)),
    st.floats(allow_nan=False).map(lambda value: ("d", value)),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20).map(lambda t: ("s", t)),
    st.binary(min_size=1, max_size=20).map(lambda value: ("b", value)),
    st.booleans().map(lambda value: ("T" if value else "F", value)),
)
MESSAGES = st.tuples(st.sampled_from(["/a", "/VMC/Ext/OK", "/abc/d"]), st.lists(ARGUMENTS, max_size=6))


@settings(max_examples=60)
@given(st.lists(MESSAGES, min_size=1, max_size=5), st.booleans())
def test_what_python_osc_writes_is_read(messages: list[tuple[str, list[tuple[str, object]]]], nested: bool) -> None:
    builder = OscBundleBuilder(IMMEDIATELY)
    for address, arguments in messages:
        one = OscMessageBuilder(address)
        for tag, value in arguments:
            one.add_arg(value, tag)
        builder.add_content(one.build())
    built = builder.build()
    if nested:
        outer = OscBundleBuilder(IMMEDIATELY)
        outer.add_content(built)
        built = outer.build()
    read = read_packet(bytes(built.dgram))
    assert read.refused == 0
    assert read.messages == [(address, tuple(value for _, value in values)) for address, values in messages]


@settings(max_examples=300)
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_read_or_refused(packet: bytes, begun: bool) -> None:
    packet = (b"#bundle\0" + bytes(8) if begun else b"") + packet
    assert read_packet(packet).refused <= MOST_MESSAGES
    read_vmc(packet)


@settings(max_examples=200)
@given(st.data())
def test_a_packet_with_a_few_bytes_changed_is_read_or_refused(data: st.DataObject) -> None:
    bone = message("/VMC/Ext/Bone/Pos", "sfffffff", ("LeftEye", 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0))
    packet = bytearray(bundle([bone, message("/VMC/Ext/Blend/Val", "sf", ("Joy", 0.5))] * 3))
    for _ in range(data.draw(st.integers(1, 6))):
        packet[data.draw(st.integers(0, len(packet) - 1))] = data.draw(st.integers(0, 255))
    read = read_vmc(bytes(packet))
    assert len(read.bones) <= 3
    for _, rotation in read.bones:
        assert sum(part * part for part in rotation) == pytest.approx(1.0)
    assert all(0.0 <= blend.value <= 1.0 for blend in read.blends)


def test_only_what_is_asked_for_is_taken_out() -> None:
    packet = bundle([message("/a/b", "i", (1,)), message("/a/c", "i", (2,)), b"/a/x\0\0\0\0,?\0\0"])
    assert read_packet(packet, "/a/b").messages == [("/a/b", (1,))]
    assert read_packet(packet, "/a/b").refused == 0  # not even looked at
    assert read_packet(packet).refused == 1


def test_bundles_in_bundles_end_somewhere() -> None:
    packet = message("/a", "", ())
    for _ in range(DEEPEST):
        packet = bundle([packet])
    assert len(read_packet(packet).messages) == 1
    assert read_packet(bundle([packet])) == read_packet(bundle([bundle([packet])]))
    assert read_packet(bundle([packet])).refused == 1


def test_a_packet_of_too_many_messages_is_cut_and_costs_little() -> None:
    packet = bundle([b"/a\0\0"] * 8000)
    begun_s = time.process_time()
    read = read_packet(packet)
    assert time.process_time() - begun_s < 0.2
    assert (len(read.messages), read.refused) == (MOST_MESSAGES, 1)


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"/",
        b"/a",
        b"/a\0\0,b\0\0" + struct.pack(">I", 2**31),
        b"/a\0\0,s\0\0abcd",
        b"/a\0\0if\0\0",
        b"/" + b"a" * 200 + b"\0\0\0",
        b"/a\0\0," + b"i" * 65 + b"\0\0" + bytes(260),
        b"#bundle\0",
        b"#bundle\0" + bytes(8) + struct.pack(">i", -4),
        b"#bundle\0" + bytes(8) + struct.pack(">i", 6) + b"/a\0\0\0\0",
    ],
)
def test_damage_is_refused(packet: bytes) -> None:
    read = read_packet(packet)
    assert read.messages == []
    assert read.refused == 1
