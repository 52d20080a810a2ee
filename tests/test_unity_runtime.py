"""The Unity package's dispatcher and avatars under mono, on our stand-in for UnityEngine, fed by the real bridge.

What cannot be proven here is Unity itself: importing, rendering, inspectors.
"""

import json
import re
import shutil
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scenes import CAMERA, body_of
from unity_host import HAS_NUNIT, PACKAGE, TARGETS, Host, build, needs_mono, run_host, write_take
from unity_host import host as host_exe

from mocap_bridge.records import ActiveEvent, Array, RigPose, Scene
from mocap_bridge.replay import read_take
from mocap_bridge.rotations import about, angle_between, multiply, world_from_local
from mocap_bridge.skeleton import BONE, BONES, REST_OFFSETS_M

ROOT = Path(__file__).parents[1]
pytestmark = needs_mono

FPS, FRAMES = 30, 66  # a sender whose numbers fall by more than 60 has begun anew
KINDS = ("tpose", "rolled", "apose", "sparse", "tall")
EVENT = "hands_up"
QUIET = ("--seconds", "40", "--quiet", "0.3")
"""The host ends 0.3 s after nothing has come for a second."""


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


@pytest.fixture(scope="session")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people throughout."""
    path = tmp_path_factory.mktemp("takes") / "two.take.jsonl"
    return write_take(path, [_scene(frame, (1, 2)) for frame in range(FRAMES)])


def _free_port(kind: int) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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


def test_avatars_follow_two_people_over_udp(take: Path) -> None:
    port = _free_port(socket.SOCK_DGRAM)
    host = Host("--osc", str(port), "--avatars", "tpose,rolled", "--events", EVENT, *QUIET)
    _replay(take, f"osc:127.0.0.1:{port}")
    lines = host.finish()
    seen = {line["frame"] for line in _frames(lines)}
    assert len(seen) >= 0.9 * FRAMES, f"only {len(seen)} of {FRAMES} frames were shown"
    assert _worst_degrees(lines, host.avatars, take) < 0.05
    assert _hips_off_mm(lines, take, None, in_place=False) < 0.1
    assert _edges(lines) == ["begin", "end"]


def test_avatars_follow_two_people_over_zeromq(take: Path) -> None:
    address = f"tcp://127.0.0.1:{_free_port(socket.SOCK_STREAM)}"
    arguments = ("--zeromq", address, "--avatars", "apose,sparse", "--events", EVENT, "--root-motion", "inplace")
    # More than once round: who subscribes while the publisher begins misses its first frames.
    host = Host(*arguments, "--seconds", "60", "--scenes", str(2 * FRAMES))
    lines = _replay_until_the_host_ends(take, f"zeromq:{address}", host)
    seen = {line["frame"] for line in _frames(lines)}
    assert len(seen) >= 0.9 * FRAMES, f"only {len(seen)} of {FRAMES} frames were shown"
    assert _worst_degrees(lines, host.avatars, take) < 0.05
    assert _edges(lines)[:2] == ["begin", "end"]
    assert _edges(lines).count("begin") == _edges(lines).count("end")


def test_every_sort_of_avatar_plays_a_take_without_python(tmp_path: Path) -> None:
    path = write_take(tmp_path / "one.take.jsonl", [_scene(frame, (1, 2, 3, 4, 5)) for frame in range(30)])
    host = Host("--take", str(path), "--avatars", ",".join(KINDS), "--root-motion", "scaled", *QUIET)
    lines = host.finish()
    assert len({line["frame"] for line in _frames(lines)}) >= 25
    assert _worst_degrees(lines, host.avatars, path) < 0.05


def test_hips_are_scaled_to_the_avatar(take: Path) -> None:
    for motion, in_place in (("scaled", False), ("inplace", True)):
        arguments = ("--take", str(take), "--avatars", "tpose,rolled", "--seconds", "1.5", "--root-motion", motion)
        lines = Host(*arguments).finish()
        assert len({line["frame"] for line in _frames(lines)}) >= 25
        assert _hips_off_mm(lines, take, 1.0, in_place) < 0.1


def test_who_leaves_is_held_faded_and_despawned(tmp_path: Path) -> None:
    scenes = [_scene(frame, (1, 2) if frame < 20 else (1,)) for frame in range(75)]
    path = write_take(tmp_path / "leaves.take.jsonl", scenes)
    leaving = ("--when-gone", "despawn", "--hold", "0.4", "--fade", "0.4", "--spawn", "3")
    lines = Host("--take", str(path), *leaving, "--seconds", "2.5").finish()
    # At rates that differ from the take's, frames are told by time.
    second = [
        (line["time_s"] - 1.0, place)
        for line in _frames(lines)
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
    first = [place for line in _frames(lines) for place in line["cast"] if place["name"].endswith(" 0")]
    assert all(place["active"] and place["opacity"] == 1.0 for place in first)


def test_when_the_bridge_is_killed_everybody_leaves_and_the_event_ends(take: Path, tmp_path: Path) -> None:
    path = write_take(tmp_path / "cut.take.jsonl", [_scene(frame, (1, 2)) for frame in range(FRAMES // 2)])
    port = _free_port(socket.SOCK_DGRAM)
    arguments = ("--osc", str(port), "--avatars", "tpose,tall", "--events", EVENT, "--when-gone", "hide")
    host = Host(*arguments, "--hold", "0.1", "--fade", "0.1", "--seconds", "40", "--quiet", "0.6")
    _replay(path, f"osc:127.0.0.1:{port}")
    lines = host.finish()
    assert _edges(lines) == ["begin", "end"]
    last = [line for line in lines if "frame" in line][-1]
    assert not last["receiving"]
    assert not any(place["active"] for place in last["cast"])


def test_a_foreign_vmc_sender_drives_an_avatar() -> None:
    """One that sends neither /VMC/Ext/T nor all bones, as Unity's axes have it: a raised left arm."""
    port = _free_port(socket.SOCK_DGRAM)
    host = Host("--vmc", str(port), "--avatars", "rolled", "--seconds", "3")
    raised = about(np.array([0.0, 0.0, 1.0]), np.deg2rad(-70.0))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(30):
            for message in _vmc_messages({"Hips": (0.0, 0.0, 0.0, 1.0), "LeftUpperArm": tuple(raised)}):
                sender.sendto(message, ("127.0.0.1", port))
            time.sleep(1 / 30)
    lines = list(_frames(host.finish()))
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
    port = _free_port(socket.SOCK_DGRAM)
    host = Host("--osc", str(port), "--record", str(recorded), *QUIET)
    _replay(take, f"osc:127.0.0.1:{port}")
    host.finish()
    sent, received = _taken(take), list(read_take(recorded).scenes)
    assert len(received) >= FRAMES - 2
    for scene in received:
        for ours, theirs in zip(sent[scene.frame_index].poses, scene.poses, strict=True):
            assert ours.person_id == theirs.person_id
            np.testing.assert_allclose(theirs.hips_world_m, ours.hips_world_m, atol=2e-5)
            np.testing.assert_allclose(theirs.rotations_xyzw, ours.rotations_xyzw, atol=5e-6)
        assert [event.name for event in scene.events] == [event.name for event in sent[scene.frame_index].events]


@pytest.mark.skipif(not HAS_NUNIT, reason="needs nunit-console (Debian: nunit-console)")
def test_nunit_finds_nothing_wrong_with_the_unity_layer(tmp_path: Path) -> None:
    folder = build(*TARGETS)
    libraries = [str(folder / f"MocapBridge.{name}.dll") for name in ("Tests", "Editor.Tests")]
    command = ["nunit-console", *libraries, "-nologo", "-noshadow", f"-xml:{tmp_path / 'result.xml'}"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stdout
    told = re.search(r"Tests run: (\d+), Errors: 0, Failures: 0", result.stdout)
    assert told is not None
    assert int(told.group(1)) >= 121


SCENES = sorted((PACKAGE / "Samples~").glob("*/*.unity"))


def test_every_sample_has_a_scene() -> None:
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
    alone = write_take(tmp_path / "alone.take.jsonl", [_scene(frame, (5,)) for frame in range(40)])
    port = _free_port(socket.SOCK_DGRAM)
    arguments = ("--osc", str(port), "--take", str(alone), "--loop", "yes", "--avatars", "tpose")

    def turns(lines: list[dict[str, Any]]) -> list[int]:
        people = [line["avatars"][0]["person"] for line in _frames(lines)]
        return [person for number, person in enumerate(people) if number == 0 or person != people[number - 1]]

    shown = Host(*arguments, "--seconds", "100")
    try:
        shown.wait_for(lambda lines: turns(lines) == [5])
        _replay(take, f"osc:127.0.0.1:{port}")
        shown.wait_for(lambda lines: turns(lines) == [5, 1, 5])
    finally:
        shown.kill()


def test_a_frame_leaves_no_garbage_behind(take: Path) -> None:
    # Half a megabyte in 10,000 frames would be noticed.
    said = run_host("garbage", str(take), "10000", MONO_GC_PARAMS="nursery-size=512k")
    measured = json.loads(said)
    assert measured["people"] == 2
    assert measured["frames"] == 10000
    assert measured["collections"] == 0, measured
