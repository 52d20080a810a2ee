"""Training crops keep labels on the pixels they name, and the network learns from them what it is asked to."""

import dataclasses
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra [train]")

from mocap_bridge.skeleton import JOINT, JOINTS  # noqa: E402
from models.training.material.pictures import packed  # noqa: E402
from models.training.pose.augment import Person, crop_of, empty_crop, shade  # noqa: E402
from models.training.pose.camera_effects import moved  # noqa: E402
from models.training.pose.dataset import CropSize, People, compose, stacked  # noqa: E402
from models.training.pose.loss import pose_loss  # noqa: E402
from models.training.pose.mobilehumanpose import MobileHumanPose, Shipped, normalised  # noqa: E402

SIZE_PX = 224


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> None:
    torch.set_num_threads(1)


def a_person(known: float = 1.0) -> Person:
    """Grey all over, but for a white left wrist and a black right one."""
    rgb, alpha = np.full((SIZE_PX, SIZE_PX, 3), 120, np.uint8), np.zeros((SIZE_PX, SIZE_PX), np.uint8)
    alpha[40:190, 50:180] = 255
    joints_px = np.random.default_rng(3).uniform(60, 160, (30, 2)).astype(np.float32)
    joints_px[JOINT["L_Wrist"]], joints_px[JOINT["R_Wrist"]] = (75, 100), (150, 100)
    cv2.circle(rgb, (75, 100), 9, (255, 255, 255), -1)
    cv2.circle(rgb, (150, 100), 9, (0, 0, 0), -1)
    ones = np.ones(30, np.float32)
    return Person(rgb, alpha, joints_px, ones * 0.1, ones * known, 1.0, ones, ones, np.array([50, 40, 180, 190.0]))


def scenery() -> np.ndarray:
    return np.full((120, 160, 3), 120, np.uint8)


@pytest.mark.parametrize("seed", range(12))
def test_a_label_stays_on_its_pixels_and_on_its_side_through_every_view(seed: int) -> None:
    rng = np.random.default_rng(seed)
    crop = crop_of(a_person(), 192, rng, scenery(), None, strength=1e-6)
    brightness = crop.image.mean(axis=2)
    # A mirrored picture shows the left hand's white mark as a right hand: names follow what is seen.
    white = np.array(np.nonzero(brightness > 230)).mean(axis=1)[::-1] / 192
    black = np.array(np.nonzero(brightness < 20)).mean(axis=1)[::-1] / 192
    marks = sorted([tuple(white), tuple(black)])
    wrists = sorted([tuple(crop.joints[JOINT["L_Wrist"]]), tuple(crop.joints[JOINT["R_Wrist"]])])
    np.testing.assert_allclose(marks, wrists, atol=0.02)
    left_is_white = np.linalg.norm(crop.joints[JOINT["L_Wrist"]] - white) < 0.05
    assert left_is_white == (white[0] < black[0])


def test_joints_outside_the_crop_are_not_asked_for_but_are_known_to_be_unseen() -> None:
    person = dataclasses.replace(a_person(), joints_px=np.full((30, 2), 1000, np.float32))
    crop = crop_of(person, 192, np.random.default_rng(0), scenery(), None, strength=0.5)
    assert crop.known.sum() == 0
    assert crop.visible.sum() == 0
    assert crop.visible_known.all()


def test_a_crop_of_nobody_asks_only_for_presence() -> None:
    crop = empty_crop(192, np.random.default_rng(1), scenery(), a_person(), strength=1.0)
    assert crop.presence == 0
    assert crop.known.sum() == crop.visible_known.sum() == 0


def test_files_of_people_are_read_once_and_again_when_they_grow(tmp_path: Path) -> None:
    def write(count: int) -> None:
        picture = np.full((64, 64, 3), 90, np.uint8)
        arrays = packed("rgb", [picture] * count) | packed("alpha", [picture[..., 0]] * count)
        arrays |= {"joints_px": np.zeros((count, 30, 2), np.float32), "depth_m": np.zeros((count, 30), np.float32)}
        arrays |= {"visible": np.ones((count, 30), np.uint8), "box_px": np.tile(np.float32([5, 5, 60, 60]), (count, 1))}
        np.savez(tmp_path / "train-000.npz", **arrays)

    people = People()
    write(2)
    people.look_again([tmp_path / "train-000.npz"])
    people.look_again([tmp_path / "train-000.npz"])
    assert len(people) == 2
    write(5)
    people.look_again([tmp_path / "train-000.npz"])
    assert len(people) == 5
    assert people.draw(np.random.default_rng(0)).depth_known == 1.0


def test_the_network_can_learn_one_batch_by_heart() -> None:
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    pool = People()
    pool.people, pool._weights_so_far = [a_person()], np.ones(1)
    batch = stacked([compose(pool, People(), [scenery()], CropSize(64, 0.3), rng) for _ in range(4)])
    net = MobileHumanPose()
    optimiser = torch.optim.AdamW(net.parameters(), 2e-3)
    losses = []
    for _ in range(25):
        loss, parts = pose_loss(net(normalised(torch.from_numpy(batch.images))), batch, torch.device("cpu"))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
        assert all(torch.isfinite(value) for value in parts.values())
    assert losses[-1] < 0.5 * losses[0]


def test_what_ships_says_the_same_as_what_was_trained() -> None:
    net = MobileHumanPose().eval()
    image = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (1, 256, 256, 3), dtype=np.uint8))
    with torch.no_grad():
        answer, shipped = net(normalised(image)), Shipped(net)(image)
    expected = [answer.log_xy.exp(), answer.log_z.exp(), answer.visibility_logit.sigmoid(), answer.log_sigma.exp()]
    for ours, theirs in zip(expected, shipped, strict=False):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    assert shipped[0].shape == (1, len(JOINTS), 32, 32)
    assert shipped[0].sum().item() == pytest.approx(len(JOINTS), rel=1e-4)


@pytest.mark.parametrize("angle_rad", [0.0, 0.6, np.pi / 2, 2.8])
def test_a_moving_camera_draws_a_point_into_a_line_of_that_length_and_direction(angle_rad: float) -> None:
    image = np.zeros((64, 64, 3), np.uint8)
    image[30:33, 30:33] = 255
    rows, columns = np.nonzero(moved(image, 20.0, angle_rad)[..., 0] > 8)
    along = (columns - 31) * np.cos(angle_rad) + (rows - 31) * np.sin(angle_rad)
    across = (rows - 31) * np.cos(angle_rad) - (columns - 31) * np.sin(angle_rad)
    assert 18 <= np.ptp(along) <= 27
    assert np.ptp(across) <= 7


def test_movement_keeps_the_light() -> None:
    image = np.full((64, 64, 3), 90, np.uint8)
    np.testing.assert_allclose(moved(image, 7.3, 1.0), 90, atol=1)


def test_the_floor_is_darkest_between_the_feet_and_no_picture_gets_lighter() -> None:
    for seed in range(10):
        image = np.full((192, 192, 3), 200, np.uint8)
        shade(image, np.array([[70, 160], [75, 165], [120, 160], [125, 165.0]]), np.random.default_rng(seed))
        assert image.max() <= 200
        assert image[:100].min() > 180  # nothing up there
        assert image[150:175, 75:120].mean() < 190


def test_feet_outside_the_picture_cast_no_shadow() -> None:
    image = np.full((192, 192, 3), 200, np.uint8)
    shade(image, np.full((4, 2), 400.0), np.random.default_rng(0))
    assert (image == 200).all()
