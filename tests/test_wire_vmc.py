"""VMC packets, decoded by python-osc: exact types, complete arguments, sizes, and Unity's axes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage
from scenes import random_pose

from mocap_bridge.records import Array, RigPose
from mocap_bridge.rotations import IDENTITY, about, multiply, rotate
from mocap_bridge.skeleton import BONE, BONES, REST_OFFSETS_M
from mocap_bridge.wire.vmc import LAN_BYTES, LOOPBACK_BYTES, VmcPackets, poses_in_unity, scaled_offsets_m

TYPES = {"/VMC/Ext/OK": [int] * 4, "/VMC/Ext/T": [float]} | {
    address: [str] + [float] * 7 for address in ("/VMC/Ext/Root/Pos", "/VMC/Ext/Bone/Pos")
}
SENDERS = {size: VmcPackets(size) for size in (LAN_BYTES, LOOPBACK_BYTES)}


def decoded(packets: list[bytes]) -> list[OscMessage]:
    """Every message, after checking that python-osc reads each packet to its very end."""
    found = []
    for packet in packets:
        bundle = OscBundle(packet)
        assert 16 + sum(4 + content.size for content in bundle) == len(packet)
        found += list(bundle)
    return found


def pose(seed: int) -> RigPose:
    return random_pose(1, 0.0, np.random.default_rng(seed))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.sampled_from(sorted(SENDERS)), st.floats(0, 1e6))
def test_every_message_has_its_exact_types_and_all_of_its_arguments(seed: int, size: int, time_s: float) -> None:
    packets = SENDERS[size].tracked(pose(seed), time_s)
    assert len(packets) == (1 if size == LOOPBACK_BYTES else 2)
    assert max(map(len, packets)) <= size
    messages = decoded(packets)
    for message in messages:
        assert [type(value) for value in message] == TYPES[message.address]
    assert [m.params[0] for m in messages if m.address == "/VMC/Ext/Bone/Pos"] == list(BONES)
    assert [message.address for message in messages[-3:]] == ["/VMC/Ext/Root/Pos", "/VMC/Ext/OK", "/VMC/Ext/T"]
    assert list(messages[-2]) == [1, 3, 0, 1]


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 1000))
def test_what_arrives_is_the_pose_mirrored_at_x(seed: int) -> None:
    sent = pose(seed)
    rows = {m.params[0]: m.params[1:] for m in decoded(SENDERS[LAN_BYTES].tracked(sent, 1.0)) if "Pos" in m.address}
    mirror = np.array([-1.0, 1.0, 1.0])
    offsets_m = scaled_offsets_m(sent.bone_lengths_m)
    for bone, name in enumerate(BONES):
        position = sent.hips_world_m if bone == 0 else offsets_m[bone]
        np.testing.assert_allclose(rows[name][:3], position * mirror, rtol=1e-6, atol=1e-9)
        # A left-handed quaternion turns mirrored vectors as ours turns the vectors themselves.
        vector = np.array([0.3, -0.5, 0.8])
        theirs = rotate(np.array(rows[name][3:]), vector * mirror) * mirror
        np.testing.assert_allclose(theirs, rotate(sent.rotations_xyzw[bone], vector), atol=1e-6)


def test_a_raised_left_arm_is_a_raised_left_arm_in_unity() -> None:
    # Ours: left is +X, so raising the left arm turns it about +Z. In Unity left is -X and the turn is about -Z.
    rotations = np.tile(IDENTITY, (len(BONES), 1))
    rotations[BONE["LeftUpperArm"]] = about(np.array([0.0, 0.0, 1.0]), np.pi / 2)
    row = poses_in_unity(replace(pose(0), rotations_xyzw=rotations))[BONE["LeftUpperArm"]]
    np.testing.assert_allclose(row[3:], [0.0, 0.0, -np.sqrt(0.5), np.sqrt(0.5)], atol=1e-12)
    assert poses_in_unity(pose(0))[BONE["LeftLowerArm"], 0] < 0


def test_the_change_of_axes_keeps_the_order_of_rotations() -> None:
    signs = np.array([1.0, -1.0, -1.0, 1.0])
    a, b = pose(1).rotations_xyzw, pose(2).rotations_xyzw
    np.testing.assert_allclose(multiply(a, b) * signs, multiply(a * signs, b * signs), atol=1e-12)


def test_an_unmeasured_bone_keeps_the_built_in_length() -> None:
    lengths_m: Array = np.zeros(len(BONES))
    lengths_m[BONE["LeftHand"]] = 0.5
    offsets_m = scaled_offsets_m(lengths_m)
    np.testing.assert_allclose(offsets_m[BONE["LeftHand"]], [0.5, 0.0, 0.0])
    np.testing.assert_array_equal(offsets_m[BONE["Neck"]], REST_OFFSETS_M[BONE["Neck"]])


def test_nobody_there_is_told_as_tracking_lost() -> None:
    messages = decoded(SENDERS[LAN_BYTES].lost(2.5))
    assert [(m.address, list(m)) for m in messages] == [("/VMC/Ext/OK", [1, 3, 0, 0]), ("/VMC/Ext/T", [2.5])]


def test_a_packet_too_small_for_a_bone_is_refused() -> None:
    with pytest.raises(ValueError, match="no bone fits"):
        VmcPackets(100)
