"""The Unity package's dispatcher and avatars under mono, on our stand-in for UnityEngine, fed by the real bridge.

What cannot be proven here is Unity itself: importing, rendering, inspectors.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scenes import CAMERA, body_of

from mocap_bridge.camera import project
from mocap_bridge.records import ActiveEvent, Array, RigPose, Scene
from mocap_bridge.replay import read_take
from mocap_bridge.rotations import about, angle_between, bone_heads_m, inverse, multiply, rotate, world_from_local
from mocap_bridge.skeleton import BONE, BONES, CAPSULE_RADII_M, JOINT, JOINT_OFFSETS_M, PARENTS, REST_OFFSETS_M
from mocap_bridge.wire.take_json import TakeHeader, header_line, scene_line

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "unity_plugin"
MISSING = [tool for tool in ("mcs", "mono") if shutil.which(tool) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)} (Debian: apt install mono-mcs mono-devel)")

FPS, FRAMES = 30, 75
KINDS = ("tpose", "rolled", "apose", "sparse", "tall")
EVENT = "hands_up"
QUIET = ("--seconds", "40", "--quiet", "0.3")
"""The host ends 0.3 s after nothing has come for a second."""


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the compiled package and host."""
    folder = tmp_path_factory.mktemp("dotnet")
    targets = ["core", "engine", "runtime", "host"]
    result = subprocess.run(
        ["bash", str(PACKAGE / "DotNet~" / "build.sh"), *targets],
        env=os.environ | {"MOCAP_DOTNET_BUILD": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


def _scene(frame: int, people: tuple[int, ...]) -> Scene:
    """Dancing people, every bone turning at its own pace; person 1 has an event in the middle of the take."""
    time_s = 1.0 + frame / FPS
    random = np.random.default_rng(3)
    poses = []
    for person in people:
        axes = random.normal(size=(len(BONES), 3))
        axes /= np.linalg.norm(axes, axis=1, keepdims=True)
        turns = 0.8 * np.sin(time_s * random.uniform(1.0, 4.0, len(BONES)) + person)
        size = 0.9 + 0.1 * person
        lengths_m = np.linalg.norm(REST_OFFSETS_M, axis=1) * size
        lengths_m[0] = 0.0
        hips_m = np.array([np.sin(time_s + person), 0.92 * size + 0.1 * np.sin(3.0 * time_s), -3.0 - person])
        rotations = about(axes, turns)
        poses.append(RigPose(person, time_s, hips_m, rotations, np.ones(len(BONES)), lengths_m, np.ones(4)))
    bodies = tuple(body_of(pose, random) for pose in poses)
    now = FRAMES // 3 <= frame < 2 * FRAMES // 3 and 1 in people
    events = (ActiveEvent(EVENT, 1, 0.75, 1.0 + FRAMES // 3 / FPS, np.array([0.1, 1.9, -3.0])),) if now else ()
    return Scene(frame, time_s, CAMERA, bodies, tuple(poses), events)


def _write_take(path: Path, scenes: list[Scene]) -> Path:
    header = TakeHeader(source="test", model="none", model_sha256="", settings={})
    path.write_bytes(b"".join([header_line(header), *(scene_line(scene) for scene in scenes)]))
    return path


@pytest.fixture(scope="session")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people throughout."""
    path = tmp_path_factory.mktemp("takes") / "two.take.jsonl"
    return _write_take(path, [_scene(frame, (1, 2)) for frame in range(FRAMES)])


def _free_port(kind: int) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Host:
    """The headless host while it runs. It writes to a file: a full pipe would hold it up."""

    def __init__(self, build: Path, *arguments: str) -> None:
        command = ["mono", "--debug", str(build / "MocapBridge.Host.exe"), *arguments]
        self._said, self._complained = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self._process = subprocess.Popen(command, stdout=self._said, stderr=self._complained)
        self._wait_until_it_listens()

    def _wait_until_it_listens(self) -> None:
        deadline_s = time.monotonic() + 30.0
        while not (lines := self._lines()):
            assert self._process.poll() is None, self._complaints()
            assert time.monotonic() < deadline_s, "the host does not begin"
            time.sleep(0.05)
        self.avatars: list[dict[str, Any]] = lines[0]["avatars"]

    def _lines(self) -> list[dict[str, Any]]:
        text = os.pread(self._said.fileno(), 1 << 28, 0)
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith(b"\n")]

    def _complaints(self) -> str:
        return os.pread(self._complained.fileno(), 1 << 20, 0).decode()

    def finish(self, timeout_s: float = 60.0) -> list[dict[str, Any]]:
        """Waits for its end and returns all lines after the first."""
        code = self._process.wait(timeout=timeout_s)
        lines, complaints = self._lines()[1:], self._complaints()
        self._said.close()
        self._complained.close()
        assert code == 0, complaints
        assert "error" not in complaints, complaints
        return lines


def _replay_command(take: Path, target: str) -> list[str]:
    return [sys.executable, str(ROOT / "main.py"), "replay", str(take), "--output", target]


def _replay(take: Path, target: str) -> None:
    result = subprocess.run(_replay_command(take, target), capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stdout + result.stderr


def _replay_until_the_host_ends(take: Path, target: str, host: Host) -> list[dict[str, Any]]:
    command = [*_replay_command(take, target), "--loop"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as bridge:
        try:
            return host.finish()
        finally:
            bridge.terminate()
            bridge.wait(timeout=10)


def _frames(lines: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (line for line in lines if "frame" in line and line["people"])


def _unity(rotations: Array) -> Array:
    return np.asarray(rotations) * np.array([1.0, -1.0, -1.0, 1.0])


@cache
def _taken(path: Path) -> dict[int, Scene]:
    return {scene.frame_index: scene for scene in read_take(path).scenes}


def _acting(bone: str, has: list[str]) -> str:
    """A bone of the trunk also turns for those missing right above it."""
    trunk = ["Spine", "Chest", "UpperChest"]
    while bone in trunk and trunk.index(bone) < 2 and trunk[trunk.index(bone) + 1] not in has:
        bone = trunk[trunk.index(bone) + 1]
    return bone


def _worst_degrees(lines: list[dict[str, Any]], avatars: list[dict[str, Any]], path: Path) -> float:
    """Between the world rotations of the avatars' transforms and what the take says, over all frames and bones."""
    worst = 0.0
    for line in _frames(lines):
        scene = _taken(path)[line["frame"]]
        for avatar, shown in zip(avatars, line["avatars"], strict=True):
            pose = next(pose for pose in scene.poses if pose.person_id == shown["person"])
            world = world_from_local(pose.rotations_xyzw)
            rows = [BONE[_acting(bone, avatar["bones"])] for bone in avatar["bones"]]
            wanted = multiply(_unity(world[rows]), np.array(avatar["in_tpose"]))
            degrees = np.rad2deg(angle_between(wanted, np.array(shown["rotations"])))
            worst = max(worst, float(degrees.max()))
    return worst


def _hips_off_mm(lines: list[dict[str, Any]], path: Path, scaled: float | None, in_place: bool) -> float:
    worst = 0.0
    for line in _frames(lines):
        scene = _taken(path)[line["frame"]]
        for shown in line["avatars"]:
            pose = next(pose for pose in scene.poses if pose.person_id == shown["person"])
            wanted = pose.hips_world_m * [-1.0, 1.0, 1.0]
            if scaled is not None:
                legs = [BONE[f"{side}{bone}"] for side in ("Left", "Right") for bone in ("LowerLeg", "Foot")]
                share = pose.bone_lengths_m[legs].sum() / np.linalg.norm(REST_OFFSETS_M[legs], axis=1).sum()
                wanted = wanted * (scaled / share)
            if in_place:
                wanted = wanted * [0.0, 1.0, 0.0]
            worst = max(worst, 1000.0 * float(np.linalg.norm(wanted - shown["hips"])))
    return worst


def _edges(lines: list[dict[str, Any]]) -> list[str]:
    return [line["phase"] for line in lines if line.get("event") == EVENT]


def test_avatars_follow_two_people_over_udp(build: Path, take: Path) -> None:
    port = _free_port(socket.SOCK_DGRAM)
    host = Host(build, "--osc", str(port), "--avatars", "tpose,rolled", "--events", EVENT, *QUIET)
    _replay(take, f"osc:127.0.0.1:{port}")
    lines = host.finish()
    seen = {line["frame"] for line in _frames(lines)}
    assert len(seen) >= 0.9 * FRAMES, f"only {len(seen)} of {FRAMES} frames were shown"
    assert _worst_degrees(lines, host.avatars, take) < 0.05
    assert _hips_off_mm(lines, take, None, in_place=False) < 0.1
    assert _edges(lines) == ["begin", "end"]


def test_avatars_follow_two_people_over_zeromq(build: Path, take: Path) -> None:
    port = _free_port(socket.SOCK_STREAM)
    address = f"tcp://127.0.0.1:{port}"
    arguments = ("--zeromq", address, "--avatars", "apose,sparse", "--events", EVENT, "--root-motion", "inplace")
    host = Host(build, *arguments, "--seconds", "9")
    # In a loop: a subscriber that comes while the publisher binds misses the first frames of the first round.
    lines = _replay_until_the_host_ends(take, f"zeromq:{address}", host)
    seen = {line["frame"] for line in _frames(lines)}
    assert len(seen) >= 0.9 * FRAMES, f"only {len(seen)} of {FRAMES} frames were shown"
    assert _worst_degrees(lines, host.avatars, take) < 0.05
    assert _edges(lines)[:2] == ["begin", "end"] and abs(_edges(lines).count("begin") - _edges(lines).count("end")) == 0


def test_every_sort_of_avatar_plays_a_take_without_python(build: Path, tmp_path: Path) -> None:
    path = _write_take(tmp_path / "one.take.jsonl", [_scene(frame, (1, 2, 3, 4, 5)) for frame in range(30)])
    host = Host(build, "--take", str(path), "--avatars", ",".join(KINDS), "--root-motion", "scaled", *QUIET)
    lines = host.finish()
    assert len({line["frame"] for line in _frames(lines)}) >= 25
    assert _worst_degrees(lines, host.avatars, path) < 0.05


def test_hips_are_scaled_to_the_avatar(build: Path, take: Path) -> None:
    for motion, in_place in (("scaled", False), ("inplace", True)):
        arguments = ("--take", str(take), "--avatars", "tpose,rolled", "--seconds", "1.5", "--root-motion", motion)
        lines = Host(build, *arguments).finish()
        assert len({line["frame"] for line in _frames(lines)}) >= 25
        assert _hips_off_mm(lines, take, 1.0, in_place) < 0.1
