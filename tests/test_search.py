"""Small people are found from closer by, one part of the picture after the other."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mocap_bridge.records import Boxes, Image
from mocap_bridge.search import PART, Search, out_of_the_shade, parts, search_everywhere, whole_people


class Finder:
    """Finds the one white rectangle of a picture, if it is at least a fifth of the picture high."""

    def __init__(self) -> None:
        self.sizes_px: list[tuple[int, int]] = []

    def __call__(self, image_rgb: Image) -> Boxes:
        self.sizes_px.append(image_rgb.shape[:2])
        rows, columns = np.nonzero(image_rgb[..., 0] > 128)
        if not len(rows) or np.ptp(rows) + 1 < 0.2 * image_rgb.shape[0]:
            return Boxes(np.zeros((0, 4)), np.zeros(0))
        box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        return Boxes(np.array([box]), np.array([0.9]))


def picture(left: int, top: int, high: int) -> Image:
    image = np.zeros((480, 640, 3), np.uint8)
    image[top : top + high, left : left + high // 3] = 255
    return image


@given(st.integers(8, 4000), st.integers(8, 4000))
def test_parts_cover_the_picture_and_stay_inside(width_px: int, height_px: int) -> None:
    places = parts(width_px, height_px)
    assert all(0 <= x0 < x1 <= width_px and 0 <= y0 < y1 <= height_px for x0, y0, x1, y1 in places)
    assert max(y1 - y0 for _, y0, _, y1 in places) <= PART * height_px + 1
    lefts = sorted((x0, x1) for x0, _, x1, _ in places)
    assert lefts[0][0] == 0
    assert lefts[-1][1] == width_px
    assert all(nxt[0] <= now[1] for now, nxt in itertools.pairwise(lefts))


def test_a_small_person_is_found_once_every_part_was_looked_at() -> None:
    search, image = Search(Finder()), picture(left=500, top=300, high=80)
    found = [search(image) for _ in parts(640, 480)]
    boxes_px = np.concatenate([boxes.boxes_px for boxes in found])
    assert len(boxes_px) >= 1
    np.testing.assert_array_equal(boxes_px, np.tile([500, 300, 526, 380], (len(boxes_px), 1)))


def test_a_large_person_is_one_person_not_one_of_each_look() -> None:
    search, image = Search(Finder()), picture(left=200, top=60, high=390)
    for _ in parts(640, 480):
        np.testing.assert_array_equal(search(image).boxes_px, [[200, 60, 330, 450]])


def test_each_search_costs_two_looks() -> None:
    finder = Finder()
    Search(finder)(picture(0, 0, 10))
    assert finder.sizes_px == [(480, 640), (320, 400)]


def test_the_shade_gets_contrast() -> None:
    rng = np.random.default_rng(0)
    shade = rng.integers(16, 24, (96, 96, 3), dtype=np.uint8)
    shade[32:64, 40:56] += 12  # somebody, hardly lighter than the wall
    lit = out_of_the_shade(shade).astype(float)
    assert lit[32:64, 40:56].mean() - lit[:24].mean() > 1.5 * 12


def test_people_cut_by_a_part_are_left_to_another() -> None:
    boxes = Boxes(np.array([[0, 50, 40, 150], [120, 50, 160, 150], [60, 50, 100, 199]]), np.array([0.9, 0.8, 0.7]))
    kept = whole_people(boxes, (100, 0, 300, 200), (400, 400))
    np.testing.assert_array_equal(kept.boxes_px, [[220, 50, 260, 150]])


def test_a_small_person_in_a_picture_that_stands_alone_is_found_at_once_and_once() -> None:
    for left in (40, 500):
        found = search_everywhere(Finder(), picture(left, top=300, high=80))
        np.testing.assert_array_equal(found.boxes_px, [[left, 300, left + 26, 380]])


def test_somebody_found_only_in_the_mirrored_picture_lies_where_they_are() -> None:
    def finds_left_half(image_rgb: Image) -> Boxes:
        found = Finder()(image_rgb)
        return found if (found.boxes_px[:, 0] < 100).all() else Boxes(np.zeros((0, 4)), np.zeros(0))

    found = search_everywhere(finds_left_half, picture(left=560, top=100, high=210))
    np.testing.assert_array_equal(found.boxes_px, [[560, 100, 630, 310]])


def test_somebody_who_fills_the_picture_is_found_from_farther_away() -> None:
    def finds_no_giants(image_rgb: Image) -> Boxes:
        found = Finder()(image_rgb)
        giant = np.ptp(found.boxes_px[:, 1::2], axis=1) > 0.8 * image_rgb.shape[0]
        return Boxes(found.boxes_px[~giant], found.scores[~giant])

    image = picture(left=200, top=40, high=400)
    (box_px,) = search_everywhere(finds_no_giants, image).boxes_px
    np.testing.assert_array_equal(box_px, [200, 40, 333, 440])
