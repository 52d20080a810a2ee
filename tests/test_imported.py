"""Motion of other programs as takes: what they wrote is what is replayed, as readers see it that know nothing of us."""

import gzip
import os
import socket
import warnings
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bvh_files import CMU_UNIT_M, Joint, cmu, moved, renamed, write_bvh
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle import OscBundle
from scenes import CAMERA, random_pose
from test_export_bvh import motion

from mocap_bridge.avatar.conventions import CONVENTIONS
from mocap_bridge.errors import MocapError, MotionError
from mocap_bridge.export.bvh import export_bvh
from mocap_bridge.export.glb import export_glb
from mocap_bridge.export.vrma import export_vrma
from mocap_bridge.imported import Motion, Rest, read_motion, scenes
from mocap_bridge.imported.scenes import joints_over_time_m
from mocap_bridge.outputs import open_output
from mocap_bridge.records import Array, RigPose, Scene
from mocap_bridge.retarget import joints_from_pose
from mocap_bridge.rotations import IDENTITY, about, angle_between, bone_heads_m, normalized, slerp
from mocap_bridge.skeleton import BONE, BONES, JOINT
from mocap_bridge.wire.vmc import scaled_offsets_m

with warnings.catch_warnings():  # the reader imports its vector library by an older name
    warnings.simplefilter("ignore")
    import bvhio

DATA = Path(os.environ.get("MOCAP_DATA", "/nowhere")) / "motion"
_SIDE = {"UpperArm": "Arm", "LowerArm": "ForeArm", "Hand": "Hand", "UpperLeg": "UpLeg", "LowerLeg": "Leg"} | {
    "Foot": "Foot"
}
LIMBS = [
    (side + upper, side + lower)
    for side in ("Left", "Right")
    for upper, lower in (("UpperArm", "LowerArm"), ("LowerArm", "Hand"), ("UpperLeg", "LowerLeg"), ("LowerLeg", "Foot"))
]


@pytest.fixture(scope="module")
def dance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip as CMU's: orders of channels differ from joint to joint."""
    orders = ("ZYX", "XYZ", "YXZ", "ZXY", "XZY", "YZX")
    joints = [replace(joint, order=orders[row % 6]) for row, joint in enumerate(cmu())]
    return write_bvh(tmp_path_factory.mktemp("cmu") / "dance.bvh", joints, *moved(joints, 60))


def seen_by_bvhio(path: Path, frames: range) -> list[dict[str, Array]]:
    """Joint -> place, for each frame, in the file's unit."""
    root = bvhio.readAsHierarchy(str(path))
    seen = []
    for frame in frames:
        root.loadPose(frame)
        seen.append({joint.Name: np.array(list(joint.PositionWorld)) for joint, _, _ in root.layout()})
    return seen


def theirs(seen: dict[str, Array], bone: str) -> Array:
    side = next(side for side in ("Left", "Right") if bone.startswith(side))
    return seen[side + _SIDE[bone.removeprefix(side)]]


def limbs_off_deg(heads_m: Array, seen: dict[str, Array]) -> float:
    """The largest angle between our limbs (22 heads) and the file's."""
    ours = np.array([heads_m[BONE[b]] - heads_m[BONE[a]] for a, b in LIMBS])
    others = np.array([theirs(seen, b) - theirs(seen, a) for a, b in LIMBS])
    cosines = np.sum(normalized(ours) * normalized(others), axis=1)
    return float(np.degrees(np.arccos(np.clip(cosines, -1, 1))).max())


def heads_m(motion: Motion, frame: int) -> Array:
    offsets_m = scaled_offsets_m(motion.bone_lengths_m)
    return bone_heads_m(motion.hips_m[frame], motion.rotations_xyzw[frame], offsets_m)


def test_limbs_point_where_an_independent_reader_sees_them(dance: Path) -> None:
    imported = read_motion(dance)
    for frame, seen in enumerate(seen_by_bvhio(dance, range(0, 60, 7))):
        assert limbs_off_deg(heads_m(imported, 7 * frame), seen) < 0.01
        hips_m = (seen["LeftUpLeg"] + seen["RightUpLeg"]) / 2 * CMU_UNIT_M
        np.testing.assert_allclose(imported.hips_m[7 * frame], hips_m, atol=1e-5)


def test_arms_and_legs_are_as_long_as_in_the_file(dance: Path) -> None:
    imported, (seen,) = read_motion(dance), seen_by_bvhio(dance, range(1))
    for upper, lower in LIMBS:
        length_m = np.linalg.norm(theirs(seen, lower) - theirs(seen, upper)) * CMU_UNIT_M
        assert imported.bone_lengths_m[BONE[lower]] == pytest.approx(length_m, abs=1e-5)


def test_a_clip_streamed_by_vmc_arrives_as_it_was_recorded(dance: Path) -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5.0)
        seen, worst_deg = seen_by_bvhio(dance, range(60)), 0.0
        with closing(open_output(f"vmc:127.0.0.1:{receiver.getsockname()[1]}")) as output:
            for frame, scene in enumerate(scenes(read_motion(dance))):
                output.send(scene)
                bones = [list(m) for m in OscBundle(receiver.recv(65536)) if m.address == "/VMC/Ext/Bone/Pos"]
                assert [row[0] for row in bones] == list(BONES)
                rows = np.array([row[1:] for row in bones]) * [-1, 1, 1, 1, -1, -1, 1]  # out of Unity's axes
                worst_deg = max(
                    worst_deg, limbs_off_deg(bone_heads_m(rows[0, :3], rows[:, 3:], rows[:, :3]), seen[frame])
                )
                sent = scene.poses[0].rotations_xyzw
                worst_deg = max(worst_deg, float(np.degrees(angle_between(normalized(rows[:, 3:]), sent)).max()))
    assert frame == 59
    assert worst_deg < 0.5


@pytest.mark.parametrize("ending", ["bvh", "vrma", "glb"])
def test_what_we_export_comes_back_as_it_was(tmp_path: Path, ending: str) -> None:
    taken = motion(1, 12)
    export = {"bvh": export_bvh, "vrma": export_vrma, "glb": export_glb}[ending]
    (path,) = export(taken, tmp_path / f"x.{ending}")
    imported = read_motion(path)
    assert imported.fps == 25
    assert len(imported.hips_m) == 12
    for scene, hips_m, turns in zip(taken, imported.hips_m, imported.rotations_xyzw, strict=True):
        assert np.degrees(angle_between(turns, scene.poses[0].rotations_xyzw)).max() < 0.01
        np.testing.assert_allclose(hips_m, scene.poses[0].hips_world_m, atol=1e-5)
    np.testing.assert_allclose(imported.bone_lengths_m, taken[0].poses[0].bone_lengths_m, atol=1e-5)


def test_a_take_of_a_clip_holds_all_that_a_recorded_one_does(dance: Path) -> None:
    imported = read_motion(dance)
    taken = list(scenes(imported))
    assert [scene.frame_index for scene in taken] == list(range(60))
    assert taken[12].time_s == pytest.approx(0.1)
    body, pose = taken[30].bodies[0], taken[30].poses[0]
    np.testing.assert_allclose(body.joints_world_m, joints_from_pose(pose), atol=1e-9)
    assert (body.visibility == 1.0).all()
    assert (pose.visibility == 1.0).all()
    assert np.isfinite(pose.contacts).all()
    all_px = np.array([scene.bodies[0].joints_px for scene in taken])
    assert (all_px > 0).all()  # the camera sees everything
    assert (all_px < [1280, 720]).all()


def test_feet_that_stand_are_in_contact_and_those_in_the_air_are_not() -> None:
    turns = np.tile(IDENTITY, (90, 22, 1))
    turns[30:, BONE["LeftUpperLeg"]] = slerp(
        IDENTITY, about(np.array([-1.0, 0, 0]), 1.2), np.clip(np.arange(60) / 15, 0, 1)
    )
    lengths_m = np.linalg.norm(scaled_offsets_m(np.zeros(22)), axis=1)
    lengths_m[0] = 0.0
    standing = Motion(30.0, np.tile([0.0, 0.92, 0.0], (90, 1)), turns, lengths_m, BONES)
    contacts = np.array([scene.poses[0].contacts for scene in scenes(standing)])
    assert contacts[25].min() > 0.9
    assert contacts[80, :2].max() < 0.1
    assert contacts[80, 2:].min() > 0.9


UNITS = {"a metre": 1.0, "a centimetre": 100.0, "an inch": 39.37, "a millimetre": 1000.0}


@pytest.mark.parametrize("unit", UNITS)
def test_the_unit_is_told_by_the_legs_and_can_be_given(tmp_path: Path, unit: str) -> None:
    size = CMU_UNIT_M * UNITS[unit]
    joints = [replace(joint, offset=joint.offset * size) for joint in cmu()]
    places, angles = moved(joints, 3)
    path = write_bvh(tmp_path / "a.bvh", joints, places * size, angles)
    imported = read_motion(path)
    assert any(f"unit is taken for {unit}:" in told for told in imported.told)
    leg_m = imported.bone_lengths_m[[BONE["LeftLowerLeg"], BONE["LeftFoot"]]].sum()
    assert leg_m == pytest.approx(0.827, abs=0.01)
    twice = read_motion(path, unit_m=2 / UNITS[unit])
    np.testing.assert_allclose(twice.bone_lengths_m, 2 * imported.bone_lengths_m, rtol=1e-3, atol=2e-4)


def test_a_file_that_has_z_up_and_faces_backwards_stands_up_and_faces_us(tmp_path: Path) -> None:
    lying = np.array([[-1.0, 0, 0], [0, 0, 1], [0, 1, 0]])  # x turns round, y and z swap: still right-handed
    joints = [replace(joint, offset=lying @ joint.offset) for joint in cmu()]
    path = write_bvh(tmp_path / "z.bvh", joints, np.tile([0.0, 0.0, 16.0], (2, 1)), np.zeros((2, len(joints), 3)))
    upright = write_bvh(tmp_path / "y.bvh", cmu(), np.tile([0.0, 16.0, 0.0], (2, 1)), np.zeros((2, len(joints), 3)))
    a, b = read_motion(path), read_motion(upright)
    np.testing.assert_allclose(a.hips_m, b.hips_m, atol=1e-4)
    assert np.degrees(angle_between(a.rotations_xyzw, b.rotations_xyzw)).max() < 0.01


def test_a_skeleton_that_rests_in_a_heap_is_read_from_a_frame_in_which_somebody_stands(tmp_path: Path) -> None:
    """Some programs let every bone point up at rest; the frames undo it."""
    straight = write_bvh(tmp_path / "a.bvh", cmu(), *moved(cmu(), 30))
    heap, angles = heaped(cmu())
    assert read_motion(straight).rotations_xyzw.shape == (30, 22, 4)
    path = write_bvh(tmp_path / "heap.bvh", heap, np.tile([0.0, 17.0, 0.0], (5, 1)), np.tile(angles, (5, 1, 1)))
    imported = read_motion(path)
    assert "frame 1" in imported.told[0]
    (seen,) = seen_by_bvhio(path, range(1))
    assert limbs_off_deg(heads_m(imported, 0), seen) < 0.5
    with pytest.raises(MotionError, match="does not stand at rest"):
        read_motion(path, rest=Rest.SKELETON)


def heaped(joints: list[Joint]) -> tuple[list[Joint], Array]:
    """The legs folded up at rest, and the angles that let them down again."""
    legs = ("LHipJoint", "RHipJoint")
    up = [
        replace(joint, offset=joint.offset * [1, -1, -1]) if "Leg" in joint.name or "Foot" in joint.name
        or "Toe" in joint.name else joint for joint in joints
    ]  # fmt: skip
    return up, np.array([[0.0, 0.0, 180.0] if joint.name in legs else [0.0] * 3 for joint in joints])


@pytest.mark.parametrize("maker", [name for name in CONVENTIONS if name not in ("VRM", "Mixamo")])
def test_every_makers_names_are_known(tmp_path: Path, maker: str) -> None:
    ours = {"Hips": "Hips", "LowerBack": "Spine", "Spine": "Chest", "Spine1": "UpperChest", "Neck": "Neck"} | {
        "Head": "Head"
    }
    for side in ("Left", "Right"):
        ours |= {side + name: side + bone for bone, name in _SIDE.items()}
        ours |= {f"{side}Shoulder": f"{side}Shoulder", f"{side}ToeBase": f"{side}Toes"}
    called = {theirs: "_".join(filter(None, CONVENTIONS[maker][bone])) for theirs, bone in ours.items()}
    joints = renamed(cmu(), called | {"LHipJoint": "a", "RHipJoint": "b", "LThumb": "c", "RThumb": "d", "Neck1": "e"})
    imported = read_motion(write_bvh(tmp_path / "a.bvh", joints, *moved(joints, 2)))
    assert imported.bones == BONES


def test_bones_that_a_file_lacks_rest_and_the_body_keeps_its_size(tmp_path: Path) -> None:
    lacking = [joint for joint in cmu() if joint.name not in ("LowerBack", "LeftShoulder", "RightShoulder", "Neck1")]
    joints = [
        replace(joint, parent="Spine1") if joint.name in ("LeftArm", "RightArm")
        else replace(joint, parent="Hips") if joint.name == "Spine"
        else replace(joint, parent="Neck", offset=np.array([0.05, 3.5, 0.05])) if joint.name == "Head"
        else joint for joint in lacking
    ]  # fmt: skip
    path = write_bvh(tmp_path / "a.bvh", joints, *moved(joints, 4))
    imported = read_motion(path)
    assert set(BONES) - set(imported.bones) == {"UpperChest", "LeftShoulder", "RightShoulder"}
    pose = next(iter(scenes(imported))).poses[0]
    assert pose.visibility[BONE["UpperChest"]] == 0.0
    assert angle_between(pose.rotations_xyzw[BONE["UpperChest"]], IDENTITY) < 1e-9
    (seen,) = seen_by_bvhio(path, range(1))
    assert limbs_off_deg(heads_m(imported, 0), seen) < 0.01
    still = replace(imported, rotations_xyzw=np.tile(IDENTITY, (1, 22, 1)), hips_m=np.zeros((1, 3)))
    head_m = heads_m(still, 0)[BONE["Head"]]
    assert np.linalg.norm(head_m) == pytest.approx(np.linalg.norm([0.1, 7.6 + 1.79, 0.8]) * CMU_UNIT_M, rel=0.02)


SMALL = """HIERARCHY
ROOT Hips
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  End Site
  {
    OFFSET 0 1 0
  }
}
MOTION
Frames: 2
Frame Time: 0.0333333
0 0 0 0 0 0
0 0 0 0 0 0
"""


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("HIERARCHY", "HIERACHY", "line 1: 'HIERACHY' stands where 'HIERARCHY' should"),
        ("ROOT Hips", "JOINT Hips", "line 2: 'JOINT' stands where 'ROOT' should"),
        ("ROOT Hips", "ROOT", "line 2: a joint has no name"),
        ("{\n  OFFSET 0 0 0", "OFFSET 0 0 0", "line 3: 'OFFSET 0 0 0' stands where '{' should"),
        ("OFFSET 0 1 0", "OFFSET 0 1", "line 8: it has 2 numbers; 3 are right"),
        ("OFFSET 0 1 0", "OFFSET 0 one 0", "line 8: 'one' is no number"),
        ("OFFSET 0 1 0", "OFFSET 0 nan 0", "line 8: a number in it is not finite"),
        ("CHANNELS 6", "CHANNELS 5", "line 5: it announces 5 channels and names 6"),
        ("Zrotation", "Wrotation", "line 5: no channel 'wrotation'"),
        ("Zrotation", "Xrotation", "line 5: a channel is named twice"),
        ("Frames: 2", "Frames: many", "line 12: 'Frames: many' stands where 'Frames: N' should"),
        ("Frames: 2", "Frames: 0", "line 12: 0 frames"),
        ("Frames: 2", "Frames: 9999999999", "line 12: 9,999,999,999 frames"),
        ("Frames: 2", "Frames: 3", "the file ends in line 15, in the middle"),
        ("Frames: 2", "Frames: 1", "line 15: something stands after the 1 frames"),
        ("Frame Time: 0.0333333", "Frame Time: 0", "line 13: a frame of 0.0 s"),
        ("0 0 0 0 0 0\n0", "0 0 0 0 0\n0", "line 14: it has 5 numbers; 6 are right"),
        ("}\n}", "}\n}\n}", "line 11: '}' stands where 'MOTION' should"),
        ("}\n}", "}\n}\nROOT b", "line 11: a second skeleton"),
        ("OFFSET 0 0 0", "OFFSET 0 0 0 \xff", "line 4: it is no text"),
        ("", "", "it has no Spine"),
    ],
)
def test_a_damaged_file_is_told_by_line(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    path = tmp_path / "x.bvh"
    path.write_bytes(SMALL.replace(old, new, 1).encode("latin-1"))
    with pytest.raises(MotionError) as error:
        read_motion(path)
    assert str(error.value).startswith(f"{path}: {complaint}")


def test_a_file_larger_than_any_motion_is_refused_before_memory_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "x.bvh"
    joint = "JOINT a\n{\nOFFSET 0 1 0\nCHANNELS 3 Xrotation Yrotation Zrotation\n"
    deep = SMALL.replace("  End Site\n  {\n    OFFSET 0 1 0\n  }\n", joint * 1500 + "}\n" * 1500)
    path.write_text(deep.replace("Frames: 2", "Frames: 1900000"))
    with pytest.raises(MotionError, match="1,900,000 frames of 4506 numbers"):
        read_motion(path)
    path.write_text(SMALL.replace("  End Site\n  {\n    OFFSET 0 1 0\n  }\n", joint * 2500 + "}\n" * 2500))
    with pytest.raises(MotionError, match="more than 2,000 joints"):
        read_motion(path)
    path.write_text(SMALL + "1" * 1_000_001)
    with pytest.raises(MotionError, match=r"longer than 1,000,000 bytes|something stands after"):
        read_motion(path)


def test_what_is_no_motion_is_told(tmp_path: Path) -> None:
    with pytest.raises(MotionError, match=r"must end in \.bvh, \.vrma, \.glb"):
        read_motion(tmp_path / "x.fbx")
    with pytest.raises(MotionError, match=r"gone\.bvh cannot be read: No such file"):
        read_motion(tmp_path / "gone.bvh")
    with pytest.raises(MotionError, match=r"gone\.vrma"):
        read_motion(tmp_path / "gone.vrma")


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder, joints = tmp_path_factory.mktemp("fuzz"), cmu()
    bvh = write_bvh(folder / "a.bvh", joints, *moved(joints, 2)).read_bytes()
    pose = random_pose(1, 0.0, np.random.default_rng(1))
    two = [Scene(n, n / 30, CAMERA, (), (replace(pose, time_s=n / 30),)) for n in range(2)]
    (vrma,) = export_vrma(two, folder / "a.vrma")
    return {".bvh": bvh, ".vrma": vrma.read_bytes(), ".glb": vrma.read_bytes()}


@settings(max_examples=120)
@given(st.data(), st.sampled_from([".bvh", ".vrma", ".glb"]))
def test_no_bytes_break_the_readers(
    tmp_path_factory: pytest.TempPathFactory, originals: dict[str, bytes], data: st.DataObject, ending: str
) -> None:
    raw = bytearray(originals[ending])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        piece = data.draw(st.binary(max_size=4) | st.sampled_from([b"{", b"}", b" 1e999 ", b"-1", b"\n", b"99999999"]))
        raw[at : at + data.draw(st.integers(0, 6))] = piece
    path = tmp_path_factory.mktemp("f") / f"x{ending}"
    path.write_bytes(bytes(raw))
    with suppress(MocapError):
        for scene in scenes(read_motion(path)):
            assert np.isfinite(scene.poses[0].rotations_xyzw).all()


@settings(max_examples=60)
@given(st.binary(max_size=200), st.sampled_from([".bvh", ".vrma", ".glb"]))
def test_no_noise_is_taken_for_motion(tmp_path_factory: pytest.TempPathFactory, raw: bytes, ending: str) -> None:
    path = tmp_path_factory.mktemp("f") / f"x{ending}"
    path.write_bytes(raw)
    with pytest.raises(MocapError, match="x"):
        read_motion(path)


def real_clips() -> Iterator[Path]:
    yield from sorted(DATA.glob("pack_30hz/*bvh*.gz"))[::12]
    yield from sorted(DATA.glob("makehuman_poses_cc0/*.bvh"))[:3]


def test_an_animation_of_a_glb_is_chosen_by_name_and_sparse_keys_are_read_densely(tmp_path: Path) -> None:
    (path,) = export_glb(motion(1, 5)[::4], tmp_path / "a.glb", fps=6.25)
    imported = read_motion(path, animation="take")
    assert (imported.fps, len(imported.hips_m)) == (30.0, 6)
    assert read_motion(path, fps=100).fps == 100
    with pytest.raises(MotionError, match=r"no animation 'walk'; choose from take"):
        read_motion(path, animation="walk")


@pytest.mark.skipif(not DATA.is_dir(), reason="no recorded motions: set MOCAP_DATA")
def test_recorded_clips_of_several_makers_stand_on_the_floor(tmp_path: Path) -> None:
    for clip in real_clips():
        path = tmp_path / clip.name.removesuffix(".gz")
        path.write_bytes(gzip.decompress(clip.read_bytes()) if clip.suffix == ".gz" else clip.read_bytes())
        imported = read_motion(path)
        assert 0.6 < imported.bone_lengths_m[[BONE["LeftLowerLeg"], BONE["LeftFoot"]]].sum() < 1.1
        poses = [scene.poses[0] for scene in scenes(imported)]
        feet_m = np.array([joints_from_pose(pose)[[JOINT["L_Toe"], JOINT["R_Toe"]], 1].min() for pose in poses[::5]])
        assert -0.15 < np.quantile(feet_m, 0.1) < 0.25, clip


def test_joints_of_all_frames_at_once_are_those_of_each() -> None:
    rng = np.random.default_rng(4)
    poses: list[RigPose] = [replace(random_pose(1, 0.0, rng), bone_lengths_m=np.full(22, 0.2)) for _ in range(3)]
    at_once = joints_over_time_m(
        np.array([pose.hips_world_m for pose in poses]),
        np.array([pose.rotations_xyzw for pose in poses]),
        np.full(22, 0.2),
    )
    np.testing.assert_allclose(at_once, [joints_from_pose(pose) for pose in poses], atol=1e-9)
