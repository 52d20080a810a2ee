"""The Unity package's dispatcher and avatars under mono, on our stand-in for UnityEngine, fed by the real bridge.

What cannot be proven here is Unity itself: importing, rendering, inspectors.
"""

import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from unity_host import HAS_NUNIT, PACKAGE, Host, needs_mono, run_host
from unity_host import host as host_exe
from unity_network import free_port, replay
from unity_takes import BEGIN_S, EVENT, FPS, dancing, write_take
from unity_trials import followed, garbage, nunit
from unity_truth import avatars_off_degrees, edges, frames, hips_off_mm, taken

from mocap_bridge.replay import read_take
from mocap_bridge.rotations import about, angle_between, multiply

pytestmark = needs_mono

FRAMES = 66  # a sender whose numbers fall by more than 60 has begun anew
CLAP = ((22, 44),)
KINDS = ("tpose", "rolled", "apose", "sparse", "tall")
QUIET = ("--seconds", "40", "--quiet", "0.3")
"""The host ends 0.3 s after nothing has come for a second."""


@pytest.fixture(scope="session")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people throughout; the first has an event in the middle."""
    path = tmp_path_factory.mktemp("takes") / "two.take.jsonl"
    return write_take(path, [dancing(frame, (1, 2), CLAP) for frame in range(FRAMES)])


def _replay(take: Path, target: str) -> None:
    assert replay(take, target).wait(timeout=60) == 0


@pytest.mark.parametrize(("transport", "avatars"), [("osc", "tpose,rolled"), ("zeromq", "apose,sparse")])
def test_avatars_follow_two_people(take: Path, transport: str, avatars: str) -> None:
    shown = followed(take, transport, avatars)
    # Who subscribes while the publisher begins misses its first frames.
    assert shown.frames[-1] - shown.frames[0] > FRAMES / 2
    assert shown.share >= 0.9
    assert shown.worst_degrees < 0.05
    assert shown.worst_hips_mm < 0.1
    assert shown.edges == ("begin", "end")


def test_every_sort_of_avatar_plays_a_take_without_python(tmp_path: Path) -> None:
    path = write_take(tmp_path / "one.take.jsonl", [dancing(frame, (1, 2, 3, 4, 5)) for frame in range(30)])
    host = Host("--take", str(path), "--avatars", ",".join(KINDS), "--root-motion", "scaled", *QUIET)
    lines = host.finish()
    assert len({line["frame"] for line in frames(lines)}) >= 25
    assert avatars_off_degrees(lines, host.avatars, path) < 0.05


def test_hips_are_scaled_to_the_avatar(take: Path) -> None:
    for motion, in_place in (("scaled", False), ("inplace", True)):
        arguments = ("--take", str(take), "--avatars", "tpose,rolled", "--seconds", "1.5", "--root-motion", motion)
        lines = Host(*arguments).finish()
        assert len({line["frame"] for line in frames(lines)}) >= 25
        assert hips_off_mm(lines, take, 1.0, in_place) < 0.1


def test_who_leaves_is_held_faded_and_despawned(tmp_path: Path) -> None:
    scenes = [dancing(frame, (1, 2) if frame < 20 else (1,)) for frame in range(75)]
    path = write_take(tmp_path / "leaves.take.jsonl", scenes)
    leaving = ("--when-gone", "despawn", "--hold", "0.4", "--fade", "0.4", "--spawn", "3")
    lines = Host("--take", str(path), *leaving, "--seconds", "2.5").finish()
    # At rates that differ from the take's, frames are told by time.
    second = [
        (line["time_s"] - BEGIN_S, place)
        for line in frames(lines)
        for place in line["cast"]
        if place["name"].endswith(" 1")
    ]
    held = [place["opacity"] for time_s, place in second if 20 / FPS <= time_s < 20 / FPS + 0.3]
    faded = [place["opacity"] for time_s, place in second if time_s > 20 / FPS + 0.45]
    assert held
    assert all(opacity == 1.0 for opacity in held)
    assert faded
    assert faded == sorted(faded, reverse=True)
    assert 0.0 < min(faded) < 1.0
    assert second[-1][0] < 20 / FPS + 1.0, "who has left is still there"
    first = [place for line in frames(lines) for place in line["cast"] if place["name"].endswith(" 0")]
    assert all(place["active"] and place["opacity"] == 1.0 for place in first)


def test_when_the_bridge_is_killed_everybody_leaves_and_the_event_ends(take: Path, tmp_path: Path) -> None:
    path = write_take(tmp_path / "cut.take.jsonl", [dancing(frame, (1, 2), CLAP) for frame in range(FRAMES // 2)])
    port = free_port(socket.SOCK_DGRAM)
    arguments = ("--osc", str(port), "--avatars", "tpose,tall", "--events", EVENT, "--when-gone", "hide")
    host = Host(*arguments, "--hold", "0.1", "--fade", "0.1", "--seconds", "40", "--quiet", "0.6")
    _replay(path, f"osc:127.0.0.1:{port}")
    lines = host.finish()
    assert edges(lines, EVENT) == ["begin", "end"]
    last = [line for line in lines if "frame" in line][-1]
    assert not last["receiving"]
    assert not any(place["active"] for place in last["cast"])


def test_a_foreign_vmc_sender_drives_an_avatar() -> None:
    """One that sends neither /VMC/Ext/T nor all bones, as Unity's axes have it: a raised left arm."""
    port = free_port(socket.SOCK_DGRAM)
    host = Host("--vmc", str(port), "--avatars", "rolled", "--seconds", "3")
    raised = about(np.array([0.0, 0.0, 1.0]), np.deg2rad(-70.0))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(30):
            for message in _vmc_messages({"Hips": (0.0, 0.0, 0.0, 1.0), "LeftUpperArm": tuple(raised)}):
                sender.sendto(message, ("127.0.0.1", port))
            time.sleep(1 / 30)
    lines = list(frames(host.finish()))
    assert lines, "nobody was shown"
    avatar, shown = host.avatars[0], lines[-1]["avatars"][0]
    arm = avatar["bones"].index("LeftUpperArm")
    wanted = multiply(raised, np.array(avatar["in_tpose"][arm]))
    assert np.rad2deg(angle_between(wanted, np.array(shown["rotations"][arm]))) < 0.05
    other = avatar["bones"].index("RightUpperArm")
    assert np.rad2deg(angle_between(np.array(avatar["in_tpose"][other]), np.array(shown["rotations"][other]))) < 0.05


def _vmc_messages(bones: dict[str, tuple[float, ...]]) -> Iterator[bytes]:
    def text(value: str) -> bytes:
        return value.encode() + b"\0" * (4 - len(value) % 4)

    yield text("/VMC/Ext/OK") + text(",i") + struct.pack(">i", 1)
    yield text("/VMC/Ext/Root/Pos") + text(",sfffffff") + text("root") + struct.pack(">7f", 0, 0, 0, 0, 0, 0, 1)
    for bone, rotation in bones.items():
        place = (0.0, 0.9, 0.0) if bone == "Hips" else (0.0, 0.1, 0.0)
        yield text("/VMC/Ext/Bone/Pos") + text(",sfffffff") + text(bone) + struct.pack(">7f", *place, *rotation)
    yield text("/VMC/Ext/T") + text(",f") + struct.pack(">f", time.monotonic() % 1000.0)


def test_what_is_received_can_be_recorded_and_read_by_the_bridge(take: Path, tmp_path: Path) -> None:
    recorded = tmp_path / "received.take.jsonl"
    port = free_port(socket.SOCK_DGRAM)
    host = Host("--osc", str(port), "--record", str(recorded), *QUIET)
    _replay(take, f"osc:127.0.0.1:{port}")
    host.finish()
    sent, received = taken(take), list(read_take(recorded).scenes)
    assert len(received) >= FRAMES - 2
    for scene in received:
        for ours, theirs in zip(sent[scene.frame_index].poses, scene.poses, strict=True):
            assert ours.person_id == theirs.person_id
            np.testing.assert_allclose(theirs.hips_world_m, ours.hips_world_m, atol=2e-5)
            np.testing.assert_allclose(theirs.rotations_xyzw, ours.rotations_xyzw, atol=5e-6)
        assert [event.name for event in scene.events] == [event.name for event in sent[scene.frame_index].events]


@pytest.mark.skipif(not HAS_NUNIT, reason="needs nunit-console (Debian: nunit-console)")
def test_nunit_finds_nothing_wrong_with_the_unity_layer(tmp_path: Path) -> None:
    ran, _ = nunit(tmp_path / "result.xml", "MocapBridge.Tests", "MocapBridge.Editor.Tests")
    assert ran >= 125


SCENES = sorted((PACKAGE / "Samples~").glob("*/*.unity"))


def test_every_sample_has_adancing() -> None:
    assert [scene.stem for scene in SCENES] == ["EventTriggers", "MultiPerson", "OcclusionEffects", "Quickstart"]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.stem)
def test_the_scene_of_a_sample_shows_its_take_as_soon_as_it_plays(scene: Path, tmp_path: Path) -> None:
    """The host opens the committed file: scripts by GUID, fields by name, references by number; what is not there
    fails."""
    run_host("picture", str(scene), "40", str(tmp_path / "picture.ppm"))
    pixels = np.frombuffer((tmp_path / "picture.ppm").read_bytes()[-960 * 540 * 3 :], np.uint8).reshape(540, 960, 3)
    assert 0.005 < (pixels != pixels[0, 0]).any(axis=-1).mean() < 0.5


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("eventName:", "eventNam:", "has no serialised field eventNam"),
        ("m_MethodName: Glow", "m_MethodName: Shine", "method"),
        ("anchor: {fileID: 4001}", "anchor: {fileID: 77}", "nothing in the scene has the number 77"),
        ("anchor: {fileID: 4001}", "anchor: {fileID: 4002}", "is a Flare, not a Transform"),
        ("guid: ", "guid: f", "no .meta"),
    ],
)
def test_a_scene_that_is_wired_wrongly_is_found_out(old: str, new: str, complaint: str, tmp_path: Path) -> None:
    text = (PACKAGE / "Samples~" / "EventTriggers" / "EventTriggers.unity").read_text(encoding="utf-8")
    assert old in text
    for folder in ("Runtime", "Takes", "Shaders"):
        (tmp_path / folder).symlink_to(PACKAGE / folder)
    sample = tmp_path / "Samples~" / "EventTriggers"
    shutil.copytree(PACKAGE / "Samples~" / "EventTriggers", sample)
    (sample / "EventTriggers.unity").write_text(text.replace(old, new), encoding="utf-8")
    command = ["mono", host_exe(), "picture", str(sample / "EventTriggers.unity"), "1", str(tmp_path / "picture.ppm")]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode != 0
    assert complaint in result.stderr


def test_a_take_plays_until_the_bridge_is_heard_and_again_when_it_is_gone(take: Path, tmp_path: Path) -> None:
    alone = write_take(tmp_path / "alone.take.jsonl", [dancing(frame, (5,)) for frame in range(40)])
    port = free_port(socket.SOCK_DGRAM)
    arguments = ("--osc", str(port), "--take", str(alone), "--loop", "yes", "--avatars", "tpose")

    def turns(lines: list[dict[str, Any]]) -> list[int]:
        people = [line["avatars"][0]["person"] for line in frames(lines)]
        return [person for number, person in enumerate(people) if number == 0 or person != people[number - 1]]

    shown = Host(*arguments, "--seconds", "100")
    try:
        shown.wait_for(lambda lines: turns(lines) == [5])
        _replay(take, f"osc:127.0.0.1:{port}")
        shown.wait_for(lambda lines: turns(lines) == [5, 1, 5])
    finally:
        shown.kill()


def test_a_frame_leaves_no_garbage_behind(take: Path) -> None:
    measured = garbage(take, 10000)
    assert measured["people"] == 2
    assert measured["frames"] == 10000
    assert measured["collections"] == 0, measured
