"""The bridge's own ``/mocap/...`` OSC over UDP, ``osc:host:port``: people, joints, visibility, capsules, events."""

from ..records import Scene
from ..wire.mocap import MocapBundles
from ..wire.sendable import sendable
from ._udp import Udp, host_and_port

DEFAULT_PORT = 39600


class OscOutput:
    """Every bundle of a frame as one datagram."""

    def __init__(self, address: str, port: int) -> None:
        self._udp = Udp(f"osc:{address}:{port}", address)
        self._port = port
        self._bundles = MocapBundles()
        self._broken = 0

    @property
    def packets_sent(self) -> int:
        """Datagrams handed to the network."""
        return self._udp.packets_sent

    @property
    def packets_lost(self) -> int:
        """Datagrams that the network did not take."""
        return self._udp.packets_lost

    @property
    def trouble(self) -> str | None:
        """What went wrong last."""
        return self._udp.trouble

    def send(self, scene: Scene) -> None:
        """The head of the frame, then everyone's pose and body."""
        whole, broken = sendable(scene)
        if broken:
            self._broken += broken
            self._udp.tell(f"{self._broken} people or events with broken numbers were left out")
        if whole is not None:
            for packet in self._bundles(whole):
                self._udp.send(packet, self._port)

    def close(self) -> None:
        """Lets go of the socket."""
        self._udp.close()


def open_output(target: str) -> OscOutput:
    """``host:port`` of the receiver. Raises OutputError."""
    return OscOutput(*host_and_port("osc", target, DEFAULT_PORT))
