"""A guest's fingers and expressions on every wire: complete, within the limits, and nothing where there is none."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle import OscBundle
from scenes import random_scene, visited

from mocap_bridge.edit import resampled
from mocap_bridge.extra_bones import EXTRA_BONES, EXTRA_OFFSETS_M
from mocap_bridge.records import BlendValue, Scene
from mocap_bridge.rotations import slerp
from mocap_bridge.wire.mocap import LARGEST_BUNDLE, MocapBundles
from mocap_bridge.wire.scene_msgpack import scene_from_msgpack, scene_to_msgpack
from mocap_bridge.wire.sendable import MOST_BLENDS, sendable
from mocap_bridge.wire.take_json import LineReader, TakeHeader, scene_line
from mocap_bridge.wire.vmc import LAN_BYTES, LOOPBACK_BYTES, VmcPackets
from mocap_bridge.wire.vmc_read import read_vmc

SEEDS, COUNTS = st.integers(0, 1000), st.sampled_from([0, 1, 5, 52, MOST_BLENDS])


@settings(max_examples=20)
@given(SEEDS, COUNTS, st.sampled_from([LAN_BYTES, LOOPBACK_BYTES]))
def test_vmc_tells_what_is_told_and_is_read_back_by_our_own_ear(seed: int, blends: int, size: int) -> None:
    (pose,) = visited(random_scene(seed=seed), seed, blends).poses
    packets = VmcPackets(size).tracked(pose, 1.0)
    assert max(map(len, packets)) <= size
    messages = [message for packet in packets for message in OscBundle(packet)]
    told = [bone for bone, row in zip(EXTRA_BONES, pose.extra_rotations_xyzw, strict=True) if row.any()]
    assert [m.params[0] for m in messages if m.address == "/VMC/Ext/Bone/Pos"][22:] == told
    applied = ["/VMC/Ext/Blend/Apply"] if blends else []
    last = [*applied, "/VMC/Ext/Root/Pos", "/VMC/Ext/OK", "/VMC/Ext/T"]
    assert [message.address for message in messages][-len(last) :] == last
    assert [m.address for m in OscBundle(packets[-1])][-len(last) :] == last  # all in one datagram
    read = [read_vmc(packet) for packet in packets]
    assert sum(one.refused for one in read) == 0
    values = [blend for one in read for blend in one.blends]
    assert [blend.name for blend in values] == [blend.name for blend in pose.blends]
    np.testing.assert_allclose([b.value for b in values], [b.value for b in pose.blends], rtol=1e-6)
    turns = {row: rotation for one in read for row, rotation in one.bones}
    rows = np.array([turns[22 + EXTRA_BONES.index(bone)] for bone in told])
    np.testing.assert_allclose(rows, pose.extra_rotations_xyzw[pose.extra_rotations_xyzw.any(axis=1)], atol=1e-6)


def test_fingers_lie_where_fingers_are_and_grow_with_the_forearm() -> None:
    (pose,) = visited(random_scene()).poses
    short = replace(pose, bone_lengths_m=np.zeros(22))
    (packet,) = VmcPackets().tracked(short, 1.0)
    rows = {m.params[0]: m.params[1:4] for m in OscBundle(packet) if m.address == "/VMC/Ext/Bone/Pos"}
    for bone, offset_m in zip(EXTRA_BONES, EXTRA_OFFSETS_M, strict=True):
        if bone in rows:
            np.testing.assert_allclose(rows[bone], offset_m * [-1, 1, 1], atol=1e-7)
            assert np.linalg.norm(rows[bone]) > 0.01  # a receiver that writes positions must not be given zeros


@settings(max_examples=20)
@given(SEEDS, COUNTS)
def test_mocap_bundles_stay_small_and_tell_everything(seed: int, blends: int) -> None:
    scene = visited(random_scene((3, 9), seed=seed), seed, blends)
    bundles = MocapBundles()(scene)
    found: dict[str, list[list[object]]] = {}
    for number, packet in enumerate(bundles):
        assert len(packet) <= LARGEST_BUNDLE
        messages = list(OscBundle(packet))
        assert messages[0].params[3:] == [number, len(bundles)]
        for message in messages:
            found.setdefault(message.address, []).append(message.params)
    for pose, (person_id, *numbers) in zip(scene.poses, found["/mocap/extra_rotations"], strict=True):
        assert person_id == pose.person_id
        np.testing.assert_array_equal(numbers, pose.extra_rotations_xyzw.astype(np.float32).reshape(-1))
    told = [
        [pose.person_id, number, blends, blend.name, float(np.float32(blend.value))]
        for pose in scene.poses
        for number, blend in enumerate(pose.blends)
    ]
    assert found.get("/mocap/blend", []) == told


def test_without_a_guest_nothing_is_told_of_one() -> None:
    scene = random_scene((3,), events=1)
    for told in (scene_to_msgpack(scene), scene_line(scene), *MocapBundles()(scene)):
        for word in (b"blend", b"extra"):
            assert word not in told
    assert len(MocapBundles()(scene)) == 3


@settings(max_examples=20)
@given(SEEDS, COUNTS)
def test_messagepack_and_takes_carry_it(seed: int, blends: int) -> None:
    scene = visited(random_scene(seed=seed), seed, blends)
    back = scene_from_msgpack(scene_to_msgpack(scene))
    assert scene_to_msgpack(back) == scene_to_msgpack(scene)
    assert back.poses[0].blends == scene.poses[0].blends
    reader = LineReader(TakeHeader(source="", model="", model_sha256=""))
    assert scene_line(reader.scene(scene_line(scene))) == scene_line(scene)
    np.testing.assert_allclose(
        reader.scene(scene_line(scene)).poses[0].extra_rotations_xyzw, scene.poses[0].extra_rotations_xyzw, atol=1e-6
    )


@pytest.mark.parametrize(
    "blends",
    [
        (BlendValue("Joy", float("nan")),),
        (BlendValue("", 0.5),),
        (BlendValue("a\0b", 0.5),),
        (BlendValue("ä" * 40, 0.5),),
        tuple(BlendValue(f"{number}", 0.5) for number in range(MOST_BLENDS + 1)),
    ],
)
def test_whoever_has_a_broken_expression_is_left_out(blends: tuple[BlendValue, ...]) -> None:
    scene = random_scene((1, 2))
    scene = replace(scene, poses=(replace(scene.poses[0], blends=blends), scene.poses[1]))
    whole, broken = sendable(scene)
    assert broken == 1
    assert whole is not None
    assert [pose.person_id for pose in whole.poses] == [2]


def test_a_take_at_another_rate_moves_fingers_and_faces_on() -> None:
    a, b = visited(random_scene(time_s=0.0)), visited(random_scene(time_s=0.1), seed=1)
    a = replace(a, poses=(replace(a.poses[0], blends=(BlendValue("A", 0.0), BlendValue("gone", 1.0))),))
    b = replace(b, poses=(replace(b.poses[0], blends=(BlendValue("A", 1.0),)),))
    mixed: list[Scene] = list(resampled([a, b], 40))
    pose = mixed[1].poses[0]  # a quarter of the way
    assert pose.blends == (BlendValue("A", pytest.approx(0.25)), BlendValue("gone", 1.0))
    before, after = a.poses[0].extra_rotations_xyzw, b.poses[0].extra_rotations_xyzw
    both = before.any(axis=1) & after.any(axis=1)
    np.testing.assert_allclose(pose.extra_rotations_xyzw[both], slerp(before, after, 0.25)[both], atol=1e-9)
    np.testing.assert_array_equal(pose.extra_rotations_xyzw[~both], before[~both])
    assert mixed[3].poses[0].blends == (BlendValue("A", pytest.approx(0.75)),)
