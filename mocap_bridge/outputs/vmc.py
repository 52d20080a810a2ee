"""VMC over UDP, ``vmc:host:port``: the language most avatar programs know. One port per person, from ``port`` up.

``vmc:host:port?avatar=hero.vrm`` sends what that avatar's own nodes take: the receiver must show the same file.
"""

from collections.abc import Iterable, Iterator

from ..avatar import Fit, load_avatar
from ..avatar.unity import InUnity
from ..errors import OutputError
from ..records import Scene
from ..slots import MOST_PEOPLE, Slots
from ..wire.vmc import DEFAULT_PORT, LAN_BYTES, LOOPBACK_BYTES, VmcPackets
from ._datagrams import Tell, UdpOutput
from ._udp import host_and_port, is_loopback

_AVATAR = "?avatar="


class _Datagrams:
    """A pose per person and frame. Nobody there is told as "tracking lost", never as silence."""

    def __init__(self, most_bytes: int, port: int, avatar: InUnity | None) -> None:
        self._port = port
        self._packets = (
            VmcPackets(most_bytes, avatar.bones, avatar, avatar.extra_bones, avatar.extras)
            if avatar
            else VmcPackets(most_bytes)
        )
        self._slots = Slots(MOST_PEOPLE)
        self._start_s: float | None = None

    def __call__(self, scene: Scene, tell: Tell) -> Iterator[tuple[bytes, int]]:
        """Everyone's pose to the port of their slot."""
        self._start_s = scene.time_s if self._start_s is None else min(self._start_s, scene.time_s)
        since_s = scene.time_s - self._start_s
        poses = {pose.person_id: pose for pose in scene.poses}
        slots = self._slots.assign(poses, scene.time_s)
        if len(poses) > self._slots.count:
            tell(f"{len(poses)} people, but only {self._slots.count} are sent")
        for slot, person_id in ({0: None} | slots).items():  # slot 0 is the sign of life of an empty room
            packets = (
                self._packets.lost(since_s) if person_id is None else self._packets.tracked(poses[person_id], since_s)
            )
            yield from ((packet, self._port + slot) for packet in packets)


def open_output(target: str) -> UdpOutput:
    """``host:port`` of the first person, perhaps with ``?avatar=FILE``. Raises OutputError, AvatarError."""
    target, asked, file = target.partition(_AVATAR)
    if "?" in target or (asked and not file):
        raise OutputError(f"'vmc:{target}{asked}' asks for nothing known; write vmc:127.0.0.1:39539{_AVATAR}hero.vrm")
    address, port = host_and_port("vmc", target, DEFAULT_PORT)
    if port + MOST_PEOPLE - 1 > 65535:
        raise OutputError(f"port {port} of 'vmc:{target}' leaves no ports above it for more people; use {DEFAULT_PORT}")
    most_bytes = LOOPBACK_BYTES if is_loopback(address) else LAN_BYTES
    avatar = InUnity(Fit(load_avatar(file))) if file else None
    return UdpOutput(f"vmc:{address}:{port}", address, _Datagrams(most_bytes, port, avatar))


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
