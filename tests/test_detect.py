"""People are found where they are, in pictures of any size, and nothing is made of noise or broken numbers."""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mocap_bridge.assets import shipped
from mocap_bridge.detect import (
    CELL_PX,
    MOST_PEOPLE,
    PeopleFinder,
    core_shares,
    letterbox,
    peaks,
    shared_area,
    strongest,
)
from mocap_bridge.errors import ModelError
from mocap_bridge.search import Search, parts

SHARED = Path(os.environ.get("MOCAP_SHARED", Path(__file__).parent.parent.parent / "shared"))
CLIPS = SHARED / "data" / "validation"


@pytest.fixture(scope="module")
def finder() -> PeopleFinder:
    return PeopleFinder(shipped("models/people_xs.onnx"))


@pytest.mark.parametrize("size", [(480, 640), (720, 1280), (1920, 1080), (90, 700), (3, 2)])
def test_an_empty_picture_of_any_size_shows_nobody(finder: PeopleFinder, size: tuple[int, int]) -> None:
    grey = np.full((*size, 3), 90, np.uint8)
    found = finder(grey)
    assert found.boxes_px.shape == (0, 4)
    assert found.scores.shape == (0,)


def test_boxes_lie_in_the_picture_surest_first(finder: PeopleFinder) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (16, 12, 3), dtype=np.uint8)
    found = finder(cv2.resize(noise, (600, 800), interpolation=cv2.INTER_CUBIC))
    assert np.isfinite(found.boxes_px).all()
    assert (found.boxes_px >= 0).all()
    assert (found.boxes_px <= (600, 800, 600, 800)).all()
    assert (np.diff(found.scores) <= 0).all()


def clip_frame(name: str, number: int) -> np.ndarray:
    if not (CLIPS / name).exists():
        pytest.skip(f"needs the real clip {name}; set MOCAP_SHARED to the folder that holds data/validation")
    clip = cv2.VideoCapture(str(CLIPS / name))
    clip.set(cv2.CAP_PROP_POS_FRAMES, number)
    _, frame = clip.read()
    return np.ascontiguousarray(frame[..., ::-1])


def test_a_real_man_is_found_once_every_part_of_the_picture_was_looked_at(finder: PeopleFinder) -> None:
    image = clip_frame("balance/cam01.mp4", 0)
    search = Search(finder)
    boxes_px = np.concatenate([search(image).boxes_px for _ in parts(*image.shape[1::-1])])
    wanted = np.array([0.22, 0.16, 0.52, 0.61]) * np.tile(image.shape[1::-1], 2)
    assert max(shared_area(wanted, box) for box in boxes_px) > 0.4


def test_a_network_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = shipped("models/people_xs.onnx")
    (tmp_path / "odd.onnx").write_bytes(path.read_bytes())
    card = path.with_suffix(".toml").read_text().replace('kind = "people"', 'kind = "lifter"\njoints = ["Nose"]')
    (tmp_path / "odd.toml").write_text(card)
    with pytest.raises(ModelError, match="is a lifter network; finding people takes"):
        PeopleFinder(tmp_path / "odd.onnx")


@pytest.mark.parametrize(("columns", "rows"), [(640, 480), (1280, 720), (300, 900), (50, 20)])
def test_a_letterboxed_picture_keeps_its_shape_and_its_place(columns: int, rows: int) -> None:
    image = np.zeros((rows, columns, 3), np.uint8)
    image[rows // 4 : rows // 2, columns // 4 : columns // 2] = 255
    letter, scale, offset_px = letterbox(image, 320, 256)
    assert letter.shape == (256, 320, 3)
    y, x = np.nonzero(letter[..., 0] > 127)
    corners = np.array([[x.min(), y.min()], [x.max() + 1, y.max() + 1]])
    wanted = np.array([[columns // 4, rows // 4], [columns // 2, rows // 2]])
    assert np.abs((corners - offset_px) / scale - wanted).max() <= 1.5 / scale


def maps() -> tuple[np.ndarray, np.ndarray]:
    """Empty maps of 8x10 cells; every cell's box is one cell wide."""
    return np.zeros((8, 10), np.float32), np.full((4, 8, 10), CELL_PX / 2, np.float32)


def test_a_summit_becomes_the_box_around_its_cell() -> None:
    heat, sides_px = maps()
    heat[2, 3:6] = 0.6, 0.9, 0.6
    sides_px[:, 2, 4] = 10, 20, 30, 40
    boxes_px, scores = peaks(heat, sides_px, 0.5)
    x, y = 4.5 * CELL_PX, 2.5 * CELL_PX
    assert boxes_px.tolist() == [[x - 10, y - 20, x + 30, y + 40]]
    assert scores == pytest.approx([0.9])


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_a_cell_that_is_not_a_number_is_nobody(broken: float) -> None:
    heat, sides_px = maps()
    heat[1, 1], heat[5, 5], heat[3, 8] = 0.8, 0.8, broken
    sides_px[2, 5, 5] = broken
    boxes_px, scores = peaks(heat, sides_px, 0.5)
    assert scores == pytest.approx([0.8])
    assert np.isfinite(boxes_px).all()


def test_the_share_of_body_is_taken_from_the_middle_of_the_box() -> None:
    body = np.zeros((8, 10), np.float32)
    body[2:6, 3:5] = 1
    body[0, 0] = np.nan
    boxes_px = np.array([[2, 0, 6, 8], [0, 0, 2, 2], [-90, -90, -50, -50], [75, 60, 300, 300.0]]) * CELL_PX
    assert core_shares(body, boxes_px).tolist() == [1, 0, 0, 0]
    assert core_shares(body, boxes_px[:0]).shape == (0,)


@given(
    arrays(np.float32, (8, 10), elements=st.floats(width=32, allow_nan=True)),
    arrays(np.float32, (4, 8, 10), elements=st.floats(width=32, allow_nan=True)),
)
def test_whatever_the_maps_hold_peaks_are_finite_sorted_and_few(heat: np.ndarray, sides_px: np.ndarray) -> None:
    boxes_px, scores = peaks(heat, sides_px, 0.5)
    assert len(scores) <= MOST_PEOPLE
    assert np.isfinite(boxes_px).all()
    assert np.isfinite(scores).all()
    assert (np.diff(scores) <= 0).all()


def test_the_surer_of_two_answers_for_one_person_stays() -> None:
    boxes_px = np.array([[0, 0, 10, 20], [1, 0, 10, 20], [8, 0, 18, 20.0]])
    assert strongest(boxes_px, 0.5) == [0, 2]


def test_overlap_is_a_share_of_the_union() -> None:
    assert shared_area(np.array([0, 0, 2, 2.0]), np.array([1, 0, 3, 2.0])) == pytest.approx(1 / 3)
    assert shared_area(np.zeros(4), np.zeros(4)) == 0
