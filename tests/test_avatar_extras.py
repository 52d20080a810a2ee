"""Fingers and eyes of an avatar: its own nodes turn as the guest's do, whatever way they rest."""

import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from avatars import Skeleton, write_avatar
from pygltflib import GLTF2, Node
from pythonosc.osc_bundle import OscBundle
from scenes import random_scene
from scipy.spatial.transform import Rotation
from test_avatar import REAL, posed, real
from test_retarget import legal_pose

from mocap_bridge.avatar import Fit, load_avatar
from mocap_bridge.avatar.gltf import read_document
from mocap_bridge.avatar.names import humanoid_nodes, told_nodes
from mocap_bridge.avatar.unity import InUnity
from mocap_bridge.extra_bones import EXTRA_BONE, EXTRA_BONES
from mocap_bridge.outputs import open_output
from mocap_bridge.records import Array
from mocap_bridge.rotations import multiply, world_from_local
from mocap_bridge.skeleton import BONE

CHAIN = ("LeftThumbProximal", "LeftThumbIntermediate", "LeftThumbDistal")
IN_VRM1 = {"LeftThumbProximal": "leftThumbMetacarpal", "LeftThumbIntermediate": "leftThumbProximal"}
HUNG = [("LeftHand", CHAIN), ("RightHand", ("RightIndexProximal",)), ("Head", ("LeftEye",))]


def with_fingers(folder: Path, kind: str) -> Path:
    """A made-up avatar with a thumb, a finger and an eye; in VRM 1.0 they rest turned at random."""
    path = write_avatar(folder / f"{kind}.vrm", kind)
    nodes, gltf = humanoid_nodes(read_document(path)), GLTF2().load_binary(str(path))
    rng = np.random.default_rng(3)
    human = gltf.extensions["VRM" if kind == "vrm0" else "VRMC_vrm"]["humanoid"]["humanBones"]
    for carrier, chain in HUNG:
        above = nodes[carrier]
        for bone in chain:
            turn = Rotation.random(rng=rng).as_quat() if kind == "vrm1" else np.array([0.0, 0.0, 0.0, 1.0])
            gltf.nodes[above].children.append(len(gltf.nodes))
            above = len(gltf.nodes)
            gltf.nodes.append(Node(translation=[0.03, 0.01, 0.02], rotation=turn.tolist(), children=[]))
            name = bone[0].lower() + bone[1:]
            if kind == "vrm0":
                human.append({"bone": name, "node": above})
            else:
                human[IN_VRM1.get(bone, name)] = {"node": above}
    gltf.save_binary(str(path))
    return path


def turns(seed: int) -> Array:
    return Rotation.random(len(EXTRA_BONES), rng=np.random.default_rng(seed)).as_quat()


@pytest.mark.parametrize("kind", ["vrm0", "vrm1"])
def test_a_receiver_that_loads_the_same_file_shows_the_fingers(tmp_path: Path, kind: str) -> None:
    path = with_fingers(tmp_path, kind)
    pose = replace(posed(legal_pose(np.random.default_rng(4))), extra_rotations_xyzw=turns(5))
    document = read_document(path)
    in_unity, nodes, told = InUnity(Fit(load_avatar(path))), humanoid_nodes(document), told_nodes(document)
    assert in_unity.extra_bones == ("LeftEye", *CHAIN, "RightIndexProximal")
    mirror = np.array([1.0, 1.0, -1.0]) if kind == "vrm0" else np.array([-1.0, 1.0, 1.0])
    skeleton = Skeleton(path, mirror)
    rest = skeleton.worlds({})
    moved = dict(zip(nodes.values(), in_unity(pose), strict=True))
    moved |= {told[bone]: row for bone, row in zip(in_unity.extra_bones, in_unity.extras(pose), strict=True)}
    shown = skeleton.worlds(moved)
    world = world_from_local(pose.rotations_xyzw)
    for carrier, chain in HUNG:
        expected = world[BONE[carrier]]
        for bone in chain:
            expected = multiply(expected, pose.extra_rotations_xyzw[EXTRA_BONE[bone]])
            turned = shown[told[bone]][:3, :3] @ rest[told[bone]][:3, :3].T
            in_unitys_axes = Rotation.from_quat(expected * [1.0, -1.0, -1.0, 1.0]).as_matrix()
            np.testing.assert_allclose(turned, in_unitys_axes, atol=1e-6, err_msg=bone)


@pytest.mark.parametrize("kind", ["vrm0", "vrm1"])
def test_packets_hold_those_that_the_avatar_has_and_the_guest_tells(tmp_path: Path, kind: str) -> None:
    told = turns(5)
    told[EXTRA_BONE["LeftThumbDistal"]] = 0.0
    scene = random_scene()
    scene = replace(scene, poses=(replace(scene.poses[0], extra_rotations_xyzw=told),))
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        target = f"vmc:127.0.0.1:{receiver.getsockname()[1]}?avatar={with_fingers(tmp_path, kind)}"
        with closing(open_output(target)) as output:
            output.send(scene)
        packet = receiver.recv(65536)
    sent = [m.params for m in OscBundle(packet) if m.address == "/VMC/Ext/Bone/Pos"]
    assert [name for name, *_ in sent][22:] == ["LeftEye", *CHAIN[:2], "RightIndexProximal"]
    for name, *row in sent[22:]:
        sign = {"vrm0": 1.0, "vrm1": -1.0}[kind]
        np.testing.assert_allclose(row[:3], [0.03 * sign, 0.01, -0.02 * sign], atol=1e-6, err_msg=name)


def test_a_finger_that_hangs_elsewhere_is_left_alone(tmp_path: Path) -> None:
    path = with_fingers(tmp_path, "vrm1")
    gltf = GLTF2().load_binary(str(path))
    bones = gltf.extensions["VRMC_vrm"]["humanoid"]["humanBones"]
    bones["leftIndexProximal"] = {"node": bones["rightHand"]["node"] + 1}
    bones["jaw"] = {"node": bones["head"]["node"]}
    bones["rightEye"] = {"node": 10_000}
    gltf.save_binary(str(path))
    assert load_avatar(path).extras.bones == ("LeftEye", *CHAIN, "RightIndexProximal")


@pytest.mark.parametrize("kind", [kind for kind in REAL if kind.startswith("vrm")])
def test_real_avatars_rest_when_nothing_is_told(kind: str) -> None:
    path = real(kind)
    avatar, skeleton = load_avatar(path), Skeleton(path)
    nodes = told_nodes(read_document(path))
    for bone, row in zip(avatar.extras.bones, avatar.extras.raw(np.zeros((33, 4))), strict=True):
        node = skeleton.nodes[nodes[bone]]
        np.testing.assert_allclose(row[:3], node.translation or [0, 0, 0], atol=1e-5)
        if kind != "vrm0 with splayed legs":  # there the arms do not rest exactly sideways
            rest = np.array(node.rotation or [0, 0, 0, 1])
            assert abs(float(row[3:] @ rest)) > 0.99
