"""People are told apart by what they wear."""

from dataclasses import replace

import numpy as np
import pytest

from mocap_bridge.records import Array, Image, JointEstimate
from mocap_bridge.skeleton import JOINT
from mocap_bridge.track.looks import blended, likeness, look
from mocap_bridge.track.people import Person, exchanged
from mocap_bridge.track.recognition import Recognition, who_returns

RED, BLUE, GREEN, BLACK, WHITE = (200, 30, 40), (30, 50, 190), (40, 160, 60), (15, 15, 15), (240, 240, 240)
AT_PX = {"Thorax": (50, 30), "Pelvis": (50, 80), "R_Hip": (45, 82), "L_Hip": (55, 82), "R_Knee": (44, 120)} | {
    "L_Knee": (56, 120)
}


def stands() -> JointEstimate:
    joints_px, confidence = np.zeros((30, 2)), np.zeros(30)
    for name, at_px in AT_PX.items():
        joints_px[JOINT[name]], confidence[JOINT[name]] = at_px, 0.8
    return JointEstimate(1, 0.0, joints_px, np.zeros(30), confidence)


def picture(above: tuple[int, ...], below: tuple[int, ...], light: float = 1.0) -> Image:
    image = np.full((140, 100, 3), 120, np.uint8)
    image[25:81, 38:63], image[81:125, 36:65] = above, below
    noise = np.random.default_rng(0).normal(0, 4, image.shape)
    return (image * light + noise).clip(0, 255).astype(np.uint8)


def worn(above: tuple[int, ...], below: tuple[int, ...], light: float = 1.0) -> Array:
    seen = look(picture(above, below, light), stands())
    assert seen is not None
    return seen


def test_the_same_clothes_are_alike_in_sun_and_shade_and_others_are_not() -> None:
    me = worn(RED, BLUE)
    assert likeness(me, worn(RED, BLUE)) == pytest.approx(1.0)
    assert likeness(me, worn(RED, BLUE, light=0.6)) > 0.85
    assert likeness(me, worn(GREEN, BLACK)) < 0.6
    assert likeness(worn(BLACK, BLACK), worn(WHITE, WHITE)) < 0.75


def test_shares_of_colours_add_up_to_one() -> None:
    me = worn(RED, BLUE)
    np.testing.assert_allclose([me[:, :25].sum(axis=1), me[:, 25:].sum(axis=1)], 1.0)


def test_who_is_outside_the_picture_or_not_seen_has_no_look() -> None:
    image, seen = picture(RED, BLUE), stands()
    assert look(image, replace(seen, joints_px=seen.joints_px + 500)) is None
    assert look(image, replace(seen, confidence=np.zeros(30))) is None
    assert look(image, replace(seen, joints_px=np.full((30, 2), np.nan))) is None


def test_legs_out_of_sight_leave_the_trunk_to_compare() -> None:
    seen = stands()
    confidence = seen.confidence.copy()
    confidence[[JOINT["L_Knee"], JOINT["R_Knee"]]] = 0.1
    half = look(picture(RED, GREEN), replace(seen, confidence=confidence))
    assert half is not None
    assert likeness(half, worn(RED, BLUE)) == pytest.approx(1.0)
    both = blended(worn(RED, BLUE), half, 0.5)
    assert both is not None
    assert np.isfinite(both).all()


def someone(person_id: int, wears: Array | None, look_s: float = 1.0, lost_s: float | None = None) -> Person:
    box_px = np.array([0.0, 0, 100, 200])
    return Person(person_id, box_px, 0.0, np.zeros(2), confirmed=True, look=wears, look_s=look_s, lost_s=lost_s)


A, B, C = worn(RED, BLUE), worn(GREEN, BLACK), worn(WHITE, GREEN)


def ids_exchanged(
    people: list[Person], lost: list[Person], now: dict[int, Array | None], frames: int = 10
) -> list[int]:
    """Frames in which two ids were exchanged."""
    watch = Recognition()
    return [frame for frame in range(frames) if watch.exchanges(people, lost, now, frame / 30)]


def test_two_who_wear_each_others_clothes_for_a_moment_have_exchanged_their_ids() -> None:
    both = [someone(1, A), someone(2, B)]
    assert ids_exchanged(both, [], {1: B, 2: A})[0] == 6
    assert ids_exchanged(both, [], {1: A, 2: B}) == []
    assert ids_exchanged(both, [], {1: B, 2: None}) == []


def test_who_wears_the_clothes_of_somebody_lost_is_that_one() -> None:
    assert ids_exchanged([someone(1, A)], [someone(2, B, lost_s=0.0)], {1: B})[0] == 6
    assert ids_exchanged([someone(1, A)], [someone(2, B, lost_s=0.0)], {1: C}) == []


def test_two_in_the_same_clothes_are_never_exchanged() -> None:
    assert ids_exchanged([someone(1, A), someone(2, A)], [], {1: A, 2: A}, frames=60) == []


def test_a_look_seen_for_an_instant_proves_nothing() -> None:
    assert ids_exchanged([someone(1, A, look_s=0.05), someone(2, B)], [], {1: B, 2: A}) == []


def test_who_has_just_come_out_from_behind_somebody_is_told_at_once() -> None:
    both, now = [someone(1, A), someone(2, B)], {1: B, 2: A}
    assert Recognition().exchanges(both, [], now, 0.0) == []
    assert Recognition().exchanges(both, [], now, 0.0, back={2}) == [(1, 2)]


def test_who_has_met_somebody_whose_clothes_nobody_knows_and_wears_others_now_is_that_one() -> None:
    both = [someone(1, A), someone(2, None, look_s=0.0)]
    for now, exchanged_ids in (({1: C, 2: A}, [(1, 2)]), ({1: A, 2: C}, [])):
        watch = Recognition()
        for frame in range(7):
            chosen = watch.exchanges(both, [], now, frame / 30, met=lambda a, b: True)
        assert chosen == exchanged_ids
        assert Recognition().exchanges(both, [], now, 1.0, back={1, 2}) == []  # they have not met


def test_who_has_worn_something_else_for_a_while_is_a_stranger() -> None:
    watch = Recognition()
    strange = [watch.strangers([someone(1, A), someone(2, B)], {1: C, 2: B}, frame / 30) for frame in range(15)]
    assert strange[:9] == [[]] * 9
    assert strange[9] == [1]


def test_a_look_is_learned_slowly_and_not_from_a_stranger() -> None:
    watch = Recognition()
    first = watch.learned(someone(1, None, look_s=0.0), A, 1 / 30)
    assert first.look is not None
    np.testing.assert_array_equal(first.look, A)
    watch.strangers([someone(1, A)], {1: B}, 0.0)
    assert watch.learned(someone(1, A), B, 1 / 30).look is A


def test_who_comes_back_is_known_by_their_clothes_unless_two_are_dressed_alike() -> None:
    lost = [someone(1, A, lost_s=0.0), someone(2, B, lost_s=0.0)]
    back = who_returns(B, lost)
    assert back is not None
    assert back.person_id == 2
    assert who_returns(C, lost) is None
    assert who_returns(A, [*lost, someone(3, A, lost_s=0.0)]) is None
    assert who_returns(None, lost) is None


def test_clothes_stay_with_the_id_that_they_belong_to() -> None:
    seen, lost = exchanged(1, 2, [someone(1, A)], [someone(2, B, lost_s=3.0)])
    assert [(one.person_id, one.look is B, one.lost_s) for one in seen] == [(2, True, None)]
    assert [(one.person_id, one.look is A, one.lost_s) for one in lost] == [(1, True, 3.0)]
