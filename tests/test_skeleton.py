"""The tables of the body agree with each other."""

import numpy as np
import pytest

from mocap_bridge.retarget import joints_from_rotations
from mocap_bridge.rotations import IDENTITY
from mocap_bridge.skeleton import (
    BONE,
    BONES,
    CAPSULE_RADII_M,
    CONTACTS,
    HEIGHT_M,
    HIPS_HEIGHT_M,
    JOINT,
    JOINT_BONES,
    JOINT_OFFSETS_M,
    JOINT_PARENTS,
    JOINTS,
    MIRROR_JOINTS,
    PARENTS,
    REST_OFFSETS_M,
)

T_POSE_M = joints_from_rotations(np.array([0.0, HIPS_HEIGHT_M, 0.0]), np.tile(IDENTITY, (len(BONES), 1)))


def height_m(joint):
    return T_POSE_M[JOINT[joint], 1]


def test_there_are_30_joints_and_22_bones_each_named_once():
    assert len(set(JOINTS)) == len(JOINTS) == 30
    assert len(set(BONES)) == len(BONES) == 22


def test_parents_come_before_their_children():
    assert PARENTS[0] == -1
    assert all(0 <= parent < bone for bone, parent in enumerate(PARENTS) if bone)


def test_every_joint_hangs_on_the_pelvis_in_the_end():
    for joint in range(len(JOINTS)):
        steps = 0
        while JOINT_PARENTS[joint] >= 0:
            joint, steps = JOINT_PARENTS[joint], steps + 1
            assert steps < len(JOINTS)
        assert JOINTS[joint] == "Pelvis"


def test_mirroring_twice_changes_nothing_and_once_swaps_sides():
    assert [MIRROR_JOINTS[row] for row in MIRROR_JOINTS] == list(range(len(JOINTS)))
    assert MIRROR_JOINTS[JOINT["L_Wrist"]] == JOINT["R_Wrist"]
    assert MIRROR_JOINTS[JOINT["Nose"]] == JOINT["Nose"]


def test_the_t_pose_is_its_own_mirror_image():
    np.testing.assert_allclose(T_POSE_M[list(MIRROR_JOINTS)] * [-1, 1, 1], T_POSE_M, atol=1e-12)


def test_the_t_pose_stands_on_the_floor_at_full_height():
    assert height_m("Head_top") == pytest.approx(HEIGHT_M, abs=0.05)
    assert height_m("Pelvis") == HIPS_HEIGHT_M
    assert 0 < height_m("L_Toe") < 0.05
    assert height_m("L_Toe") == pytest.approx(height_m("L_Heel"))
    assert height_m("L_Ankle") < height_m("L_Knee") < height_m("L_Hip") < height_m("Spine") < height_m("Thorax")
    assert height_m("L_Shoulder") == pytest.approx(height_m("L_Wrist"))


def test_the_t_pose_faces_plus_z_with_the_left_hand_towards_plus_x():
    assert T_POSE_M[JOINT["Nose"], 2] > T_POSE_M[JOINT["L_Ear"], 2]
    assert T_POSE_M[JOINT["L_Toe"], 2] > T_POSE_M[JOINT["L_Heel"], 2]
    assert T_POSE_M[JOINT["L_Wrist"], 0] > 0.5


def test_joints_lie_on_bones_of_their_own_side():
    for joint, bone in zip(JOINTS, JOINT_BONES, strict=True):
        assert not (joint[:2] == "L_" and BONES[bone].startswith("Right"))
        assert not (joint[:2] == "R_" and BONES[bone].startswith("Left"))
    assert BONES[JOINT_BONES[JOINT["R_Elbow"]]] == "RightLowerArm"


def test_tables_have_a_row_per_bone_or_joint_and_cannot_be_changed():
    assert REST_OFFSETS_M.shape == (len(BONES), 3)
    assert JOINT_OFFSETS_M.shape == (len(JOINTS), 3)
    assert CAPSULE_RADII_M.shape == (len(BONES),)
    assert (CAPSULE_RADII_M > 0).all()
    for table in (REST_OFFSETS_M, JOINT_OFFSETS_M, CAPSULE_RADII_M):
        with pytest.raises(ValueError, match="read-only"):
            table[0] = 0


def test_contacts_are_joints_and_bones_are_found_by_name():
    assert all(name in JOINT for name in CONTACTS)
    assert [BONE[name] for name in BONES] == list(range(len(BONES)))
