"""What is counted when people are followed in films: who is found, under which id, and where nobody is."""

import numpy as np
import pytest

from mocap_bridge.camera import level_camera
from mocap_bridge.records import Frame
from models.training.bench.following import Film, Seen, Truth, crop_place, score

SHAPE = np.random.default_rng(0).uniform(0, 1, (30, 2)) * [60, 200]


def person(x_px: float) -> Truth:
    joints_px = SHAPE + np.array([x_px, 100.0])
    box_px = np.concatenate([joints_px.min(axis=0), joints_px.max(axis=0)])
    return Truth(box_px, joints_px, np.ones(30), 57.0)


def seen(person_id: int, x_px: float) -> Seen:
    one = person(x_px)
    return Seen(person_id, one.box_px, one.joints_px)


def film(*frames: tuple[Truth | None, ...]) -> Film:
    image, camera = np.zeros((480, 640, 3), np.uint8), level_camera((640, 480))
    return Film("film", tuple(Frame(row, row / 30, image, camera) for row in range(len(frames))), frames)


def test_a_person_who_is_followed_is_found_and_ids_that_change_are_counted() -> None:
    one = score(film(*[(person(100),)] * 4), [[seen(1, 100)], [seen(1, 101)], [seen(2, 100)], []])
    assert (one.due, one.found, one.switches, one.ids, one.people) == (4, 3, 1, 2, 1)
    assert one.hits == one.limbs_found
    assert one.limbs > one.limbs_found


def test_ghosts_are_where_nobody_is_and_doubles_where_somebody_is_found_already() -> None:
    one = score(film((person(100),)), [[seen(1, 100), seen(2, 120), seen(3, 500)]])
    assert (one.found, one.doubles, one.ghosts) == (1, 1, 1)
    assert score(film((None,)), [[seen(1, 100)]]).ghosts == 1


def test_scores_of_films_add_up() -> None:
    one = score(film((person(100),)), [[seen(1, 100)]])
    assert (one + one).found == 2
    assert len((one + one).off) == 2


def test_a_crop_is_off_in_sizes_of_the_true_box() -> None:
    place = crop_place(np.array([20.0, 0, 220, 400]), np.array([0.0, 0, 100, 200]))
    assert place == pytest.approx([70 / 200, 100 / 200, np.log(2)])
