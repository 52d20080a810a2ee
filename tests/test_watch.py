"""Rules at work on whole scenes: each person, pairs, the room, the mirror; the shipped rules; recordings."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scenes import CAMERA
from standing import T_POSE_M, body, turned, with_joints

from mocap_bridge.events import begun
from mocap_bridge.records import ActiveEvent, Array, BodyJoints, RigPose, Scene
from mocap_bridge.replay import read_take
from mocap_bridge.rulebook import SHIPPED, check_file, load_rules
from mocap_bridge.rules import load
from mocap_bridge.skeleton import BONES, JOINT
from mocap_bridge.timeline import spans, timeline
from mocap_bridge.watch import Watch, watched
from mocap_bridge.wire.take_json import TakeHeader, header_line, scene_line

RATE_HZ = 30.0
ARMS_DOWN = with_joints(
    T_POSE_M,
    **{
        f"{side}_{name}": (sign * -across, -down, 0.0)
        for side, sign in (("L", 1.0), ("R", -1.0))
        for name, across, down in (
            *(("Elbow", 0.27, 0.27), ("Wrist", 0.52, 0.52), ("Hand", 0.6, 0.62)),
            *(("Index", 0.6, 0.62), ("Pinky", 0.6, 0.62)),
        )
    },
)
SHIPPED_NAMES = (
    "hands_up clap jump crouch squat wave point kick lean turn_around t_pose bow high_five step_in_zone still".split()
)


def moved(joints_m: Array, metres: tuple[float, float, float]) -> Array:
    return np.asarray(joints_m + np.array(metres))


def names(watch: Watch, frames: list[list[BodyJoints]]) -> list[set[str]]:
    return [{event.name for event in watch(frame / RATE_HZ, bodies, [], False)} for frame, bodies in enumerate(frames)]


def test_the_shipped_rules_are_right_and_complete() -> None:
    assert check_file(SHIPPED) == []
    rules = {rule.name: rule for rule in load_rules([SHIPPED]).rules}
    assert set(SHIPPED_NAMES) <= set(rules)
    assert rules["squat"].counted
    assert rules["point"].direction is not None
    assert rules["high_five"].scope == "pair"
    assert all(rule.about for rule in rules.values())


def test_raised_hands_are_found_and_end() -> None:
    up = with_joints(ARMS_DOWN, L_Wrist=(0.0, 1.0, 0.0), R_Wrist=(0.0, 1.0, 0.0))
    frames = [[body(f / RATE_HZ, up if 30 <= f < 60 else ARMS_DOWN)] for f in range(90)]
    found = names(Watch(load_rules([SHIPPED])), frames)
    active = [frame for frame, active in enumerate(found) if "hands_up" in active]
    assert active[0] == pytest.approx(30 + 0.15 * RATE_HZ, abs=2)
    assert active[-1] == pytest.approx(60, abs=1)


def test_a_t_pose_is_one_and_standing_still_is_noticed() -> None:
    found = names(Watch(load_rules([SHIPPED])), [[body(f / RATE_HZ)] for f in range(90)])
    assert {"t_pose", "still"} <= found[-1]
    assert found[3] == set()


def test_half_a_turn_is_found_once() -> None:
    frames = [[body(f / RATE_HZ, turned(ARMS_DOWN, 175 * min(max(f - 30, 0) / 30, 1)))] for f in range(150)]
    found = names(Watch(load_rules([SHIPPED])), frames)
    begins = [f for f in range(1, 150) if "turn_around" in found[f] and "turn_around" not in found[f - 1]]
    assert len(begins) == 1
    assert 50 <= begins[0] <= 66


def test_hands_that_meet_are_a_high_five_of_two_and_its_place_is_between_them() -> None:
    def arm_out(joints_m: Array, side: str, to_m: tuple[float, float, float]) -> Array:
        changed = joints_m.copy()
        for name in ("Wrist", "Hand", "Index", "Pinky"):
            changed[JOINT[f"{side}_{name}"]] = to_m
        return changed

    watch = Watch(load_rules([SHIPPED]))
    last: tuple[ActiveEvent, ...] = ()
    for frame in range(40):
        one, other = (moved(ARMS_DOWN, (x, 0.0, 0.0)) for x in (-0.6, 0.6))
        if frame > 20:
            one, other = arm_out(one, "L", (0.0, 1.45, -3.0)), arm_out(other, "R", (0.02, 1.45, -3.0))
        last = watch(frame / RATE_HZ, [body(frame / RATE_HZ, one, 4), body(frame / RATE_HZ, other, 9)], [])
    (five,) = [event for event in last if event.name == "high_five"]
    assert (five.person_id, five.other_id) == (4, 9)
    np.testing.assert_allclose(five.anchor_world_m, [0.0, 1.45, -3.0], atol=0.05)


def test_pointing_tells_where_to() -> None:
    out = ARMS_DOWN.copy()
    for share, name in ((0.5, "Elbow"), (1.0, "Wrist"), (1.2, "Hand"), (1.2, "Index"), (1.2, "Pinky")):
        out[JOINT[f"L_{name}"]] = out[JOINT["L_Shoulder"]] + np.array([0.0, 0.0, 0.5]) * share
    watch = Watch(load_rules([SHIPPED]))
    for frame in range(40):
        now = watch(frame / RATE_HZ, [body(frame / RATE_HZ, out)], [])
    (event,) = [event for event in now if event.name == "point"]
    np.testing.assert_allclose(event.direction_world, [0.0, 0.0, 1.0], atol=0.02)


def pose(time_s: float, contacts: list[float]) -> RigPose:
    return RigPose(
        1,
        time_s,
        np.array([0.0, 0.92, -3.0]),
        np.tile([0.0, 0.0, 0.0, 1.0], (len(BONES), 1)),
        np.ones(len(BONES)),
        np.zeros(len(BONES)),
        np.array(contacts),
    )


def test_in_a_mirror_left_is_still_the_performers_left_but_effects_are_where_the_avatar_is() -> None:
    rules = load('[[event]]\nname = "left_stands"\nwhen = "contact(LeftFoot) > 0.5"\nanchor = "L_Wrist"\nhold_s = 0')
    seen = body(0.0, moved(T_POSE_M, (0.5, 0.0, 0.0)))
    plain = Watch(rules)(0.0, [seen], [pose(0.0, [1, 1, 0, 0])], False)
    mirrored = Watch(rules)(0.0, [seen], [pose(0.0, [0, 0, 1, 1])], True)
    assert len(plain) == len(mirrored) == 1
    np.testing.assert_allclose(mirrored[0].anchor_world_m, plain[0].anchor_world_m * [-1, 1, 1])


def test_the_room_knows_how_many_are_here_and_what_they_do() -> None:
    rules = load(
        '[[event]]\nname = "tee"\nwhen = "bend(L_Elbow) < 20"\nhold_s = 0\n'
        '[[event]]\nname = "party"\nscope = "room"\nwhen = "count_people() > 1 and active(tee)"\nhold_s = 0'
    )
    watch = Watch(rules)
    alone = watch(0.0, [body(0.0)], [])
    watch(0.1, [body(0.1)], [])
    both = watch(0.2, [body(0.2), body(0.2, person_id=2)], [])
    assert [(e.name, e.person_id) for e in alone] == [("tee", 1)]
    assert ("party", 0) in [(e.name, e.person_id) for e in both]


def test_rules_can_be_exchanged_while_the_line_runs() -> None:
    watch = Watch(load('[[event]]\nname = "a"\nwhen = "True"\nhold_s = 0'))
    assert [event.name for event in watch(0.0, [body(0.0)], [])] == ["a"]
    watch.use(load('[[event]]\nname = "b"\nwhen = "True"\nhold_s = 0'))
    assert [event.name for event in watch(0.1, [body(0.1)], [])] == ["b"]
    assert watch.rules.rules[0].name == "b"


def recording() -> list[Scene]:
    """Somebody who raises the hands and turns round, as scenes with events found live."""
    watch, scenes, rng = Watch(load_rules([SHIPPED])), [], np.random.default_rng(3)
    for frame in range(120):
        up = with_joints(ARMS_DOWN, L_Wrist=(0.0, 1.0, 0.0), R_Wrist=(0.0, 1.0, 0.0))
        joints_m = turned(up if 20 < frame < 60 else ARMS_DOWN, 175 * min(max(frame - 70, 0) / 25, 1))
        seen = body(frame / RATE_HZ, joints_m + rng.normal(0, 0.002, joints_m.shape))
        poses = (pose(frame / RATE_HZ, [0.5] * 4),)
        scene = Scene(frame, frame / RATE_HZ, CAMERA, (seen,), poses)
        scenes.append(replace(scene, events=watch(scene.time_s, scene.bodies, scene.poses)))
    return scenes


def test_a_take_found_again_fires_the_same_events_at_the_same_times(tmp_path: Path) -> None:
    live, file = recording(), tmp_path / "x.take.jsonl"
    header = TakeHeader(source="x", model="xs", model_sha256="00")
    file.write_bytes(header_line(header) + b"".join(map(scene_line, live)))
    stored = list(read_take(file).scenes)
    again = list(watched(stored, load_rules([SHIPPED])))

    def begins(scenes: list[Scene]) -> list[tuple[str, int]]:
        return [
            (event.name, scene.frame_index)
            for last, scene in zip([replace(scenes[0], events=()), *scenes], scenes, strict=False)
            for event in begun(last.events, scene.events)
        ]

    assert begins(live) == begins(stored) == begins(again)
    assert {name for name, _ in begins(live)} >= {"hands_up", "turn_around"}
    first, second = (b"".join(map(scene_line, watched(stored, load_rules([SHIPPED])))) for _ in range(2))
    assert first == second


def test_spans_and_their_picture() -> None:
    found = spans(recording())
    raised = next(span for span in found if span.name == "hands_up")
    assert raised.begin_s == pytest.approx(26 / RATE_HZ, abs=0.1)
    assert raised.end_s == pytest.approx(60 / RATE_HZ, abs=0.1)
    picture = timeline(found, (0.0, 4.0), "x")
    assert picture.shape[1:] == (1200, 3)
    assert (picture == (31, 119, 180)).all(axis=2).any()


def test_two_people_who_bow_to_each_other_bow_together() -> None:
    def bowing(x_m: float, degrees: float) -> Array:
        joints_m, pelvis_m = ARMS_DOWN.copy(), ARMS_DOWN[JOINT["Pelvis"]]
        upper = [row for name, row in JOINT.items() if name[2:] not in ("Hip", "Knee", "Ankle", "Toe", "Heel")]
        c, s = np.cos(np.radians(60)), np.sin(np.radians(60))
        forward = np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])
        joints_m[upper] = (joints_m[upper] - pelvis_m) @ forward.T + pelvis_m
        return moved(turned(joints_m, degrees), (x_m, 0.0, 0.0))

    def found(one_deg: float, other_deg: float) -> list[tuple[str, int, int]]:
        watch = Watch(load_rules([SHIPPED]))
        for frame in range(30):
            bodies = [body(frame / RATE_HZ, bowing(-0.7, one_deg), 1), body(frame / RATE_HZ, bowing(0.7, other_deg), 2)]
            now = watch(frame / RATE_HZ, bodies, [])
        return [(event.name, event.person_id, event.other_id) for event in now if event.name.startswith("bow")]

    assert found(90.0, -90.0) == [("bow", 1, -1), ("bow", 2, -1), ("bow_together", 1, 2)]
    assert found(-90.0, 90.0) == [("bow", 1, -1), ("bow", 2, -1)]  # away from each other
