"""The body on its bones: lengths stay, sides mirror, skin and joints move together."""

import os
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from mocap_bridge.records import Array
from mocap_bridge.skeleton import JOINT, JOINT_PARENTS, JOINTS, MIRROR_JOINTS
from models.training.figures.rig import JOINT_BONES, Rig, average_body_m, average_scale, load_rig, read_target

DATA = Path(os.environ.get("MOCAP_SHARED", "../shared")) / "data" / "train"
pytestmark = pytest.mark.skipif(not (DATA / "bodies").is_dir(), reason=f"no bodies at {DATA}; set MOCAP_SHARED")


@pytest.fixture(scope="module")
def rig() -> Rig:
    return load_rig(DATA)


@pytest.fixture(scope="module")
def shape_m(rig: Rig) -> Array:
    return average_body_m(rig, DATA)


def random_pose(rig: Rig, seed: int = 0) -> Array:
    return Rotation.random(len(rig.bones), random_state=seed).as_matrix()


def test_every_joint_hangs_on_a_bone_and_every_bone_after_its_parent(rig: Rig) -> None:
    assert set(JOINT_BONES) == set(JOINTS)
    assert all(parent < row for row, parent in enumerate(rig.parents))
    np.testing.assert_allclose(rig.weights.sum(axis=1), 1, atol=1e-5)


def test_the_average_body_has_the_size_and_sides_of_a_person(rig: Rig, shape_m: Array) -> None:
    joints = dict(zip(JOINTS, rig.joints_rest_m(shape_m), strict=True))
    assert 1.55 < joints["Head_top"][1] - joints["L_Heel"][1] < 1.75
    assert joints["L_Wrist"][0] > 0.3
    assert joints["R_Wrist"][0] < -0.3
    assert joints["Nose"][2] > joints["L_Ear"][2] + 0.05  # it faces +Z
    assert joints["L_Heel"][2] < joints["L_Ankle"][2] < joints["L_Toe"][2]


def test_the_thigh_is_a_little_longer_than_the_shin(rig: Rig, shape_m: Array) -> None:
    hip, knee, ankle = (rig.joints_rest_m(shape_m)[JOINT[f"L_{name}"]] for name in ("Hip", "Knee", "Ankle"))
    assert 1.0 <= np.linalg.norm(hip - knee) / np.linalg.norm(knee - ankle) < 1.05


def test_the_rest_pose_leaves_the_joints_where_they_are(rig: Rig, shape_m: Array) -> None:
    heads_m, joints_m = rig.bone_heads_m(shape_m), rig.joints_rest_m(shape_m)
    rest = np.broadcast_to(np.eye(3), (4, len(rig.bones), 3, 3))
    np.testing.assert_allclose(rig.pose_joints_m(rest, heads_m, joints_m), np.stack([joints_m] * 4), atol=1e-9)


def test_no_pose_changes_the_length_of_a_limb(rig: Rig, shape_m: Array) -> None:
    heads_m, joints_m = rig.bone_heads_m(shape_m), rig.joints_rest_m(shape_m)
    posed_m = rig.pose_joints_m(random_pose(rig), heads_m, joints_m)
    for child in ("L_Elbow", "L_Wrist", "R_Knee", "R_Ankle", "R_Toe", "L_Index", "Nose"):
        row, parent = JOINT[child], JOINT_PARENTS[JOINT[child]]
        length_m = np.linalg.norm(joints_m[row] - joints_m[parent])
        assert np.linalg.norm(posed_m[row] - posed_m[parent]) == pytest.approx(length_m, abs=1e-6)


def test_the_skin_moves_with_the_joints(rig: Rig, shape_m: Array) -> None:
    heads_m, joints_m = rig.bone_heads_m(shape_m), rig.joints_rest_m(shape_m)
    pose = random_pose(rig)
    matrices = rig.skin_matrices(pose, heads_m)
    posed_m = rig.pose_joints_m(pose, heads_m, joints_m)
    for name in ("L_Wrist", "R_Heel", "Nose", "Thorax"):
        row = JOINT[name]
        by_skin = matrices[rig.joint_bones[row]] @ [*joints_m[row], 1]
        np.testing.assert_allclose(by_skin[:3], posed_m[row], atol=1e-9)


def test_a_mirrored_pose_is_the_pose_of_the_mirrored_person(rig: Rig, shape_m: Array) -> None:
    heads_m, joints_m = rig.bone_heads_m(shape_m), rig.joints_rest_m(shape_m)
    pose = random_pose(rig)
    np.testing.assert_array_equal(rig.mirrored(rig.mirrored(pose)), pose)
    here_m = rig.pose_joints_m(pose, heads_m, joints_m)
    there_m = rig.pose_joints_m(rig.mirrored(pose), heads_m, joints_m)
    # The mesh itself is even only to some millimetres.
    np.testing.assert_allclose(there_m[list(MIRROR_JOINTS)] * [-1, 1, 1], here_m, atol=0.01)


def test_a_body_twice_as_large_gets_half_the_scale(rig: Rig, shape_m: Array) -> None:
    joints_m = rig.joints_rest_m(shape_m)
    np.testing.assert_allclose(average_scale(np.stack([joints_m, 2 * joints_m])) * [1, 2], average_scale(joints_m))
    assert average_scale(joints_m) == pytest.approx(1, abs=0.1)


def test_an_empty_morph_moves_nothing(tmp_path: Path) -> None:
    import gzip

    with gzip.open(tmp_path / "empty.target.gz", "wt") as file:
        file.write("# nothing\n")
    rows, moves_m = read_target(tmp_path / "empty.target.gz")
    assert (len(rows), moves_m.shape) == (0, (0, 3))
