"""OSC packets against python-osc."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage

from mocap_bridge.wire.osc import Packet, bundle, message, string

VALUES = {
    "i": st.integers(-(2**31), 2**31 - 1),
    "f": st.floats(width=32, allow_nan=False),
    "s": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
    "b": st.binary(min_size=1, max_size=20),
    "T": st.just(True),
    "F": st.just(False),
}
ARGUMENTS = st.lists(st.sampled_from("ifsbTF").flatmap(lambda tag: st.tuples(st.just(tag), VALUES[tag])), max_size=12)


@given(ARGUMENTS)
def test_python_osc_reads_every_message_as_it_was_meant(arguments: list[tuple[str, object]]) -> None:
    packet = message("/mocap/test", "".join(tag for tag, _ in arguments), [value for _, value in arguments])
    assert len(packet) % 4 == 0
    read = OscMessage(packet)
    assert read.address == "/mocap/test"
    assert list(read) == [value for _, value in arguments]
    assert [type(value) for value in read] == [type(value) for _, value in arguments]


@given(st.lists(ARGUMENTS, min_size=1, max_size=4))
def test_a_patched_packet_equals_one_built_anew(parts: list[list[tuple[str, object]]]) -> None:
    messages = [
        (f"/mocap/{n}", "".join(tag for tag, _ in part), [value for _, value in part]) for n, part in enumerate(parts)
    ]
    arguments = [argument for part in parts for argument in part]
    ints = [value for tag, value in arguments if tag == "i"]
    floats = np.array([value for tag, value in arguments if tag == "f"], dtype=np.float64)
    blank = [(a, t, [0 if tag in "if" else v for tag, v in zip(t, vs, strict=True)]) for a, t, vs in messages]
    packet = Packet(blank)
    assert packet.fill(ints, floats) == bundle([message(*one) for one in messages])
    assert OscBundle(packet.fill(ints, floats)).num_contents == len(parts)


def test_a_short_or_long_fill_is_refused() -> None:
    packet = Packet([("/a", "iff", (0, 0.0, 0.0))])
    for ints, floats in [((1,), np.zeros(1)), ((1,), np.zeros(3)), ((), np.zeros(2)), ((1, 2), np.zeros(2))]:
        with pytest.raises(ValueError, match="1 int and 2 float slots"):
            packet.fill(ints, floats)


def test_wrong_values_are_refused() -> None:
    with pytest.raises(ValueError, match="2 type tags"):
        message("/a", "ff", [1.0])
    with pytest.raises(struct.error):
        message("/a", "i", [1.5])
    with pytest.raises(TypeError, match="cannot be sent as 'd'"):
        message("/a", "d", [1.5])
    with pytest.raises(TypeError, match="cannot be sent as 's'"):
        message("/a", "s", [3])
    with pytest.raises(ValueError, match="NUL"):
        string("a\0b")
