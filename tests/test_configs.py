"""Every file in configs/ is a runnable example: it loads, it differs from the defaults, its outputs open."""

import re
from pathlib import Path

import pytest
from clips import write_clip
from plain_networks import one_person

from mocap_bridge.capture import open_source
from mocap_bridge.daemon import drive
from mocap_bridge.outputs import open_outputs
from mocap_bridge.settings import Settings, load_settings

FOLDER = Path(__file__).parent.parent / "configs"
RULES = FOLDER / "events.toml"
CONFIGS = sorted(set(FOLDER.glob("*.toml")) - {RULES})


def test_there_are_at_least_three_examples() -> None:
    assert len(CONFIGS) >= 3


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_an_example_says_how_to_run_it(config: Path) -> None:
    assert re.search(rf"^#     mocap-bridge \w+ .*--settings configs/{config.name}$", config.read_text(), re.MULTILINE)
    assert load_settings(str(config)) != Settings()


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_an_example_runs(config: Path, tmp_path: Path) -> None:
    settings = load_settings(str(config))
    outputs = open_outputs(settings.outputs)
    try:
        with open_source(str(write_clip(tmp_path / "clip.avi", frames=5)), settings.capture) as source:
            counters = drive(
                source, one_person(), settings.pipeline(), outputs, lambda frame, scene, counters: None, real_time=False
            )
    finally:
        for output in outputs:
            output.close()
    assert (counters.frames, counters.frames_with_people) == (5, 5)
