"""One-Euro against an independent implementation, the follower of joints, and what smoothing may never do."""

from collections.abc import Callable, Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from OneEuroFilter import OneEuroFilter
from test_feet import standing as standing_still

from mocap_bridge.records import Array, BodyJoints
from mocap_bridge.retarget import Retargeter, joints_from_rotations
from mocap_bridge.rotations import about, angle_between, normalized
from mocap_bridge.skeleton import BONE, JOINT
from mocap_bridge.smooth import UNSMOOTHED, BodySmoother, Follower, HindsightSmoother, OneEuro, SmoothSettings, Tuning

SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, max_side=4)
METRES = st.floats(-5, 5)


def body(joints_m: Array, time_s: float, visibility: Array | float = 1.0) -> BodyJoints:
    return BodyJoints(1, time_s, joints_m, np.full(30, visibility), np.zeros((30, 2)), np.zeros(4))


def standing(rng: np.random.Generator) -> Array:
    return rng.normal(0, 0.4, (30, 3)) + np.array([0.0, 1.0, -3.0])


@pytest.mark.parametrize(("cutoff_hz", "beta", "speed_cutoff_hz"), [(1.0, 5.0, 1.0), (0.3, 1.0, 1.0), (2.0, 0.0, 0.5)])
def test_it_agrees_with_an_independent_one_euro_at_uneven_time_steps(
    cutoff_hz: float, beta: float, speed_cutoff_hz: float
) -> None:
    rng = np.random.default_rng(4)
    times_s = 1.0 + np.cumsum(rng.uniform(0.005, 0.12, 400))
    values = np.cumsum(rng.normal(0, 0.05, 400)) + rng.normal(0, 0.01, 400)
    # Its first speed uses 1 / freq where ours is 0, but multiplied by a difference of 0: any freq will do.
    theirs = OneEuroFilter(freq=30, mincutoff=cutoff_hz, beta=beta, dcutoff=speed_cutoff_hz)
    ours = OneEuro(cutoff_hz, beta, speed_cutoff_hz)
    expected = [theirs(value, time_s) for value, time_s in zip(values, times_s, strict=True)]
    got = [float(ours(np.array(value), time_s)) for value, time_s in zip(values, times_s, strict=True)]
    np.testing.assert_allclose(got, expected, atol=1e-6, rtol=0)


@given(st.data(), SHAPES)
def test_what_rests_stays_bit_for_bit(data: st.DataObject, shape: tuple[int, ...]) -> None:
    value = data.draw(hnp.arrays(np.float64, shape, elements=METRES))
    smooth = OneEuro(1.0, 5.0)
    for time_s in (0.0, 0.01, 0.5, 0.6):
        assert np.array_equal(smooth(value, time_s), value)


@given(st.data(), SHAPES)
def test_the_output_never_leaves_the_range_of_the_input(data: st.DataObject, shape: tuple[int, ...]) -> None:
    values = [data.draw(hnp.arrays(np.float64, shape, elements=METRES)) for _ in range(6)]
    steps_s = data.draw(st.lists(st.floats(1e-3, 2.0), min_size=6, max_size=6))
    trust = data.draw(st.floats(0, 1))
    smooth = OneEuro(0.5, 3.0)
    low, high = np.min(values, axis=0) - 1e-9, np.max(values, axis=0) + 1e-9
    for value, time_s in zip(values, np.cumsum(steps_s), strict=True):
        got = smooth(value, float(time_s), trust)
        assert got.shape == shape
        assert ((low <= got) & (got <= high)).all()


def test_each_number_of_an_array_is_filtered_alone() -> None:
    rng = np.random.default_rng(0)
    values = np.cumsum(rng.normal(0, 0.1, (50, 4, 3)), axis=0)
    together, alone = OneEuro(1.0, 5.0), OneEuro(1.0, 5.0)
    for frame, value in enumerate(values):
        assert together(value, frame / 30)[2, 1] == alone(value[2, 1], frame / 30)


@pytest.mark.parametrize("step_s", [0.0, -0.1])
def test_time_that_does_not_move_forward_is_an_error(step_s: float) -> None:
    smooth = OneEuro(1.0, 5.0)
    smooth(np.zeros(3), 1.0)
    with pytest.raises(ValueError, match="time must move forward"):
        smooth(np.zeros(3), 1.0 + step_s)


def test_noise_of_a_still_body_shrinks_and_a_fast_arm_does_not_lag() -> None:
    rng = np.random.default_rng(1)
    still = standing(rng)
    smooth, wrist = BodySmoother(SmoothSettings()), JOINT["R_Wrist"]
    out = np.array([smooth(body(still + rng.normal(0, 0.01, (30, 3)), k / 30)).joints_world_m for k in range(120)])
    assert out[30:, :, :2].std(axis=0).mean() < 0.0045  # from 0.01
    assert out[30:, :, 2].std(axis=0).mean() < 0.004
    lag_m = []
    for k in range(120, 150):  # a punch across the picture at 3 m/s
        moved = still.copy()
        moved[wrist, 0] += 3.0 * (k - 119) / 30
        lag_m.append(moved[wrist, 0] - smooth(body(moved, k / 30)).joints_world_m[wrist, 0])
    assert lag_m[0] < 0.1
    assert max(lag_m[3:]) < 0.06  # less than 20 ms


def follower(leap_m_s: float = 3.0) -> Follower:
    return Follower(Tuning(np.full(3, 1.0), np.full(3, 4.0), leap_m_s))


def followed(follow: Follower, place_m: Callable[[float], float], hz: int, seconds: float = 2.0) -> Array:
    """(F,) x of a point that moves along x."""
    points_m = [np.array([[place_m(k / hz), 1.0, -3.0]]) for k in range(round(seconds * hz))]
    return np.array([follow(point_m, k / hz, np.ones(1))[0, 0] for k, point_m in enumerate(points_m)])


@pytest.mark.parametrize("hz", [15, 30, 60])
def test_a_steady_motion_is_followed_closely_at_any_frame_rate(hz: int) -> None:
    found_m = followed(follower(), lambda time_s: 1.0 * time_s, hz)
    assert abs(found_m[-1] - (2.0 - 1 / hz)) < 0.025  # 25 ms


def test_a_single_slip_hardly_shows_and_a_leap_that_stays_is_believed() -> None:
    slip_m = followed(follower(), lambda time_s: 0.8 if 0.99 < time_s < 1.01 else 0.0, 30)
    assert slip_m.max() < 0.08
    leap_m = followed(follower(), lambda time_s: 0.8 if time_s > 0.99 else 0.0, 30)
    assert leap_m[31] < 0.2
    assert leap_m[30 + 15] > 0.7
    assert leap_m.max() < 0.9
    assert leap_m[-1] == pytest.approx(0.8, abs=0.05)


def elbow(angle_deg: float) -> Array:
    """(30, 3) joints of somebody who stands with the left forearm bent by so much."""
    hips_m, local = standing_still(10)
    local[BONE["LeftLowerArm"]] = about(np.array([0.0, -1.0, 0.0]), np.radians(30 + angle_deg))
    return joints_from_rotations(hips_m, local)


def solved(bodies: Iterable[BodyJoints]) -> Array:
    """(F, 22, 4) rotations."""
    retarget = Retargeter()
    return np.array([retarget(one).rotations_xyzw for one in bodies])


def trembling_deg(bend_deg: float, seed: int) -> Array:
    """(22,) RMS of each bone about its mean, of who stands and is seen with 2 mm of noise."""
    rng, smooth = np.random.default_rng(seed), BodySmoother(SmoothSettings())
    joints_m = joints_from_rotations(*standing_still(bend_deg))
    seen = (body(joints_m + rng.normal(0, 0.002, (30, 3)), frame / 30) for frame in range(150))
    turns = solved(smooth(one) for one in seen)[60:]
    off = angle_between(turns, normalized(turns.mean(axis=0)))
    return np.asarray(np.degrees(np.sqrt((off**2).mean(axis=0))))


@pytest.mark.parametrize("bend_deg", [0.0, 6.0, 20.0])
def test_the_bones_of_a_person_who_stands_hardly_move(bend_deg: float) -> None:
    rms_deg = np.array([trembling_deg(bend_deg, seed) for seed in range(2)])
    assert np.sqrt((rms_deg**2).mean()) < 0.3
    assert rms_deg.max() < 0.8


@pytest.mark.parametrize("speed_deg_s", [5.0, 20.0, 100.0])
def test_a_slow_bone_is_followed_within_a_frame_though_it_trembles_and_stood_before(speed_deg_s: float) -> None:
    times_s, begin_s, end_s = np.arange(0, 5.5, 1 / 30), 1.5, min(4.5, 1.5 + 100 / speed_deg_s)
    true_m = np.array([elbow(speed_deg_s * float(np.clip(t - begin_s, 0, end_s - begin_s))) for t in times_s])
    lags = []
    for seed in range(2):
        rng, smooth = np.random.default_rng(seed), BodySmoother(SmoothSettings())
        noisy = true_m + rng.normal(0, 0.002, true_m.shape)
        found = solved(smooth(body(joints_m, t)) for t, joints_m in zip(times_s, noisy, strict=True))
        angles_deg = [2 * np.degrees(np.arctan2(-q[1], q[3])) for q in found[:, BONE["LeftLowerArm"]]]
        moving = (times_s > begin_s + 0.5 * min(2.0, end_s - begin_s)) & (times_s < end_s)
        off_deg = 30 + speed_deg_s * (times_s - begin_s) - angles_deg
        lags.append(float(off_deg[moving].mean() / speed_deg_s * 30))
        assert angles_deg[-1] == pytest.approx(30 + speed_deg_s * (end_s - begin_s), abs=1.5), "it went too far"
    assert abs(np.mean(lags)) < 1.0


def test_what_stands_neither_drifts_nor_sticks() -> None:
    rng, follow = np.random.default_rng(3), follower()
    still_m = [follow(rng.normal(0, 0.002, (30, 3)), frame / 30, np.ones(30)) for frame in range(900)]
    assert np.abs(still_m[300:]).max() < 0.002
    moved_m = [follow(0.01 + rng.normal(0, 0.002, (30, 3)), frame / 30, np.ones(30)) for frame in range(900, 930)]
    assert abs(np.mean(moved_m[15:]) - 0.01) < 0.001, "a step of a centimetre is taken within half a second"
    assert np.abs(np.diff(moved_m, axis=0)).max() < 0.01, "without a jump"


@settings(max_examples=15)
@given(st.floats(0.0, 0.05), st.integers(0, 1000))
def test_who_creeps_is_never_left_behind(speed_m_s: float, seed: int) -> None:
    rng, follow, way = np.random.default_rng(seed), follower(), np.array([0.6, 0.0, 0.8])
    for frame in range(150):
        true_m = np.zeros((30, 3)) + way * speed_m_s * frame / 30
        found_m = follow(true_m + rng.normal(0, 0.002, (30, 3)), frame / 30, np.ones(30))
        if frame > 30:
            assert np.linalg.norm(found_m - true_m, axis=1).mean() < 0.006


def test_without_smoothing_every_value_passes() -> None:
    smooth, rng = BodySmoother(UNSMOOTHED), np.random.default_rng(8)
    for k in range(20):
        joints_m = standing(rng)
        np.testing.assert_allclose(smooth(body(joints_m, k / 30)).joints_world_m, joints_m, atol=1e-6)


@pytest.mark.parametrize("step_s", [0.0, -0.1])
def test_the_follower_wants_time_to_move_forward_too(step_s: float) -> None:
    follow = follower()
    follow(np.zeros((1, 3)), 1.0, np.ones(1))
    with pytest.raises(ValueError, match="time must move forward"):
        follow(np.zeros((1, 3)), 1.0 + step_s, np.ones(1))


def test_walking_does_not_blur_the_pose() -> None:
    still, smooth = standing(np.random.default_rng(2)), BodySmoother(SmoothSettings())
    for k in range(60):
        out = smooth(body(still + np.array([0.05 * k, 0.0, 0.0]), k / 30)).joints_world_m
    pelvis = JOINT["Pelvis"]
    np.testing.assert_allclose(out - out[pelvis], still - still[pelvis], atol=1e-12)


def test_a_joint_that_is_not_a_number_is_held_and_comes_back_without_a_jump() -> None:
    smooth, still = BodySmoother(SmoothSettings()), standing(np.random.default_rng(3))
    before = smooth(body(still, 0.0)).joints_world_m
    lost = still.copy()
    lost[JOINT["L_Wrist"]] = np.nan
    held = smooth(body(lost, 0.1))
    np.testing.assert_allclose(held.joints_world_m, before, atol=1e-12)
    assert held.visibility[JOINT["L_Wrist"]] == 0
    assert held.visibility[JOINT["R_Wrist"]] == 1
    np.testing.assert_allclose(smooth(body(still, 0.2)).joints_world_m, before, atol=1e-12)


def test_a_joint_seen_late_starts_where_it_is_seen() -> None:
    smooth, still, wrist = BodySmoother(SmoothSettings()), standing(np.random.default_rng(5)), JOINT["L_Wrist"]
    lost = still.copy()
    lost[wrist] = np.nan
    never_seen = smooth(body(lost, 0.0)).joints_world_m
    np.testing.assert_allclose(never_seen[wrist], never_seen[JOINT["Pelvis"]])
    np.testing.assert_allclose(smooth(body(still, 0.1)).joints_world_m, still, atol=1e-12)


def test_an_unseen_joint_moves_less_than_a_seen_one() -> None:
    still, moved = standing(np.random.default_rng(6)), {}
    for visibility in (0.0, 0.2, 1.0):
        smooth = BodySmoother(SmoothSettings())
        smooth(body(still, 0.0, visibility))
        jumped = still.copy()
        jumped[JOINT["L_Toe"], 1] += 0.5
        moved[visibility] = smooth(body(jumped, 1 / 30, visibility)).joints_world_m[JOINT["L_Toe"], 1]
    assert moved[0.0] < moved[0.2] < moved[1.0]


@given(hnp.arrays(np.float64, (3, 30, 3), elements=st.floats(-5, 5) | st.just(np.nan)))
def test_bodies_come_out_finite_whatever_goes_in(joints_m: Array) -> None:
    smooth = BodySmoother(SmoothSettings())
    for k in range(3):
        assert np.isfinite(smooth(body(joints_m[k], k / 30)).joints_world_m).all()


def with_hindsight(bodies: list[BodyJoints], later: int, settings: SmoothSettings = SmoothSettings()) -> Array:  # noqa: B008
    smooth, made = HindsightSmoother(settings), []
    for row, one in enumerate(bodies):
        smooth.learn(one)
        if row >= later:
            made.append(smooth(bodies[row - later]))
    made += [smooth(one) for one in bodies[-later:]]
    return np.array([one.joints_world_m for one in made])


def waving(frames: int, noise_m: float) -> tuple[Array, list[BodyJoints]]:
    rng, wrist = np.random.default_rng(7), JOINT["R_Wrist"]
    true_m = np.tile(standing(rng), (frames, 1, 1))
    true_m[:, wrist, 1] += 0.3 * np.sin(2 * np.pi * np.arange(frames) / 30)
    noisy = true_m + rng.normal(0, noise_m, true_m.shape)
    return true_m, [body(joints_m, row / 30) for row, joints_m in enumerate(noisy)]


def test_with_hindsight_a_waving_hand_is_where_it_is_seen_and_trembles_less() -> None:
    (true_m, bodies), wrist, smooth = waving(120, 0.008), JOINT["R_Wrist"], BodySmoother(SmoothSettings())
    live_m = np.array([smooth(one).joints_world_m for one in bodies])
    later_m = with_hindsight(bodies, 10)
    off_m = [np.linalg.norm((found_m - true_m)[20:100, wrist], axis=1).mean() for found_m in (live_m, later_m)]
    assert off_m[1] < 0.6 * off_m[0]
    trembling_m = [np.abs(np.diff((found_m - true_m)[20:100], 2, axis=0)).mean() for found_m in (live_m, later_m)]
    assert trembling_m[1] < 0.6 * trembling_m[0]


def test_hindsight_wants_bodies_in_order_and_only_those_it_has_learned() -> None:
    _, bodies = waving(5, 0.0)
    smooth = HindsightSmoother(SmoothSettings())
    smooth.learn(bodies[0])
    with pytest.raises(ValueError, match="learned"):
        smooth(bodies[1])
    with pytest.raises(ValueError, match="time must move forward"):
        smooth.learn(bodies[0])


@given(hnp.arrays(np.float64, (4, 30, 3), elements=st.floats(-5, 5) | st.just(np.nan)))
def test_with_hindsight_bodies_come_out_finite_whatever_goes_in(joints_m: Array) -> None:
    assert np.isfinite(with_hindsight([body(one, row / 30) for row, one in enumerate(joints_m)], 2)).all()


def test_with_hindsight_what_rests_stays_where_it_is() -> None:
    still = standing(np.random.default_rng(9))
    np.testing.assert_allclose(
        with_hindsight([body(still, row / 30) for row in range(30)], 10), still + np.zeros((30, 1, 1))
    )
