"""VMC over UDP, ``vmc:host:port``: the language most avatar programs know. One port per person, from ``port`` up.

``vmc:host:port?avatar=hero.vrm`` sends what that avatar's own nodes take: the receiver must show the same file.
"""

from collections.abc import Iterable

from ..avatar import Fit, load_avatar
from ..avatar.unity import InUnity
from ..errors import OutputError
from ..records import Scene
from ..wire.sendable import sendable
from ..wire.vmc import DEFAULT_PORT, LAN_BYTES, LOOPBACK_BYTES, Slots, VmcPackets
from ._udp import Udp, host_and_port, is_loopback

MOST_PEOPLE = 16
_AVATAR = "?avatar="


class VmcOutput:
    """A pose per person and frame. Nobody there is told as "tracking lost", never as silence."""

    def __init__(self, address: str, port: int, avatar: InUnity | None = None) -> None:
        self._udp = Udp(f"vmc:{address}:{port}", address)
        self._port = port
        most_bytes = LOOPBACK_BYTES if is_loopback(address) else LAN_BYTES
        self._packets = VmcPackets(most_bytes, avatar.bones, avatar) if avatar else VmcPackets(most_bytes)
        self._slots = Slots(MOST_PEOPLE)
        self._start_s: float | None = None
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
        """Everyone's pose to the port of their slot."""
        whole, broken = sendable(scene)
        if broken:
            self._broken += broken
            self._udp.tell(f"{self._broken} poses or events with broken numbers were left out")
        if whole is None:
            return
        self._start_s = whole.time_s if self._start_s is None else min(self._start_s, whole.time_s)
        since_s = whole.time_s - self._start_s
        poses = {pose.person_id: pose for pose in whole.poses}
        slots = self._slots.assign(poses, whole.time_s)
        if len(poses) > self._slots.count:
            self._udp.tell(f"{len(poses)} people, but only {self._slots.count} are sent")
        for slot, person_id in ({0: None} | slots).items():  # slot 0 is the sign of life of an empty room
            packets = (
                self._packets.lost(since_s) if person_id is None else self._packets.tracked(poses[person_id], since_s)
            )
            for packet in packets:
                self._udp.send(packet, self._port + slot)

    def close(self) -> None:
        """Lets go of the socket."""
        self._udp.close()


def open_output(target: str) -> VmcOutput:
    """``host:port`` of the first person, perhaps with ``?avatar=FILE``. Raises OutputError, AvatarError."""
    target, asked, file = target.partition(_AVATAR)
    if "?" in target or (asked and not file):
        raise OutputError(f"'vmc:{target}{asked}' asks for nothing known; write vmc:127.0.0.1:39539{_AVATAR}hero.vrm")
    address, port = host_and_port("vmc", target, DEFAULT_PORT)
    if port + MOST_PEOPLE - 1 > 65535:
        raise OutputError(f"port {port} of 'vmc:{target}' leaves no ports above it for more people; use {DEFAULT_PORT}")
    return VmcOutput(address, port, InUnity(Fit(load_avatar(file))) if file else None)


def with_avatar(urls: Iterable[str], file: str | None) -> tuple[str, ...]:
    """The outputs, with this avatar for every VMC one that names none. Raises OutputError if none could take it."""
    urls = tuple(urls)
    if file is None:
        return urls
    if not any(url.startswith("vmc:") for url in urls):
        raise OutputError(
            f"--avatar {file} is for vmc: outputs, of which none is open; the outputs are: {', '.join(urls)}"
        )
    return tuple(f"{url}{_AVATAR}{file}" if url.startswith("vmc:") and _AVATAR not in url else url for url in urls)
