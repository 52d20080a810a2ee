"""Only photos of COCO with a free licence and labels are taken, each once, in their own shape."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.training import coco_photos

JOINTS = " ".join(["0.5 0.25 2"] + ["0 0 0"] * 16)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Photos 1 (free, twice, once stretched), 2 (not free), 3 (free, without labels), 4 (free, stretched)."""
    pictures = {
        "a/000000000001.jpg": (80, 60),
        "b/000000000001_jpg.rf.77.jpg": (16, 16),
        "a/COCO_val2014_000000000002.jpg": (80, 60),
        "a/000000000003.jpg": (80, 60),
        "b/000000000004_jpg.rf.78.jpg": (40, 40),
        "b/person_4.jpg": (40, 40),
    }
    rng = np.random.default_rng(0)
    for name, (width, height) in pictures.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / name), rng.integers(0, 255, (height, width, 3), np.uint8))
    (tmp_path / "labels/train2017").mkdir(parents=True)
    for key in (1, 2, 4):
        (tmp_path / f"labels/train2017/{key:012}.txt").write_text(f"0 0.5 0.5 0.25 0.5 {JOINTS}\n")
    licences = {1: 4, 2: 3, 3: 5, 4: 7}
    images = [{"id": key, "license": licence, "width": 80, "height": 60} for key, licence in licences.items()]
    (tmp_path / "images.json").write_text(json.dumps({"images": images}))
    return tmp_path


def collected(folder: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> list[dict[str, object]]:
    arguments = [*map(str, (folder / "a", folder / "b")), "--licences", str(folder / "images.json")]
    arguments += ["--labels", str(folder / "labels"), "--out", str(folder / "out"), *more]
    monkeypatch.setattr("sys.argv", ["coco_photos", *arguments])
    coco_photos.main()
    return list(json.loads((folder / "out/people/coco_ok/annotations.json").read_text()))


def test_only_free_photos_with_labels_are_taken_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = collected(folder, monkeypatch)
    assert [(photo["id"], photo["license_name"]) for photo in taken] == [
        (1, "CC BY 2.0"),
        (4, "no known copyright restrictions"),
    ]
    copied = folder / "out/people/coco_ok/images/000000000001.jpg"
    assert copied.read_bytes() == (folder / "a/000000000001.jpg").read_bytes()


def test_a_stretched_photo_gets_its_shape_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collected(folder, monkeypatch)
    picture = cv2.imread(str(folder / "out/people/coco_ok/images/000000000004.jpg"))
    assert picture is not None
    assert picture.shape[:2] == (60, 80)


def test_photos_that_are_there_already_are_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "have").mkdir()
    (folder / "have/annotations.json").write_text(json.dumps([{"id": 1}]))
    assert [photo["id"] for photo in collected(folder, monkeypatch, "--but", str(folder / "have"))] == [4]


def test_a_photo_whose_licence_is_in_dispute_is_left_out(tmp_path: Path) -> None:
    files = []
    for licence in (4, 1):
        files.append(tmp_path / f"{licence}.json")
        files[-1].write_text(
            json.dumps({"images": [{"id": 7, "license": licence}, {"id": 8, "license": 4}, {"id": 9}]})
        )
    assert list(coco_photos.shared_images(files)) == [8]


def test_of_a_file_that_was_cut_off_the_whole_photos_count() -> None:
    text = json.dumps(
        {"licenses": [{"id": 4}], "images": [{"id": 7, "license": 4}, {"id": 8}], "annotations": []}, indent=1
    )
    assert coco_photos.images_in(text) == [{"id": 7, "license": 4}, {"id": 8}]
    assert coco_photos.images_in(text[: text.index('"id": 8') + 5]) == [{"id": 7, "license": 4}]
    assert coco_photos.images_in(text[: text.index('"annotations"')]) == [{"id": 7, "license": 4}, {"id": 8}]


def test_a_file_that_is_no_annotations_is_refused() -> None:
    with pytest.raises(ValueError, match="images"):
        coco_photos.images_in("id,license")


def test_boxes_and_joints_are_in_pixels_of_the_photo() -> None:
    (person,) = coco_photos.people(f"0 0.5 0.5 0.25 0.5 {JOINTS}\n", 80, 60)
    assert person["bbox"] == [30.0, 15.0, 20.0, 30.0]
    assert person["keypoints"][:3] == [40.0, 15.0, 2.0]


def test_somebody_without_joints_is_nobody() -> None:
    assert coco_photos.people("0 0.5 0.5 0.2 0.5 " + " ".join(["0 0 0"] * 17), 80, 60) == []


def test_labels_without_keypoints_are_refused() -> None:
    with pytest.raises(ValueError, match="5 numbers"):
        coco_photos.people("0 0.5 0.5 0.2 0.5", 80, 60)


def test_folders_without_such_photos_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "images.json").write_text(json.dumps({"images": []}))
    with pytest.raises(SystemExit) as ended:
        collected(folder, monkeypatch)
    assert ended.value.code == 2
