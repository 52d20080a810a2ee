"""The fixed evaluation measures what it says, on crops whose labels lie on their pixels."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocap_bridge.camera import project, rays
from mocap_bridge.lift import fit_root_m
from mocap_bridge.records import Camera, JointEstimate
from mocap_bridge.skeleton import JOINT
from models.training import evaluate
from models.training.evaluation import synthetic, table
from models.training.evaluation.crops import CROP_PX, Crop
from models.training.evaluation.eyes import Answer
from models.training.evaluation.heads import truthfulness
from models.training.evaluation.measures import (
    aligned,
    area_under_curve,
    calibration_error,
    rank_correlation,
    rooted_error,
)
from models.training.evaluation.real import beside
from models.training.evaluation.score import LIFTED, OWN, scored
from models.training.evaluation.takes import ScriptError, judged
from models.training.material.splits import backgrounds_of, part_of

ROOT = Path(__file__).parent.parent
SIZE_PX = 224


def a_body(seed: int = 0) -> np.ndarray:
    """(30, 3) joints from the pelvis, metres."""
    joints_m = np.random.default_rng(seed).uniform(-0.7, 0.7, (30, 3))
    joints_m[JOINT["Pelvis"]] = 0
    return joints_m


def a_shard(folder: Path, count: int = 4) -> None:
    """Renders of red figures, with the camera's truth."""
    rng, half = np.random.default_rng(1), 0.4
    rgb, alpha = np.full((SIZE_PX, SIZE_PX, 3), (0, 0, 230), np.uint8), np.zeros((SIZE_PX, SIZE_PX), np.uint8)
    alpha[30:200, 60:170] = 255
    arrays: dict[str, list[np.ndarray]] = {name: [] for name in ("joints_m", "joints_px", "view", "visible", "box_px")}
    for number in range(count):
        joints_m, view = a_body(number), np.array([*rng.uniform(-0.3, 0.3, 2), half])
        root_m = np.array([*view[:2] * 3.0, 3.0])
        tangents = (joints_m + root_m)[:, :2] / (joints_m + root_m)[:, 2:]
        arrays["joints_px"].append(((tangents - view[:2]) / half / 2 + 0.5) * SIZE_PX)
        arrays["joints_m"].append(joints_m)
        arrays["view"].append(view)
        arrays["visible"].append(np.ones(30))
        arrays["box_px"].append(np.array([60.0, 30, 170, 200]))
    packed = {name: np.array(values, np.float32) for name, values in arrays.items()}
    for name, picture, kind in (("rgb", rgb, ".jpg"), ("alpha", alpha, ".png")):
        file = cv2.imencode(kind, picture)[1]
        packed |= {name: np.tile(file, count), f"{name}_at": np.arange(count + 1) * len(file)}
    np.savez(folder / "val-000.npz", **packed)


def grey_places() -> list[np.ndarray]:
    return [np.full((300, 300, 3), 110, np.uint8)]


def crops_of(tmp_path: Path, count: int = 4) -> list[Crop]:
    a_shard(tmp_path)
    return list(synthetic.synthetic_crops(tmp_path, "val-*.npz", grey_places(), 3, count))


@given(st.integers(0, 10_000), st.floats(0.2, 5.0))
def test_alignment_undoes_any_similarity(seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(12, 3))
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    turn *= np.linalg.det(turn)
    target = scale * points @ turn.T + (0.3, -2, 5)
    np.testing.assert_allclose(aligned(points, target), target, atol=1e-8)


def test_alignment_never_mirrors_a_body() -> None:
    points = np.random.default_rng(5).normal(size=(12, 3))
    mirrored = points * (-1, 1, 1)
    assert np.linalg.norm(aligned(points, mirrored) - mirrored, axis=1).mean() > 0.3


def test_points_that_all_lie_on_one_place_are_aligned_without_a_division_by_zero() -> None:
    target = np.random.default_rng(5).normal(size=(12, 3))
    np.testing.assert_allclose(aligned(np.ones((12, 3)), target), np.tile(target.mean(axis=0), (12, 1)))


def test_only_the_place_of_the_hips_is_forgiven_when_metres_are_judged() -> None:
    body = a_body()
    np.testing.assert_allclose(rooted_error(body + np.array([1, 2, 3]), body), 0, atol=1e-12)
    assert rooted_error(body * 1.1, body).mean() > 0.01


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_the_area_under_the_curve_is_the_share_of_pairs_in_the_right_order(yes: list[float], no: list[float]) -> None:
    wins = np.mean([(a > b) + (a == b) / 2 for a in yes for b in no])
    assert area_under_curve(np.array(yes), np.array(no)) == pytest.approx(wins)


def test_chances_that_come_true_as_often_as_they_say_have_no_calibration_error() -> None:
    rng = np.random.default_rng(0)
    said = rng.random(100_000)
    assert calibration_error(said, (rng.random(100_000) < said).astype(float)) < 0.01
    assert calibration_error(np.full(100, 0.9), np.zeros(100)) == pytest.approx(0.9)
    assert calibration_error(np.ones(3), np.ones(3)) == 0


@given(st.lists(st.integers(-50, 50), min_size=3, max_size=40, unique=True))
def test_rank_correlation_sees_order_only_and_skips_what_is_unknown(values: list[int]) -> None:
    a = np.array(values, float)
    assert rank_correlation(np.append(a, np.nan), np.append(2 * a - 1, 3.0)) == pytest.approx(1)
    assert np.isnan(rank_correlation(a, np.ones(len(a))))
    assert rank_correlation(a, -a) == pytest.approx(-1)


def test_a_picture_stays_in_its_part_and_most_are_for_training() -> None:
    parts = [part_of(Path(f"photo_{number}.jpg")) for number in range(2000)]
    assert [part_of(Path(f"elsewhere/photo_{number}.jpg")) for number in range(2000)] == parts
    assert 0.77 < parts.count("train") / 2000 < 0.85
    assert 0.1 < parts.count("validate") / 2000 < 0.15


def test_a_folder_without_backgrounds_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"backgrounds has no \.jpg of the part 'validate'"):
        backgrounds_of(tmp_path, "validate")


def test_the_same_crops_come_again_and_their_cameras_see_the_labels(tmp_path: Path) -> None:
    first, again = crops_of(tmp_path), crops_of(tmp_path)
    for crop, same in zip(first, again, strict=True):
        np.testing.assert_array_equal(crop.image, same.image)
        assert crop.camera is not None
        assert crop.joints_m is not None
        sight = rays(crop.joints * CROP_PX, crop.camera)
        root_m = fit_root_m(crop.joints_m, sight, np.ones(30))
        assert root_m is not None
        np.testing.assert_allclose(project(crop.joints_m + root_m, crop.camera) / CROP_PX, crop.joints, atol=1e-3)


def test_a_joint_outside_the_crop_is_neither_in_the_picture_nor_visible(tmp_path: Path) -> None:
    for crop in crops_of(tmp_path):
        assert crop.in_picture is not None
        assert crop.visible is not None
        outside = ((crop.joints < 0) | (crop.joints > 1)).any(axis=1)
        assert (crop.in_picture[outside] == 0).all()
        assert (crop.visible <= crop.in_picture).all()


def test_a_shard_without_the_truth_in_3d_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    np.savez(tmp_path / "val-000.npz", rgb=np.zeros(1), box_px=np.zeros((1, 4)), alpha=np.zeros(1), visible=np.zeros(1))
    with pytest.raises(ValueError, match=r"val-000\.npz lacks joints_m, view; render it again"):
        next(synthetic.figures(tmp_path, "val-*.npz"))


def test_eyes_that_know_the_truth_have_no_error_and_blind_ones_find_nothing(tmp_path: Path) -> None:
    crops = crops_of(tmp_path)
    queue = iter(crops)

    def knows(image: np.ndarray, camera: Camera | None) -> Answer:
        crop = next(queue)
        assert crop.visible is not None
        ones = np.ones(30)
        return Answer(crop.joints, ones, ones, crop.visible, ones * 0.1, 1.0, crop.joints_m)

    def wrong(estimate: JointEstimate, camera: Camera) -> np.ndarray:
        return a_body(99)

    both = scored(crops, {"sees": (knows, 1), "blind": (lambda image, camera: None, 2)}, wrong)
    sees, blind = both["sees"], both["blind"]
    assert sees.pck() == 1
    assert sees.mean_mm("rooted", OWN) == pytest.approx(0, abs=1e-9)
    assert sees.mean_mm("aligned", OWN) == pytest.approx(0, abs=1e-6)
    assert sees.mean_mm("aligned", LIFTED) > 1
    assert (len(blind.found), blind.found.sum(), blind.pck()) == (2, 0, 0)
    assert np.isnan(blind.mean_mm("aligned", OWN))
    told = truthfulness(sees, nobody=np.zeros(5))
    assert told.presence_auc == 1
    assert told.visibility_error == 0
    for text in (table.who_sees_what({"set": both}), table.per_joint(sees), table.per_bin(sees)):
        widths = {line.count("|") for line in text.splitlines()}
        assert len(widths) == 1
    assert "Nose" in table.per_joint(sees)


def test_a_crop_beside_somebody_shows_nothing_of_them() -> None:
    image = np.full((300, 400, 3), 50, np.uint8)
    image[60:180, 40:110] = 255
    for seed in range(30):
        crop = beside(image, np.array([40.0, 60, 110, 180]), np.random.default_rng(seed))
        assert crop is not None
        assert crop.max() < 100
    assert beside(image, np.array([0.0, 0, 400, 300]), np.random.default_rng(0)) is None


def test_the_block_of_a_card_is_replaced_and_all_around_it_stays(tmp_path: Path) -> None:
    card = tmp_path / "CARD.md"
    card.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n")
    for block in ("new", "newer"):
        card.write_text(table.with_block(card, block))
    assert card.read_text() == f"before\n{table.BEGIN}\nnewer\n{table.END}\nafter\n"
    card.write_text("no marks")
    with pytest.raises(ValueError, match=r"CARD\.md: the file must hold '<!-- evaluation: begin -->'"):
        table.with_block(card, "new")


def test_a_number_that_is_none_is_a_dash() -> None:
    assert table.markdown(["a", "b"], [[float("nan"), None]]).splitlines()[-1] == "| - | - |"


def test_a_script_that_fails_is_named_with_what_it_said(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    good.write_text("import json, sys; print('hello'); print(json.dumps({'files': len(sys.argv) - 1}))")
    bad.write_text("raise SystemExit('the take is empty')")
    assert judged(good, tmp_path, tmp_path) == {"files": 2}
    with pytest.raises(ScriptError, match=r"bad\.py ended with 1:\nthe take is empty"):
        judged(bad)


def test_the_card_that_the_evaluation_writes_has_its_marks() -> None:
    text = (ROOT / "models/EVALUATION.md").read_text()
    assert table.BEGIN in table.replaced(text, "block")


def run(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOCAP_DATA", "MOCAP_SHARED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("sys.argv", ["evaluate", *arguments])
    evaluate.main()


def test_what_a_machine_lacks_is_named_and_the_rest_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    card = tmp_path / "CARD.md"
    card.write_text(f"{table.BEGIN}\n{table.END}\n")
    monkeypatch.setattr(evaluate, "open_peer", lambda report: report.left_out.append("BlazePose: not here"))
    run(["--card", str(card), "--write"], monkeypatch)
    said = capsys.readouterr().out
    for lacking in ("BlazePose: not here", "synthetic: no folder of assets", "balance: no such folder", "takes: needs"):
        assert lacking in said
    assert "ms of one thread per crop" in card.read_text()
    assert said.strip() in card.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "nowhere.onnx"], r"evaluate: no card at nowhere\.toml"),
        (["--card", "nowhere.md", "--write"], r"evaluate: .*nowhere\.md"),
        (["--data", "nowhere"], r"evaluate: nowhere/backgrounds has no \.jpg of the part 'validate'"),
    ],
)
def test_what_is_wrong_is_said_with_exit_code_2(
    arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evaluate, "open_peer", lambda report: None)
    with pytest.raises(SystemExit) as ended:
        run(arguments, monkeypatch)
    assert ended.value.code == 2
    assert re.search(message, capsys.readouterr().err)
