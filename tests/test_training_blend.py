"""The mean of two checkpoints."""

import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="averages weights; needs the extra [train]")

from models.training.blend import blended, main  # noqa: E402  # after the skip


def test_the_mean_lies_between_both_and_counts_stay_those_of_the_new_one() -> None:
    old = {"weight": torch.tensor([0.0, 2.0]), "steps": torch.tensor(5)}
    new = {"weight": torch.tensor([1.0, 4.0], dtype=torch.float16), "steps": torch.tensor(9)}
    mean = blended(old, new, 0.25)
    torch.testing.assert_close(mean["weight"], torch.tensor([0.25, 2.5]))
    assert int(mean["steps"]) == 9


def test_networks_of_different_kinds_have_no_mean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, size in (("a", 2), ("b", 3)):
        torch.save({"ema": {"weight": torch.zeros(size)}, "progress": {}}, tmp_path / f"{name}.pt")
    files = [str(tmp_path / f"{name}.pt") for name in "ab"]
    monkeypatch.setattr(sys, "argv", ["blend", *files, "--out", str(tmp_path / "mean.pt")])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert "networks differ" in capsys.readouterr().err
    assert not (tmp_path / "mean.pt").exists()
