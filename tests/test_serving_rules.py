"""Rules edited from the page: checked, used, kept; what is wrong costs nothing."""

import asyncio
from pathlib import Path

import pytest
from scenes import random_scene

from mocap_bridge.errors import SettingsError
from mocap_bridge.rules import check
from mocap_bridge.serving.rule_desk import LONGEST, RuleDesk
from mocap_bridge.watch import Watch

MINE = '[[event]]\nname = "mine"\nwhen = "y(Head_top) > -9"\n'
WRONG = MINE.replace("Head_top", "Haed_top")


def names(watch: Watch) -> set[str]:
    return {rule.name for rule in watch.rules.rules}


def test_the_example_that_is_shown_first_is_a_good_one(tmp_path: Path) -> None:
    desk = RuleDesk(Watch(), ("shipped",), tmp_path / "new.toml")
    text = asyncio.run(desk.text())
    assert check(text) == []
    asyncio.run(desk.use(text))


def test_rules_are_used_beside_the_shipped_ones_and_kept(tmp_path: Path) -> None:
    watch = Watch()
    desk = RuleDesk(watch, ("shipped",), tmp_path / "new.toml")
    assert asyncio.run(desk.save(MINE)) == "1 rule of yours in use, kept in new.toml"
    assert {"mine", "hands_up", "clap"} <= names(watch)
    assert (tmp_path / "new.toml").read_text() == MINE
    assert asyncio.run(desk.text()) == MINE


def test_the_users_last_file_is_the_one_to_edit_and_may_refer_to_those_before(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(MINE)
    (tmp_path / "b.toml").write_text('[[event]]\nname = "then"\nafter = "mine"\nwhen = "y(Head_top) > -8"\n')
    watch = Watch()
    desk = RuleDesk(watch, (str(tmp_path / "a.toml"), str(tmp_path / "b.toml")), tmp_path / "new.toml")
    assert desk.file == tmp_path / "b.toml"
    text = asyncio.run(desk.text())
    assert asyncio.run(desk.complaints(text)) == []
    asyncio.run(desk.use(text))
    assert names(watch) == {"mine", "then"}


def test_what_is_wrong_is_told_and_neither_used_nor_kept(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(MINE)
    watch = Watch()
    desk = RuleDesk(watch, (str(tmp_path / "a.toml"),), tmp_path / "new.toml")
    asyncio.run(desk.use(MINE))
    (complaint,) = asyncio.run(desk.complaints(WRONG))
    assert (complaint.line, "Head_top" in complaint.message) == (3, True)
    with pytest.raises(SettingsError, match="line 3"):
        asyncio.run(desk.save(WRONG))
    assert names(watch) == {"mine"}
    assert (tmp_path / "a.toml").read_text() == MINE


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    desk = RuleDesk(Watch(), (), tmp_path / "gone" / "new.toml")
    with pytest.raises(SettingsError, match="cannot write"):
        asyncio.run(desk.save(MINE))


def test_a_file_too_long_to_edit_here_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(MINE + "#" * LONGEST)
    desk = RuleDesk(Watch(), (str(tmp_path / "a.toml"),), tmp_path / "new.toml")
    with pytest.raises(SettingsError, match="can be edited"):
        asyncio.run(desk.text())


def test_a_recorded_scene_keeps_its_events_until_rules_are_used(tmp_path: Path) -> None:
    desk = RuleDesk(Watch(), (), tmp_path / "new.toml")
    scene = random_scene((1,), events=2)
    assert desk.retold(scene) is scene
    asyncio.run(desk.use(MINE))
    assert "event_1" not in {event.name for event in desk.retold(scene).events}
