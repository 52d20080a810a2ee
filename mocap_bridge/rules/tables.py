"""Reading tables of a TOML file with patience: every problem is kept with its place, none stops the rest."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from .book import Problem
from .positions import Positions
from .terms import Names
from .vocabulary import nearest


class Tables:
    """What went wrong so far, and how values are asked for."""

    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self.positions = Positions(text)

    def event(self, kind: str, number: int, row: dict[str, Any], key: str, names: Names) -> str | None:
        name = row.get(key)
        if isinstance(name, str) and name in names.events:
            return name
        hint = nearest(str(name), names.events)
        self.tell(*self.positions.at(kind, number, key), f'there is no event "{name}"{hint}')
        return None

    def choice(self, kind: str, number: int, row: Mapping[str, Any], key: str, choices: Sequence[str]) -> Any:
        value = row.get(key, choices[0])
        if value not in choices:
            where = self.positions.at(kind, number, key)
            self.tell(*where, f'{key} = "{value}" is none of {", ".join(choices)}{nearest(str(value), choices)}')
        return value

    def number(self, kind: str, number: int, row: Mapping[str, Any], key: str, low: float, high: float) -> float:
        value = row.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        self.tell(*self.positions.at(kind, number, key), f"{key} is a number from {low:g} to {high:g}")
        return low

    def numbers(self, kind: str, number: int, row: Mapping[str, Any], key: str, count: int) -> list[float]:
        value = row.get(key)
        if is_numbers(value, count):
            return [float(one) for one in value or ()]
        self.tell(*self.positions.at(kind, number, key), f"{key} is a list of {count} numbers, metres")
        return [0.0] * count

    def tell(self, line: int, column: int, message: str) -> None:
        self.problems.append(Problem(line, column, message))


def is_numbers(value: Any, count: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) == count
        and all(isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) for one in value)
        and all(abs(one) <= 1e6 for one in value)
    )
