"""Bones come back from joints that were built out of bones; nothing jumps; nothing breaks."""

import time

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mocap_bridge.records import Array, BodyJoints, RigPose
from mocap_bridge.retarget import Build, FeetSettings, Retargeter, joints_from_pose, joints_from_rotations
from mocap_bridge.retarget.held import AT_REST
from mocap_bridge.retarget.limbs import clavicle
from mocap_bridge.retarget.limits import LIMITS, beyond_rad
from mocap_bridge.retarget.torso import NECK_SHARE, SPINE_SHARES
from mocap_bridge.rotations import IDENTITY, about, angle_between, inverse, multiply, normalized, rotate, slerp
from mocap_bridge.skeleton import BONE, BONES, JOINT, MIRROR_JOINTS, REST_OFFSETS_M

X, Y, Z = np.eye(3)
REST = np.tile(IDENTITY, (len(BONES), 1))
HIPS_M = np.array([0.3, 0.92, -3.0])
HINGES = {"LeftLowerArm": -Y, "RightLowerArm": Y, "LeftLowerLeg": X, "RightLowerLeg": X}
MIRROR_BONES = [
    BONE[{"Left": "Right", "Righ": "Left"}.get(bone[:4], bone[:4]) + bone[5 if bone[:5] == "Right" else 4 :]]
    for bone in BONES
]


def body(joints_m: Array, time_s: float = 0.0, visibility: Array | None = None) -> BodyJoints:
    seen = np.ones(30) if visibility is None else visibility
    return BodyJoints(7, time_s, joints_m, seen, np.zeros((30, 2)), np.zeros(4))


def solved(joints_m: Array, visibility: Array | None = None) -> RigPose:
    return Retargeter()(body(joints_m, 0.0, visibility))


def turned(rng: np.random.Generator, most_deg: float) -> Array:
    axis = rng.normal(size=3)
    return about(axis / np.linalg.norm(axis), np.radians(rng.uniform(0, most_deg)))


def at_ease(bone: str, rng: np.random.Generator, twist: float = 0.85, swing: float = 0.85) -> Array:
    """A turn within these shares of the bone's limits: a twist about its length, then a swing."""
    limit = LIMITS[bone.removeprefix("Left").removeprefix("Right")]
    angles_rad = np.array([rng.uniform(low, high) for low, high in limit.ranges_rad])
    along = np.arange(3) == limit.along
    turn = multiply(from_vector(swing * angles_rad * ~along), from_vector(twist * angles_rad * along))
    return turn * np.array([1.0, -1.0, -1.0, 1.0]) if bone.startswith("Right") else turn


def from_vector(vector_rad: Array) -> Array:
    angle_rad = np.linalg.norm(vector_rad)
    return about(vector_rad / max(angle_rad, 1e-9), angle_rad)


def legal_pose(rng: np.random.Generator) -> Array:
    """(22, 4) a pose within the reach of a body, spread over spine, clavicles and forearms as bodies do."""
    local = REST.copy()
    local[BONE["Hips"]] = multiply(about(Y, rng.uniform(-np.pi, np.pi)), turned(rng, 70))
    back, nod = turned(rng, 50), turned(rng, 60)
    for bone, share in zip(("Spine", "Chest", "UpperChest"), SPINE_SHARES, strict=True):
        local[BONE[bone]] = slerp(IDENTITY, back, share)
    local[BONE["Neck"]], local[BONE["Head"]] = slerp(IDENTITY, nod, NECK_SHARE), slerp(IDENTITY, nod, 1 - NECK_SHARE)
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        arm, along = at_ease(f"{side}UpperArm", rng), np.array([sign, 0.0, 0.0])
        points = rotate(arm, along)  # the clavicle lifts by where the arm points in the chest
        lift = np.array(clavicle((0, 0, 0, 1), (0, 0, 0), tuple(points.tolist()), side))
        local[BONE[f"{side}Shoulder"]] = lift
        local[BONE[f"{side}UpperArm"]] = multiply(inverse(lift), arm)
        bent = about(HINGES[f"{side}LowerArm"], np.radians(rng.uniform(25, 140)))
        half = about(X, np.radians(rng.uniform(-50, 50)))  # forearm and hand roll alike
        local[BONE[f"{side}LowerArm"]] = multiply(bent, half)
        local[BONE[f"{side}Hand"]] = multiply(at_ease(f"{side}Hand", rng, twist=0.0), half)
        local[BONE[f"{side}UpperLeg"]] = at_ease(f"{side}UpperLeg", rng)
        local[BONE[f"{side}LowerLeg"]] = about(X, np.radians(rng.uniform(25, 140)))
        local[BONE[f"{side}Foot"]] = at_ease(f"{side}Foot", rng)
    return local


def mirrored(rotations: Array) -> Array:
    return rotations[MIRROR_BONES] * np.array([1.0, -1.0, -1.0, 1.0])


def off_deg(a: Array, b: Array) -> Array:
    return np.degrees(angle_between(a, b))


def test_a_body_in_the_t_pose_gives_rest() -> None:
    pose = solved(joints_from_rotations(HIPS_M, REST))
    assert off_deg(pose.rotations_xyzw, REST).max() < 0.1
    np.testing.assert_allclose(pose.hips_world_m, HIPS_M)
    np.testing.assert_allclose(pose.bone_lengths_m[1:], np.linalg.norm(REST_OFFSETS_M[1:], axis=1), atol=1e-9)
    np.testing.assert_array_equal(pose.contacts, 1.0)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_bones_come_back_from_joints_built_out_of_bones_and_joints_from_those(seed: int) -> None:
    local = legal_pose(np.random.default_rng(seed))
    joints_m = joints_from_rotations(HIPS_M, local)
    # A single bent frame does not tell how long a spine is.
    known = Build(tuple(np.linalg.norm(REST_OFFSETS_M, axis=1).tolist()))
    pose = Retargeter(FeetSettings(lock=False), known)(body(joints_m))
    off = off_deg(pose.rotations_xyzw, local)
    for bone, name in enumerate(BONES):
        assert off[bone] < 1.0, f"{name} is off by {off[bone]:.2f} degrees"
    np.testing.assert_allclose(joints_from_pose(pose), joints_m, atol=0.005)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
@example(5157, False)
@example(58, False)
@example(58, True)
def test_joints_that_turn_less_than_5_degrees_a_frame_never_make_a_bone_jump(seed: int, legal: bool) -> None:
    rng, retarget, last = np.random.default_rng(seed), Retargeter(), None
    local = legal_pose(rng) if legal else np.array([turned(rng, 180) for _ in BONES])
    # From hips to hand hang eight bones, so no line turns by more than 8 * 0.6 degrees.
    steps = np.array([about(axis, np.radians(rng.uniform(0, 0.6))) for axis in normalized(rng.normal(size=(22, 3)))])
    for frame in range(60):
        pose = retarget(body(joints_from_rotations(HIPS_M, local), frame / 30)).rotations_xyzw
        assert last is None or off_deg(pose, last).max() < 30.0
        last, local = pose, normalized(multiply(local, steps))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_bone_is_shown_as_no_human_can_turn_it(seed: int) -> None:
    rng, retarget = np.random.default_rng(seed), Retargeter(FeetSettings(lock=False))
    for frame in range(3):
        turns = retarget(body(rng.normal(0, 0.5, (30, 3)), frame / 30, rng.random(30))).rotations_xyzw
        for bone, turn in enumerate(turns.tolist()):
            assert np.degrees(beyond_rad(bone, tuple(turn))) < 3.0, BONES[bone]


def elbow_sweep(noise_m: float, seed: int) -> float:
    """Largest turn of any bone between two frames, in degrees, while an arm bends from straight degree by degree."""
    rng = np.random.default_rng(seed)
    local = legal_pose(rng)
    for side in ("Left", "Right"):
        local[BONE[f"{side}LowerArm"]] = local[BONE[f"{side}Hand"]] = IDENTITY
    retarget, last, worst = Retargeter(), None, 0.0
    bends = [*range(140), *range(140, 0, -1)]
    for frame, bend_deg in enumerate(bends):
        local[BONE["LeftLowerArm"]] = about(-Y, np.radians(bend_deg))
        joints_m = joints_from_rotations(HIPS_M, local) + rng.normal(0, noise_m, (30, 3))
        pose = retarget(body(joints_m, frame / 30)).rotations_xyzw
        worst = worst if last is None else max(worst, float(off_deg(pose, last).max()))
        last = pose
    return worst


@pytest.mark.parametrize("seed", range(6))
def test_an_elbow_that_slowly_bends_never_jumps(seed: int) -> None:
    assert elbow_sweep(0.0, seed) < 20.0


@pytest.mark.parametrize("seed", range(6))
def test_an_elbow_that_slowly_bends_never_jumps_with_2_mm_of_noise(seed: int) -> None:
    assert elbow_sweep(0.002, seed) < 20.0


def test_a_mirrored_body_gives_mirrored_rotations() -> None:
    for seed in range(20):
        joints_m = joints_from_rotations(HIPS_M, legal_pose(np.random.default_rng(seed)))
        swapped_m = joints_m[list(MIRROR_JOINTS)] * [-1.0, 1.0, 1.0]
        there, here = solved(swapped_m).rotations_xyzw, mirrored(solved(joints_m).rotations_xyzw)
        assert off_deg(there, here).max() < 0.01


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            hnp.arrays(np.float64, (30, 3), elements=st.floats(allow_nan=False, allow_infinity=False)),
            hnp.arrays(np.float64, 30, elements=st.floats(0, 1)),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_whatever_comes_in_unit_quaternions_come_out(frames: list[tuple[Array, Array]]) -> None:
    retarget = Retargeter()
    for index, (joints_m, seen) in enumerate(frames):
        check_sound(retarget(body(joints_m, index / 30, seen)))


def test_all_joints_in_one_point_or_unseen_is_no_trouble() -> None:
    for joints_m in (np.zeros((30, 3)), np.full((30, 3), 5.0), np.full((30, 3), 1e300)):
        check_sound(solved(joints_m))
        check_sound(solved(joints_m, np.zeros(30)))


def check_sound(pose: RigPose) -> None:
    np.testing.assert_allclose(np.linalg.norm(pose.rotations_xyzw, axis=1), 1.0, atol=1e-6)
    for values in (pose.visibility, pose.bone_lengths_m, pose.contacts):
        assert np.isfinite(values).all()
        assert (values >= 0).all()
    assert (pose.bone_lengths_m[1:] > 0).all()
    assert (pose.contacts <= 1).all()


def test_an_unseen_arm_hangs_and_says_so() -> None:
    seen = np.ones(30)
    seen[[JOINT[f"L_{name}"] for name in ("Elbow", "Wrist", "Hand", "Index", "Pinky")]] = 0.0
    pose = solved(joints_from_rotations(HIPS_M, legal_pose(np.random.default_rng(1))), seen)
    for bone in ("LeftUpperArm", "LeftLowerArm", "LeftHand"):
        assert off_deg(pose.rotations_xyzw[BONE[bone]], np.array(AT_REST[BONE[bone]])) < 0.1
        assert pose.visibility[BONE[bone]] == 0
    elbow, wrist = (joints_from_pose(pose)[JOINT[f"L_{name}"]] for name in ("Elbow", "Wrist"))
    assert wrist[1] < elbow[1] - 0.15
    assert pose.visibility[BONE["RightUpperArm"]] == 1


def test_an_arm_lost_from_sight_holds_half_a_second_then_eases_to_rest() -> None:
    local, retarget = legal_pose(np.random.default_rng(3)), Retargeter()
    joints_m, hidden, arm = joints_from_rotations(HIPS_M, local), np.ones(30), BONE["LeftLowerArm"]
    hidden[[JOINT["L_Wrist"], JOINT["L_Index"], JOINT["L_Pinky"]]] = 0.0
    before = retarget(body(joints_m)).rotations_xyzw[arm]
    bends = [retarget(body(joints_m, frame / 30, hidden)).rotations_xyzw[arm] for frame in range(1, 90)]
    assert off_deg(bends[13], before) < 1e-6
    assert off_deg(bends[-1], np.array(AT_REST[arm])) < 2.0


def test_behind_a_desk_the_hips_stand_upright_and_face_where_the_chest_does() -> None:
    local = REST.copy()
    local[BONE["Hips"]] = about(Y, 0.7)
    joints_m, seen = joints_from_rotations(HIPS_M, local), np.ones(30)
    below = [name for name in JOINT if name[2:] in ("Hip", "Knee", "Ankle", "Heel", "Toe")]
    seen[[JOINT[name] for name in below]] = 0.0
    pose = solved(joints_m, seen)
    assert off_deg(pose.rotations_xyzw[BONE["Hips"]], about(Y, 0.7)) < 0.5
    assert pose.visibility[BONE["Hips"]] == pose.visibility[BONE["LeftUpperLeg"]] == 0


def test_bone_lengths_are_the_bodys_left_and_right_alike_and_then_fixed() -> None:
    retarget, joints_m = Retargeter(), joints_from_rotations(HIPS_M, REST)
    for frame in range(150):
        small = retarget(body(joints_m * 0.8, frame / 30))
    np.testing.assert_allclose(small.bone_lengths_m[1:], 0.8 * np.linalg.norm(REST_OFFSETS_M[1:], axis=1), rtol=1e-6)
    later = retarget(body(joints_m, 5.0))
    np.testing.assert_array_equal(later.bone_lengths_m, small.bone_lengths_m)
    np.testing.assert_allclose(joints_from_pose(small), joints_m * 0.8, atol=2e-3)


def test_a_lifted_or_fast_foot_does_not_touch_the_floor() -> None:
    joints_m = joints_from_rotations(HIPS_M, REST)
    assert solved(joints_m + np.array([0.0, 0.3, 0.0])).contacts.max() == 0
    retarget = Retargeter()
    retarget(body(joints_m))
    assert retarget(body(joints_m + np.array([0.05, 0.0, 0.0]), 1 / 30)).contacts.max() == 0


def test_time_must_move_forward() -> None:
    retarget, joints_m = Retargeter(), joints_from_rotations(HIPS_M, REST)
    retarget(body(joints_m, 1.0))
    with pytest.raises(ValueError, match="time must move forward"):
        retarget(body(joints_m, 1.0))


def test_a_person_costs_no_more_than_a_few_milliseconds_of_the_processor() -> None:
    rng, retarget, costs_s = np.random.default_rng(0), Retargeter(), []
    joints_m = joints_from_rotations(HIPS_M, legal_pose(rng))
    for frame in range(200):
        now = body(joints_m + rng.normal(0, 0.005, (30, 3)), frame / 30)
        begin_s = time.thread_time()
        retarget(now)
        costs_s.append(time.thread_time() - begin_s)
    assert np.median(costs_s) <= 5e-3  # ten times what it takes: this is no bench
