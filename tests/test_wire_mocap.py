"""The ``/mocap/...`` space: what python-osc reads is the scene, and the golden packets are what they were."""

import json
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle import OscBundle
from scenes import CAMERA, random_scene

import mocap_bridge
from mocap_bridge.records import Scene
from mocap_bridge.skeleton import CAPSULE_RADII_M, REST_OFFSETS_M
from mocap_bridge.wire.mocap import LARGEST_BUNDLE, MocapBundles, capsule_radii_m, seconds_and_microseconds
from mocap_bridge.wire.scene_msgpack import scene_from_msgpack, scene_to_msgpack
from mocap_bridge.wire.sendable import sendable
from mocap_bridge.wire.take_json import TakeHeader, header_line, scene_line
from mocap_bridge.wire.vmc import LAN_BYTES, VmcPackets

GOLDEN = Path(__file__).parent / "golden"
BUNDLES, VMC = MocapBundles(), VmcPackets(LAN_BYTES)

Values = list[object]


def decoded(bundles: list[bytes]) -> dict[str, list[Values]]:
    """Values of every message by address, after checking the frame of each bundle."""
    found: dict[str, list[Values]] = defaultdict(list)
    for number, packet in enumerate(bundles):
        assert len(packet) <= LARGEST_BUNDLE
        messages = list(OscBundle(packet))
        assert messages[0].address == "/mocap/frame"
        assert messages[0].params[3:] == [number, len(bundles)]
        for message in messages:
            found[message.address].append(message.params)
    return found


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(0, 2**31 - 1), unique=True, max_size=5), st.integers(0, 30))
def test_what_python_osc_reads_is_the_scene(seed: int, ids: list[int], events: int) -> None:
    scene = random_scene(tuple(ids), time_s=123456.75, seed=seed, events=events if ids else 0)
    read = decoded(BUNDLES(scene))
    assert read["/mocap/version"] == [[1]]
    assert read["/mocap/persons"] == [[len(ids), *sorted(ids)]]
    assert all(frame[:3] == [12, 123456, 750000] for frame in read["/mocap/frame"])
    assert read["/mocap/events"] == [[len(scene.events)]]
    assert [(e[0], e[1], e[2], e[3]) for e in read["/mocap/event"]] == [
        (number, len(scene.events), event.name, event.person_id) for number, event in enumerate(scene.events)
    ]
    for index, (pose, body) in enumerate(zip(scene.poses, scene.bodies, strict=True)):
        for name, values in {
            "hips": pose.hips_world_m,
            "rotations": pose.rotations_xyzw,
            "bone_visibility": pose.visibility,
            "bone_lengths": pose.bone_lengths_m,
            "capsules": capsule_radii_m(pose.bone_lengths_m),
            "contacts": pose.contacts,
            "joints": body.joints_world_m,
            "visibility": body.visibility,
            "joints_px": body.joints_px,
            "box_px": body.box_px,
        }.items():
            person_id, *numbers = read[f"/mocap/{name}"][index]
            assert person_id == pose.person_id
            np.testing.assert_array_equal(numbers, values.astype(np.float32).reshape(-1))


def test_an_empty_room_is_one_bundle_that_says_so() -> None:
    read = decoded(BUNDLES(Scene(3, 0.1, CAMERA)))
    assert read["/mocap/persons"] == [[0]]
    assert read["/mocap/events"] == [[0]]
    assert read["/mocap/camera"][0][:2] == [640, 480]


def test_sixty_people_and_sixty_events_stay_below_the_limit() -> None:
    scene = random_scene(tuple(range(60)), events=60)
    assert len(decoded(BUNDLES(scene))["/mocap/hips"]) == 60


@pytest.mark.parametrize(
    ("time_s", "parts"), [(0.0, (0, 0)), (1.5, (1, 500000)), (-0.25, (-1, 750000)), (2.9999999, (3, 0))]
)
def test_time_is_whole_seconds_and_microseconds(time_s: float, parts: tuple[int, int]) -> None:
    assert seconds_and_microseconds(time_s) == parts


def test_capsules_grow_with_the_body() -> None:
    lengths_m = np.linalg.norm(REST_OFFSETS_M, axis=1)
    lengths_m[0] = 0.0
    np.testing.assert_allclose(capsule_radii_m(1.1 * lengths_m), 1.1 * CAPSULE_RADII_M)
    np.testing.assert_array_equal(capsule_radii_m(np.zeros(22)), CAPSULE_RADII_M)


def test_messagepack_carries_the_scene_in_float32() -> None:
    scene = random_scene((3, 1), events=2)
    back = scene_from_msgpack(scene_to_msgpack(scene))
    assert (back.frame_index, back.time_s) == (scene.frame_index, scene.time_s)
    assert scene_to_msgpack(back) == scene_to_msgpack(scene)
    np.testing.assert_allclose(back.bodies[1].joints_px, scene.bodies[1].joints_px, rtol=1e-6)
    assert back.events[0].name == "hands_up"


@given(st.binary(max_size=100))
def test_any_bytes_are_a_scene_or_a_value_error(payload: bytes) -> None:
    with pytest.raises(ValueError, match="scene"):
        scene_from_msgpack(payload)


def test_messagepack_with_a_row_too_few_is_refused() -> None:
    payload = scene_to_msgpack(random_scene())
    with pytest.raises(ValueError, match="not a scene"):
        scene_from_msgpack(payload[:-40])


def test_a_whole_scene_is_sendable_as_it_is() -> None:
    scene = random_scene((1, 2), events=1)
    assert sendable(scene) == (scene, 0)
    assert sendable(Scene(-1, 0.0, CAMERA)) == (None, 1)


def golden_files() -> dict[str, bytes]:
    """One small scene in every layout; C# and JavaScript read the same files."""
    scene = read_golden_scene()
    bundles = BUNDLES(scene)
    guest = read_golden_scene("guest")
    vmc = VMC.tracked(scene.poses[0], 0.5)
    header = TakeHeader(source="golden", model="", model_sha256="")
    return {
        **{f"mocap-{name}.osc": packet for name, packet in zip(("head", "pose", "body"), bundles, strict=True)},
        "mocap-empty.osc": BUNDLES(Scene(13, 0.4333, scene.camera))[0],
        **{f"vmc-{number}.osc": packet for number, packet in enumerate(vmc)},
        "mocap-events.osc": BUNDLES(read_golden_scene("events"))[0],
        "events.take.jsonl": header_line(header) + scene_line(read_golden_scene("events")),
        "events.msgpack": scene_to_msgpack(read_golden_scene("events")),
        **{f"mocap-guest-{number}.osc": packet for number, packet in enumerate(BUNDLES(guest)[3:])},
        **{f"vmc-guest-{number}.osc": packet for number, packet in enumerate(VMC.tracked(guest.poses[0], 0.5))},
        "guest.msgpack": scene_to_msgpack(guest),
        "guest.take.jsonl": header_line(header) + scene_line(guest),
        "vmc-lost.osc": VMC.lost(0.5)[0],
        "scene.msgpack": scene_to_msgpack(scene),
        "one.take.jsonl": header_line(header) + scene_line(scene),
    }


def read_golden_scene(name: str = "one") -> Scene:
    """The scene of a golden take, so that no number generator has a say in the bytes."""
    from mocap_bridge.replay import read_take

    return next(read_take(GOLDEN / f"{name}.take.jsonl").scenes)


PACKETS = sorted(path for path in GOLDEN.iterdir() if path.suffix != ".json")  # those are of the dashboard's page


@pytest.mark.parametrize("name", [path.name for path in PACKETS])
def test_the_golden_packets_are_still_what_is_sent(name: str) -> None:
    """A change here is a new version of the protocol for every receiver."""
    assert golden_files()[name] == (GOLDEN / name).read_bytes()


def test_the_hex_in_the_protocol_is_that_of_the_golden_packets() -> None:
    text = (Path(mocap_bridge.__file__).parent / "PROTOCOL.md").read_text()
    golden = [path.read_bytes().hex() for path in PACKETS]
    blocks = re.findall(r"```hex\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 9
    for block in blocks:
        # What follows two blanks is a comment.
        written = "".join(line.strip().split("  ")[0].replace(" ", "") for line in block.splitlines())
        assert any(written in packet for packet in golden), block


def test_every_layout_has_a_golden_file() -> None:
    assert set(golden_files()) == {path.name for path in PACKETS}
    assert json.loads((GOLDEN / "one.take.jsonl").read_text().splitlines()[1])["events"][0]["name"] == "hands_up"
