"""Photos that somebody stretched get a shape; those in their own shape keep it. The teachers here see red."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from mocap_bridge.records import Image

pytest.importorskip("onnx", reason="teachers need the extra [teachers]")

from models.training.teacher import open_images_people
from models.training.teachers.blazepose import LANDMARKS
from models.training.teachers.council import Council
from models.training.teachers.movenet import JOINTS_17, Seen


def red_seer(joints: int) -> Callable[[Image], Seen]:
    def seen(view: Image) -> Seen:
        red = view[..., 0] > 128
        y, x = (np.nonzero(red)[axis].mean() + 0.5 for axis in (0, 1))
        return Seen(np.tile((x, y), (joints, 1)), np.full(joints, 0.9), 1.0, red.astype(float))

    return seen


@pytest.mark.parametrize(("more", "shape"), [({"aspect": 1.0}, 0.5), ({}, 0.5 * 4 / 3)])
def test_a_photo_in_its_own_shape_is_not_stretched(tmp_path: Path, more: dict[str, float], shape: float) -> None:
    folder = tmp_path / "people/openimages_416"
    (folder / "images").mkdir(parents=True)
    photo = np.zeros((300, 400, 3), np.uint8)
    cv2.circle(photo, (200, 150), 20, (0, 0, 255), -1)
    cv2.imwrite(str(folder / "images/0067227197b4a933.jpg"), photo)
    told = {"file": "0067227197b4a933.jpg", "person_boxes_xywh": [[140, 30, 120, 240]]} | more
    (folder / "annotations.json").write_text(json.dumps([told]))
    (person,) = open_images_people(Council(red_seer(len(JOINTS_17)), red_seer(len(LANDMARKS))), tmp_path)
    width, height = person.box_px[2:] - person.box_px[:2]
    assert width / height == pytest.approx(shape)
