"""A rules file: TOML text -> Rules, or the list of what is wrong with it."""

import re
import tomllib
from collections.abc import Callable
from typing import Any

from ..errors import SettingsError
from .book import Problem, Rule, Rules
from .compile import Expression, compiled
from .parts import action, pose, zone
from .signatures import WORDS
from .tables import Tables
from .terms import Likeness, Names, Wrong, Zone
from .vocabulary import CONSTANTS, DIRECTIONS, PLACES, nearest

LARGEST_FILE, MOST_TABLES = 500_000, 256
"""Characters, and tables of one kind."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_SCOPES = ("each", "pair", "room")
_EXPRESSIONS = {"when": "truth", "release": "truth", "strength": "number", "anchor": "vector", "direction": "vector"}
_KEYS = {
    "event": ("name", "about", *_EXPRESSIONS, "scope", "hold_s", "cooldown_s", "after", "within_s", "count"),
    "zone": ("name", "center_m", "radius_m", "box_m"),
    "pose": ("name", "joints", "examples"),
    "action": ("event", "on", "osc", "address", "args", "webhook"),
}


def check(text: str, known: Rules = Rules()) -> list[Problem]:  # noqa: B008  frozen
    """Everything that is wrong with a rules file; nothing if it can be loaded. ``known``: rules it may refer to."""
    return _read(text, known)[1]


def load(text: str, known: Rules = Rules()) -> Rules:  # noqa: B008  frozen
    """The rules of a file. Raises SettingsError that names every problem with line and column."""
    rules, problems = _read(text, known)
    if problems:
        raise SettingsError("; ".join(map(str, problems)))
    return rules


def _read(text: str, known: Rules) -> tuple[Rules, list[Problem]]:
    if len(text) > LARGEST_FILE:
        return Rules(), [Problem(1, 1, f"{len(text)} characters; a rules file may have {LARGEST_FILE}")]
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Rules(), [_toml_problem(str(error), text)]
    except RecursionError:
        return Rules(), [Problem(1, 1, "nested too deeply")]
    reader = _Reader(table, text, known)
    return reader.rules(), sorted(reader.problems, key=lambda problem: (problem.line, problem.column))


def _toml_problem(message: str, text: str) -> Problem:
    found = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", message, re.DOTALL)
    if not found:
        return Problem(1, 1, f"this is not TOML: {message}")
    line, column = (int(found[2]), int(found[3])) if found[2] else (text.count("\n") + 1, 1)
    hint = "; text stands in quotes" if found[1] == "Invalid value" else ""
    return Problem(line, column, f"this is not TOML: {found[1][0].lower()}{found[1][1:]}{hint}")


class _Reader(Tables):
    """Collects problems instead of stopping at the first one: an editor shows them all."""

    def __init__(self, table: dict[str, Any], text: str, known: Rules) -> None:
        super().__init__(text)
        self._known = known
        self._tables = {kind: self._listed(table, kind) for kind in _KEYS}
        for key in table:
            if key not in _KEYS:
                choices = ", ".join(f"[[{kind}]]" for kind in _KEYS)
                line, column = self.positions.at(key, 0)
                self.tell(line, column, f'there is no "{key}" in a rules file{nearest(key, _KEYS)}; it holds {choices}')

    def rules(self) -> Rules:
        zones = self._named("zone", lambda number, row: zone(self, number, row))
        poses = self._named("pose", lambda number, row: pose(self, number, row))
        before = self._known.names
        # What has a problem of its own is known all the same: one mistake, one message.
        broken_zones = {name: Zone(name) for name in self._own("zone") - zones.keys()}
        broken_poses = {name: Likeness(name, (), ()) for name in self._own("pose") - poses.keys()}
        names = Names(
            before.events | self._own("event"),
            {**before.zones, **broken_zones, **zones},
            {**before.poses, **broken_poses, **poses},
        )
        rules = self._named("event", lambda number, row: self._rule(number, row, names))
        actions = [action(self, number, row, names) for number, row in enumerate(self._tables["action"])]
        return Rules(tuple(rules.values()), zones, poses, tuple(action for action in actions if action))

    def _own(self, kind: str) -> set[str]:
        """The names that this file gives to tables of a kind."""
        return {row["name"] for row in self._tables[kind] if isinstance(row.get("name"), str)}

    def _listed(self, table: dict[str, Any], kind: str) -> list[dict[str, Any]]:
        rows = table.get(kind, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.tell(*self.positions.at(kind, 0), f"write [[{kind}]], with two brackets")
            return []
        if len(rows) > MOST_TABLES:
            self.tell(*self.positions.at(kind, MOST_TABLES), f"{len(rows)} tables; {MOST_TABLES} are allowed")
            return []
        for number, row in enumerate(rows):
            for key in row:
                if key not in _KEYS[kind]:
                    hint = nearest(key, _KEYS[kind])
                    where = self.positions.at(kind, number, key)
                    self.tell(*where, f'[[{kind}]] has no "{key}"{hint}; it has {", ".join(_KEYS[kind])}')
        return rows

    def _named(self, kind: str, make: Callable[[int, dict[str, Any]], Any]) -> dict[str, Any]:
        """All tables of a kind by their names; those with a problem are left out, and told."""
        made: dict[str, Any] = {}
        for number, row in enumerate(self._tables[kind]):
            name = row.get("name")
            wrong = self._name_problem(kind, name, made)
            if wrong:
                self.tell(*self.positions.at(kind, number, "name"), wrong)
            before = len(self.problems)
            one = make(number, row)  # also where the name is wrong: the rest may be, too
            if isinstance(name, str) and len(self.problems) == before and not wrong:
                made[name] = one
        return made

    @staticmethod
    def _name_problem(kind: str, name: object, made: dict[str, Any]) -> str:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            return f'[[{kind}]] needs a name of letters, digits and "_", such as "hands_up"'
        if name in (*PLACES, *DIRECTIONS, *CONSTANTS, *WORDS, "and", "or", "not", "True", "False"):
            return f'"{name}" is a word of the language; choose another name'
        return f'there are two [[{kind}]] of the name "{name}"' if name in made else ""

    def _rule(self, number: int, row: dict[str, Any], names: Names) -> Rule | None:
        scope = self.choice("event", number, row, "scope", _SCOPES)
        texts = {key: self._expression(number, row, key, names, scope not in ("each", "room")) for key in _EXPRESSIONS}
        numbers = {
            key: self.number("event", number, row, key, low, high)
            for key, low, high in (("hold_s", 0.0, 10.0), ("cooldown_s", 0.0, 600.0), ("within_s", 0.05, 60.0))
            if key in row
        }
        after = self.event("event", number, row, "after", names) if "after" in row else None
        counted, about = row.get("count", False), row.get("about", "")
        if not isinstance(counted, bool):
            self.tell(*self.positions.at("event", number, "count"), "count is true or false")
        if not isinstance(about, str):
            self.tell(*self.positions.at("event", number, "about"), "about is a sentence in quotes")
        if texts["when"] is None:
            return None
        given: dict[str, Any] = {**texts, **numbers}
        return Rule(str(row.get("name")), scope=scope, after=after, counted=counted is True, about=str(about), **given)

    def _expression(self, number: int, row: dict[str, Any], key: str, names: Names, pairs: bool) -> Expression | None:
        text = row.get(key)
        if not isinstance(text, str):
            if key in row or key == "when":
                what = "[[event]] needs when" if key not in row else f"{key} must stand in quotes"
                self.tell(*self.positions.at("event", number, key), f'{what}, such as {key} = "y(L_Wrist) > 0.9"')
            return None
        try:
            look_back = key in ("when", "release")
            return compiled(text, _EXPRESSIONS[key], names, pairs, look_back)  # type: ignore[arg-type]
        except Wrong as wrong:
            where = self.positions.inside("event", number, key, text, wrong.line, wrong.column)
            self.tell(*where, wrong.message)
            return None
