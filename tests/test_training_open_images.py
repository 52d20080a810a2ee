"""Only photos of Open Images are taken from a collection, each once, with its boxes."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.training import open_images

IDS = ("0067227197b4a933", "013c49a036de77fb", "02aa10baa0d20b0e")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Two photos of Open Images, one of them twice; one with a tiny person, one from elsewhere."""
    names = [("test", IDS[0]), ("train", IDS[0]), ("train", IDS[1]), ("train", IDS[2]), ("valid", "person_17")]
    heights = {IDS[0]: 0.5, IDS[1]: 0.9, IDS[2]: 0.1, "person_17": 0.9}
    for part, name in names:
        for folder in ("images", "labels"):
            (tmp_path / part / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / part / "images" / f"{name}_jpg.rf.00.jpg").write_bytes(name.encode())
        (tmp_path / part / "labels" / f"{name}_jpg.rf.00.txt").write_text(f"0 0.5 0.5 0.25 {heights[name]}\n")
    return tmp_path


def collected(checkout: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> list[dict[str, object]]:
    monkeypatch.setattr("sys.argv", ["open_images", str(checkout), "--out", str(checkout / "out"), *more])
    open_images.main()
    return list(json.loads((checkout / "out/people/openimages_416/annotations.json").read_text()))


def test_photos_of_open_images_come_once_with_boxes_in_pixels(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = collected(checkout, monkeypatch)
    assert [photo["openimages_id"] for photo in taken] == [IDS[0], IDS[1]]
    assert taken[0]["person_boxes_xywh"] == [[156.0, 104.0, 104.0, 208.0]]
    assert (checkout / "out/people/openimages_416/images" / f"{IDS[0]}.jpg").read_bytes() == IDS[0].encode()


def test_photos_that_are_there_already_are_left_out(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / "have").mkdir()
    (checkout / "have" / f"{IDS[1]}.jpg").touch()
    taken = collected(checkout, monkeypatch, "--but", str(checkout / "have"))
    assert [photo["openimages_id"] for photo in taken] == [IDS[0]]


def test_photos_in_their_own_shape_come_with_boxes_of_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in ((IDS[0], (1000, 2048)), (IDS[1], (60, 80)), (IDS[2], (60, 80))):
        (tmp_path / "train").mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / "train" / f"{name}.jpg"), np.full((*size, 3), 128, np.uint8))
    told = {
        "images": [{"id": row, "file_name": f"{name}.jpg"} for row, name in enumerate(IDS)],
        "annotations": [
            {"image_id": 0, "category_id": 5, "bbox": [0.25, 0.5, 0.25, 0.5]},
            {"image_id": 1, "category_id": 4, "bbox": [0.25, 0.5, 0.25, 0.5]},
            {"image_id": 2, "category_id": 5, "bbox": [0.25, 0.5, 0.25, 0.1]},
        ],
    }
    (tmp_path / "boxes.json").write_text(json.dumps(told)[:-2] + ",\n]}")
    (taken,) = collected(tmp_path, monkeypatch, "--boxes", str(tmp_path / "boxes.json"))
    assert (taken["openimages_id"], taken["aspect"]) == (IDS[0], 1.0)
    assert taken["person_boxes_xywh"] == [[256.0, 250.0, 256.0, 250.0]]
    copied = cv2.imread(str(tmp_path / "out/people/openimages_416/images" / f"{IDS[0]}.jpg"))
    assert copied is not None
    assert copied.shape[:2] == (500, 1024)


def test_a_folder_without_such_photos_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit) as ended:
        collected(tmp_path, monkeypatch)
    assert ended.value.code == 2
