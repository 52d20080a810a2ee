"""Where a guest's VMC comes in: a thread that listens, keeps the newest of everything, and when it came."""

import socket
import threading
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

import numpy as np

from .errors import SettingsError
from .extra_bones import ALL_BONES
from .guest import EASE_IN_S, GONE_S, HOLD_S, weight
from .records import Guest, GuestBlend
from .wire.sendable import MOST_BLENDS
from .wire.vmc_read import read_vmc

DEFAULT_PORT = 39540
_NAP_S = 0.2
_WINDOW_S = 0.1  # in every one of these a quarter may be spent on listening
_LARGEST = 65535


class GuestPort:
    """A context manager. ``latest()`` may be called from any thread; ``trouble`` tells of what was refused."""

    def __init__(self, target: str, own_ports: Callable[[], Iterable[int]] = tuple) -> None:
        """Listens at ``[HOST:]PORT``. Packets from ``own_ports`` of this machine are our own, and skipped.

        Raises SettingsError.
        """
        self.packets, self.refused = 0, 0
        self._own_ports = own_ports
        self._lock = threading.Lock()
        self._rotations = np.zeros((len(ALL_BONES), 4))
        self._told_s = np.full(len(ALL_BONES), -np.inf)
        self._since_s = np.full(len(ALL_BONES), -np.inf)
        self._blends: dict[str, GuestBlend] = {}
        self._last_s = float("-inf")  # when anything was told
        self.trouble: str | None = None
        self._socket = _opened(target)
        host, self.port = self._socket.getsockname()[:2]
        self.address = f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="guest", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(timeout=2.0)
        self._socket.close()

    def latest(self) -> Guest | None:
        """All that was told until now; None while there is nothing that still counts."""
        now_s = time.perf_counter()
        with self._lock:
            if now_s - self._last_s >= GONE_S:
                return None
            return Guest(now_s, self._rotations, self._told_s, self._since_s, tuple(self._blends.values()))

    def _listen(self) -> None:
        window_s, rested_s = 0.0, 0.0
        while not self._stop.is_set():
            try:
                packet, (host, port, *_) = self._socket.recvfrom(_LARGEST)
            except TimeoutError:
                continue
            except OSError:  # Windows tells here that a packet sent before could not be delivered
                continue
            now_s = time.perf_counter()
            if now_s - window_s >= _WINDOW_S:
                window_s, rested_s = now_s, time.thread_time()
            if port not in self._own_ports():
                self._take(packet, f"{host}:{port}", now_s)
            if time.thread_time() - rested_s > _WINDOW_S / 4:  # whoever floods us must not take the line's time
                self._stop.wait(max(0.0, window_s + _WINDOW_S - time.perf_counter()))

    def _take(self, packet: bytes, sender: str, now_s: float) -> None:
        read = read_vmc(packet)
        with self._lock:
            self.packets += 1
            if read.bones or read.blends:
                self._last_s = now_s
            for row, rotation in read.bones:
                self._since_s[row] = _since_s(now_s, self._told_s[row], self._since_s[row])
                self._told_s[row] = now_s
                self._rotations[row] = rotation
            for blend in read.blends:
                before = self._blends.get(blend.name)
                if before is None and not self._has_room(now_s):
                    read.refused += 1
                    continue
                since_s = _since_s(now_s, before.told_s, before.since_s) if before else now_s
                self._blends[blend.name] = GuestBlend(blend.name, blend.value, now_s, since_s)
            if read.refused:
                self._refuse(read.refused, sender)

    def _refuse(self, messages: int, sender: str) -> None:
        told = len(str(self.refused)) if self.refused else 0
        self.refused += messages
        if len(str(self.refused)) > told:  # told anew when there are ten times as many: a broken sender sends for ever
            self.trouble = f"VMC at {self.address}: {self.refused} messages refused as damaged, the last from {sender}"

    def _has_room(self, now_s: float) -> bool:
        if len(self._blends) >= MOST_BLENDS:
            self._blends = {name: one for name, one in self._blends.items() if now_s - one.told_s < GONE_S}
        return len(self._blends) < MOST_BLENDS


def _since_s(now_s: float, told_s: float, since_s: float) -> float:
    """Since when something counts as told: as before, or so that it comes in from where its fading had got to."""
    if now_s - told_s <= HOLD_S:
        return since_s
    left = float(weight(now_s, np.array(told_s), np.array(since_s)))
    return now_s - left * EASE_IN_S


def _opened(target: str) -> socket.socket:
    host, _, port = target.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    right = f"write --vmc-in {DEFAULT_PORT}, or HOST:{DEFAULT_PORT} with an address of this computer"
    if not (port.isascii() and port.isdigit() and int(port) <= 65535):
        raise SettingsError(f"VMC cannot come in at {target!r}: port {port!r} is not a number up to 65535; {right}")
    try:
        family, kind, *_, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_DGRAM)[0]
        listening = socket.socket(family, kind)
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"VMC cannot come in at {target!r}: {error}; {right}") from error
    try:
        listening.bind(address)
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"VMC cannot come in at {target!r}: {error.strerror}; does another program listen there? {right}"
        ) from error
    listening.settimeout(_NAP_S)
    return listening
