"""The examination of the people finder is the same for everybody, shows nothing from training, and counts rightly."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from mocap_bridge.records import Boxes, Image
from models.training.evaluate_people import Synthetic, best_overlaps, elsewhere, real, recall_table, synthetic
from models.training.people import things
from models.training.people.sources import Cutouts, Places
from models.training.people.trial import EMPTY_KINDS, Glimpse, Scene, glimpses, scenes
from models.training.people_threshold import THRESHOLDS, sweep

MAN_PX = np.array([[30.0, 20, 50, 80]])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six grey places of each kind, each of its own brightness, and a shard of one red man for either side."""
    folder: Path = tmp_path_factory.mktemp("data")
    for kind in ("pano_jpg", "photos_cc0_budgie", "photos_mit_grocery"):
        (folder / "backgrounds" / kind).mkdir(parents=True)
        for number in range(6):
            grey = np.full((100, 200, 3), 40 + 30 * number, np.uint8)
            cv2.imwrite(str(folder / "backgrounds" / kind / f"{number}.jpg"), grey)
    rgb, alpha = np.zeros((60, 40, 3), np.uint8) + np.array([10, 10, 250], np.uint8), np.zeros((60, 40), np.uint8)
    alpha[5:55, 10:30] = 255
    colour, mask = (cv2.imencode(".png", picture)[1] for picture in (rgb, alpha))
    ends = {"rgb_at": np.array([0, len(colour)]), "alpha_at": np.array([0, len(mask)])}
    for side in ("train", "val"):
        np.savez(folder / f"{side}-000.npz", rgb=colour, alpha=mask, **ends)
    return folder


def test_places_of_the_examination_are_not_those_of_training(data: Path) -> None:
    shown, kept = Places(data), Places(data, held_out=True)
    assert [len(shown.panoramas), len(shown.photos), len(shown.clutter)] == [5, 5, 5]
    assert [len(kept.panoramas), len(kept.photos), len(kept.clutter)] == [1, 1, 1]
    assert kept.panoramas[0].mean() not in [picture.mean() for picture in shown.panoramas]


def test_the_same_scenes_come_at_every_call_and_others_to_choose_a_threshold(data: Path) -> None:
    first, again, other = (list(islice(scenes(data, data, held_out), 8)) for held_out in (True, True, False))
    assert all(
        (a.image == b.image).all() and (a.boxes_px == b.boxes_px).all() for a, b in zip(first, again, strict=True)
    )
    assert not all(np.array_equal(a.image, b.image) for a, b in zip(first, other, strict=True))
    assert {scene.image.shape for scene in first} == {(480, 640, 3), (360, 640, 3)}
    assert first[0].kind in EMPTY_KINDS
    assert len(first[0].boxes_px) == 0
    assert sum(len(scene.boxes_px) for scene in first) > 0


def test_missing_renders_are_named(data: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"has no val-\*\.npz; make them with"):
        next(scenes(data, tmp_path))


def test_missing_clips_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"cam01\.mp4 is no clip"):
        next(glimpses(tmp_path, 5))


@pytest.mark.parametrize("seed", range(8))
def test_things_are_pictures_with_masks(data: Path, seed: int) -> None:
    places, cutouts = Places(data), Cutouts(data / "none.npz", data)
    cutouts.rescan()
    rng = np.random.default_rng(seed)
    for rgb, mask in (
        things.coat(rng, places, cutouts),
        things.poster(rng, places, cutouts),
        things.furniture(rng, places),
        things.patch(rng, places, 20, 30),
    ):
        assert rgb.shape == (*mask.shape, 3)
        assert rgb.dtype == mask.dtype == np.uint8
        assert mask.max() == 255


def man(seen: str = "people", count: int = 1) -> Iterator[Scene]:
    image = np.zeros((100, 100, 3), np.uint8)
    for _ in range(count):
        yield Scene(seen, image, MAN_PX if seen == "people" else MAN_PX[:0], MAN_PX[:0])


def answering(boxes_px: np.ndarray, scores: list[float]) -> Callable[[Image], Boxes]:
    def find(image: Image) -> Boxes:
        return Boxes(boxes_px, np.array(scores))

    return find


def test_whoever_is_found_exactly_counts_at_every_overlap() -> None:
    found = synthetic(answering(MAN_PX, [0.9]), man())
    assert found.recall(0.75) == 1
    assert found.false_people["people"] == [0]
    assert "| from 0.6 | 1 | 1.000 | 1.000 | 1.000 |" in recall_table(found)


def test_a_box_in_an_empty_picture_is_a_false_person() -> None:
    found = synthetic(answering(MAN_PX, [0.9]), [scene for kind in EMPTY_KINDS for scene in man(kind)])
    assert found.false_per_empty() == 1


def test_recall_is_taken_over_the_heights_asked_for() -> None:
    found = Synthetic(np.array([0.16, 0.3, 1.0]), np.array([0.9, 0.6, 0.4]), {})
    assert found.recall(0.5) == 0.5
    assert found.recall(0.5, 0.15, 0.2) == 1
    assert found.recall(0.3, 0.6, 1.0) == 1


def test_a_loose_box_is_neither_a_find_nor_a_false_person() -> None:
    loose_px = np.array([[30.0, 20, 50, 35]])
    assert best_overlaps(MAN_PX, loose_px) == pytest.approx([0.25])
    assert elsewhere(loose_px, MAN_PX) == 0
    assert elsewhere(loose_px + 60, MAN_PX) == 1


def test_a_man_seen_in_one_of_the_frames_of_a_clip_is_found() -> None:
    frames = tuple(np.full((100, 100, 3), value, np.uint8) for value in (0, 0, 200))

    def find(image: Image) -> Boxes:
        there = image.shape[0] == 100 and image.mean() > 100
        return Boxes(MAN_PX[: int(there)], np.ones(int(there)))

    clip = real(find, [Glimpse("one", frames, MAN_PX, MAN_PX[:0]), Glimpse("one", frames[:2], MAN_PX, MAN_PX[:0])])[0]
    assert clip.overlaps == (1, 0)
    assert clip.false_people == (0,) * 5


def test_a_higher_threshold_keeps_fewer() -> None:
    doubtful = answering(np.concatenate([MAN_PX, MAN_PX + 45]), [0.6, 0.3])
    rows = np.array(sweep(doubtful, [*man(), *man("bare")]), float)
    assert rows[:, 0] == pytest.approx(THRESHOLDS, abs=0.005)
    assert (np.diff(rows[:, 1:], axis=0) <= 0).all()
    assert rows[0].tolist()[1:] == [1, 2, 1]
