"""Shipped files are found in the checkout, and a missing one names what there is instead."""

from pathlib import Path

import pytest

from mocap_bridge import assets
from mocap_bridge.assets import shipped
from mocap_bridge.errors import MocapError


def test_a_checkout_serves_its_own_files() -> None:
    assert shipped("models/README.md") == Path(assets.__file__).parent.parent / "models" / "README.md"


def test_the_copy_in_the_wheel_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("wheel", "checkout"):
        (tmp_path / place / "configs").mkdir(parents=True)
        (tmp_path / place / "configs" / "a.toml").write_text("")
    monkeypatch.setattr(assets, "_PLACES", (tmp_path / "wheel", tmp_path / "checkout"))
    assert shipped("configs/a.toml") == tmp_path / "wheel" / "configs" / "a.toml"


def test_a_missing_file_names_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "stage.toml").write_text("")
    monkeypatch.setattr(assets, "_PLACES", (tmp_path,))
    with pytest.raises(MocapError, match=r"no configs/stge.toml .*choose from stage.toml"):
        shipped("configs/stge.toml")


def test_an_empty_installation_says_how_to_mend_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "_PLACES", (tmp_path,))
    with pytest.raises(MocapError, match="install the package again"):
        shipped("models/people_xs.onnx")
