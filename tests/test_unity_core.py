"""Core of the Unity package under mono: its NUnit tests, and the real bridge on the other side of real sockets."""

import random
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import zmq
import zmq.auth
from unity_core import CoreHost
from unity_host import PACKAGE, needs_mono
from unity_network import free_port, replay
from unity_takes import dancing, write_take
from unity_trials import Followed, found_again, heard_by_two, nunit, survived
from unity_truth import changes, core_off, scenes

from mocap_bridge.replay import read_take
from mocap_bridge.rotations import angle_between

FRAMES = 90
MOST_DEGREES, MOST_MM = 0.05, 0.1
CLAP = ["+clap:3", "-clap:3"]


@pytest.fixture(scope="session")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people for three seconds; one claps."""
    path = tmp_path_factory.mktemp("core") / "two.take.jsonl"
    return write_take(path, [dancing(frame, events=((30, 50),)) for frame in range(FRAMES)])


def assert_nearly_every_frame_once(frames: list[int]) -> None:
    """In order and none twice. A busy machine may lose some: both transports drop what nobody takes in time."""
    assert frames == sorted(set(frames))
    assert len(frames) >= 0.9 * FRAMES


def test_the_tables_and_golden_packets_of_the_package_are_those_of_python() -> None:
    command = [sys.executable, str(PACKAGE / "DotNet~" / "tables.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stdout


@needs_mono
@pytest.mark.skipif(shutil.which("nunit-console") is None, reason="needs nunit-console (Debian: nunit-console)")
def test_nunit_finds_nothing_wrong(tmp_path: Path) -> None:
    ran, _ = nunit(tmp_path / "result.xml", "MocapBridge.Core.Tests")
    assert ran >= 280


@needs_mono
def test_every_frame_of_a_replay_comes_over_udp(take: Path) -> None:
    port = free_port(socket.SOCK_DGRAM)
    with CoreHost("osc", str(port)) as host:
        host.wait_until_connected()
        assert replay(take, f"osc:127.0.0.1:{port}", "--speed", "2").wait(timeout=60) == 0
        time.sleep(0.5)
        lines = host.finish()
    assert_nearly_every_frame_once([line["frame"] for line in scenes(lines)])
    assert all([person["id"] for person in line["people"]] == [3, 8] for line in scenes(lines))
    assert changes(lines) == CLAP
    assert lines[-1]["refused"] == 0
    degrees, off_mm = core_off(lines, take)
    assert degrees < MOST_DEGREES
    assert off_mm < MOST_MM


@needs_mono
def test_two_subscribers_of_one_publisher_see_the_same(take: Path) -> None:
    def check(heard: Followed) -> None:
        assert_nearly_every_frame_once(list(heard.frames))
        assert list(heard.edges) == CLAP
        assert heard.worst_degrees < MOST_DEGREES
        assert heard.worst_hips_mm < MOST_MM

    first, second = heard_by_two(take)
    check(first)
    check(second)


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


@needs_mono
@pytest.mark.parametrize("mode", ["every", "smooth"])
def test_a_bad_network_leaves_no_event_stuck_and_no_time_running_back(take: Path, mode: str) -> None:
    shown = survived(take, mode, seed=5)
    assert len(shown.times_s) > FRAMES / 2
    assert shown.runs == {0}, "a late packet was taken for a new beginning"
    assert list(shown.times_s) == sorted(shown.times_s)
    assert list(shown.changes) == CLAP
    assert shown.missing > 20
    assert shown.refused == 0
    assert shown.worst_degrees < MOST_DEGREES
    assert shown.worst_hips_mm < MOST_MM
    if mode == "every":
        assert 0.0 < shown.oldest_s < 1.0, "nobody was filled in"


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
    assert_nearly_every_frame_once([line["frame"] for line in scenes(lines)])
    assert lines[-1]["refused"] > 50


@needs_mono
def test_a_bridge_that_was_killed_and_started_again_is_found_within_two_seconds(take: Path) -> None:
    again = found_again(take)
    assert again.back_s < 2.0
    assert again.new_run


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
