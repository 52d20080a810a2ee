"""Trials of the Unity package, each of which tests ask for a little while and ``DotNet~/measure.py`` for long."""

import json
import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import unity_truth as truth
from unity_core import CoreHost
from unity_host import HOST_TARGETS, Host, build, run_host
from unity_network import ROOT, bad_network, end, replay, target_of, wait_for_port
from unity_takes import EVENT

QUIET = ("--quiet", "0.3")
"""The host ends 0.3 s after nothing has come for a second."""


@dataclass(frozen=True)
class Followed:
    """How avatars (or Core's records) followed a take."""

    frames: tuple[int, ...]  # that were shown, in order; a renderer that is slower than the sender shows the newest
    missed: int  # frames that were not even received, between the first and the last
    worst_degrees: float  # of all bones of all frames
    worst_hips_mm: float
    edges: tuple[str, ...]  # begins and ends of its event
    latency_ms: float  # of what was shown, beyond the fastest packet; the median

    @property
    def sent(self) -> int:
        """How many there were from the first to the last that was shown."""
        return self.frames[-1] - self.frames[0] + 1

    @property
    def share(self) -> float:
        """Of those, that were shown."""
        return len(set(self.frames)) / self.sent


def followed(take: Path, transport: str, avatars: str, seconds: float = 40.0) -> Followed:
    """Two avatars follow two people, once through the take."""
    address, target = target_of(transport)
    arguments = (f"--{transport}", address, "--avatars", avatars, "--events", EVENT, *QUIET)
    host = Host(*arguments, "--seconds", str(seconds))
    bridge = replay(take, target)
    try:
        lines = host.finish(timeout_s=seconds + 30.0)
    finally:
        end(bridge)
    shown = list(truth.frames(lines))
    return Followed(
        tuple(line["frame"] for line in shown),
        lines[-1]["frames_missing"],
        truth.avatars_off_degrees(lines, host.avatars, take),
        truth.hips_off_mm(lines, take),
        tuple(truth.edges(lines, EVENT)),
        1000.0 * median(line["latency_s"] for line in shown),
    )


@dataclass(frozen=True)
class Survived:
    """What came through a network that loses, doubles and reorders."""

    times_s: tuple[float, ...]
    runs: frozenset[int]
    changes: tuple[str, ...]  # begins and ends of events
    worst_degrees: float
    worst_hips_mm: float
    missing: int  # packets
    refused: int
    oldest_s: float  # how old somebody was at most whose packets were lost


def survived(take: Path, mode: str, seed: int) -> Survived:
    """A take through a bad network; raises AssertionError where the host says anything on standard error."""
    port, _ = target_of("osc")
    with CoreHost("osc", port, mode, "3600") as host, bad_network(int(port), seed) as relay:
        host.wait_until_connected()
        assert replay(take, f"osc:127.0.0.1:{relay}").wait(timeout=3600) == 0
        time.sleep(0.5)
        lines = host.finish()
    shown = truth.scenes(lines)
    worst = truth.core_off(lines, take) if mode == "every" else (0.0, 0.0)
    ages = [line["time_s"] - person["time_s"] for line in shown for person in line["people"]]
    return Survived(
        tuple(line["time_s"] for line in shown),
        frozenset(line["run"] for line in shown),
        tuple(truth.changes(lines)),
        *worst,
        lines[-1]["packets_missing"],
        lines[-1]["refused"],
        max(ages),
    )


@dataclass(frozen=True)
class FoundAgain:
    """A bridge that was killed and started again."""

    back_s: float  # from its port being open to its first scene
    new_run: bool


def found_again(take: Path) -> FoundAgain:
    """Over ZeroMQ, where there is a connection to be made anew."""
    address, target = target_of("zeromq")
    with CoreHost("zeromq", address) as host:
        bridge = replay(take, target, "--loop")
        try:
            host.wait_for("the first scene", truth.scenes)
            end(bridge)
            lines = host.wait_for("the loss", lambda lines: "connected" in lines[-1] and not lines[-1]["connected"])
            known = len(truth.scenes(lines))
            bridge = replay(take, target, "--loop")
            began_s = wait_for_port(int(address.rpartition(":")[2]))
            lines = host.wait_for("a scene", lambda lines: len(truth.scenes(lines)) > known)
        finally:
            end(bridge)
    first, last = truth.scenes(lines)[known], truth.scenes(lines)[known - 1]
    return FoundAgain(first["arrived_s"] - began_s, first["run"] > last["run"] or first["frame"] > 0)


def heard_by_two(take: Path) -> tuple[Followed, Followed]:
    """Two subscribers of one publisher, the second round of a take that is repeated."""
    address, target = target_of("zeromq")
    with CoreHost("zeromq", address, "every", "3600") as first, CoreHost("zeromq", address, "every", "3600") as second:
        bridge = replay(take, target, "--loop")
        try:
            for host in (first, second):
                over = lambda lines: any(line["run"] > 1 for line in truth.scenes(lines))  # noqa: E731
                host.wait_for("a second round", over, timeout_s=600.0)
        finally:
            end(bridge)
        heard = [host.finish() for host in (first, second)]
    rounds = [[line for line in truth.scenes(lines) if line["run"] == 1] for lines in heard]
    return _heard(rounds[0], take), _heard(rounds[1], take)


def _heard(lines: list[truth.Line], take: Path) -> Followed:
    frames = tuple(line["frame"] for line in lines)
    missed = frames[-1] - frames[0] + 1 - len(set(frames))
    return Followed(frames, missed, *truth.core_off(lines, take), tuple(truth.changes(lines)), 0.0)


def decoded(seconds: float) -> list[str]:
    """What the bench says of /mocap, of VMC, and of frames through a real socket."""
    folder = build("core", "core_bench")
    command = ["mono", str(folder / "MocapBridge.Core.Bench.exe"), str(ROOT / "tests" / "golden"), str(seconds)]
    environment = os.environ | {"MONO_GC_PARAMS": "nursery-size=256k"}
    result = subprocess.run(command, capture_output=True, text=True, timeout=600, env=environment)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def garbage(take: Path, frames: int) -> dict[str, float]:
    """Every component at work: frames, people, collections, ms_per_frame."""
    # Half a megabyte in 10,000 frames would be noticed.
    measured: dict[str, float] = json.loads(
        run_host("garbage", str(take), str(frames), MONO_GC_PARAMS="nursery-size=512k")
    )
    return measured


def nunit(report: Path, *libraries: str) -> tuple[int, str]:
    """How many tests of these libraries ran, and what NUnit says; raises AssertionError if one fails."""
    folder = build(*HOST_TARGETS)
    paths = [str(folder / f"{library}.dll") for library in libraries]
    command = ["nunit-console", *paths, "-nologo", "-noshadow", f"-xml:{report}"]
    # A small nursery, so that 26 bytes of garbage a frame are a collection in 10,000 frames.
    environment = os.environ | {"MONO_GC_PARAMS": "nursery-size=256k"}
    result = subprocess.run(command, capture_output=True, text=True, timeout=600, env=environment)
    assert result.returncode == 0, result.stdout[-4000:]
    ran = re.search(r"Tests run: (\d+), Errors: 0, Failures: 0", result.stdout)
    assert ran is not None, result.stdout[-4000:]
    return int(ran[1]), result.stdout
