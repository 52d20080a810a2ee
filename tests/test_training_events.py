"""The examination of the event rules: takes under conditions, and how finds are judged."""

import tomllib
from collections import defaultdict
from itertools import combinations
from typing import cast

import numpy as np
import pytest
from standing import T_POSE_M, with_joints

from mocap_bridge.records import Array
from mocap_bridge.skeleton import JOINT
from models.training.events.acts import ACTS, Label
from models.training.events.conditions import CONDITIONS, Condition
from models.training.events.ground import Ground
from models.training.events.other_ways import OTHER_WAYS
from models.training.events.takes import CLIPS, Examination, Noise, acted, bodies
from models.training.events_bench import Tally, judge

STILL = np.repeat(T_POSE_M[None], 31, axis=0)


def test_no_clip_that_rules_are_examined_on_is_one_that_they_were_written_on() -> None:
    read = [tomllib.loads(file.read_text()) for file in CLIPS.values()]
    clips = [{row["clip"] for part in ("base", "recorded", "unrelated") for row in one[part]} for one in read]
    for ours, theirs in combinations(clips, 2):
        assert not [(a, b) for a in ours for b in theirs if a in b or b in a]


def test_in_a_mirror_the_other_hand_is_raised_on_the_other_side() -> None:
    raised = with_joints(T_POSE_M, L_Wrist=(0.1, 0.8, 0.0))
    seen = Condition("m", mirrored=True)(raised[None], 0.0)[0]
    np.testing.assert_allclose(seen[JOINT["R_Wrist"]], raised[JOINT["L_Wrist"]] * [-1, 1, 1])
    np.testing.assert_allclose(seen[JOINT["Nose"]], raised[JOINT["Nose"]] * [-1, 1, 1])


@pytest.mark.parametrize("rate_hz", [15.0, 60.0])
def test_at_another_rate_people_go_the_same_way_in_the_same_time(rate_hz: float) -> None:
    walk = STILL + np.arange(31)[:, None, None] * np.array([0.0, 0.0, 0.04])
    seen = Condition("r", rate_hz=rate_hz)(walk, 0.0)
    assert len(seen) == round(rate_hz)
    np.testing.assert_allclose(np.diff(seen[:, 0, 2]), 1.2 / rate_hz, atol=1e-9)


def test_a_child_is_small_where_it_stands_with_a_large_head() -> None:
    edge_m = float(T_POSE_M[JOINT["Pelvis"], 2])
    child = Condition("c", size=0.6)(T_POSE_M[None], edge_m)[0]
    assert child[JOINT["Pelvis"], 2] == pytest.approx(edge_m)
    assert child[JOINT["Pelvis"], 1] == pytest.approx(0.6 * T_POSE_M[JOINT["Pelvis"], 1])
    head, neck = JOINT["Head_top"], JOINT["Thorax"]
    assert (child[head] - child[neck])[1] == pytest.approx(0.78 * (T_POSE_M[head] - T_POSE_M[neck])[1])


def test_what_is_below_the_desk_is_not_seen_at_any_time() -> None:
    (upper,) = (one for one in CONDITIONS if one.name == "upper half")
    take = Examination("x", (STILL,), condition=upper)
    for _, (body,) in bodies(take, Noise(), np.random.default_rng(0)):
        assert body.visibility[JOINT["L_Ankle"]] < 0.3
        assert body.visibility[JOINT["Pelvis"]] < 0.3


def test_a_second_find_of_one_action_is_wrong_and_one_that_may_be_is_neither() -> None:
    labels = (Label("jump", 1.0, 1.2), Label("jump", 3.0, 3.2), Label("kick", 1.0, 2.0, must=False))
    take = Examination("x", (STILL,), labels, may=frozenset({"still"}))
    tallies: dict[str, Tally] = defaultdict(Tally)
    judge(tallies, take, [("jump", 1.1), ("jump", 1.3), ("kick", 1.5), ("still", 2.0), ("bow", 2.0)], "")
    assert tallies["jump"] == Tally(right=1, wrong=1, missed=1)
    assert tallies["kick"] == Tally()
    assert tallies["bow"] == Tally(wrong=1)
    assert (tallies["jump"].precision, tallies["jump"].recall) == (0.5, 0.5)


@pytest.mark.parametrize("name", ACTS)
def test_an_action_is_done_in_other_ways_by_the_same_body(name: str) -> None:
    standing, bones = (
        np.repeat(T_POSE_M[None], 240, axis=0),
        [("Shoulder", "Elbow"), ("Elbow", "Wrist"), ("Hip", "Knee")],
    )
    moved, labels = OTHER_WAYS[name](standing, 1.5, np.random.default_rng(0))
    usual, _ = ACTS[name](standing, 1.5, np.random.default_rng(0))
    assert [one for one in labels if one.name == name and one.must and 1.5 < one.to_s < len(moved) / 30]
    assert np.isfinite(moved).all()
    assert len(moved) != len(usual) or np.abs(moved - usual).max() > 0.05
    for side in "LR":
        for upper, lower in bones:
            ends = (JOINT[f"{side}_{upper}"], JOINT[f"{side}_{lower}"])
            long_m = np.linalg.norm(moved[:, ends[0]] - moved[:, ends[1]], axis=1)
            np.testing.assert_allclose(long_m, long_m[0], atol=0.012)


class _Standing:
    """In the place of recorded clips."""

    def joints_m(self, name: str) -> Array:
        return np.repeat(T_POSE_M[None], 60, axis=0)


@pytest.mark.parametrize(("walks", "must"), [(True, False), (False, True)])
def test_what_the_end_of_a_take_cuts_off_need_not_be_found(walks: bool, must: bool) -> None:
    base, rng = {"clip": "x", "walks": walks}, np.random.default_rng(0)
    take = acted(cast(Ground, _Standing()), base, "t_pose", ACTS["t_pose"], CONDITIONS[0], rng)
    assert [(one.name, one.must) for one in take.labels] == [("t_pose", must)]
