"""Rules files from the disk, put together: the shipped ones and those of the user."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from .assets import shipped
from .errors import SettingsError
from .rules import Problem, Rules, check, load, together

SHIPPED = "shipped"
"""The word for the rules that come with the program, ``configs/events.toml``."""


class EventSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which rules are asked."""

    rules: tuple[str, ...] = (SHIPPED,)
    """``shipped`` and files of your own, in this order; of rules with one name the last counts. Empty: no events."""


def rules_text(name: str) -> str:
    """The text of a rules file, or of the shipped one. Raises SettingsError."""
    path = shipped("configs/events.toml") if name == SHIPPED else Path(name).expanduser()
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(f'cannot read the rules file {name}: {why}; give a file, or "{SHIPPED}"') from None


def load_rules(names: Iterable[str]) -> Rules:
    """All these rules together; each file may refer to those before it. Raises SettingsError."""
    rules = Rules()
    for name in names:
        try:
            rules = together(rules, load(rules_text(name), rules))
        except SettingsError as error:
            raise SettingsError(str(error) if str(error).startswith("cannot") else f"{name}: {error}") from None
    return rules


def check_file(name: str) -> list[Problem]:
    """What is wrong with one file that is used beside the shipped rules. Raises SettingsError if it cannot be read."""
    return check(rules_text(name), Rules() if name == SHIPPED else load_rules([SHIPPED]))
