"""Rules files from the disk, and how settings and flags choose them."""

from pathlib import Path

import pytest
from test_pipeline import finds_one, frames, lifts, sees

from mocap_bridge.commands.options import gathered
from mocap_bridge.errors import SettingsError
from mocap_bridge.pipeline import scenes
from mocap_bridge.rulebook import SHIPPED, load_rules
from mocap_bridge.watch import Watch

MINE = '[[event]]\nname = "mine"\nwhen = "since(hands_up) < 1"\n[[event]]\nname = "clap"\nwhen = "False"\n'


def test_a_file_of_ones_own_adds_to_the_shipped_rules_and_replaces_those_of_the_same_name(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(MINE)
    rules = {rule.name: rule for rule in load_rules([SHIPPED, str(file)]).rules}
    assert rules["clap"].when.text == "False"
    assert {"mine", "hands_up"} <= set(rules)
    with pytest.raises(SettingsError, match=rf"{file}: line 3, column 15: nothing is called \"hands_up\""):
        load_rules([str(file)])


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingsError, match="cannot read the rules file /no/such: No such file"):
        load_rules(["/no/such"])


def test_the_shipped_rules_are_used_unless_somebody_says_otherwise(tmp_path: Path) -> None:
    assert gathered(None).events.rules == (SHIPPED,)
    assert gathered(None, events=["mine.toml"]).events.rules == (SHIPPED, "mine.toml")
    assert gathered(None, events=["none"]).events.rules == ()
    file = tmp_path / "s.toml"
    file.write_text('[events]\nrules = ["a.toml"]\n')
    assert gathered(str(file)).events.rules == ("a.toml",)
    assert gathered(str(file), events=["b.toml"]).events.rules == ("a.toml", "b.toml")


def test_events_are_found_in_the_line() -> None:
    found = list(scenes(frames(40), finds_one, sees, lifts, events=Watch(load_rules([SHIPPED]))))
    assert {event.name for event in found[-1].events} >= {"t_pose"}
    assert list(scenes(frames(3), finds_one, sees, lifts))[-1].events == ()
