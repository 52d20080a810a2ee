"""What is written to everybody is what a WebSocket library reads."""

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from mocap_bridge.serving.audience import framed


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536, 70_001])
@pytest.mark.parametrize("text", [True, False])
def test_a_message_of_any_length_is_framed_as_the_library_reads_it(length: int, text: bool) -> None:
    message = "ä" * (length // 2) + "x" * (length % 2) if text else bytes(length)
    client = ClientProtocol(parse_uri("ws://127.0.0.1/"), state=State.OPEN)
    client.receive_data(framed(message))
    (event,) = client.events_received()
    assert isinstance(event, Frame)
    assert event.opcode is (Opcode.TEXT if text else Opcode.BINARY)
    assert bytes(event.data) == (message.encode() if isinstance(message, str) else message)
