"""What operators do: arithmetic on numbers and vectors, comparison, and truth with three values (Kleene)."""

import ast
import operator
from collections.abc import Callable
from typing import Any

from .measures import minus
from .moment import Vec
from .terms import Kind

COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def tested(test: Callable[[float, float], bool], a: float | None, b: float | None) -> bool | None:
    """A comparison; unknown if a side is."""
    return None if a is None or b is None else test(a, b)


def conjunction(values: list[bool | None]) -> bool | None:
    """All of them; false as soon as one is, whatever is unknown."""
    return False if False in values else None if None in values else True


def disjunction(values: list[bool | None]) -> bool | None:
    """Any of them; true as soon as one is, whatever is unknown."""
    return True if True in values else None if None in values else False


def _divided(a: float, b: float) -> float | None:
    return a / b if b else None


def _plus(a: Vec, b: Vec) -> Vec:
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def _scaled(v: Vec, by: float) -> Vec:
    return (v[0] * by, v[1] * by, v[2] * by)


ARITHMETIC: dict[type[ast.operator], dict[tuple[Kind, Kind], tuple[Kind, Callable[[Any, Any], Any]]]] = {
    ast.Add: {("number", "number"): ("number", operator.add), ("vector", "vector"): ("vector", _plus)},
    ast.Sub: {("number", "number"): ("number", operator.sub), ("vector", "vector"): ("vector", minus)},
    ast.Mult: {
        ("number", "number"): ("number", operator.mul),
        ("vector", "number"): ("vector", _scaled),
        ("number", "vector"): ("vector", lambda by, v: _scaled(v, by)),
    },
    ast.Div: {
        ("number", "number"): ("number", _divided),
        ("vector", "number"): ("vector", lambda v, by: _scaled(v, 1.0 / by) if by else None),
    },
}
