"""Our quaternions against scipy's."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from mocap_bridge.records import Array
from mocap_bridge.rotations import (
    IDENTITY,
    about,
    angle_between,
    between,
    bone_heads_m,
    from_matrix,
    inverse,
    local_from_world,
    multiply,
    normalized,
    rotate,
    slerp,
    to_matrix,
    world_from_local,
)
from mocap_bridge.skeleton import BONES, PARENTS, REST_OFFSETS_M

seeds = st.integers(0, 2**32 - 1)


def some(seed: int, count: int = 8) -> Array:
    return Rotation.random(count, random_state=np.random.default_rng(seed)).as_quat()


def assert_same_rotation(a: Array, b: Array) -> None:
    np.testing.assert_allclose(np.abs(np.sum(a * b, axis=-1)), 1.0, atol=1e-9)


@given(seeds)
def test_multiplying_turning_and_undoing_agree_with_scipy(seed: int) -> None:
    a, b, vectors = some(seed), some(seed + 1), np.random.default_rng(seed).normal(size=(8, 3))
    assert_same_rotation(multiply(a, b), (Rotation.from_quat(a) * Rotation.from_quat(b)).as_quat())
    np.testing.assert_allclose(rotate(a, vectors), Rotation.from_quat(a).apply(vectors), atol=1e-12)
    assert_same_rotation(multiply(a, inverse(a)), np.tile(IDENTITY, (8, 1)))


@given(seeds)
def test_matrices_agree_with_scipy_and_come_back(seed: int) -> None:
    a = some(seed)
    np.testing.assert_allclose(to_matrix(a), Rotation.from_quat(a).as_matrix(), atol=1e-12)
    back = from_matrix(to_matrix(a))
    assert_same_rotation(back, a)
    assert (back[:, 3] >= 0).all()


def test_half_turns_come_back_from_matrices() -> None:
    axes = normalized(np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [-1, 2, 3]]))
    half_turns = about(axes, np.full(5, np.pi))
    assert_same_rotation(from_matrix(to_matrix(half_turns)), half_turns)


@given(seeds, st.floats(0, np.pi))
def test_turns_about_an_axis_agree_with_scipy(seed: int, angle_rad: float) -> None:
    axis = normalized(np.random.default_rng(seed).normal(size=3))
    assert_same_rotation(about(axis, angle_rad), Rotation.from_rotvec(axis * angle_rad).as_quat())
    np.testing.assert_allclose(angle_between(IDENTITY, about(axis, angle_rad)), angle_rad, atol=1e-7)


@given(seeds)
def test_between_takes_one_direction_to_the_other_the_short_way(seed: int) -> None:
    a, b = normalized(np.random.default_rng(seed).normal(size=(2, 8, 3)))
    np.testing.assert_allclose(rotate(between(a, b), a), b, atol=1e-9)
    np.testing.assert_allclose(angle_between(IDENTITY, between(a, b)), np.arccos(np.sum(a * b, -1)), atol=1e-6)


def test_between_opposite_directions_is_half_a_turn() -> None:
    for direction in np.concatenate([np.eye(3), -np.eye(3)]):
        turn = between(direction, -direction)
        np.testing.assert_allclose(rotate(turn, direction), -direction, atol=1e-9)
        np.testing.assert_allclose(np.linalg.norm(turn), 1.0)


@given(seeds, st.floats(0, 1))
def test_slerp_runs_evenly_along_the_shorter_arc(seed: int, share: float) -> None:
    a, b = some(seed, 4), some(seed + 1, 4)
    mixed, whole = slerp(a, b, share), angle_between(a, b)
    np.testing.assert_allclose(angle_between(a, mixed), share * whole, atol=1e-6)
    np.testing.assert_allclose(angle_between(mixed, b), (1 - share) * whole, atol=1e-6)


def test_slerp_of_equal_rotations_is_that_rotation() -> None:
    assert_same_rotation(slerp(IDENTITY, -IDENTITY, 0.3), IDENTITY)


def test_a_zero_vector_stays_zero() -> None:
    np.testing.assert_array_equal(normalized(np.zeros((2, 3))), 0.0)


@given(seeds)
def test_world_and_local_rotations_undo_each_other(seed: int) -> None:
    local = some(seed, len(BONES))
    world = world_from_local(local)
    assert_same_rotation(local_from_world(world), local)
    chain = Rotation.identity()
    bone = BONES.index("LeftToes")
    while bone >= 0:
        chain, bone = Rotation.from_quat(local[bone]) * chain, PARENTS[bone]
    assert_same_rotation(world[BONES.index("LeftToes")], chain.as_quat())


def test_bones_at_rest_stand_where_their_offsets_add_up() -> None:
    rest = np.tile(IDENTITY, (len(BONES), 1))
    heads_m = bone_heads_m(REST_OFFSETS_M[0], rest, REST_OFFSETS_M)
    for bone, parent in enumerate(PARENTS[1:], start=1):
        np.testing.assert_allclose(heads_m[bone] - heads_m[parent], REST_OFFSETS_M[bone], atol=1e-12)
