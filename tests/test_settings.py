"""Settings: a typo is named with the nearest right key, flags win over the file, values say what is allowed."""

from pathlib import Path

import pytest

from mocap_bridge.errors import SettingsError
from mocap_bridge.settings import Settings, load_settings


def written(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text)
    return str(path)


def test_without_a_file_everything_has_a_default() -> None:
    assert load_settings() == Settings()


def test_a_file_says_only_what_differs(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, 'outputs = ["osc:1.2.3.4:5"]\n[capture]\nfov_deg = 70\n'))
    assert settings.outputs == ("osc:1.2.3.4:5",)
    assert settings.capture.fov_deg == 70.0
    assert settings.track == Settings().track


def test_flags_win_over_the_file_and_absent_flags_do_not(tmp_path: Path) -> None:
    file = written(tmp_path, "mirror = true\n[track]\nmax_people = 3\n[capture]\nfov_deg = 70\n")
    settings = load_settings(
        file, {"track.max_people": 1, "capture.fov_deg": None, "lift.height_m": 1.6, "mirror": None}
    )
    assert (settings.track.max_people, settings.capture.fov_deg) == (1, 70.0)
    assert (settings.lift.height_m, settings.mirror) == (1.6, True)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "[capture]\nfov_degree = 70",
            r"mine\.toml: there is no key 'capture\.fov_degree'; did you mean 'capture\.fov_deg'",
        ),
        ("fov_deg = 70", r"there is no key 'fov_deg'; did you mean 'capture\.fov_deg'\?"),
        ("[trak]\nmax_people = 2", r"there is no key 'trak'; did you mean 'track"),
        ("zzzzqqqq = 1", r"there is no key 'zzzzqqqq'; choose from .*capture\.camera_height_m, .*smooth\.beta"),
        ("[capture]\nfov_deg = 'wide'", r"capture\.fov_deg = 'wide' is wrong: expected `float`, got `str`"),
        ("[capture]\nfov_deg = 300", r"capture\.fov_deg = 300 is wrong: expected `float` <= 150"),
        ("[capture]\nwidth = 100000", r"capture\.width = 100000 is wrong: expected `int` <= 8192"),
        ("outputs = ['vmc:1', 2]", r"outputs = \['vmc:1', 2\] is wrong: expected `str`, got `int`"),
        ("capture = 3", r"capture = 3 is wrong: expected `object`, got `int`"),
        ("[capture\n", r"mine\.toml is not TOML: .*line 1"),
    ],
)
def test_a_mistake_in_a_file_is_explained(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        load_settings(written(tmp_path, text))


def test_a_mistake_in_a_flag_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    file = written(tmp_path, "mirror = true")
    with pytest.raises(SettingsError, match=r"the options given: track\.max_people = 0 is wrong: expected `int` >= 1"):
        load_settings(file, {"track.max_people": 0})


def test_a_file_that_is_not_there_names_the_shipped_examples() -> None:
    with pytest.raises(SettingsError, match=r"no settings file 'gone\.toml'.*stage\.toml, study\.toml, webcam\.toml"):
        load_settings("gone.toml")


def test_a_file_that_is_not_text_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot read"):
        load_settings(str(path))


def test_a_shipped_example_is_found_by_its_name() -> None:
    assert load_settings("webcam").mirror


def test_without_smoothing_the_filter_lets_everything_through() -> None:
    smooth = load_settings(None, {"smoothing": False}).pipeline().smooth
    assert min(smooth.cutoff_hz, smooth.depth_cutoff_hz, smooth.root_depth_cutoff_hz) > 1e6
    assert load_settings().pipeline().smooth == Settings().smooth


@pytest.mark.parametrize(("given", "ahead_s"), [("auto", None), (0, 0.0), (20.0, 0.02)])
def test_how_far_to_look_ahead_is_a_number_or_measured(given: object, ahead_s: float | None) -> None:
    assert load_settings(None, {"predict_ms": given}).ahead_s == ahead_s


def test_photos_are_independent_only_when_asked() -> None:
    assert load_settings().pipeline(independent=True).independent
    assert not load_settings().pipeline().independent
