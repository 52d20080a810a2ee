"""Feet that stand do not slide; feet that do not stand are left alone; nothing pops, stretches or breaks."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mocap_bridge.records import Array, BodyJoints, RigPose
from mocap_bridge.retarget import FeetSettings, Retargeter, joints_from_pose, joints_from_rotations
from mocap_bridge.retarget.bearing import bearing
from mocap_bridge.retarget.contacts import Contacts
from mocap_bridge.retarget.feet import FootLock
from mocap_bridge.rotations import IDENTITY, about, angle_between, multiply
from mocap_bridge.skeleton import BONE, BONES, CONTACTS, JOINT, REST_OFFSETS_M
from mocap_bridge.smooth import BodySmoother, SmoothSettings

X, Y, Z = np.eye(3)
HZ = 30
POINTS = [JOINT[name] for name in CONTACTS]
LEGS = [BONE[side + bone] for side in ("Left", "Right") for bone in ("UpperLeg", "LowerLeg", "Foot")]
GROUND_M = 0.02
LENGTHS_M = np.concatenate([[0.0], np.linalg.norm(REST_OFFSETS_M[1:], axis=1)])


def standing(bend_deg: float = 0.0) -> tuple[Array, Array]:
    """Hips (3,) and local rotations (22, 4) of somebody who stands with both knees bent, feet flat on the floor."""
    local = np.tile(IDENTITY, (len(BONES), 1))
    half = np.radians(bend_deg) / 2
    for side in ("Left", "Right"):
        local[BONE[f"{side}UpperLeg"]] = about(X, -half)
        local[BONE[f"{side}LowerLeg"]] = about(X, 2 * half)
        local[BONE[f"{side}Foot"]] = about(X, -half)
    feet_m = joints_from_rotations(np.zeros(3), local)[POINTS, 1].min()
    return np.array([0.0, GROUND_M - feet_m, -3.0]), local


def pose(hips_m: Array, local: Array, contact: float | Array = 1.0, time_s: float = 0.0) -> RigPose:
    return RigPose(1, time_s, hips_m, local, np.ones(len(BONES)), LENGTHS_M, np.broadcast_to(contact, 4))


def body(joints_m: Array, time_s: float, visibility: Array | None = None) -> BodyJoints:
    seen = np.ones(30) if visibility is None else visibility
    return BodyJoints(1, time_s, joints_m, seen, np.zeros((30, 2)), np.zeros(4))


def feet_m(shown: RigPose) -> Array:
    return joints_from_pose(shown)[POINTS]


def wander(frames: int, size_m: float, seed: int = 0) -> Array:
    """(frames, 3) a slow drift to and fro that starts at 0."""
    phases = np.random.default_rng(seed).uniform(1, 3, 3)
    times_s = np.arange(frames)[:, None] / HZ
    return size_m * np.sin(times_s * phases)


def test_feet_that_stand_do_not_slide_while_the_body_drifts() -> None:
    lock, (hips_m, local) = FootLock(), standing(30)
    drift_m = wander(90, 0.03)
    shown = [lock(pose(hips_m + step_m, local), GROUND_M, 1 / HZ) for step_m in drift_m]
    held_m = np.array([feet_m(at) for at in shown[10:]])
    assert np.abs(np.diff(held_m, axis=0)).max() < 1e-3
    assert np.ptp([feet_m(pose(hips_m + step_m, local)) for step_m in drift_m[10:]], axis=0).max() > 0.03


def test_a_foot_that_stands_stays_though_its_leg_is_seen_to_leap() -> None:
    lock, (hips_m, local) = FootLock(), standing(30)
    leapt, shown = local.copy(), []
    leapt[BONE["LeftUpperLeg"]] = multiply(about(Z, 0.12), local[BONE["LeftUpperLeg"]])  # 10 cm at the foot
    for frame in range(20):
        shown.append(feet_m(lock(pose(hips_m, leapt if frame in (10, 11) else local), GROUND_M, 1 / HZ)))
    off_m = feet_m(pose(hips_m, leapt)) - feet_m(pose(hips_m, local))
    assert np.linalg.norm(off_m[:2, [0, 2]], axis=-1).min() > 0.09
    assert np.abs(np.diff(shown[5:], axis=0)).max() < 2e-3


def test_a_leg_that_nobody_sees_does_not_pull_its_foot_along() -> None:
    lock, (hips_m, local) = FootLock(), standing(30)
    unseen, shown = np.ones(len(BONES)), []
    unseen[LEGS[:3]] = 0.0
    guessed = local.copy()
    guessed[BONE["LeftUpperLeg"]] = multiply(about(Z, 0.25), local[BONE["LeftUpperLeg"]])
    for frame in range(20):
        seen = pose(hips_m, local) if frame < 12 else replace(pose(hips_m, guessed), visibility=unseen)
        shown.append(feet_m(lock(seen, GROUND_M, 1 / HZ)))
    assert np.abs(np.diff(shown[5:], axis=0)).max() < 2e-3


def test_when_a_heel_lifts_the_toe_stays_where_it_was_shown() -> None:
    lock, (hips_m, local) = FootLock(), standing(30)
    shown = []
    for frame in range(30):
        turned = local.copy()
        turned[BONE["LeftFoot"]] = multiply(about(Y, 0.02 * min(frame, 20)), local[BONE["LeftFoot"]])
        contact = np.array([1.0 if frame < 20 else 0.0, 1.0, 1.0, 1.0])
        shown.append(feet_m(lock(pose(hips_m + 0.002 * frame * X, turned, contact), GROUND_M, 1 / HZ)))
    toe_m = np.array(shown)[:, 1, [0, 2]]
    assert np.linalg.norm(np.diff(toe_m[5:], axis=0), axis=1).max() < 3e-3


def test_a_foot_shown_high_in_the_air_is_not_said_to_stand() -> None:
    lock, (hips_m, local) = FootLock(), standing(30)
    lifted = local.copy()
    lifted[BONE["LeftUpperLeg"]] = about(X, -1.2)
    for frame in range(10):
        seen = pose(hips_m, lifted if frame else local, np.array([1.0 if frame else 0.0] * 2 + [1.0, 1.0]))
        shown = lock(seen, GROUND_M, 1 / HZ)
        np.testing.assert_allclose(shown.contacts, [0, 0, 1, 1], atol=1e-9)


def trembling_deg(bend_deg: float, lock: bool) -> tuple[Array, Array]:
    """(22,) RMS of each bone about its mean and from frame to frame, of who stands, seen with 2 mm of noise."""
    rng, smooth, retarget = np.random.default_rng(0), BodySmoother(SmoothSettings()), Retargeter(FeetSettings(lock))
    joints_m = joints_from_rotations(*standing(bend_deg))
    seen = [body(joints_m + rng.normal(0, 0.002, (30, 3)), frame / HZ) for frame in range(150)]
    turns = np.array([retarget(smooth(one)).rotations_xyzw for one in seen])[60:]
    mean = turns.mean(axis=0) / np.linalg.norm(turns.mean(axis=0), axis=-1, keepdims=True)
    about_mean, steps = angle_between(turns, mean), angle_between(turns[1:], turns[:-1])
    return np.degrees(np.sqrt((about_mean**2).mean(axis=0))), np.degrees(np.sqrt((steps**2).mean(axis=0)))


@pytest.mark.parametrize(("bend_deg", "most_deg"), [(0.0, 0.3), (6.0, 0.3), (20.0, 0.7)])
def test_the_lock_does_not_shake_somebody_who_stands_still(bend_deg: float, most_deg: float) -> None:
    (free_deg, _), (held_deg, steps_deg) = trembling_deg(bend_deg, lock=False), trembling_deg(bend_deg, lock=True)
    assert (held_deg - free_deg).max() < most_deg, "a knee nearly straight turns 16 degrees by 15 mm of leg"
    assert np.sqrt((held_deg**2).mean()) < 0.75
    assert np.sqrt((steps_deg**2).mean()) < 0.4


def test_without_contact_a_pose_comes_back_as_it_was() -> None:
    lock, (hips_m, local) = FootLock(), standing(30)
    for frame in range(20):
        seen = pose(hips_m + wander(20, 0.1)[frame] * [1, 0, 1], local, contact=0.0)
        assert lock(seen, GROUND_M, 1 / HZ) is seen


def test_a_lock_that_is_off_changes_nothing() -> None:
    free, locked = Retargeter(FeetSettings(lock=False)), Retargeter()
    hips_m, local = standing(30)
    for frame, step_m in enumerate(wander(60, 0.03)):
        seen = body(joints_from_rotations(hips_m + step_m, local), frame / HZ)
        loose, held = free(seen), locked(seen)
        np.testing.assert_array_equal(loose.hips_world_m, seen.joints_world_m[JOINT["Pelvis"]])
    assert np.abs(feet_m(loose) - feet_m(held)).max() > 0.005


def test_a_foot_that_leaves_the_floor_catches_up_without_a_pop_within_a_quarter_of_a_second() -> None:
    lock, (hips_m, local) = FootLock(), standing(30)
    corrections_m = []
    for frame in range(90):
        drift_m = np.array([min(frame, 40) * 0.001, 0.0, 0.0])
        seen = pose(hips_m + drift_m, local, contact=1.0 if frame < 60 else 0.0)
        corrections_m.append(feet_m(lock(seen, GROUND_M, 1 / HZ)) - feet_m(seen))
    change_m = np.linalg.norm(np.diff(corrections_m, axis=0), axis=-1)
    assert np.abs(corrections_m[59]).max() > 0.03
    assert change_m.max() < 0.016
    assert np.abs(corrections_m[68]).max() < 0.003


def test_feet_below_the_floor_are_raised_onto_it() -> None:
    lock, (hips_m, local) = FootLock(), standing(40)
    for _ in range(30):
        shown = lock(pose(hips_m - [0.0, 0.05, 0.0], local, contact=0.0), GROUND_M, 1 / HZ)
    assert feet_m(shown)[:, 1].min() > GROUND_M - 0.002


@pytest.mark.parametrize("down_m", [0.6, 1.8])
def test_who_stands_far_below_the_floor_is_not_folded_up_to_it(down_m: float) -> None:
    free, locked, (hips_m, local) = Retargeter(FeetSettings(lock=False)), Retargeter(), standing(20)
    joints_m, knees = joints_from_rotations(hips_m - down_m * Y, local), [BONE["LeftLowerLeg"], BONE["RightLowerLeg"]]
    for frame in range(45):
        loose, held = (retarget(body(joints_m, frame / HZ)).rotations_xyzw[knees] for retarget in (free, locked))
        assert np.degrees(angle_between(loose, held)).max() < 45  # for a moment, until the ground is known
    assert np.degrees(angle_between(loose, held)).max() < 5


def test_a_ground_within_the_floor_is_forgotten_once_the_feet_come_up() -> None:
    contacts, (hips_m, local) = Contacts(), standing(20)
    for frame in range(60):
        down_m = 0.15 if frame < 30 else 0.0
        joints_m = joints_from_rotations(hips_m - down_m * Y, local)
        contacts([(x, y, z) for x, y, z in joints_m.tolist()], [1.0] * 30, 1 / HZ)
        if frame == 29:
            assert contacts.ground_m < -0.08
    assert contacts.ground_m > -0.03


def test_a_leg_that_nobody_sees_rests_straight_though_its_foot_is_below_the_floor() -> None:
    hips_m, local = standing()
    unseen, lock = np.ones(len(BONES)), FootLock()
    unseen[[BONE[f"{side}{bone}"] for side in ("Left", "Right") for bone in ("LowerLeg", "Foot")]] = 0.0
    low = pose(hips_m - [0.0, 0.06, 0.0], local, contact=0.0)
    for _ in range(60):
        shown = lock(replace(low, visibility=unseen), GROUND_M, 1 / HZ)
    assert np.degrees(angle_between(shown.rotations_xyzw, low.rotations_xyzw)).max() < 0.1


def test_legs_too_short_for_their_holds_pull_the_hips_slowly() -> None:
    lock, (hips_m, local) = FootLock(), standing(0)
    places_m = [lock(pose(hips_m, local), GROUND_M, 1 / HZ).hips_world_m for _ in range(10)]
    places_m += [lock(pose(hips_m + 0.04 * Y, local), GROUND_M, 1 / HZ).hips_world_m for _ in range(60)]
    assert places_m[-1][1] < hips_m[1] + 0.02
    given_m = np.array(places_m) - hips_m - np.repeat([[0, 0, 0], [0, 0.04, 0]], [10, 60], axis=0)
    assert np.abs(np.diff(given_m, axis=0)).max() < 0.01


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            hnp.arrays(np.float64, 3, elements=st.floats(-1, 1)),
            hnp.arrays(np.float64, (6, 3), elements=st.floats(-2, 2)),
            hnp.arrays(np.float64, 4, elements=st.floats(0, 1)),
        ),
        min_size=8,
        max_size=16,
    )
)
def test_whatever_comes_in_legs_keep_their_length_and_the_rest_of_the_body_its_pose(
    frames: list[tuple[Array, Array, Array]],
) -> None:
    lock, (hips_m, rest) = FootLock(), standing(20)
    last, raised_m = None, 0.0
    for move_m, turns_rad, contacts in frames:
        local = rest.copy()
        for bone, turn in zip(LEGS, turns_rad, strict=True):
            if bone in (BONE["LeftLowerLeg"], BONE["RightLowerLeg"]):
                local[bone] = about(X, abs(turn[0]))
            else:
                local[bone] = multiply(rest[bone], about(turn / max(1e-9, np.linalg.norm(turn)), np.linalg.norm(turn)))
        seen = pose(hips_m + move_m * [1.0, 0.2, 1.0], local, contacts)
        shown = lock(seen, GROUND_M, 1 / HZ)
        np.testing.assert_allclose(np.linalg.norm(shown.rotations_xyzw, axis=1), 1.0, atol=1e-6)
        assert np.isfinite(joints_from_pose(shown)).all()
        others = [bone for bone in range(len(BONES)) if bone not in LEGS]
        np.testing.assert_array_equal(shown.rotations_xyzw[others], local[others])
        np.testing.assert_array_equal(shown.bone_lengths_m, LENGTHS_M)
        hips_given_m = shown.hips_world_m - seen.hips_world_m
        raised_m += (0.08 - raised_m) * (1 - np.exp(-1 / HZ))  # at most, for feet of this shape
        assert np.linalg.norm(hips_given_m) < 0.051 + raised_m
        if last is not None:
            assert np.linalg.norm(hips_given_m - last) < 0.03
        last = hips_given_m


@pytest.mark.parametrize("broken", [1e300, -1e300])
def test_a_failed_frame_is_no_trouble(broken: float) -> None:
    lock, (hips_m, local) = FootLock(), standing(20)
    for frame in range(30):
        at_m = np.full(3, broken) if 10 <= frame < 15 else hips_m
        shown = lock(pose(at_m, local), GROUND_M, 1 / HZ)
        np.testing.assert_allclose(np.linalg.norm(shown.rotations_xyzw, axis=1), 1.0, atol=1e-6)
    np.testing.assert_allclose(feet_m(shown), feet_m(pose(hips_m, local)), atol=0.1)


def test_a_jump_lets_go_of_the_floor_and_takes_hold_again_after_it() -> None:
    retarget, (hips_m, local) = Retargeter(), standing(20)
    touching = []
    for frame in range(90):
        flight_s = min(max(frame - 40, 0) / HZ, 0.5)
        rise_m = 4.9 * flight_s * (0.5 - flight_s)  # half a second in the air
        seen = body(joints_from_rotations(hips_m + rise_m * Y, local), frame / HZ)
        touching.append(retarget(seen).contacts.max())
    assert min(touching[:40]) > 0.9
    assert max(touching[43:53]) == 0.0
    assert min(touching[60:]) > 0.9


def test_what_a_lifter_thinks_of_contact_counts_as_much_as_what_is_seen() -> None:
    hips_m, local = standing(20)
    joints = [(x, y, z) for x, y, z in joints_from_rotations(hips_m, local).tolist()]
    told = [1.0, 0.0, 0.5, float("nan")]
    assert Contacts()(joints, [1.0] * 30, 1 / HZ, told) == pytest.approx([1.0, 0.5, 0.75, 1.0])


def test_the_ground_is_where_a_person_stands_whatever_the_camera_thinks() -> None:
    contacts, (hips_m, local) = Contacts(), standing(20)
    joints = [(x, y, z) for x, y, z in joints_from_rotations(hips_m + 0.5 * Y, local).tolist()]
    for _ in range(60):
        probable = contacts(joints, [1.0] * 30, 1 / HZ)
    assert contacts.ground_m == pytest.approx(GROUND_M + 0.5, abs=0.02)
    assert min(probable) > 0.9


def carried(local: Array, hips_m: Array) -> tuple[float, float]:
    joints = [(x, y, z) for x, y, z in joints_from_rotations(hips_m, local).tolist()]
    return bearing(joints)


def bent(hip_deg: float, knee_deg: float, lean_deg: float = 0.0, pitch_deg: float = 0.0) -> Array:
    """Local rotations: hips pitched forward, both thighs raised, both knees bent, back leant forward."""
    local = np.tile(IDENTITY, (len(BONES), 1))
    local[BONE["Hips"]] = about(X, np.radians(pitch_deg))
    local[BONE["Spine"]] = about(X, np.radians(lean_deg))
    for side in ("Left", "Right"):
        local[BONE[f"{side}UpperLeg"]] = about(X, -np.radians(hip_deg))
        local[BONE[f"{side}LowerLeg"]] = about(X, np.radians(knee_deg))
    return local


def on_floor(local: Array) -> Array:
    """Hips (3,) that bring the lowest joint onto the floor."""
    return np.array([0.0, GROUND_M - joints_from_rotations(np.zeros(3), local)[:, 1].min(), -3.0])


@pytest.mark.parametrize(
    ("who", "local", "stands"),
    [
        ("stands", bent(0, 0), True),
        ("squats, leaning forward for balance", bent(110, 125, lean_deg=30), True),
        ("sits on a chair", bent(90, 90), False),
        ("sits on a chair and leans forward", bent(90, 90, lean_deg=25), False),
        ("sits on the floor with drawn-up knees", bent(130, 115), False),
        ("kneels", bent(0, 90), False),
        ("kneels on the heels", bent(60, 150), False),
        ("lies on the back", bent(0, 0, pitch_deg=-90), False),
        ("does push-ups", bent(0, 0, pitch_deg=75), False),
    ],
)
def test_legs_carry_who_stands_or_squats_and_nobody_else(who: str, local: Array, stands: bool) -> None:
    assert carried(local, on_floor(local)) == pytest.approx((1.0, 1.0) if stands else (0.0, 0.0), abs=0.1), who


def test_a_foot_that_comes_down_fast_stops_at_the_floor() -> None:
    lock, (hips_m, local) = FootLock(), standing(60)
    lowest_m = []
    for frame in range(12):  # 60 mm a frame, and seen 40 mm too deep in the end
        down_m = np.array([0.0, max(0.3 - 0.06 * frame, -0.04), 0.0])
        shown = lock(pose(hips_m + down_m, local, contact=0.0 if frame < 7 else 1.0), GROUND_M, 1 / HZ)
        lowest_m.append(feet_m(shown)[..., 1].min())
    assert min(lowest_m) > GROUND_M - 0.018
    assert lowest_m[-1] == pytest.approx(GROUND_M, abs=0.004)


def test_a_foot_that_stood_stands_on_while_nobody_sees_it_until_its_guess_runs_away() -> None:
    contacts = Contacts()
    joints_m = joints_from_rotations(*standing(10))
    rows = [JOINT[name] for name in CONTACTS]
    joints_m[:, 1] += GROUND_M - joints_m[rows, 1].min()
    seen, hidden = [1.0] * 30, [0.05 if joint in rows else 1.0 for joint in range(30)]
    for _ in range(30):
        contacts(_vectors(joints_m), seen, 1 / HZ)
    unseen = [contacts(_vectors(joints_m), hidden, 1 / HZ) for _ in range(12)]
    assert min(unseen[5]) > 0.5
    assert max(unseen[-1]) < max(unseen[0])
    for frame in range(4):
        gone = contacts(_vectors(joints_m + np.array([0.0, 0.0, 0.1 * (frame + 1)])), hidden, 1 / HZ)
    assert max(gone) < 0.1


def _vectors(joints_m: Array) -> list[tuple[float, float, float]]:
    return [(x, y, z) for x, y, z in joints_m.tolist()]
