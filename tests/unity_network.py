"""The real bridge on the other side of real sockets, and what may lie between."""

import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


def free_port(kind: int) -> int:
    """One that nobody uses: of SOCK_DGRAM or SOCK_STREAM."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def target_of(transport: str) -> tuple[str, str]:
    """Where a host listens ("osc" or "zeromq") at a free port, and what the bridge is told for it."""
    if transport == "zeromq":
        address = f"tcp://127.0.0.1:{free_port(socket.SOCK_STREAM)}"
        return address, f"zeromq:{address}"
    port = free_port(socket.SOCK_DGRAM)
    return str(port), f"{transport}:127.0.0.1:{port}"


def replay(take: Path, target: str, *options: str) -> "subprocess.Popen[bytes]":
    """The bridge, playing a take to an output."""
    command = [sys.executable, str(ROOT / "main.py"), "replay", str(take), "--output", target, *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kills it at once, as a crash would."""
    process.kill()
    process.wait(timeout=10)


def wait_for_port(port: int, timeout_s: float = 40.0) -> float:
    """When somebody listened there, by the clock of this machine, which is also mono's."""
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return time.monotonic()
        time.sleep(0.02)
    raise AssertionError(f"nobody listens at port {port}")


@contextmanager
def bad_network(target: int, seed: int) -> Iterator[int]:
    """A relay that loses a fifth of the packets, doubles a tenth and lets a fifth overtake. Its port."""
    chance = random.Random(seed)
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as inside:
        inside.bind(("127.0.0.1", 0))
        inside.settimeout(0.1)
        stop = threading.Event()

        def relay() -> None:
            held: list[bytes] = []
            while not stop.is_set():
                try:
                    packet = inside.recv(65536)
                except TimeoutError:
                    continue
                if chance.random() < 0.2:
                    continue
                if chance.random() < 0.2:
                    held.append(packet)
                    continue
                for one in (packet, *held, *([packet] if chance.random() < 0.1 else [])):
                    inside.sendto(one, ("127.0.0.1", target))
                if len(held) > 3 or chance.random() < 0.5:
                    held.clear()  # so long held packets come more than once, and late

        thread = threading.Thread(target=relay)
        thread.start()
        try:
            yield inside.getsockname()[1]
        finally:
            stop.set()
            thread.join()
