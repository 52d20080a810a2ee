"""A performer's file: what is written comes back, and what is no performer is an error that says why."""

from pathlib import Path

import numpy as np
import pytest

from mocap_bridge.errors import SettingsError
from mocap_bridge.performers import load_performer, performer_file, performer_of, save_performer
from mocap_bridge.skeleton import BONES, REST_OFFSETS_M

LENGTHS_M = np.linalg.norm(REST_OFFSETS_M, axis=1) * (np.arange(len(BONES)) > 0)


def test_a_performer_comes_back_from_the_file(tmp_path: Path) -> None:
    file = performer_file("Anna B.", str(tmp_path / "new" / "folder"))
    save_performer(performer_of(0.9 * LENGTHS_M, 1.62, 1.1), file)
    back = load_performer(file)
    assert back is not None
    assert (back.height_m, back.girth) == (1.62, 1.1)
    np.testing.assert_allclose(back.lengths_m, 0.9 * LENGTHS_M, atol=1e-4)


def test_somebody_never_measured_is_nobody(tmp_path: Path) -> None:
    assert load_performer(performer_file("anna", str(tmp_path))) is None


@pytest.mark.parametrize("name", ["", "../anna", "a/b", ".hidden", "x" * 65, "a\nb"])
def test_a_name_cannot_lead_out_of_the_folder(name: str) -> None:
    with pytest.raises(SettingsError, match="cannot name a performer"):
        performer_file(name, "folder")


def test_without_a_folder_it_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("XDG_DATA_HOME", "APPDATA", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    file = performer_file("anna")
    assert file.is_relative_to(tmp_path)
    assert file.name == "anna.toml"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("height_m = 1.7", "height_m = 17"), "height_m = 17.0 must lie between"),
        (("height_m = 1.7", "height = 1.7"), "height"),
        (("girth = 1.0", "girth = -1"), "girth = -1.0 must lie between"),
        (("Spine = 0.08\n", ""), "no length of Spine"),
        (("Spine = 0.08", "Spyne = 0.08"), "there is no bone Spyne"),
        (("Spine = 0.08", "Spine = nan"), "longer than 0"),
        (("Spine = 0.08", "Spine = "), "describes no performer"),
    ],
)
def test_a_damaged_file_says_what_is_wrong(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    file = performer_file("anna", str(tmp_path))
    save_performer(performer_of(LENGTHS_M, 1.7), file)
    text = file.read_text()
    assert change[0] in text
    file.write_text(text.replace(*change))
    with pytest.raises(SettingsError, match=complaint):
        load_performer(file)


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot write"):
        save_performer(performer_of(LENGTHS_M, 1.7), performer_file("anna", str(tmp_path / "file")))
