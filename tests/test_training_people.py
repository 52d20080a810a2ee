"""Training pictures of the people finder carry the boxes they claim, and its loss knows a right answer."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra [train]")

from mocap_bridge.detect import peaks  # noqa: E402
from models.training.export_people import exported, write  # noqa: E402
from models.training.people.litepose import PeopleNet  # noqa: E402
from models.training.people.pixels import degraded, moved_box, paste, visible_box  # noqa: E402
from models.training.people.scenes import Example, Scenes, letterboxed, mirrored  # noqa: E402
from models.training.people.sources import Cutouts, Photo, Places  # noqa: E402
from models.training.train_people import COMMITTED, State, body_loss, losses, targets  # noqa: E402

RED = np.array([250, 10, 10], np.uint8)


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Scenes:
    """Grey places, and one red man as the only person there is."""
    data: Path = tmp_path_factory.mktemp("data")
    for folder in ("pano_jpg", "photos_cc0_budgie", "photos_mit_grocery"):
        (data / "backgrounds" / folder).mkdir(parents=True)
        cv2.imwrite(str(data / "backgrounds" / folder / "a.jpg"), np.full((200, 400, 3), 90, np.uint8))
    cutouts = Cutouts(data / "none.npz", data)
    rgb, alpha = np.zeros((60, 40, 3), np.uint8) + RED, np.zeros((60, 40), np.uint8)
    alpha[10:50, 10:30] = 255
    jpegs = [cv2.imencode(".png", picture)[1] for picture in (rgb[..., ::-1], alpha)]
    np.savez(
        data / "train-000.npz",
        rgb=np.concatenate([jpegs[0], jpegs[0]]),
        rgb_at=np.array([0, len(jpegs[0]), 2 * len(jpegs[0])]),
        alpha=jpegs[1],
        alpha_at=np.array([0, len(jpegs[1]), len(jpegs[1])]),  # the second has none and cannot be pasted
    )
    assert cutouts.rescan() == 1
    assert cutouts.rescan() == 1
    photo = Photo(np.full((100, 100, 3), 90, np.uint8), np.array([[20, 20, 40, 80]], np.float32), False, False)
    photo.image[20:80, 20:40] = RED
    return Scenes(Places(data), cutouts, [photo], [])


def test_a_missing_data_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"has no backgrounds/pano_jpg.*name the data folder"):
        Places(tmp_path)


def test_examples_have_the_networks_size_and_boxes_inside(scenes: Scenes) -> None:
    for seed in range(40):
        example = scenes.example(np.random.default_rng(seed), 160, 128)
        assert example.image.shape == (128, 160, 3)
        boxes = np.concatenate([example.boxes_px, example.unsure_px])
        assert (boxes[:, 2:] > boxes[:, :2]).all()
        assert (boxes >= 0).all()
        assert (boxes <= (160, 128, 160, 128)).all()


def test_the_box_of_a_lone_pasted_person_fits_to_the_pixel() -> None:
    image = np.full((100, 120, 3), 90, np.uint8)
    mask = np.full((30, 10), 255, np.uint8)
    alpha = paste(image, np.zeros((30, 10, 3), np.uint8) + RED, mask, np.array([[1.0, 0, 50], [0, 1.0, 20]]))
    box, solid_px = visible_box(alpha)
    assert box is not None
    assert box.tolist() == [50, 20, 60, 50]
    assert solid_px == 300
    assert (image[20:50, 50:60] == RED).all()


def test_the_boxes_of_a_photo_follow_it(scenes: Scenes) -> None:
    for seed in range(30):
        example = scenes.real(np.random.default_rng(seed), 160, 120, closest=1.2)  # nobody joins
        rows, columns = np.nonzero((example.image[..., 0] > 200) & (example.image[..., 1] < 60))
        if len(example.boxes_px) == 1:
            wanted = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
            spread = np.ptp(example.boxes_px[0].reshape(2, 2), axis=0).max()
            assert (
                np.abs(example.boxes_px[0] - wanted).max() < 2 + 0.25 * spread
            )  # a turned bar fills more than an ellipse


def test_a_box_pushed_out_of_the_picture_says_how_much_is_left() -> None:
    matrix = np.array([[1.0, 0, -10], [0, 1.0, 0]])
    box, share = moved_box(np.array([0, 0, 20, 20], np.float32), matrix, 100, 100)
    assert box.tolist() == [0, 0, 10, 20]
    assert share == pytest.approx(0.5)


def test_mirroring_twice_changes_nothing() -> None:
    image = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    boxes = np.array([[1, 2, 10, 12]], np.float32)
    once = mirrored(Example(image, boxes, boxes, True))
    assert once.boxes_px.tolist() == [[20, 2, 29, 12]]
    assert (mirrored(once).image == image).all()


def test_a_spoilt_picture_stays_a_picture() -> None:
    image = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    for seed in range(40):
        spoilt = degraded(np.random.default_rng(seed), image)
        assert spoilt.shape == image.shape
        assert spoilt.dtype == np.uint8


def example_of(boxes_px: list[list[float]]) -> Example:
    boxes = np.array(boxes_px, np.float32).reshape(-1, 4)
    return letterboxed(Example(np.zeros((96, 160, 3), np.uint8), boxes, boxes[:0], True), 160, 128)


def test_the_program_reads_the_boxes_that_training_wrote() -> None:
    example = example_of([[20, 10, 50, 90], [90, 30, 130, 80]])
    heat, log_sides, weight, _ = targets(example)
    boxes_px, scores = peaks(heat[0], np.exp(log_sides) * 8, 0.9)
    order = np.argsort(boxes_px[:, 0])
    assert np.abs(boxes_px[order] - example.boxes_px).max() < 1e-3
    assert scores == pytest.approx([1, 1])
    assert (weight == 1).all()


def test_a_right_answer_costs_nothing_and_a_wrong_one_something() -> None:
    heat, sides, weight, _ = (torch.from_numpy(part)[None] for part in targets(example_of([[20, 10, 50, 90]])))
    right = losses(torch.logit(heat, 1e-6), sides, heat, sides, weight)
    wrong = losses(torch.logit(1 - heat, 1e-6), sides + 0.5, heat, sides, weight)
    assert all(part.item() < 1e-3 for part in right)
    assert all(part.item() > 0.05 for part in wrong)


def test_where_bodies_are_is_known_in_scenes_and_doubted_in_boxes_of_photos() -> None:
    photo = example_of([[16, 0, 48, 96]])
    body = targets(photo)[3][0]
    assert (body[2:14, 2:6] == -1).all()
    assert (body[:, 7:] == 0).all()
    known = replace(photo, body=np.full((128, 160), 255, np.uint8))
    assert (targets(known)[3] == 1).all()
    half = torch.full((1, 1, 2, 2), 0.5)
    assert body_loss(torch.zeros(1, 1, 2, 2), half).item() == pytest.approx(np.log(2))
    assert body_loss(torch.zeros(1, 1, 2, 2), -torch.ones(1, 1, 2, 2)).item() == 0


def test_a_checkpoint_continues_where_it_was_left(tmp_path: Path) -> None:
    state = State()
    state.step, state.pictures, state.seconds = 7, 112, 3.5
    state.save(tmp_path / "checkpoints" / "people_xs.pt")
    other = State()
    other.load(tmp_path / "checkpoints" / "people_xs.pt")
    assert (other.step, other.pictures, other.seconds) == (7, 112, 3.5)
    for mine, theirs in zip(state.net.state_dict().values(), other.net.state_dict().values(), strict=True):
        assert torch.equal(mine, theirs)


def test_the_committed_weights_begin_a_new_schedule() -> None:
    state = State()
    state.load(COMMITTED)
    assert state.seconds == 0
    assert state.pictures > 0
    assert torch.equal(state.net.heat.weight, state.average.heat.weight)


def test_the_exported_network_is_loaded_with_its_card(tmp_path: Path) -> None:
    from mocap_bridge.detect import PeopleFinder

    torch.manual_seed(0)
    write(tmp_path / "p.onnx", exported(PeopleNet().eval()), 12, {"threshold": 0.4, "overlap": 0.5}, {"found": 0.1})
    assert len(PeopleFinder(tmp_path / "p.onnx")(np.zeros((48, 64, 3), np.uint8)).scores) == 0
