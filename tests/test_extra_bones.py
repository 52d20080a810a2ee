"""Eyes, jaw and fingers: the same rows as Unity has, on the hands and in the head of the built-in skeleton."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np

from mocap_bridge.extra_bones import ALL_BONES, EXTRA_BONES, EXTRA_OFFSETS_M, EXTRA_PARENTS
from mocap_bridge.records import Guest, RigPose
from mocap_bridge.skeleton import BONES

TABLES = Path(__file__).parent.parent / "unity_plugin" / "DotNet~" / "tables.py"


def unity_tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("unity_tables", TABLES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_rows_are_those_of_the_unity_package() -> None:
    assert tuple(unity_tables().EXTRA_BONES) == EXTRA_BONES


def test_records_have_a_row_for_each() -> None:
    assert RigPose._shapes["extra_rotations_xyzw"] == (len(EXTRA_BONES), 4)
    assert Guest._shapes["rotations_xyzw"] == (len(ALL_BONES), 4)


def test_every_bone_hangs_on_one_that_comes_before_it() -> None:
    for row, parent in enumerate(EXTRA_PARENTS):
        assert parent in (*BONES, *EXTRA_BONES[:row])


def test_the_right_hand_is_the_mirror_image_of_the_left() -> None:
    for row, bone in enumerate(EXTRA_BONES):
        if bone.startswith("Left"):
            other = EXTRA_OFFSETS_M[EXTRA_BONES.index(bone.replace("Left", "Right"))]
            np.testing.assert_array_equal(other, EXTRA_OFFSETS_M[row] * [-1, 1, 1])
