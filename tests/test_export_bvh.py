"""BVH, read back by bvhio, which knows nothing of us."""

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from avatars import KINDS, write_avatar
from scenes import CAMERA, random_pose, random_scene

from mocap_bridge.avatar import load_avatar, retargeted
from mocap_bridge.errors import OutputError
from mocap_bridge.export.bvh import euler_zxy_deg, export_bvh
from mocap_bridge.export.clips import held
from mocap_bridge.records import Array, RigPose, Scene
from mocap_bridge.rotations import about, bone_heads_m, normalized
from mocap_bridge.skeleton import BONE, BONES, PARENTS
from mocap_bridge.wire.vmc import scaled_offsets_m

with warnings.catch_warnings():  # the reader imports its vector library by an older name
    warnings.simplefilter("ignore")
    import bvhio

RANDOM = np.random.default_rng(5)
FIRST = random_pose(1, 0.0, RANDOM)


def motion(person_id: int, count: int) -> list[Scene]:
    poses = [random_pose(person_id, index / 25, RANDOM) for index in range(count)]
    return [
        Scene(index, pose.time_s, CAMERA, (), (replace(pose, bone_lengths_m=FIRST.bone_lengths_m),))
        for index, pose in enumerate(poses)
    ]


def heads_m(pose: RigPose) -> Array:
    return bone_heads_m(pose.hips_world_m, pose.rotations_xyzw, scaled_offsets_m(pose.bone_lengths_m))


def read_heads_m(root: "bvhio.Joint", frame: int) -> Array:
    root.loadPose(frame)
    joints = {joint.Name: joint for joint, _, _ in root.layout()}
    return np.array([list(joints[name].PositionWorld) for name in BONES]) / 100


def test_an_independent_reader_finds_every_bone_where_the_take_has_it(tmp_path: Path) -> None:
    scenes = motion(1, 12)
    (path,) = export_bvh(scenes, tmp_path / "dance.bvh")
    document = bvhio.readAsBvh(str(path))
    assert (document.FrameCount, document.FrameTime) == (12, pytest.approx(1 / 25))
    root = bvhio.readAsHierarchy(str(path))
    parents = np.array(PARENTS[1:])
    for index, scene in enumerate(scenes):
        ours, theirs = heads_m(scene.poses[0]), read_heads_m(root, index)
        np.testing.assert_allclose(theirs, ours, atol=1e-4)
        directions = [normalized(heads[1:] - heads[parents]) for heads in (ours, theirs)]
        angles_deg = np.degrees(np.arccos(np.clip(np.sum(directions[0] * directions[1], axis=1), -1, 1)))
        assert angles_deg.max() < 1.0


def test_several_people_go_to_several_files_of_the_same_length(tmp_path: Path) -> None:
    scenes = [random_scene((1, 5) if index in (2, 3) else (1,), index, index / 30) for index in range(6)]
    paths = export_bvh(scenes, tmp_path / "duo.bvh")
    assert [path.name for path in paths] == ["duo.person-1.bvh", "duo.person-5.bvh"]
    assert [bvhio.readAsBvh(str(path)).FrameCount for path in paths] == [6, 6]
    assert export_bvh(scenes, tmp_path / "solo.bvh", person_id=5) == [tmp_path / "solo.bvh"]


def test_a_missing_frame_holds_the_pose_before_it() -> None:
    poses = [random_pose(1, time_s, RANDOM) for time_s in (0.1, 0.2, 0.5)]
    assert [poses.index(pose) for pose in held(poses, np.arange(7) / 10)] == [0, 0, 1, 1, 1, 2, 2]


def test_angles_do_not_leap_by_a_whole_turn() -> None:
    turns = about(np.array([0.0, 1.0, 0.0]), np.linspace(0.0, 4 * np.pi, 200))[:, None]
    assert np.abs(np.diff(euler_zxy_deg(turns), axis=0)).max() < 5.0


def test_a_bone_at_the_lock_of_its_angles_is_still_right() -> None:
    angle = np.pi / 2
    rotation = about(np.array([1.0, 0.0, 0.0]), angle)[None, None]
    np.testing.assert_allclose(euler_zxy_deg(rotation)[0, 0], [0.0, 90.0, 0.0], atol=1e-4)


def test_what_cannot_be_exported_is_told(tmp_path: Path) -> None:
    empty = [Scene(0, 0.0, CAMERA)]
    with pytest.raises(OutputError, match="holds nobody"):
        export_bvh(empty, tmp_path / "x.bvh")
    with pytest.raises(OutputError, match="holds person 1, not 3"):
        export_bvh(motion(1, 2), tmp_path / "x.bvh", person_id=3)
    with pytest.raises(OutputError, match="too short"):
        export_bvh(motion(1, 1), tmp_path / "x.bvh")
    with pytest.raises(OutputError, match="cannot be written"):
        export_bvh(motion(1, 2), tmp_path / "none" / "x.bvh")
    with pytest.raises(OutputError, match="rate of 0"):
        export_bvh(motion(1, 2), tmp_path / "x.bvh", fps=0)


@pytest.mark.parametrize("kind", KINDS)
def test_with_an_avatar_the_file_has_its_bones_where_the_retargeting_puts_them(tmp_path: Path, kind: str) -> None:
    avatar = load_avatar(write_avatar(tmp_path / "a.glb", kind, ("UpperChest", "LeftToes", "RightToes")))
    scenes = motion(1, 6)
    (path,) = export_bvh(scenes, tmp_path / "dance.bvh", avatar=avatar)
    root = bvhio.readAsHierarchy(str(path))
    rows = [BONE[bone] for bone in avatar.bones]
    for index, scene in enumerate(scenes):
        root.loadPose(index)
        joints = {joint.Name: joint for joint, _, _ in root.layout()}
        theirs = np.array([list(joints[name].PositionWorld) for name in avatar.bones]) / 100
        np.testing.assert_allclose(theirs, retargeted(scene.poses[0], avatar)[rows], atol=1e-4)
