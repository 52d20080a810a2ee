"""Legs that the picture does not show are not followed; legs that come back are."""

from collections.abc import Sequence

import numpy as np
import pytest

from mocap_bridge.framing import BACK_S, LOST_S, Framing, Shown
from mocap_bridge.records import Array, BodyJoints
from mocap_bridge.skeleton import JOINT, JOINTS

SIZE_PX = np.array([640.0, 480.0])
LEGS = [JOINT[f"{side}_{name}"] for side in "LR" for name in ("Knee", "Ankle", "Heel", "Toe")]
HIPS = [JOINT[name] for name in ("Pelvis", "L_Hip", "R_Hip")]
ABOVE = [i for i in range(len(JOINTS)) if i not in LEGS + HIPS]


def body(time_s: float, legs: float, hips: float = 1.0, joints_px: Array | None = None) -> BodyJoints:
    visibility = np.ones(30)
    visibility[LEGS], visibility[HIPS] = legs, hips
    middle = np.tile(SIZE_PX / 2, (30, 1)) if joints_px is None else joints_px
    return BodyJoints(1, time_s, np.zeros((30, 3)), visibility, middle, np.zeros(4))


def legs_seen(framing: Framing, legs: Sequence[float]) -> list[float]:
    """How far the legs are seen in frames at 30 Hz whose networks are so sure of them."""
    return [float(framing(body(frame / 30, leg), SIZE_PX).visibility[LEGS].max()) for frame, leg in enumerate(legs)]


def test_legs_unseen_for_a_second_are_gone_until_they_are_clearly_back() -> None:
    lost, back = round(LOST_S * 30), round(BACK_S * 30)
    seen = legs_seen(Framing("auto"), [0.2] * 60 + [0.3] * 60 + [0.9] * 30)
    assert seen[: lost - 1] == [0.2] * (lost - 1)
    assert set(seen[lost + 1 : 120 + back - 1]) == {0.0}  # 0.3 is not clear enough to come back
    assert seen[120 + back + 1 :] == [0.9] * (30 - back - 1)


def test_a_short_loss_changes_nothing() -> None:
    legs = [0.9] * 30 + [0.0] * 25 + [0.9] * 30
    assert legs_seen(Framing("auto"), legs) == legs


def test_one_leg_hidden_behind_the_other_does_not_make_a_half_body() -> None:
    framing, left = Framing("auto"), [JOINT[f"L_{name}"] for name in ("Knee", "Ankle", "Heel", "Toe")]
    for frame in range(90):
        seen = body(frame / 30, 0.9)
        visibility = seen.visibility.copy()
        visibility[left] = 0.0
        out = framing(BodyJoints(1, seen.time_s, seen.joints_world_m, visibility, seen.joints_px, seen.box_px), SIZE_PX)
    assert out.visibility[JOINT["R_Knee"]] == 0.9


@pytest.mark.parametrize(("shown", "gone"), [("upper", LEGS + HIPS), ("full", [])])
def test_a_forced_framing_asks_nobody(shown: Shown, gone: list[int]) -> None:
    framing = Framing(shown)
    for frame in range(60):
        visibility = framing(body(frame / 30, 0.1 if shown == "full" else 1.0), SIZE_PX).visibility
        assert not visibility[gone].any()
        assert (visibility[ABOVE] == 1).all()
    assert shown == "upper" or visibility[LEGS].min() == 0.1


def test_what_lies_outside_the_picture_is_unseen_however_sure_the_network_is() -> None:
    joints_px = np.tile(SIZE_PX / 2, (30, 1))
    joints_px[JOINT["L_Wrist"]] = [300.0, 481.0]
    joints_px[JOINT["R_Wrist"]] = [-1.0, 20.0]
    visibility = Framing("auto")(body(0.0, 1.0, joints_px=joints_px), SIZE_PX).visibility
    assert visibility[JOINT["L_Wrist"]] == visibility[JOINT["R_Wrist"]] == 0.0
    assert visibility.sum() == 28
