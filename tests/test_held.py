"""A bone out of sight goes on, stays, then rests; back in sight it catches up without a jump."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocap_bridge.records import Array
from mocap_bridge.retarget.floats import REST, Quat, about, rotate, slerp
from mocap_bridge.retarget.held import BLEND_S, FOLLOW_S, GO_ON_S, HOLD_S, Held, HeldPlace
from mocap_bridge.rotations import angle_between
from mocap_bridge.skeleton import BONE

ARM, DT_S = BONE["LeftUpperArm"], 1 / 60


def bent(angle_deg: float) -> Quat:
    return about((0.0, 0.0, 1.0), np.radians(angle_deg))


def angle_deg(rotation: Quat) -> float:
    """Of a rotation about z, signed."""
    x, y, _ = rotate(rotation, (1.0, 0.0, 0.0))
    return float(np.degrees(np.arctan2(y, x)))


def off_deg(a: Quat, b: Quat) -> float:
    return float(np.degrees(angle_between(np.array(a), np.array(b))))


def swinging(speed_deg_s: float, seconds: float) -> Held:
    """An arm that has been seen to turn at this speed and is at 0 degrees now."""
    held, frames = Held(), round(seconds / DT_S)
    for frame in range(-frames, 1):
        held(ARM, bent(speed_deg_s * frame * DT_S), 1.0, DT_S)
    return held


def lost(held: Held, seconds: float) -> list[float]:
    """Its angle in each frame of so many seconds out of sight."""
    return [angle_deg(held(ARM, None, 0.0, DT_S)) for _ in range(round(seconds / DT_S))]


def test_a_lost_bone_goes_on_slower_and_slower_then_stays_then_rests() -> None:
    angles = lost(swinging(200.0, 0.5), 2.5)
    steps, go_on, hold = np.diff([0.0, *angles]), round(GO_ON_S / DT_S), round(HOLD_S / DT_S)
    assert (np.diff(steps[:go_on]) < 0).all()
    assert angles[go_on] == pytest.approx(200.0 * GO_ON_S / 2, rel=0.05)
    np.testing.assert_allclose(angles[go_on:hold], angles[go_on], atol=1e-9)
    assert angles[-1] == pytest.approx(-75.0, abs=0.5), "arms hang"


@pytest.mark.parametrize("dt_s", [1 / 120, 1 / 30, 1 / 12])
def test_how_far_it_goes_on_does_not_depend_on_the_frame_rate(dt_s: float) -> None:
    held = Held()
    for frame in range(-round(0.8 / dt_s), 1):
        held(ARM, bent(100.0 * frame * dt_s), 1.0, dt_s)
    for _ in range(round(0.25 / dt_s)):
        shown = held(ARM, None, 0.0, dt_s)
    assert angle_deg(shown) == pytest.approx(100.0 * GO_ON_S / 2, rel=0.05)


def test_back_in_sight_the_gap_closes_within_the_blend_and_without_a_jump() -> None:
    held, last = swinging(0.0, 0.3), 0.0
    lost(held, 0.4)
    for frame in range(1, 31):
        shown = angle_deg(held(ARM, bent(60.0), 1.0, DT_S))
        assert abs(shown - last) < 12.0
        if frame * DT_S > BLEND_S + DT_S:
            assert shown == pytest.approx(60.0)
        last = shown


def test_while_the_gap_closes_what_is_seen_moves_at_once() -> None:
    held = swinging(0.0, 0.3)
    lost(held, 0.4)
    still, moving = swinging(0.0, 0.3), []
    lost(still, 0.4)
    for frame in range(1, 6):
        moving.append(
            angle_deg(held(ARM, bent(40.0 + 5.0 * frame), 1.0, DT_S)) - angle_deg(still(ARM, bent(45.0), 1.0, DT_S))
        )
    np.testing.assert_allclose(np.diff(moving), 5.0, atol=0.5)


def test_a_single_lost_frame_hardly_shows() -> None:
    held = swinging(100.0, 0.5)
    held(ARM, None, 0.0, DT_S)
    for frame in range(2, 8):
        shown = angle_deg(held(ARM, bent(100.0 * frame * DT_S), 1.0, DT_S))
        assert shown == pytest.approx(100.0 * frame * DT_S, abs=0.5)


@given(st.lists(st.tuples(st.booleans(), st.floats(-180, 180), st.sampled_from([0.3, 1.0])), max_size=60))
def test_out_of_sight_and_coming_back_no_bone_turns_faster_than_a_body(
    frames: list[tuple[bool, float, float]],
) -> None:
    held, shown, target, was_seen = Held(), bent(0.0), 0.0, True
    held(ARM, shown, 1.0, 1 / 30)
    for seen, jump_deg, share in frames:
        if not seen:
            target = jump_deg  # wherever it comes back
        before, shown = shown, held(ARM, bent(target) if seen else None, share if seen else 0.0, 1 / 30)
        assert np.hypot.reduce(shown) == pytest.approx(1.0)
        assert off_deg(before, shown) < 30.0 or not (seen or was_seen)
        was_seen = seen


def test_hips_in_sight_are_where_they_are_seen() -> None:
    place, rng = HeldPlace(), np.random.default_rng(0)
    for _ in range(20):
        seen_m = tuple(rng.normal(size=3).tolist())
        assert place(seen_m, 1.0, DT_S) == seen_m


def test_hips_out_of_sight_stay_and_follow_slowly() -> None:
    place, frames = HeldPlace(), round(FOLLOW_S / DT_S)
    for _ in range(10):
        place((0.0, 0.9, -2.0), 1.0, DT_S)
    path_m: Array = np.array([place((0.3, 0.9, -2.0), 0.0, DT_S) for _ in range(5 * frames)])
    assert path_m[0, 0] < 0.01
    assert path_m[frames, 0] == pytest.approx(0.3 * (1 - np.exp(-1)), abs=0.02)
    assert path_m[-1, 0] == pytest.approx(0.3, abs=0.01)
    assert (path_m[:, 1:] == [0.9, -2.0]).all()


def test_hips_back_in_sight_come_back_without_a_jump() -> None:
    place = HeldPlace()
    place((0.0, 0.9, -2.0), 1.0, DT_S)
    for _ in range(30):
        place((0.3, 0.9, -2.0), 0.0, DT_S)
    path_m = [0.12, *(place((0.3, 0.9, -2.0), 1.0, DT_S)[0] for _ in range(30))]
    assert np.abs(np.diff(path_m)).max() < 0.06
    assert path_m[round(BLEND_S / DT_S) + 1] == pytest.approx(0.3, abs=0.01)


def test_the_helpers_measure_what_they_say() -> None:
    assert angle_deg(bent(37.0)) == pytest.approx(37.0)
    assert off_deg(REST, slerp(REST, bent(90.0), 0.5)) == pytest.approx(45.0)
