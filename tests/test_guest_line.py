"""A guest from its datagrams to the wires and into takes: real sockets at both ends, the real line between."""

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from clips import write_clip
from plain_networks import one_person
from pythonosc.osc_bundle import OscBundle
from scenes import random_scene

from mocap_bridge.capture import open_source
from mocap_bridge.cli import main
from mocap_bridge.commands.guests import _lost_to
from mocap_bridge.daemon import Hooks, drive
from mocap_bridge.extra_bones import ALL_BONES, EXTRA_BONE, EXTRA_BONES
from mocap_bridge.guest import GuestSettings
from mocap_bridge.guest_port import GuestPort
from mocap_bridge.outputs import begin_recordings, open_output
from mocap_bridge.pipeline import PipelineSettings, scenes
from mocap_bridge.records import BlendValue, Guest, GuestBlend, Scene
from mocap_bridge.replay import read_take
from mocap_bridge.rotations import about, angle_between
from mocap_bridge.settings import load_settings
from mocap_bridge.wire.take_json import TakeHeader, scene_line

BENT = about(np.array([0.0, 0.6, 0.8]), 0.7)
HEADER = TakeHeader(source="x", model="x", model_sha256="")


@contextmanager
def other_program(port: int) -> Iterator[None]:
    """Sends a bent finger and a smile again and again, as another bridge would: over VMC."""
    extra = np.zeros((len(EXTRA_BONES), 4))
    extra[EXTRA_BONE["RightRingDistal"]] = BENT
    scene = random_scene((1,))
    pose = replace(scene.poses[0], extra_rotations_xyzw=extra, blends=(BlendValue("Joy", 0.75),))
    stop = threading.Event()

    def send() -> None:
        with closing(open_output(f"vmc:127.0.0.1:{port}")) as output:
            while not stop.wait(0.01):
                output.send(replace(scene, poses=(pose,)))

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def told(scene: Scene) -> bool:
    return any(blend == BlendValue("Joy", 0.75) for pose in scene.poses for blend in pose.blends)


def test_what_another_program_says_is_in_the_take_and_the_take_plays_the_same_bytes(tmp_path: Path) -> None:
    take, again = tmp_path / "with.take.jsonl", tmp_path / "again.take.jsonl"
    outputs = [open_output(f"take:{take}")]
    begin_recordings(outputs, HEADER)
    with GuestPort("127.0.0.1:0") as guest, other_program(guest.port):
        until_s = time.perf_counter() + 10.0
        while guest.latest() is None:
            assert time.perf_counter() < until_s
            time.sleep(0.01)
        time.sleep(0.3)  # until it has come in wholly
        with open_source(str(write_clip(tmp_path / "clip.avi", frames=10))) as source:
            line = PipelineSettings(guest=GuestSettings(take=("fingers", "blends")))
            drive(
                source, one_person(), line, outputs, lambda *_: None, real_time=False, hooks=Hooks(guest=guest.latest)
            )
    outputs[0].close()
    assert guest.trouble is None
    recorded = list(read_take(take).scenes)
    assert len(recorded) == 10
    assert all(map(told, recorded))
    finger = recorded[0].poses[0].extra_rotations_xyzw[EXTRA_BONE["RightRingDistal"]]
    assert angle_between(finger, BENT) < 1e-5
    outputs = [open_output(f"take:{again}")]
    begin_recordings(outputs, HEADER)
    for scene in recorded:
        outputs[0].send(scene)
    outputs[0].close()
    assert again.read_bytes() == take.read_bytes()


def test_the_same_frames_with_the_same_guests_give_the_same_bytes(tmp_path: Path) -> None:
    networks = one_person()
    with open_source(str(write_clip(tmp_path / "clip.avi", frames=12))) as source:
        frames = list(source)
    rows = len(ALL_BONES)
    guests = [
        Guest(at, np.tile(BENT, (rows, 1)), np.full(rows, 0.1), np.zeros(rows), (GuestBlend("A", 0.5, 0.1, 0.0),))
        for at in np.linspace(0.1, 2.5, len(frames)).tolist()
    ]
    visited = [replace(frame, guest=guest) for frame, guest in zip(frames, guests, strict=True)]
    settings = PipelineSettings(guest=GuestSettings(take=("fingers", "eyes", "jaw", "blends", "head", "neck", "hands")))

    def lines() -> list[bytes]:
        line = scenes(visited, networks.detect, networks.estimate, networks.lift, settings)
        return [scene_line(scene) for scene in line]

    first = lines()
    assert lines() == first
    assert b'"blends"' in first[0]
    assert b'"blends"' not in first[-1]  # told for the last time long ago
    assert b'"extra_rotations_xyzw"' not in first[-1]


def test_a_replay_takes_a_guest_in_and_sends_it_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    take = tmp_path / "plain.take.jsonl"
    with closing(open_output(f"take:{take}")) as output:
        begin_recordings([output], HEADER)
        for frame in range(45):
            output.send(random_scene((4,), 0, frame / 30))
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as receiver, closing(socket.socket()) as free:
        receiver.bind(("127.0.0.1", 0))
        free.bind(("127.0.0.1", 0))
        way_in, way_out = free.getsockname()[1], receiver.getsockname()[1]
        command = ["replay", str(take), "--vmc-in", str(way_in), "--output", f"vmc:127.0.0.1:{way_out}"]
        monkeypatch.setattr(sys, "argv", ["mocap-bridge", *command])
        with other_program(way_in), pytest.raises(SystemExit) as end:
            main()
        receiver.setblocking(False)
        packets = []
        while True:
            try:
                packets.append(receiver.recv(65536))
            except BlockingIOError:
                break
    said = capsys.readouterr().err
    assert not end.value.code, said
    assert f"VMC comes in at 127.0.0.1:{way_in}: fingers, eyes, jaw, blends for person 1" in said
    values = [m.params for packet in packets for m in OscBundle(packet) if m.address == "/VMC/Ext/Blend/Val"]
    assert ["Joy", 0.75] in values
    bones = [m.params[0] for m in OscBundle(packets[-1]) if m.address == "/VMC/Ext/Bone/Pos"]
    assert bones[-1] == "RightRingDistal"


def test_it_is_said_when_a_guest_takes_the_port_of_another_persons_avatar() -> None:
    urls = ["osc:127.0.0.1:39600", "vmc:192.168.0.7:39539", "vmc:localhost:39539?avatar=hero.vrm"]
    assert _lost_to(39540, urls) == 2
    assert _lost_to(39540, urls[:2]) == 0  # on another computer
    assert _lost_to(39640, urls) == 0


def test_the_shipped_example_listens_where_the_option_does() -> None:
    assert load_settings("face").guest == GuestSettings(listen="127.0.0.1:39540")
    assert load_settings(None, {"guest.listen": "39541"}).pipeline().guest.listen == "39541"
