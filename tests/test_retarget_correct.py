"""Learned corrections: only of what is hardly seen, alike left and right, and never a jump."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mocap_bridge.records import Array, BodyJoints
from mocap_bridge.retarget import Retargeter, joints_from_rotations
from mocap_bridge.retarget.correct import (
    CORRECTED,
    FASTEST_RAD_S,
    INPUTS,
    MIRROR_ROWS,
    MIRROR_SIGNS,
    MOST_RAD,
    NETWORK,
    Correction,
    inputs,
)
from mocap_bridge.rotations import about, angle_between, multiply, normalized, world_from_local
from mocap_bridge.skeleton import BONE, BONES, MIRROR_JOINTS

HIPS_M = np.array([0.3, 0.9, -3.0])
DT_S = 1 / 30
OTHER_SIDE = [BONE[bone.replace("Left", "?").replace("Right", "Left").replace("?", "Right")] for bone in BONES]
SEEDS = st.integers(0, 2**32 - 1)


def a_pose(seed: int) -> tuple[Array, Array]:
    """Local rotations (22, 4) somewhat off rest, and the joints (30, 3) that they give."""
    rng = np.random.default_rng(seed)
    local = normalized(np.concatenate([rng.normal(0, 0.2, (22, 3)), np.ones((22, 1))], axis=1))
    return local, joints_from_rotations(HIPS_M, local)


def corrected(seed: int, seen: float, frames: int = 1) -> tuple[Array, Array]:
    local, joints_m = a_pose(seed)
    correct = Correction()
    for _ in range(frames):
        shown = correct(local, np.full(22, seen), joints_m, np.full(30, seen), DT_S)
    return local, shown


@given(SEEDS)
@settings(max_examples=20)
def test_bones_seen_surely_are_left_as_they_are(seed: int) -> None:
    local, shown = corrected(seed, 1.0, frames=3)
    assert shown is local


@given(SEEDS)
@settings(max_examples=20)
def test_bones_out_of_sight_are_left_as_they_are(seed: int) -> None:
    local, shown = corrected(seed, 0.05)
    assert shown is local


@given(SEEDS, st.floats(0.2, 0.95))
@settings(max_examples=20)
def test_a_correction_is_a_unit_turn_of_bounded_size(seed: int, seen: float) -> None:
    local, shown = corrected(seed, seen)
    assert np.linalg.norm(shown, axis=1) == pytest.approx(1.0, abs=1e-9)
    assert angle_between(local, shown)[CORRECTED].max() <= MOST_RAD + 1e-9


@given(SEEDS)
@settings(max_examples=20)
def test_limbs_point_where_they_were_seen_to_point(seed: int) -> None:
    local, shown = corrected(seed, 0.6)
    assert angle_between(local, shown)[CORRECTED].max() > 0.01
    before, after = world_from_local(local), world_from_local(shown)
    limbs = [row for row, bone in enumerate(BONES) if bone[-3:] in ("Arm", "Leg", "oot", "oes")]
    assert angle_between(before, after)[limbs].max() < 1e-6


def test_the_less_is_seen_the_more_is_corrected() -> None:
    off = [float(angle_between(*corrected(3, seen)).mean()) for seen in (0.97, 0.9, 0.7)]
    assert 0 < off[0] < off[1] < off[2]


def test_a_pose_that_leaps_takes_its_correction_along_step_by_step() -> None:
    correct, last = Correction(), None
    for frame in range(20):
        local, joints_m = a_pose(frame)
        shown = correct(local, np.full(22, 0.6), joints_m, np.full(30, 0.6), DT_S)
        made = angle_between(local, shown)[CORRECTED]
        if last is not None:
            assert np.abs(made - last).max() <= FASTEST_RAD_S * DT_S + 1e-9
        last = made


def test_a_pose_that_stands_still_has_a_correction_that_comes_to_rest() -> None:
    local, joints_m = a_pose(5)
    correct = Correction()
    shown = [correct(local, np.full(22, 0.6), joints_m, np.full(30, 0.6), DT_S) for _ in range(60)]
    assert angle_between(shown[-1], shown[-2]).max() < 1e-6


@given(SEEDS)
@settings(max_examples=20)
def test_left_and_right_are_corrected_alike(seed: int) -> None:
    local, joints_m = a_pose(seed)
    seen, joints_seen = np.full(22, 0.6), np.full(30, 0.6)
    shown = Correction()(local, seen, joints_m, joints_seen, DT_S)
    signs = np.array([1.0, -1.0, -1.0, 1.0])
    mirrored_m = joints_m[list(MIRROR_JOINTS)] * np.array([-1.0, 1.0, 1.0])
    mirrored = Correction()(local[OTHER_SIDE] * signs, seen, mirrored_m, joints_seen, DT_S)
    assert np.degrees(angle_between(shown[OTHER_SIDE] * signs, mirrored)).max() < 0.05


def test_what_the_network_sees_of_a_mirrored_person_is_what_it_sees_mirrored() -> None:
    local, joints_m = a_pose(1)
    rng = np.random.default_rng(2)
    bones_seen, joints_seen = rng.random(22), rng.random(30)
    bones_seen[BONE["LeftToes"]] = bones_seen[BONE["RightToes"]]
    mirrored = inputs(
        local[OTHER_SIDE] * np.array([1.0, -1.0, -1.0, 1.0]),
        bones_seen[OTHER_SIDE],
        joints_m[list(MIRROR_JOINTS)] * np.array([-1.0, 1.0, 1.0]),
        joints_seen[list(MIRROR_JOINTS)],
    )
    straight = inputs(local, bones_seen, joints_m, joints_seen)
    once = len(straight)
    assert mirrored == pytest.approx(straight[MIRROR_ROWS[:once]] * MIRROR_SIGNS[:once], abs=1e-4)
    assert sorted(MIRROR_ROWS) == list(range(INPUTS))


def test_numbers_of_every_size_give_a_correction_that_is_a_number() -> None:
    wild = np.full(INPUTS, 1e30, np.float32)
    assert np.isfinite(NETWORK(wild)).all()


@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_joints_that_turn_less_than_5_degrees_never_make_a_hardly_seen_bone_jump(seed: int) -> None:
    rng, retarget, last = np.random.default_rng(seed), Retargeter(), None
    local, _ = a_pose(seed)
    # From hips to hand hang eight bones, so no line turns by more than 8 * 0.6 degrees.
    steps = np.array([about(axis, np.radians(rng.uniform(0, 0.6))) for axis in normalized(rng.normal(size=(22, 3)))])
    for frame in range(40):
        joints_m, seen = joints_from_rotations(HIPS_M, local), np.clip(rng.normal(0.6, 0.1, 30), 0.05, 1.0)
        pose = retarget(BodyJoints(1, frame * DT_S, joints_m, seen, np.zeros((30, 2)), np.zeros(4))).rotations_xyzw
        assert np.linalg.norm(pose, axis=1) == pytest.approx(1.0, abs=1e-9)
        assert last is None or np.degrees(angle_between(last, pose)).max() < 30.0
        last, local = pose, normalized(multiply(local, steps))
