"""Avatars of every kind: found, stood up, and moved so that the file's own nodes land where the retargeting says."""

import os
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from avatars import KINDS, REST, Skeleton, turned_json, write_avatar
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle import OscBundle
from test_retarget import HINGES, body, legal_pose, off_deg

from mocap_bridge.avatar import Avatar, Fit, hips_world_m, load_avatar, retargeted
from mocap_bridge.avatar.conventions import CONVENTIONS, split_name
from mocap_bridge.avatar.gltf import parents_of, read_document
from mocap_bridge.avatar.names import humanoid_nodes
from mocap_bridge.avatar.unity import InUnity
from mocap_bridge.errors import AvatarError
from mocap_bridge.records import Array, RigPose
from mocap_bridge.retarget import Build, FeetSettings, Retargeter, joints_from_rotations
from mocap_bridge.rotations import about, angle_between, bone_heads_m, normalized, rotate, world_from_local
from mocap_bridge.skeleton import BONE, BONES, HIPS_HEIGHT_M, JOINT, JOINT_OFFSETS_M, PARENTS, REST_OFFSETS_M
from mocap_bridge.wire.vmc import LAN_BYTES, LOOPBACK_BYTES, VmcPackets

SHARED = Path(os.environ.get("MOCAP_SHARED", Path(__file__).parent.parent.parent / "shared")) / "data" / "avatars"
REAL = {
    "vrm0": "cryptovoxels.vrm",
    "vrm0 with splayed legs": "Godette_vrm_v4.vrm",
    "vrm1": "VRMC_materials_mtoon_UV_Animation_Test.vrm",
    "gltf": "human-male.glb",
}
LIMBS = [f"{side}{bone}" for side in ("Left", "Right") for bone in ("LowerArm", "Hand", "LowerLeg", "Foot")]
_LIMB_JOINTS = {"Shoulder": "UpperArm", "Elbow": "LowerArm", "Wrist": "Hand"} | {
    "Hip": "UpperLeg",
    "Knee": "LowerLeg",
    "Ankle": "Foot",
}


@pytest.fixture(scope="session")
def avatars(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("avatars")
    lacks = {"vrm0": ("UpperChest",), "vrm1": (), "gltf": ("LeftToes", "RightToes")}
    made = {kind: write_avatar(folder / f"{kind}.glb", kind, lacks[kind]) for kind in KINDS}
    made["bare"] = write_avatar(
        folder / "bare.glb", "vrm1", ("Chest", "UpperChest", "Neck", "LeftShoulder", "RightShoulder")
    )
    return made


def real(name: str) -> Path:
    if not (path := SHARED / REAL[name]).is_file():
        pytest.skip(f"the test avatars are not here: {path}")
    return path


def posed(rotations: Array, hips_m: tuple[float, float, float] = (0.2, 0.9, -3.0)) -> RigPose:
    lengths_m = np.linalg.norm(REST_OFFSETS_M, axis=1) * 1.1
    return RigPose(1, 0.0, np.array(hips_m), rotations, np.ones(len(BONES)), lengths_m, np.zeros(4))


def landed(path: Path, pose: RigPose) -> tuple[Array, Array]:
    """Heads of the file's nodes (B, 3) moved by raw rotations, in our world, and what ``retargeted`` says."""
    avatar = load_avatar(path)
    nodes = humanoid_nodes(read_document(path))
    worlds = Skeleton(path).worlds(dict(zip(nodes.values(), Fit(avatar).raw(pose), strict=True)))
    heads_m = np.array([worlds[node][:3, 3] for node in nodes.values()])
    if avatar.kind == "vrm0":
        heads_m = heads_m * [-1.0, 1.0, -1.0]
    return heads_m, retargeted(pose, avatar)[[BONE[bone] for bone in avatar.bones]]


def landmarks_m(avatar: Avatar, rotations: Array, hips_m: Array) -> Array:
    """The 30 joints a camera would see on an avatar: its own limbs; trunk, head, palms and soles of our build."""
    heads_m = bone_heads_m(hips_m, rotations, avatar.offsets_m)
    world = world_from_local(rotations)
    pelvis_m = heads_m[[BONE["LeftUpperLeg"], BONE["RightUpperLeg"]]].mean(axis=0)
    size = avatar.pelvis_height_m / HIPS_HEIGHT_M
    joints_m = size * (joints_from_rotations(np.zeros(3), rotations)) + pelvis_m
    for side in ("Left", "Right"):
        for joint, bone in _LIMB_JOINTS.items():
            joints_m[JOINT[f"{side[0]}_{joint}"]] = heads_m[BONE[side + bone]]
        for joints, bone in ((("Hand", "Index", "Pinky"), "Hand"), (("Heel",), "Foot")):
            row = BONE[side + bone]
            for joint in joints:
                offset_m = size * JOINT_OFFSETS_M[JOINT[f"{side[0]}_{joint}"]]
                joints_m[JOINT[f"{side[0]}_{joint}"]] = heads_m[row] + rotate(world[row], offset_m)
        toe_m = size * REST_OFFSETS_M[BONE[f"{side}Toes"]]
        joints_m[JOINT[f"{side[0]}_Toe"]] = heads_m[BONE[f"{side}Foot"]] + rotate(world[BONE[f"{side}Foot"]], toe_m)
    return joints_m


@pytest.mark.parametrize("kind", [*KINDS, "bare"])
@pytest.mark.parametrize("seed", range(5))
def test_the_files_own_nodes_land_where_the_retargeting_says(avatars: dict[str, Path], kind: str, seed: int) -> None:
    there_m, said_m = landed(avatars[kind], posed(legal_pose(np.random.default_rng(seed))))
    np.testing.assert_allclose(there_m, said_m, atol=1e-5)


@pytest.mark.parametrize("name", REAL)
def test_the_nodes_of_real_avatars_land_where_the_retargeting_says(name: str) -> None:
    for seed in range(5):
        there_m, said_m = landed(real(name), posed(legal_pose(np.random.default_rng(seed))))
        np.testing.assert_allclose(there_m, said_m, atol=1e-5)


def parallel(avatar: Avatar, rotations: Array) -> float:
    """Largest angle, degrees, between a limb of the avatar and the same limb of our own body."""
    ours_m = bone_heads_m(np.zeros(3), rotations, REST_OFFSETS_M)
    theirs_m = bone_heads_m(np.zeros(3), rotations, avatar.offsets_m)
    rows = [BONE[bone] for bone in LIMBS]
    above = [PARENTS[row] for row in rows]
    a, b = (normalized(heads_m[rows] - heads_m[above]) for heads_m in (ours_m, theirs_m))
    return float(np.degrees(np.arccos(np.clip(np.sum(a * b, axis=1), -1, 1))).max())


@pytest.mark.parametrize("kind", [*KINDS, "bare"])
def test_limbs_run_parallel_to_the_performers_whatever_the_rest_pose(avatars: dict[str, Path], kind: str) -> None:
    for seed in range(5):
        assert parallel(load_avatar(avatars[kind]), legal_pose(np.random.default_rng(seed))) < 1e-4


def round_trip(avatar: Avatar, seed: int) -> tuple[Array, Array]:
    """A legal pose of the avatar, seen as joints and solved again: distances of bone heads, m, and angles, degrees."""
    rotations, hips_m = legal_pose(np.random.default_rng(seed)), np.array([0.3, avatar.pelvis_height_m, -3.0])
    # A random pose stands nowhere: no floor is to correct it. And one frame does not tell how long a bent neck is.
    lengths_m = np.linalg.norm(REST_OFFSETS_M, axis=1) * avatar.pelvis_height_m / HIPS_HEIGHT_M
    lengths_m[0] = 0.0
    build = Build(bone_lengths_m=tuple(lengths_m.tolist()))
    solved = Retargeter(FeetSettings(lock=False), build)(body(landmarks_m(avatar, rotations, hips_m))).rotations_xyzw
    before_m, after_m = (bone_heads_m(hips_m, each, avatar.offsets_m) for each in (rotations, solved))
    return np.linalg.norm(after_m - before_m, axis=1), off_deg(solved, rotations)


def check_round_trip(avatar: Avatar) -> None:
    for seed in range(30):
        off_m, angles_deg = round_trip(avatar, seed)
        assert off_m.max() < 0.005
        for bone, angle_deg in zip(BONES, angles_deg, strict=True):
            assert angle_deg < (2.0 if bone in HINGES else 1.0), f"{bone} is off by {angle_deg:.2f} degrees"


@pytest.mark.parametrize("kind", KINDS)
def test_poses_of_an_avatar_come_back_from_its_joints(avatars: dict[str, Path], kind: str) -> None:
    check_round_trip(load_avatar(avatars[kind]))


@pytest.mark.parametrize("name", REAL)
def test_poses_of_real_avatars_come_back_from_their_joints(name: str) -> None:
    check_round_trip(load_avatar(real(name)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_standing_performer_of_any_size_stands_on_the_avatars_feet(avatars: dict[str, Path], kind: str) -> None:
    avatar = load_avatar(avatars[kind])
    for size in (0.6, 1.0, 1.2):
        lengths_m = size * np.linalg.norm(REST_OFFSETS_M, axis=1)
        pose = replace(posed(REST, (0.5, 0.92 * size, -2.0)), bone_lengths_m=lengths_m)
        heads_m = retargeted(pose, avatar)
        ankle_m = avatar.pelvis_height_m + bone_heads_m(-avatar.pelvis_m, REST, avatar.offsets_m)[BONE["LeftFoot"], 1]
        assert heads_m[BONE["LeftFoot"], 1] == pytest.approx(ankle_m, abs=1e-9)
        middle_m = heads_m[[BONE["LeftUpperLeg"], BONE["RightUpperLeg"]]].mean(axis=0)
        np.testing.assert_allclose(middle_m, pose.hips_world_m * avatar.pelvis_height_m / (0.92 * size), atol=1e-9)


def test_bones_that_are_not_measured_leave_the_size_alone(avatars: dict[str, Path]) -> None:
    avatar, pose = load_avatar(avatars["vrm1"]), posed(REST, (0.0, 0.92, 0.0))
    unknown = replace(pose, bone_lengths_m=np.zeros(len(BONES)))
    assert hips_world_m(unknown, avatar)[1] + avatar.pelvis_m[1] == pytest.approx(avatar.pelvis_height_m)


def test_at_rest_a_vrm_keeps_its_own_rotations() -> None:
    path = real("vrm1")
    avatar = load_avatar(path)
    document, nodes = read_document(path), humanoid_nodes(read_document(path))
    for row, node in zip(Fit(avatar).raw(posed(REST)), nodes.values(), strict=True):
        rest = np.array(document.nodes[node].rotation)
        assert np.degrees(angle_between(row[3:], normalized(rest))) < 0.01


def test_a_missing_upper_chest_is_bent_by_the_chest(avatars: dict[str, Path]) -> None:
    rotations = REST.copy()
    rotations[BONE["UpperChest"]] = about(np.array([1.0, 0.0, 0.0]), 0.5)
    avatar = load_avatar(avatars["vrm0"])
    local = Fit(avatar).normalised(rotations)
    moved = [
        bone for bone, turn in zip(avatar.bones, local, strict=True) if 2 * np.arccos(min(1.0, abs(turn[3]))) > 1e-6
    ]
    assert moved == ["Chest"]


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.sampled_from(KINDS))
def test_raw_rotations_are_unit_and_finite(tmp_path_factory: pytest.TempPathFactory, seed: int, kind: str) -> None:
    path = write_avatar(tmp_path_factory.mktemp("a") / "a.glb", kind, seed=seed)
    rows = Fit(load_avatar(path)).raw(posed(legal_pose(np.random.default_rng(seed))))
    assert np.isfinite(rows).all()
    np.testing.assert_allclose(np.linalg.norm(rows[:, 3:], axis=1), 1.0, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "side", "rest"),
    [
        ("mixamorig:LeftUpLeg", "Left", "upleg"),
        ("mixamorig1:Spine2", "", "spine2"),
        ("upperarm_l", "Left", "upperarm"),
        ("DEF-upper_arm.R", "Right", "upperarm"),
        ("DEF-spine.001", "", "spine001"),
        ("J_Bip_L_UpperArm", "Left", "upperarm"),
        ("J_Bip_C_Hips", "", "hips"),
        ("Right elbow", "Right", "elbow"),
        ("lowerleg01.L", "Left", "lowerleg01"),
        ("Armature|Hips", "", "hips"),
        ("Leg", "", "leg"),
        ("rShldr", "Right", "shldr"),
        ("lhumerus", "Left", "humerus"),
        ("LUArm", "Left", "uarm"),
        ("CC_Base_L_Thigh", "Left", "thigh"),
        ("Bip01 R UpperArm", "Right", "upperarm"),
        ("ROOT", "", "root"),
        ("lowerback", "", "lowerback"),
        ("root", "", "root"),
        ("", "", ""),
    ],
)
def test_names_are_split_into_side_and_rest(name: str, side: str, rest: str) -> None:
    assert split_name(name) == (side, rest)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_every_convention_finds_all_its_bones(avatars: dict[str, Path], convention: str) -> None:
    document = read_document(avatars["vrm1"])
    called = CONVENTIONS[convention]
    bones = {node: bone for bone, node in humanoid_nodes(document).items()}
    names = [f"{called[bones[n]][1]}.{called[bones[n]][0]}" if n in bones and called[bones[n]][0]
             else called[bones[n]][1] if n in bones else "x" for n in range(len(document.nodes))]  # fmt: skip
    nodes = [{"name": name, "children": node.children} for name, node in zip(names, document.nodes, strict=True)]
    renamed = turned_json(avatars["vrm1"], {"nodes": nodes, "extensions": {}})
    assert humanoid_nodes(read_document(renamed)) == humanoid_nodes(document)


def test_a_missing_bone_is_named_with_the_nearest_name_there_is(avatars: dict[str, Path]) -> None:
    document = read_document(avatars["gltf"])
    nodes = [
        {"name": node.name.replace("LeftForeArm", "ForearmOnTheLeft"), "children": node.children}
        for node in document.nodes
    ]
    broken = turned_json(avatars["gltf"], {"nodes": nodes})
    with pytest.raises(AvatarError, match=r"gltf\.gltf: it has no LeftLowerArm .*Mixamo.*nearest name found is"):
        load_avatar(broken)


def test_bones_that_a_vrm_names_but_lacks_are_not_there(avatars: dict[str, Path]) -> None:
    document = read_document(avatars["vrm0"])
    human = [{"bone": bone[0].lower() + bone[1:], "node": node} for bone, node in humanoid_nodes(document).items()]
    human += [{"bone": "upperChest", "node": -1}, {"bone": "jaw", "node": -1}]
    odd = turned_json(avatars["vrm0"], {"extensions": {"VRM": {"humanoid": {"humanBones": human}}}})
    assert load_avatar(odd).bones == load_avatar(avatars["vrm0"]).bones


GLB = b"glTF\x02\x00\x00\x00"


def read_and_load(path: Path) -> None:
    parents_of(read_document(path).nodes)
    load_avatar(path)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is no glTF"),
        (b"hello", "is no glTF"),
        (b"[" * 100_000, "is no glTF"),
        (b'{"asset": {}, "x": ' + b"[" * 100_000, "is no glTF"),
        (b'{"asset": {}}', "it has no Hips, Spine, Head"),
        (b'{"asset": {}, "nodes": [{"children": [7]}]}', "child 7"),
        (b'{"asset": {}, "nodes": [{"children": [1]}, {"children": [0]}]}', "circle"),
        (b'{"asset": {}, "nodes": [{"children": [1, 1]}, {}]}', "hangs on two"),
        (b'{"asset": {}, "nodes": [{"translation": [1, 2]}]}', "is no glTF"),
        (GLB[:6], "cut off"),
        (b"glTF\x01\x00\x00\x00" + b"\0" * 12, "version 1"),
        (GLB + b"\0\0\0\0" + b"\xff\xff\xff\x7fJSON", "more than 64 MiB"),
        (b'{"asset": {}, "extensions": {"VRM": 3}}', "humanoid bones cannot be read"),
        (b'{"asset": {}, "extensions": {"VRMC_vrm": {"humanoid": {"humanBones": {}}}}}', "it has no Hips"),
    ],
)
def test_a_file_that_is_no_avatar_is_told(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "x.vrm"
    path.write_bytes(content)
    with pytest.raises(AvatarError, match=complaint):
        read_and_load(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(AvatarError, match=r"gone\.vrm cannot be read"):
        load_avatar(tmp_path / "gone.vrm")


@pytest.mark.parametrize(
    ("turn", "complaint"),
    [
        ([0.0, 0.0, 0.7071068, 0.7071068], "head is not above its hips"),
        ([0.0, 1.0, 0.0, 0.0], "its left is on its right"),
    ],
)
def test_an_avatar_that_lies_or_looks_away_is_told(avatars: dict[str, Path], turn: list[float], complaint: str) -> None:
    document = read_document(avatars["vrm1"])
    nodes = [
        {"name": n.name, "children": n.children, "translation": n.translation, "rotation": n.rotation}
        for n in document.nodes
    ]
    nodes[0] = {"children": document.nodes[0].children, "rotation": turn}
    with pytest.raises(AvatarError, match=complaint):
        load_avatar(turned_json(avatars["vrm1"], {"nodes": nodes}))


def test_a_gltf_avatar_may_face_any_side(avatars: dict[str, Path]) -> None:
    document = read_document(avatars["gltf"])
    straight = load_avatar(avatars["gltf"])
    nodes = [{"name": n.name, "children": n.children} | ({"matrix": n.matrix} if n.matrix else {
        "translation": n.translation, "rotation": n.rotation, "scale": n.scale}) for n in document.nodes]  # fmt: skip
    for quarters in range(4):
        turn = about(np.array([0.0, 1.0, 0.0]), quarters * np.pi / 2)
        around = [*nodes, {"children": [0], "rotation": turn.tolist()}]
        turned = load_avatar(turned_json(avatars["gltf"], {"nodes": around}))
        np.testing.assert_allclose(turned.offsets_m, straight.offsets_m, atol=1e-6)


@pytest.mark.parametrize("kind", [*KINDS, "bare"])
def test_a_receiver_that_loads_the_same_file_shows_the_pose(avatars: dict[str, Path], kind: str) -> None:
    """The bones' local positions and rotations, put into the file as Unity's importers mirror it."""
    path, pose = avatars[kind], posed(legal_pose(np.random.default_rng(4)))
    avatar, nodes = load_avatar(path), humanoid_nodes(read_document(path))
    mirror = np.array([1.0, 1.0, -1.0]) if kind == "vrm0" else np.array([-1.0, 1.0, 1.0])
    worlds = Skeleton(path, mirror).worlds(dict(zip(nodes.values(), InUnity(Fit(avatar))(pose), strict=True)))
    shown_m = np.array([worlds[node][:3, 3] for node in nodes.values()])
    said_m = retargeted(pose, avatar)[[BONE[bone] for bone in avatar.bones]] * [-1.0, 1.0, 1.0]
    np.testing.assert_allclose(shown_m, said_m, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_the_packets_hold_the_avatars_bones_and_positions(avatars: dict[str, Path], kind: str) -> None:
    in_unity, pose = InUnity(Fit(load_avatar(avatars[kind]))), posed(legal_pose(np.random.default_rng(1)))
    for most_bytes in (LAN_BYTES, LOOPBACK_BYTES):
        packets = VmcPackets(most_bytes, in_unity.bones, in_unity).tracked(pose, 0.5)
        assert max(map(len, packets)) <= most_bytes
        sent = [m.params for packet in packets for m in OscBundle(packet) if m.address == "/VMC/Ext/Bone/Pos"]
        assert [name for name, *_ in sent] == list(in_unity.bones)
        np.testing.assert_allclose([row for _, *row in sent], in_unity(pose), atol=1e-4, rtol=1e-5)


@settings(max_examples=300)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(avatars: dict[str, Path], data: st.DataObject) -> None:
    """Bytes of a good file overwritten, or a number in it replaced by a nasty one."""
    raw = bytearray(avatars[data.draw(st.sampled_from(KINDS))].read_bytes())
    nasty = [b"-1", b"1e308", b"1e999", b"null", b'"x"', b"[]", b"{}", b"99999999", b"0"]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        if data.draw(st.booleans()):
            raw[at] = data.draw(st.integers(0, 255))
        elif digits := re.compile(rb"-?\d+(\.\d+)?").search(raw, max(at, 20)):
            raw[digits.start() : digits.end()] = data.draw(st.sampled_from(nasty))
            raw[12:16] = (len(raw) - 20).to_bytes(4, "little")
    path = avatars["vrm0"].with_name("damaged.vrm")
    path.write_bytes(raw)
    with suppress(AvatarError):
        assert np.isfinite(Fit(load_avatar(path)).raw(posed(REST))).all()
