"""Limbs bend where limbs usually bend, unless it is seen that they do not."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocap_bridge.retarget.floats import Vec, about, add, dot, multiply, rotate, scaled, unit
from mocap_bridge.retarget.limbs import ARMS, LEG, LEGS, Hinge, TwoBone
from mocap_bridge.retarget.planes import ARM, believed, likeliest_rad, mean_rad, meaningful, usually

UPRIGHT = (0.0, 0.0, 0.0, 1.0)
ANGLES = st.floats(-math.pi, math.pi)


def chain(upper_to: Vec, lower_to: Vec) -> tuple[Vec, Vec, Vec]:
    """Shoulder, elbow and wrist, 0.28 m apart each."""
    elbow = scaled(unit(upper_to), 0.28)
    return (0.0, 0.0, 0.0), elbow, add(elbow, scaled(unit(lower_to), 0.28))


def axis_of(hinge: Hinge, lower_to: Vec, seen: float, frames: int = 20) -> Vec:
    """Where the hinge of a hanging limb lies after some frames of being seen like this."""
    limb = TwoBone(hinge)
    for _ in range(frames):
        upper, _ = limb(UPRIGHT, chain((0.0, -1.0, 0.0), lower_to), seen, 1 / 30)
    return rotate(upper, hinge.axis)


@given(st.sampled_from([*ARMS.values(), *LEGS.values()]), st.tuples(*[st.floats(-1, 1)] * 3))
def test_the_usual_turn_points_the_bone_where_it_points(hinge: Hinge, towards: Vec) -> None:
    towards = unit(towards)
    if dot(towards, towards) < 0.5 or dot(towards, hinge.along) < -0.99:
        return
    turn = usually(hinge.usual, hinge.side, hinge.along, towards)
    assert rotate(turn, hinge.along) == pytest.approx(towards, abs=1e-6)


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1), st.sampled_from([ARMS, LEGS]))
def test_left_and_right_limbs_usually_lie_as_in_a_mirror(x: float, y: float, z: float, limbs: dict[str, Hinge]) -> None:
    left, right = (
        usually(limbs[side].usual, limbs[side].side, limbs[side].along, unit((x * sign, y, z)))
        for side, sign in (("Left", 1.0), ("Right", -1.0))
    )
    mirrored = (right[0], -right[1], -right[2], right[3])
    assert abs(sum(a * b for a, b in zip(left, mirrored, strict=True))) == pytest.approx(1.0, abs=1e-6)


def test_a_hanging_arm_usually_bends_its_forearm_ahead_and_a_standing_leg_its_shin_back() -> None:
    down = (0.0, -1.0, 0.0)
    for side, arm in ARMS.items():
        upper = usually(arm.usual, arm.side, arm.along, down)
        forearm = rotate(multiply(upper, about(arm.axis, math.radians(90))), arm.along)
        assert forearm[2] > 0.7, side
    shin = rotate(multiply(usually(LEG.usual, 1.0, LEG.along, down), about(LEG.axis, math.radians(90))), LEG.along)
    assert shin[2] < -0.9


def test_an_elbow_seen_to_bend_backwards_is_believed_only_if_it_is_seen_surely() -> None:
    backwards, ahead_axis = (0.0, -0.8, -0.6), axis_of(ARMS["Left"], (0.0, -0.8, 0.6), 1.0)
    assert dot(axis_of(ARMS["Left"], backwards, 0.4), ahead_axis) > 0
    assert dot(axis_of(ARMS["Left"], backwards, 1.0, frames=90), ahead_axis) < -0.5


def test_a_knee_hardly_seen_to_bend_sideways_still_bends_as_knees_do() -> None:
    for leg in LEGS.values():
        assert axis_of(leg, (0.5, -0.8, 0.0), 0.5)[0] > 0.75


def test_a_plane_surely_seen_is_the_plane_shown() -> None:
    outwards = axis_of(ARMS["Left"], (0.6, -0.6, 0.5), 1.0)
    assert abs(dot(outwards, unit((0.6, -0.6, 0.5)))) < 0.03  # at right angles to the forearm


@given(st.floats(0, 0.3), st.floats(0, 0.3), st.floats(0, 1))
def test_the_farther_a_hand_stands_off_the_more_its_plane_is_believed(a_m: float, b_m: float, seen: float) -> None:
    low_m, high_m = sorted((a_m, b_m))
    assert believed(ARM, low_m, seen) <= believed(ARM, high_m, seen)


@pytest.mark.parametrize("off_m", [math.inf, math.nan, 1e300])
def test_a_limb_without_end_is_not_believed(off_m: float) -> None:
    assert believed(ARM, off_m, 1.0) == 0.0


@given(ANGLES, st.floats(0, 100), ANGLES, st.floats(0.01, 1))
def test_the_mean_lies_on_the_shorter_way_between_both(a: float, a_weight: float, b: float, b_weight: float) -> None:
    if abs(math.remainder(a - b, 2 * math.pi)) > 3.1:
        return  # opposite: both ways are short
    mean = mean_rad(a, a_weight, b, b_weight)
    ways = [abs(math.remainder(mean - end, 2 * math.pi)) for end in (a, b)]
    assert sum(ways) == pytest.approx(abs(math.remainder(a - b, 2 * math.pi)), abs=1e-6)


@given(st.floats(-13, 13), st.floats(0, 10), ANGLES)
def test_a_plane_as_odd_as_most_are_is_left_as_it_is_seen(odd_deg: float, believed: float, usual_rad: float) -> None:
    seen_rad = usual_rad + math.radians(odd_deg)
    off_rad = likeliest_rad(ARM, seen_rad, believed, usual_rad, 1.0) - seen_rad
    assert math.remainder(off_rad, 2 * math.pi) == pytest.approx(0.0, abs=1e-9)


def test_turned_right_back_no_plane_is_usual() -> None:
    assert meaningful((1.0, 0.0, 0.0), (-1.0, 0.0, 0.0)) == 0.0
    assert meaningful((1.0, 0.0, 0.0), (0.0, -1.0, 0.0)) == 1.0
