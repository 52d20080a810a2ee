"""Core of the Unity package alone, compiled and run under mono, and what the tests feed to it."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from scenes import CAMERA, body_of
from unity_host import PACKAGE, build

from mocap_bridge.records import ActiveEvent, RigPose, Scene
from mocap_bridge.rotations import about, normalized
from mocap_bridge.skeleton import BONES, REST_OFFSETS_M

ROOT = PACKAGE.parent
FPS = 30
EVENT_FROM, EVENT_TO = 30, 50

Line = dict[str, Any]


def dancing(frame: int, person_ids: tuple[int, ...] = (3, 8)) -> Scene:
    """Two people, every bone at its own pace; the first claps for a while."""
    time_s = 5.0 + frame / FPS
    random = np.random.default_rng(17)
    poses = []
    for person_id in person_ids:
        axes = normalized(random.normal(size=(len(BONES), 3)))
        turns = 1.2 * np.sin(time_s * random.uniform(1.0, 6.0, len(BONES)) + person_id)
        lengths_m = np.linalg.norm(REST_OFFSETS_M, axis=1) * (0.85 + 0.03 * person_id)
        lengths_m[0] = 0.0
        hips_m = np.array([np.sin(2.0 * time_s + person_id), 0.9 + 0.2 * np.sin(5.0 * time_s), -2.0 - person_id])
        ones = np.ones(len(BONES))
        poses.append(RigPose(person_id, time_s, hips_m, about(axes, turns), ones, lengths_m, np.ones(4)))
    bodies = tuple(body_of(pose, random) for pose in poses)
    clap = ActiveEvent("clap", person_ids[0], 0.5, 5.0 + EVENT_FROM / FPS, np.array([0.0, 1.0, -3.0]))
    return Scene(frame, time_s, CAMERA, bodies, tuple(poses), (clap,) if EVENT_FROM <= frame < EVENT_TO else ())


def replay(take: Path, target: str, *options: str) -> "subprocess.Popen[bytes]":
    """The real bridge, playing a take to an output."""
    command = [sys.executable, str(ROOT / "main.py"), "replay", str(take), "--output", target, *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kills it at once, as a crash would."""
    process.kill()
    process.wait(timeout=10)


class CoreHost:
    """The console host while it runs; it writes to a file, so that nothing holds it up."""

    def __init__(self, *arguments: str) -> None:
        command = ["mono", "--debug", str(build("core", "core_host") / "MocapBridge.CoreHost.exe"), *arguments]
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  closed when the test is over
        self._complained = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=self._said, stderr=self._complained)

    def __enter__(self) -> "CoreHost":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._said.close()
        self._complained.close()

    def lines(self) -> list[Line]:
        """All whole lines so far."""
        text = os.pread(self._said.fileno(), 1 << 30, 0)
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith(b"\n")]

    def wait_for(self, what: str, enough: Any, timeout_s: float = 40.0) -> list[Line]:
        """The lines as soon as ``enough(lines)`` is true."""
        deadline_s = time.monotonic() + timeout_s
        while not enough(lines := self.lines()):
            assert self._process.poll() is None, self.complaints()
            assert time.monotonic() < deadline_s, f"{what} did not happen; the last lines: {lines[-2:]}"
            time.sleep(0.05)
        return lines

    def wait_until_connected(self) -> list[Line]:
        """Until its port is open, or its publisher found."""
        return self.wait_for("a connection", lambda lines: any(line.get("connected") for line in lines))

    def complaints(self) -> str:
        return os.pread(self._complained.fileno(), 1 << 20, 0).decode()

    def finish(self) -> list[Line]:
        """Asks it to end, and returns all that it said."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(timeout=20) == 0, self.complaints()
        assert not self.complaints()
        return self.lines()
