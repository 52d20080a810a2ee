"""What is composed for the graphics card keeps labels on the pixels they name, on any device."""

from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra [train]")

from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from mocap_bridge.skeleton import JOINT, MIRROR_JOINTS  # noqa: E402
from models.training.gpu import camera as gpu_camera  # noqa: E402
from models.training.gpu.cast import Cast, block_of  # noqa: E402
from models.training.gpu.crops import Asked, Crops, Stock, compose  # noqa: E402
from models.training.gpu.learner import Learner  # noqa: E402
from models.training.gpu.renderers import Order, RenderError, Renderers  # noqa: E402
from models.training.gpu.views import Dice, folded, grids, mirrored, random_views, through  # noqa: E402
from models.training.pose.augment import Person  # noqa: E402
from models.training.pose.loss import pose_loss  # noqa: E402
from models.training.pose.mobilehumanpose import MobileHumanPose, normalised  # noqa: E402

CPU, SIDE_PX = torch.device("cpu"), 96


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> None:
    torch.set_num_threads(1)


def a_person(cut_out: bool = True) -> Person:
    """Grey all over, but for a white left wrist and a black right one."""
    rgb, alpha = np.full((SIDE_PX, SIDE_PX, 3), 120, np.uint8), np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    alpha[16:82, 20:80] = 255
    joints_px = np.random.default_rng(3).uniform(30, 70, (30, 2)).astype(np.float32)
    joints_px[JOINT["L_Wrist"]], joints_px[JOINT["R_Wrist"]] = (30.5, 40.5), (66.5, 40.5)
    cv2.circle(rgb, (30, 40), 5, (255, 255, 255), -1)
    cv2.circle(rgb, (66, 40), 5, (0, 0, 0), -1)
    ones = np.ones(30, np.float32)
    box_px = np.array([20, 16, 80, 82], np.float32)
    return Person(rgb, alpha if cut_out else None, joints_px, ones * 0.1, ones, 1.0, ones, ones, box_px)


def a_cast(people: list[Person], capacity: int = 8) -> Cast:
    cast = Cast(capacity, SIDE_PX, CPU)
    cast.add(block_of(people, np.ones(len(people)), SIDE_PX))
    return cast


def a_stock(real: bool = False) -> Stock:
    grey = torch.full((2, 3, 64, 64), 120, dtype=torch.uint8)
    nobody = Cast(1, SIDE_PX, CPU)
    return Stock(a_cast([a_person(cut_out=False)]) if real else nobody, a_cast([a_person()]), grey)


def crops(seed: int, strength: float, count: int = 6, empty_share: float = 0.0, real: bool = False) -> Crops:
    return compose(a_stock(real), Asked(count, 128, strength, empty_share=empty_share), Dice(seed, CPU))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_a_picture_and_its_points_go_through_a_view_alike(seed: int, flip: bool) -> None:
    dice = Dice(seed, CPU)
    views = mirrored(random_views(torch.tensor([[20.0, 16, 80, 82]]), 128, dice, 0.4), torch.tensor([flip]), 128)
    spot = torch.zeros(1, 1, SIDE_PX, SIDE_PX)
    spot[0, 0, 44:49, 51:56] = 1.0  # centred on 53.5, 46.5
    seen = torch.nn.functional.grid_sample(spot, grids(views, SIDE_PX, 128), align_corners=False)[0, 0]
    at = through(views, torch.tensor([[[53.5, 46.5]]]))[0, 0]
    if not 10 < at.min() <= at.max() < 118:
        return
    y, x = torch.meshgrid(*[torch.arange(128) + 0.5] * 2, indexing="ij")
    center = torch.stack([(seen * x).sum(), (seen * y).sum()]) / seen.sum()
    torch.testing.assert_close(center, at, atol=0.1, rtol=0)


def shade(made: Crops, index: int, name: str) -> float:
    """Brightness where a joint should be."""
    x, y = (made.labels["joints"][index, JOINT[name]] * 128).int().tolist()
    return float(made.images[index, y, x].float().mean())


@pytest.mark.parametrize("real", [False, True])
def test_a_label_stays_on_its_pixels_and_on_its_side_through_every_view(real: bool) -> None:
    made = crops(4, 1e-6, count=32, real=real)
    left, right, whites = JOINT["L_Wrist"], JOINT["R_Wrist"], 0
    shown = made.labels["visible"][:, [left, right]].all(1).nonzero()[:, 0].tolist()
    for index in shown:
        # A mirrored picture shows the left hand's white mark as a right hand: names follow what is seen.
        marks = sorted([shade(made, index, "L_Wrist"), shade(made, index, "R_Wrist")])
        assert marks[0] < 20
        assert marks[1] > 230
        whites += shade(made, index, "L_Wrist") > 230
    assert len(shown) > 20
    assert 0.2 < whites / len(shown) < 0.8
    joints = made.labels["joints"][:, :, 0]
    assert MIRROR_JOINTS[left] == right
    assert (joints[:, left] < joints[:, right]).all()


def test_a_crop_of_nobody_asks_only_for_presence() -> None:
    made = crops(1, 0.75, empty_share=1.0)
    for name in ("presence", "known", "visible", "visible_known", "depth_known"):
        assert made.labels[name].sum() == 0, name


def test_who_stands_behind_something_is_unseen_but_known() -> None:
    made = compose(a_stock(), Asked(64, 64, 1.0, empty_share=0.0), Dice(0, CPU))
    joints, labels = made.labels["joints"], made.labels
    inside = ((joints >= 0) & (joints < 1)).all(2)
    covered = inside & (labels["visible"] == 0)
    assert covered.any()
    assert (labels["known"] == inside).all()
    assert (labels["visible_known"] == 1).all()
    assert (labels["visible"][~inside] == 0).all()


def test_a_grid_that_leaves_the_picture_comes_back_into_it() -> None:
    grid = torch.tensor([-3.5, -1.2, -1.0, 0.3, 1.0, 1.5, 2.9])
    torch.testing.assert_close(folded(grid), torch.tensor([0.5, -0.8, -1.0, 0.3, 1.0, 0.5, -0.9]))


@pytest.mark.parametrize("flaw", ["exposed", "grey", "coarse", "blurred", "noisy", "compressed"])
def test_a_cameras_flaw_changes_a_picture_but_not_what_it_shows(flaw: str) -> None:
    image = torch.full((3, 3, 64, 64), 60.0)
    image[:, :, 16:48, 16:48] = 200.0
    image[:, 0] += 20.0
    seen = getattr(gpu_camera, flaw)(image, Dice(0, CPU))
    assert seen.shape == image.shape
    assert not torch.equal(seen, image)
    assert (seen[:, :, 24:40, 24:40].mean((1, 2, 3)) > seen[:, :, :8, :8].mean((1, 2, 3)) + 20).all()


def test_compression_resembles_jpeg() -> None:
    noise = np.random.default_rng(0).uniform(60, 190, (8, 8, 3)).astype(np.float32)
    photo = cv2.resize(noise, (64, 64), interpolation=cv2.INTER_CUBIC).clip(0, 255)

    class Half(Dice):
        def uniform(self, low: float, high: float, *shape: int) -> torch.Tensor:
            return torch.full(shape, 40.0)

    ours = gpu_camera.compressed(torch.from_numpy(photo).permute(2, 0, 1)[None], Half(0, CPU))[0].permute(1, 2, 0)
    data = cv2.imencode(".jpg", photo.astype(np.uint8)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 40])[1]
    theirs = cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1].astype(np.float32)
    loss, other_loss = (float(np.abs(lossy - photo).mean()) for lossy in (ours.numpy(), theirs))
    assert 0.3 * other_loss < loss < 2 * other_loss


def test_the_oldest_people_leave_when_the_card_is_full() -> None:
    cast = Cast(3, SIDE_PX, CPU)
    for depth in range(5):
        person = Person(**{**vars(a_person()), "depth_m": np.full(30, depth, np.float32)})
        cast.add(block_of([person], np.ones(1), SIDE_PX))
    drawn = cast.draw(64, Dice(0, CPU).rng).depth_m[:, 0]
    assert len(cast) == 3
    assert set(drawn.tolist()) == {2.0, 3.0, 4.0}


def test_people_are_drawn_by_their_weights() -> None:
    cast = Cast(4, SIDE_PX, CPU)
    other = Person(**{**vars(a_person(cut_out=False)), "depth_m": np.full(30, 7, np.float32)})
    cast.add(block_of([a_person(), other], np.array([1.0, 3.0]), SIDE_PX))
    dice = Dice(0, CPU)
    assert (cast.draw(400, dice.rng).depth_m[:, 0] == 7).float().mean() == pytest.approx(0.75, abs=0.08)
    assert (cast.draw(50, dice.rng, cut_out=True).cut_out == 1).all()


def test_a_larger_picture_is_scaled_with_its_labels() -> None:
    block = block_of([a_person()], np.ones(1), SIDE_PX // 2)
    assert block.rgba.shape == (1, 48, 48, 4)
    np.testing.assert_allclose(block.joints_px[0, JOINT["L_Wrist"]], (15.25, 20.25))


def test_a_learner_learns_and_what_it_saves_is_what_the_export_reads(tmp_path: Path) -> None:
    torch.manual_seed(0)
    learner, dice = Learner("small", "xs", 2e-2, CPU), Dice(0, CPU)  # in its first steps the rate only warms up
    made = compose(a_stock(), Asked(4, 64, 0.3), dice)
    losses = []
    for step in range(20):
        loss, _ = pose_loss(learner.answer(made.images), made.batch(), CPU)
        learner.learn(loss, step / 20, 4)
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.9 * losses[0]
    learner.save(tmp_path)
    state = torch.load(tmp_path / "small.pt", weights_only=True)
    assert state["progress"]["samples"] == 80
    net = MobileHumanPose("xs").eval()
    net.load_state_dict({name: v.float() if v.is_floating_point() else v for name, v in state["ema"].items()})
    with torch.no_grad():
        ours, theirs = (one(normalised(made.images)).log_xy for one in (net, learner.ema))
    torch.testing.assert_close(ours, theirs, atol=0.1, rtol=0)


def test_a_renderer_that_cannot_work_is_an_error_and_not_a_long_wait(tmp_path: Path) -> None:
    pytest.importorskip("moderngl", reason="drawing needs the extra [train]")
    renderers = Renderers(Order(tmp_path / "no data", tmp_path / "no poses.npz", val=False, seed=0), 1)
    try:
        with pytest.raises(RenderError, match="renderer 0 has ended"):
            list(renderers.ready(wait_s=120.0))
    finally:
        renderers.close()


def test_a_loss_that_is_no_number_keeps_the_last_good_checkpoint(tmp_path: Path) -> None:
    learner = Learner("small", "xs", 1e-3, CPU)
    learner.save(tmp_path)
    good = (tmp_path / "small.pt").read_bytes()
    images = torch.zeros(2, 64, 64, 3, dtype=torch.uint8)
    learner.learn(learner.answer(images).log_xy.sum() * float("nan"), 0.0, 2)
    with pytest.raises(FloatingPointError, match="continue from it"):
        learner.save(tmp_path)
    assert (tmp_path / "small.pt").read_bytes() == good
