"""Calibrated heads say what is true, and the exported graph says what was calibrated."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from models.training.evaluation.measures import calibration_error
from models.training.material.pictures import packed
from models.training.material.splits import held_out
from models.training.pose.calibrate import Observations, fit_chance, fit_size, fitted, logit
from models.training.pose.dataset import read_people

COUNT, JOINTS = 4000, 30


def observations(seed: int = 0, slope: float = 0.6, bias: float = -0.7, power: float = -0.9) -> Observations:
    """Of a network that is too sure of itself by known numbers, and sees joint 3 much less often than it says."""
    rng = np.random.default_rng(seed)
    said, shift = rng.normal(0, 2.5, (COUNT, JOINTS)), np.full(JOINTS, bias)
    shift[3] = -2
    concentration = np.exp(rng.uniform(-5, -0.5, (COUNT, JOINTS)))
    off = rng.exponential(np.exp(power * np.log(concentration) - 4))
    off[:, 5] = np.nan
    return Observations(
        visibility=expit(said),
        presence=expit(np.where(np.arange(COUNT) % 2, 2.0, -1.0) + rng.normal(0, 1, COUNT)),
        concentration=concentration,
        visible=(rng.random((COUNT, JOINTS)) < expit(slope * said + shift)).astype(float),
        off=off,
        person=np.arange(COUNT) % 2.0,
    )


@pytest.mark.parametrize("seed", range(3))
def test_chances_come_true_as_often_as_they_say_for_every_joint(seed: int) -> None:
    seen, unseen = observations(seed), observations(seed + 100)
    told = fitted(seen)
    assert told.visibility_slope == pytest.approx(0.6, abs=0.03)
    said = expit(told.visibility_slope * logit(unseen.visibility) + told.visibility_bias)
    for joint in range(JOINTS):
        assert calibration_error(said[:, joint], unseen.visible[:, joint]) < 0.05
    assert calibration_error(unseen.visibility[:, 3], unseen.visible[:, 3]) > 0.2


@pytest.mark.parametrize("power", [-0.4, -0.9, -1.3])
def test_sigma_is_the_mean_error(power: float) -> None:
    seen = observations(power=power)
    found, bias = fit_size(np.log(seen.concentration), seen.off)
    sigma = np.exp(found * np.log(seen.concentration) + bias)
    known = np.isfinite(seen.off)
    assert sigma[known].mean() == pytest.approx(seen.off[known].mean(), rel=0.1, abs=0.004)
    for low, high in ((-5, -3.5), (-3.5, -2)):
        some = known & (np.log(seen.concentration) > low) & (np.log(seen.concentration) < high)
        assert sigma[some].mean() == pytest.approx(seen.off[some].mean(), rel=0.15, abs=0.004)


def test_a_joint_whose_place_was_never_known_is_taken_for_an_average_one() -> None:
    seen = observations()
    _, bias = fit_size(np.log(seen.concentration), seen.off)
    assert bias[5] == pytest.approx(np.delete(bias, 5).mean(), abs=0.02)


@given(st.floats(0, 1))
def test_logits_are_finite_and_undone_by_the_sigmoid(chance: float) -> None:
    assert expit(logit(np.array(chance))) == pytest.approx(chance, abs=2e-6)


def test_truth_of_one_kind_alone_is_refused() -> None:
    seen = observations()
    only_people = Observations(**(vars(seen) | {"person": np.ones(COUNT)}))
    with pytest.raises(ValueError, match="crops, of people and of nobody; all that are known are of one kind"):
        fitted(only_people)
    nowhere = Observations(**(vars(seen) | {"off": np.full((COUNT, JOINTS), np.nan)}))
    with pytest.raises(ValueError, match="joints whose place is known"):
        fitted(nowhere)


def test_the_same_crops_give_the_same_numbers() -> None:
    score, true = np.linspace(-2, 2, 50)[:, None], (np.arange(50) % 3 > 0)[:, None].astype(float)
    first, second = fit_chance(score, true), fit_chance(score, true)
    assert first[0] == second[0]
    np.testing.assert_array_equal(first[1], second[1])


def test_real_people_for_the_calibration_are_never_drawn_by_the_training(tmp_path: Path) -> None:
    rng, count = np.random.default_rng(0), 60
    pictures = [cv2.resize(rng.integers(0, 255, (4, 4, 3), dtype=np.uint8), (32, 32)) for _ in range(count)]
    arrays = packed("rgb", pictures) | packed("alpha", [picture[..., 0] for picture in pictures])
    plain = {name: np.ones((count, 30), np.uint8) for name in ("known", "visible", "visible_known")}
    arrays |= plain | {
        "joints_px": np.ones((count, 30, 2)),
        "box_px": np.ones((count, 4)),
        "weight": np.full(count, 3.0),
    }
    np.savez(tmp_path / "real.npz", **arrays)
    _, weights = read_people(tmp_path / "real.npz")
    at = arrays["rgb_at"]
    kept = [held_out(arrays["rgb"][at[k] : at[k + 1]].tobytes()) for k in range(count)]
    assert 0 < sum(kept) < 15
    np.testing.assert_array_equal(weights == 0, kept)


def test_the_exported_graph_says_what_was_calibrated() -> None:
    torch = pytest.importorskip("torch", reason="training needs the extra [train]")
    from models.training.pose.calibrated import Calibrated
    from models.training.pose.mobilehumanpose import MobileHumanPose, Shipped

    told = fitted(observations())
    image = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (1, 256, 256, 3), dtype=np.uint8))
    shipped = Shipped(MobileHumanPose().eval()).eval()
    with torch.no_grad():
        before = [output.double().numpy() for output in shipped(image)]
        after = [output.double().numpy() for output in Calibrated(shipped, told).eval()(image)]
    for mine, theirs in zip(after[:2], before[:2], strict=True):
        np.testing.assert_array_equal(mine, theirs)
    visibility = expit(told.visibility_slope * logit(before[2]) + told.visibility_bias)
    np.testing.assert_allclose(after[2], visibility, atol=1e-5)
    concentration = (before[0] ** 2).sum(axis=(2, 3))
    np.testing.assert_allclose(after[3], np.exp(told.sigma_power * np.log(concentration) + told.sigma_bias), rtol=1e-4)
    np.testing.assert_allclose(after[4], expit(told.presence_slope * logit(before[4]) + told.presence_bias), atol=1e-5)


def test_an_export_without_crops_to_calibrate_on_says_so_with_exit_code_2_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch", reason="training needs the extra [train]")
    pytest.importorskip("onnx", reason="exporting needs the extra [train]")
    from models.training import export

    monkeypatch.setattr(export, "load", lambda checkpoint: export.MobileHumanPose())
    monkeypatch.setattr(export, "write_graph", lambda shipped, path: path.write_bytes(b""))
    monkeypatch.setattr(export, "open_session", lambda path: None)
    asked = ["--checkpoint", "any.pt", "--data", str(tmp_path / "nowhere"), "--out", str(tmp_path / "xs.onnx")]
    monkeypatch.setattr("sys.argv", ["export", *asked])
    with pytest.raises(SystemExit) as ended:
        export.main()
    assert ended.value.code == 2
    assert "cannot calibrate" in (said := capsys.readouterr().err)
    assert "backgrounds has no .jpg of the part 'calibrate'" in said
    assert not list(tmp_path.iterdir())
