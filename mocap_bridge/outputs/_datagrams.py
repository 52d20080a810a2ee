"""What all outputs over UDP share: leave out what is broken, send the rest, count, and tell what went wrong."""

from collections.abc import Callable, Iterable

from ..records import Scene
from ..wire.sendable import sendable
from ._udp import Udp

Tell = Callable[[str], None]
Datagrams = Callable[[Scene, Tell], Iterable[tuple[bytes, int]]]
"""Every packet of a sound scene, and the port that it goes to; what is wrong but no reason to stop is told."""


class UdpOutput:
    """Sends what ``datagrams`` makes of each scene to one host."""

    def __init__(self, url: str, address: str, datagrams: Datagrams) -> None:
        self._udp = Udp(url, address)
        self._datagrams = datagrams
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

    @property
    def from_port(self) -> int:
        """The port of this machine that the packets come from; 0 before the first has been sent."""
        return self._udp.from_port

    def send(self, scene: Scene) -> None:
        """All that is to be told of this moment."""
        whole, broken = sendable(scene)
        if broken:
            self._broken += broken
            self._udp.tell(f"{self._broken} people or events with broken numbers were left out")
        if whole is not None:
            for packet, port in self._datagrams(whole, self._udp.tell):
                self._udp.send(packet, port)

    def close(self) -> None:
        """Lets go of the socket."""
        self._udp.close()
