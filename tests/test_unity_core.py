"""Core of the Unity package under mono: its NUnit tests, and the real bridge on the other side of real sockets."""

import os
import random
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
import zmq
import zmq.auth
from unity_core import CoreHost, Line, dancing, end, replay
from unity_host import PACKAGE, build, needs_mono, write_take

from mocap_bridge.replay import read_take
from mocap_bridge.rotations import angle_between

FRAMES = 90
MOST_DEGREES, MOST_MM = 0.05, 0.1


@pytest.fixture(scope="session")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people for three seconds; one claps."""
    path = tmp_path_factory.mktemp("core") / "two.take.jsonl"
    return write_take(path, [dancing(frame) for frame in range(FRAMES)])


def free_port(kind: int) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def scenes(lines: list[Line]) -> list[Line]:
    return [line for line in lines if "frame" in line]


def changes(lines: list[Line]) -> list[str]:
    return [change for line in scenes(lines) for change in line["changes"]]


def assert_nearly_every_frame_once(lines: list[Line]) -> None:
    """In order and none twice. A busy machine may lose some: both transports drop what nobody takes in time."""
    frames = [line["frame"] for line in scenes(lines)]
    assert frames == sorted(set(frames))
    assert len(frames) >= 0.9 * FRAMES


def assert_as_recorded(lines: list[Line], take: Path) -> None:
    """Every bone of every person whose packet came, in every frame, against the take."""
    truth = {scene.frame_index: scene for scene in read_take(take).scenes}
    degrees, off_mm = [0.0], [0.0]
    for line in scenes(lines):
        scene = truth[line["frame"]]
        assert abs(line["time_s"] - scene.time_s) < 2e-6
        for person in line["people"]:
            if person["time_s"] != line["time_s"]:
                continue  # filled in, because its packet was lost
            pose = next(pose for pose in scene.poses if pose.person_id == person["id"])
            degrees.append(np.rad2deg(angle_between(np.array(person["rotations_xyzw"]), pose.rotations_xyzw)).max())
            off_mm.append(1000 * float(np.linalg.norm(np.array(person["hips_world_m"]) - pose.hips_world_m)))
    print(f"worst bone {max(degrees):.5f} degrees, worst hips {max(off_mm):.5f} mm")
    assert max(degrees) < MOST_DEGREES
    assert max(off_mm) < MOST_MM


def test_the_tables_and_golden_packets_of_the_package_are_those_of_python() -> None:
    command = [sys.executable, str(PACKAGE / "DotNet~" / "tables.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stdout


@needs_mono
@pytest.mark.skipif(shutil.which("nunit-console") is None, reason="needs nunit-console (Debian: nunit-console)")
def test_nunit_finds_nothing_wrong(tmp_path: Path) -> None:
    folder = build("core", "core_tests")
    report = f"-xml:{tmp_path / 'result.xml'}"
    command = ["nunit-console", str(folder / "MocapBridge.Core.Tests.dll"), "-nologo", "-noshadow", report]
    # A small nursery, so that 26 bytes of garbage a frame are a collection in 10,000 frames.
    environment = os.environ | {"MONO_GC_PARAMS": "nursery-size=256k"}
    result = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    assert result.returncode == 0, result.stdout[-4000:]
    ran = re.search(r"Tests run: (\d+), Errors: 0, Failures: 0", result.stdout)
    assert ran is not None, result.stdout[-4000:]
    assert int(ran[1]) >= 240


@needs_mono
def test_every_frame_of_a_replay_comes_over_udp(take: Path) -> None:
    port = free_port(socket.SOCK_DGRAM)
    with CoreHost("osc", str(port)) as host:
        host.wait_until_connected()
        assert replay(take, f"osc:127.0.0.1:{port}", "--speed", "2").wait(timeout=60) == 0
        time.sleep(0.5)
        lines = host.finish()
    assert_nearly_every_frame_once(lines)
    assert all([person["id"] for person in line["people"]] == [3, 8] for line in scenes(lines))
    assert changes(lines) == ["+clap:3", "-clap:3"]
    assert lines[-1]["refused"] == 0
    assert_as_recorded(lines, take)


@needs_mono
def test_two_subscribers_of_one_publisher_see_the_same(take: Path) -> None:
    port = free_port(socket.SOCK_STREAM)
    address = f"tcp://127.0.0.1:{port}"
    with CoreHost("zeromq", address) as first, CoreHost("zeromq", address) as second:
        bridge = replay(take, f"zeromq:{address}", "--loop")
        try:
            for host in (first, second):
                host.wait_for("a second round", lambda lines: any(line["run"] > 1 for line in scenes(lines)))
        finally:
            end(bridge)
        for host in (first, second):
            lines = host.finish()
            round_one = [line for line in scenes(lines) if line["run"] == 1]
            assert_nearly_every_frame_once(round_one)
            assert changes(round_one) == ["+clap:3", "-clap:3"]
            assert_as_recorded(lines, take)


@needs_mono
def test_vmc_people_come_on_a_port_each(take: Path) -> None:
    port = free_port(socket.SOCK_DGRAM)
    with CoreHost("vmc", str(port), "2") as host:
        host.wait_until_connected()
        assert replay(take, f"vmc:127.0.0.1:{port}").wait(timeout=60) == 0
        lines = host.finish()
    truth = list(read_take(take).scenes)
    both = [line for line in scenes(lines) if len(line["people"]) == 2]
    assert len(both) > FRAMES
    # VMC tells no frames: each pose must be that of some frame, and all frames must be there.
    found = set()
    for line in both:
        rotations = np.array(line["people"][1]["rotations_xyzw"])
        worst = [angle_between(rotations, scene.poses[1].rotations_xyzw).max() for scene in truth]
        found.add(int(np.argmin(worst)))
        assert np.rad2deg(min(worst)) < MOST_DEGREES
    assert len(found) >= 0.9 * FRAMES


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


@needs_mono
@pytest.mark.parametrize("mode", ["every", "smooth"])
def test_a_bad_network_leaves_no_event_stuck_and_no_time_running_back(take: Path, mode: str) -> None:
    port = free_port(socket.SOCK_DGRAM)
    with CoreHost("osc", str(port), mode) as host, bad_network(port, seed=5) as relay:
        host.wait_until_connected()
        assert replay(take, f"osc:127.0.0.1:{relay}").wait(timeout=60) == 0
        time.sleep(0.5)
        lines = host.finish()
    shown = scenes(lines)
    assert len(shown) > FRAMES / 2
    assert {line["run"] for line in shown} == {0}, "a late packet was taken for a new beginning"
    times = [line["time_s"] for line in shown]
    assert times == sorted(times)
    assert changes(lines) == ["+clap:3", "-clap:3"]
    assert lines[-1]["packets_missing"] > 20
    assert lines[-1]["refused"] == 0
    if mode == "every":
        assert_as_recorded(lines, take)
        ages = [line["time_s"] - person["time_s"] for line in shown for person in line["people"]]
        assert 0.0 < max(ages) < 1.0, "nobody was filled in"


@needs_mono
def test_noise_on_the_port_costs_no_frame(take: Path) -> None:
    port = free_port(socket.SOCK_DGRAM)
    chance = random.Random(6)
    with CoreHost("osc", str(port)) as host, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        host.wait_until_connected()
        bridge = replay(take, f"osc:127.0.0.1:{port}", "--speed", "2")
        while bridge.poll() is None:
            stranger.sendto(chance.randbytes(chance.randrange(1500)), ("127.0.0.1", port))
            time.sleep(0.01)
        lines = host.finish()
    assert_nearly_every_frame_once(lines)
    assert lines[-1]["refused"] > 50


@needs_mono
def test_a_bridge_that_was_killed_and_started_again_is_found_within_two_seconds(take: Path) -> None:
    port = free_port(socket.SOCK_STREAM)
    address = f"tcp://127.0.0.1:{port}"
    with CoreHost("zeromq", address) as host:
        bridge = replay(take, f"zeromq:{address}", "--loop")
        try:
            host.wait_for("the first scene", scenes)
            end(bridge)
            lines = host.wait_for("the loss", lambda lines: "connected" in lines[-1] and not lines[-1]["connected"])
            known = len(scenes(lines))
            bridge = replay(take, f"zeromq:{address}", "--loop")
            began_s = wait_for_port(port)
            lines = host.wait_for("a scene", lambda lines: len(scenes(lines)) > known)
        finally:
            end(bridge)
    back_s = scenes(lines)[known]["arrived_s"] - began_s
    print(f"the first scene came {back_s:.2f} s after the port was open again")
    assert back_s < 2.0
    assert scenes(lines)[known]["run"] > scenes(lines)[known - 1]["run"] or scenes(lines)[known]["frame"] > 0


def wait_for_port(port: int, timeout_s: float = 40.0) -> float:
    """When somebody listened there, by the clock of this machine, which is also mono's."""
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return time.monotonic()
        time.sleep(0.02)
    raise AssertionError(f"nobody listens at port {port}")


@needs_mono
def test_a_publisher_with_keys_is_named_as_such(tmp_path: Path) -> None:
    _, secret_file = zmq.auth.create_certificates(tmp_path, "bridge")
    context = zmq.Context()
    publisher = context.socket(zmq.XPUB)
    publisher.curve_publickey, publisher.curve_secretkey = zmq.auth.load_certificate(secret_file)
    publisher.curve_server = True
    port = publisher.bind_to_random_port("tcp://127.0.0.1")
    try:
        with CoreHost("zeromq", f"tcp://127.0.0.1:{port}", "every", "3") as host:
            lines = host.wait_for("the end", lambda lines: "trouble" in (lines or [{}])[-1])
    finally:
        publisher.close(linger=0)
        context.term()
    assert "CURVE keys" in lines[-1]["trouble"], lines


@needs_mono
def test_a_quiet_publisher_of_libzmq_answers_pings_and_stays_connected() -> None:
    context = zmq.Context()
    publisher = context.socket(zmq.XPUB)
    port = publisher.bind_to_random_port("tcp://127.0.0.1")
    try:
        with CoreHost("zeromq", f"tcp://127.0.0.1:{port}") as host:
            host.wait_until_connected()
            assert publisher.recv() == b"\1osc"
            time.sleep(5.0)
            lines = host.finish()
    finally:
        publisher.close(linger=0)
        context.term()
    assert lines[-1]["connected"], lines
    assert lines[-1]["reconnections"] == 0
