"""A take's lines: lossless after one rounding, and refused with a reason when they are wrong."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import random_scene

from mocap_bridge.errors import TakeError
from mocap_bridge.records import Scene
from mocap_bridge.skeleton import BONES, JOINTS
from mocap_bridge.wire.take_json import LineReader, TakeHeader, header_from_line, header_line, scene_line

HEADER = TakeHeader(source="dance.mp4", model="xs", model_sha256="00", settings={"mirror": True})
READER = LineReader(HEADER)
EDGE = Scene(0, 0.0, random_scene().camera)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.lists(st.integers(1, 9), unique=True, max_size=4), st.floats(-1e4, 1e8), st.booleans())
def test_line_to_scene_to_line_gives_the_same_bytes(seed: int, ids: list[int], time_s: float, event: bool) -> None:
    line = scene_line(random_scene(tuple(ids), time_s=time_s, seed=seed, events=int(event and bool(ids))))
    scene = READER.scene(line)
    assert scene_line(scene) == line
    assert READER.scene(scene_line(scene)).same(scene)


def test_rounding_is_the_only_loss() -> None:
    before = random_scene((3, 1), events=2)
    after = READER.scene(scene_line(before))
    assert [body.person_id for body in after.bodies] == [pose.person_id for pose in after.poses] == [3, 1]
    for a, b in zip(before.bodies, after.bodies, strict=True):
        np.testing.assert_allclose(a.joints_world_m, b.joints_world_m, atol=0.6e-5)
        np.testing.assert_allclose(a.joints_px, b.joints_px, atol=0.6e-2)
    for p, q in zip(before.poses, after.poses, strict=True):
        np.testing.assert_allclose(p.rotations_xyzw, q.rotations_xyzw, atol=0.6e-6)
        np.testing.assert_allclose(p.bone_lengths_m, q.bone_lengths_m, atol=0.6e-5)
        np.testing.assert_allclose(p.contacts, q.contacts, atol=0.6e-6)
    assert [(e.name, e.person_id) for e in after.events] == [("hands_up", 3), ("event_1", 3)]


def test_the_keys_are_those_that_other_people_read() -> None:
    line = json.loads(scene_line(random_scene(events=1)))
    assert list(line) == ["frame", "time_s", "camera", "people", "events"]
    person = line["people"][0]
    assert set(person) >= {
        "id",
        "box_px",
        "joints_px",
        "joints_world_m",
        "visibility",
        "hips_world_m",
        "rotations_xyzw",
    }
    assert set(person["contacts"]) == {"L_Heel", "L_Toe", "R_Heel", "R_Toe"}
    assert np.shape(person["joints_world_m"]) == (30, 3)
    assert set(line["events"][0]) >= {"name", "id", "strength", "since_s"}
    assert json.loads(header_line(HEADER))["joints"] == list(JOINTS)


def test_a_frame_without_people_is_a_line_too() -> None:
    assert scene_line(EDGE).endswith(b'"people":[],"events":[]}\n')
    assert READER.scene(scene_line(EDGE)).bodies == READER.scene(scene_line(EDGE)).poses == ()


def test_a_pose_without_a_body_and_a_body_without_a_pose_come_back_alone() -> None:
    full = random_scene((1, 2))
    mixed = Scene(12, 0.4, full.camera, full.bodies[:1], full.poses[1:])
    back = READER.scene(scene_line(mixed))
    assert [body.person_id for body in back.bodies] == [1]
    assert [pose.person_id for pose in back.poses] == [2]


def test_joints_and_bones_in_another_order_are_found_by_name() -> None:
    line = json.loads(scene_line(random_scene()))
    straight = READER.scene(json.dumps(line).encode())
    for key in ("joints_px", "joints_world_m", "visibility", "rotations_xyzw", "bone_visibility", "bone_lengths_m"):
        line["people"][0][key].reverse()
    header = TakeHeader(source="", model="", model_sha256="", joints=JOINTS[::-1], bones=BONES[::-1])
    assert LineReader(header).scene(json.dumps(line).encode()).same(straight)


def test_a_take_without_one_of_our_joints_is_refused_by_name() -> None:
    with pytest.raises(TakeError, match="no joint L_Heel"):
        LineReader(TakeHeader(source="", model="", model_sha256="", joints=JOINTS[:-1]))
    with pytest.raises(TakeError, match="twice"):
        LineReader(TakeHeader(source="", model="", model_sha256="", bones=(*BONES, "Hips")))


def test_unknown_keys_are_ignored() -> None:
    line = json.loads(scene_line(random_scene()))
    line["weather"] = line["people"][0]["mood"] = "sunny"
    assert len(READER.scene(json.dumps(line).encode()).poses) == 1
    header = json.loads(header_line(HEADER)) | {"studio": 3}
    assert header_from_line(json.dumps(header).encode()) == HEADER


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda line: line.pop("camera"), "camera"),
        (lambda line: line.update(time_s="soon"), "time_s"),
        (lambda line: line["people"][0]["joints_px"].pop(), "joints_px has 29 rows"),
        (lambda line: line["people"][0]["joints_px"][3].append(1.0), "length 2"),
        (lambda line: line["people"][0].pop("box_px"), "person 1 has no box_px"),
        (lambda line: line["people"][0]["contacts"].pop("L_Toe"), "no contact L_Toe"),
        (lambda line: line["people"][0].update(visibility=[None] * 30), "visibility"),
        (lambda line: line["people"][0].update(id=2**40), "id"),
        (lambda line: line["people"].append({"id": 4}), "person 4 has neither"),
        (lambda line: line["people"].append(line["people"][0]), "person 1 .* twice"),
    ],
)
def test_a_wrong_line_says_what_is_wrong(change, says: str) -> None:
    line = json.loads(scene_line(random_scene()))
    change(line)
    with pytest.raises(TakeError, match=says):
        READER.scene(json.dumps(line).encode())


@given(st.binary(max_size=200))
def test_any_bytes_are_a_scene_or_a_take_error(line: bytes) -> None:
    for parse in (READER.scene, header_from_line):
        with pytest.raises(TakeError):
            parse(line)
