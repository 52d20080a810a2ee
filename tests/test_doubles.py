"""Two poses of one person are known for one, whatever a crop invents below the trunk."""

from dataclasses import replace

import numpy as np

from mocap_bridge.records import JointEstimate
from mocap_bridge.skeleton import JOINT, JOINTS
from mocap_bridge.track.doubles import goes, is_detail, on_one, surety

LEGS = [row for row, name in enumerate(JOINTS) if name[2:] in ("Knee", "Ankle", "Toe", "Heel")]


def a_pose(confidence: float = 0.8) -> JointEstimate:
    joints_px = np.random.default_rng(1).uniform(100, 300, (30, 2))
    return JointEstimate(1, 0.0, joints_px, np.zeros(30), np.full(30, confidence))


def moved(pose: JointEstimate, rows: list[int] | slice, by_px: float) -> JointEstimate:
    joints_px = pose.joints_px.copy()
    joints_px[rows] += by_px
    return replace(pose, joints_px=joints_px)


def test_the_same_trunk_with_other_legs_is_one_person() -> None:
    assert on_one(a_pose(), moved(a_pose(), LEGS, 200.0), length_px=400.0)


def test_a_trunk_beside_is_another_person() -> None:
    assert not on_one(a_pose(), moved(a_pose(), slice(None), 60.0), length_px=400.0)


def test_what_one_of_them_does_not_see_tells_nothing() -> None:
    blind = replace(a_pose(), confidence=np.zeros(30))
    assert not on_one(a_pose(), blind, length_px=400.0)


def test_the_surer_pose_is_the_one_with_more_confidence_and_nan_counts_as_none() -> None:
    doubtful = a_pose(0.8).confidence.copy()
    doubtful[JOINT["Nose"]] = np.nan
    assert surety(a_pose(0.9)) > surety(a_pose(0.8)) > surety(replace(a_pose(), confidence=doubtful))


def test_a_small_box_all_inside_somebody_is_a_part_of_them_and_one_beside_or_larger_is_not() -> None:
    person_px = np.array([100.0, 100, 200, 400])
    hand, beside, half = [110.0, 150, 190, 250], [150.0, 150, 250, 250], [100.0, 100, 200, 250]
    assert is_detail(np.array([hand, beside, half]), person_px).tolist() == [True, False, False]


def test_the_newer_of_two_on_one_person_goes_unless_it_alone_is_known_or_surer_of_two_new_ones() -> None:
    sure, doubtful = a_pose(0.9), a_pose(0.4)
    assert not goes(doubtful, sure, (True, True))
    assert not goes(doubtful, sure, (True, False))
    assert goes(sure, doubtful, (False, True))
    assert goes(doubtful, sure, (False, False))
    assert not goes(sure, doubtful, (False, False))
