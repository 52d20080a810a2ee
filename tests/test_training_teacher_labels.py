"""What is made of a teacher's answers. The teacher here sees red and needs it large; MediaPipe is not needed."""

from types import SimpleNamespace

import numpy as np
import pytest

from mocap_bridge.records import Image
from models.training.pose.teacher_labels import CROP_PX, LIMBS, Opinion, box_in, crop_of, label, zoomed


class RedSeer:
    """Puts every landmark into the middle of what is red; finds nobody where there is little of it."""

    def __init__(self, least_px: int) -> None:
        self.least_px = least_px
        self.asked = 0

    def process(self, crop: Image) -> SimpleNamespace:
        self.asked += 1
        red = crop[..., 0] > 128
        if red.sum() < self.least_px:
            return SimpleNamespace(pose_landmarks=None, segmentation_mask=None)
        y, x = (np.nonzero(red)[axis].mean() + 0.5 for axis in (0, 1))
        point = SimpleNamespace(x=x / CROP_PX, y=y / CROP_PX, visibility=0.9)
        landmarks = SimpleNamespace(landmark=[point] * 33)
        return SimpleNamespace(pose_landmarks=landmarks, segmentation_mask=red.astype(np.float32))


def picture() -> tuple[Image, np.ndarray]:
    image = np.zeros((400, 500, 3), np.uint8)
    image[150:210, 215:255, 0] = 255
    return image, np.array([180.0, 120, 280, 280])


@pytest.mark.parametrize(("least_px", "asked"), [(9, 2), (5_000, 3)])
def test_who_is_not_found_in_one_crop_is_looked_for_in_a_nearer_one(least_px: int, asked: int) -> None:
    image, box_px = picture()
    teacher = RedSeer(least_px)
    person = label(teacher, image, box_px, "drawn", 1.0)
    assert person is not None
    assert teacher.asked == asked
    _, matrix = crop_of(image, box_px)
    wanted_px = np.array([235.0, 180]) @ matrix[:, :2].T + matrix[:, 2]
    np.testing.assert_allclose(person.joints_px[LIMBS], np.tile(wanted_px, (len(LIMBS), 1)), atol=1.0)
    np.testing.assert_allclose(person.box_px, box_in(matrix, box_px))
    rows, columns = np.nonzero(person.alpha > 128)
    np.testing.assert_allclose([columns.mean() + 0.5, rows.mean() + 0.5], wanted_px, atol=1.5)


def test_somebody_whom_the_teacher_never_finds_is_left_out() -> None:
    image, box_px = picture()
    assert label(RedSeer(10**6), image, box_px, "drawn", 1.0) is None


def test_disagreement_is_measured_in_the_box_however_large_the_crop_was() -> None:
    said = Opinion(np.full((30, 2), 200.0), np.ones(30), np.full(30, 0.04), np.zeros((CROP_PX, CROP_PX)))
    nearer = zoomed(said, 0.5)
    np.testing.assert_allclose(nearer.disagreement, 0.02)
    np.testing.assert_allclose(nearer.joints_px, 180.0)
