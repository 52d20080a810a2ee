"""VRChat's trackers, decoded by python-osc and turned back by scipy."""

import socket
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle import OscBundle
from scenes import random_scene
from scipy.spatial.transform import Rotation

from mocap_bridge.outputs import open_output
from mocap_bridge.outputs.vrchat import TRACKERS, trackers, unity_euler_deg
from mocap_bridge.records import Array, RigPose, Scene
from mocap_bridge.rotations import IDENTITY, about, angle_between, bone_heads_m, normalized, world_from_local
from mocap_bridge.skeleton import BONE, BONES
from mocap_bridge.wire.vmc import scaled_offsets_m


def turned_as_unity_does(angles_deg: Array) -> Array:
    """Quaternion (4,) of Unity's Quaternion.Euler: z first, then x, then y, about the axes of the world."""
    x, y, z = angles_deg
    return Rotation.from_euler("zxy", [z, x, y], degrees=True).as_quat()


@given(st.integers(0, 10**6))
def test_angles_turn_as_unity_turns_by_them(seed: int) -> None:
    turn = Rotation.random(rng=np.random.default_rng(seed)).as_quat()
    assert angle_between(turned_as_unity_does(unity_euler_deg(turn)), turn) < 1e-6


@pytest.mark.parametrize("pitch_deg", [-90.0, 90.0, 89.9999])
def test_looking_straight_up_or_down_is_still_right(pitch_deg: float) -> None:
    turn = Rotation.from_euler("zxy", [30.0, pitch_deg, -50.0], degrees=True).as_quat()
    assert np.degrees(angle_between(turned_as_unity_does(unity_euler_deg(turn)), turn)) < 0.01


def received(scenes: list[Scene]) -> list[dict[str, list[float]]]:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as receiver:
        receiver.bind(("127.0.0.1", 0))
        with closing(open_output(f"vrchat:127.0.0.1:{receiver.getsockname()[1]}")) as output:
            for scene in scenes:
                output.send(scene)
            count = output.packets_sent
        receiver.settimeout(2.0)
        return [{m.address: list(m) for m in OscBundle(receiver.recv(65536))} for _ in range(count)]


def test_every_tracker_is_where_its_bone_is_in_unity() -> None:
    scene = random_scene((4,))
    pose = scene.poses[0]
    (packet,) = received([scene])
    assert sorted(packet) == sorted(
        f"/tracking/trackers/{t}/{kind}" for t in TRACKERS for kind in ("position", "rotation")
    )
    heads_m = bone_heads_m(pose.hips_world_m, pose.rotations_xyzw, scaled_offsets_m(pose.bone_lengths_m))
    world = world_from_local(pose.rotations_xyzw)
    for tracker, bone in TRACKERS.items():
        expected_m = heads_m[BONE[bone]] * [-1, 1, 1]
        np.testing.assert_allclose(packet[f"/tracking/trackers/{tracker}/position"], expected_m, atol=1e-5)
        carrier = bone.replace("Lower", "Upper")
        turn = turned_as_unity_does(np.array(packet[f"/tracking/trackers/{tracker}/rotation"]))
        assert angle_between(normalized(turn), world[BONE[carrier]] * [1, -1, -1, 1]) < 1e-4


def test_who_turns_left_turns_left_in_unity_too() -> None:
    """Unity's axes are left-handed: seen from above a turn to the left is negative about y."""
    turns = np.tile(IDENTITY, (len(BONES), 1))
    turns[0] = about(np.array([0.0, 1.0, 0.0]), np.radians(30))
    lengths_m = np.zeros(len(BONES))
    pose = RigPose(1, 0.0, np.array([0.5, 0.9, -2.0]), turns, np.ones(len(BONES)), lengths_m, np.zeros(4))
    at, angles_deg = trackers(pose)[0]
    np.testing.assert_allclose(at, [-0.5, 0.9, -2.0])
    np.testing.assert_allclose(angles_deg, [0.0, -30.0, 0.0], atol=1e-9)


def test_the_first_person_keeps_the_avatar() -> None:
    scenes = [random_scene(ids, n, n / 10) for n, ids in enumerate([(7,), (2, 7), (2,), ()])]
    packets = received(scenes)
    assert len(packets) == 2  # while the first one is gone for a moment nobody takes the place
    hips_m = [packet["/tracking/trackers/1/position"] for packet in packets]
    for scene, place_m in zip(scenes, hips_m, strict=False):
        pose = next(pose for pose in scene.poses if pose.person_id == 7)
        np.testing.assert_allclose(place_m, pose.hips_world_m * [-1, 1, 1], atol=1e-5)
