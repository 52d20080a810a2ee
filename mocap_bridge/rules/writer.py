"""Expressions become Python: statement by statement, one for every piece, into a function of one moment.

A closure per piece would cost a call per piece, which is most of the time that a rule takes. Nothing of what a user has
typed is ever written: names have become rows of tables before, and numbers are printed anew.

Every statement is run in every moment, also behind an ``and`` that is already false: those that look back must not
miss a moment. What is written alike is computed once.
"""

import math
from collections.abc import Callable
from typing import Any

from .geometry import angle_deg, corner_deg
from .moment import Moment
from .vocabulary import Weights

Value = Callable[[Moment], Any]
"""What an expression becomes: its value in a moment, or None for unknown."""
_KNOWN = {"angle_deg": angle_deg, "corner_deg": corner_deg, "dist": math.dist, "hypot": math.hypot}
_KNOWN |= {"atan2": math.atan2, "degrees": math.degrees}


class Writer:
    """The statements of one function. Names in it: ``m`` is the moment, ``t...`` are pieces, ``g...`` are given."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._given: dict[str, Any] = dict(_KNOWN)

    def let(self, expression: str) -> str:
        """The name of what an expression of Python gives; the same for the same expression."""
        return self._names.setdefault(expression, f"t{len(self._names)}")

    def unless_unknown(self, expression: str, *pieces: str) -> str:
        """The name of what an expression gives, or of None while one of the pieces is None."""
        unknown = " or ".join(f"{piece} is None" for piece in dict.fromkeys(pieces))
        return self.let(f"None if {unknown} else {expression}" if unknown else expression)

    def given(self, thing: Any, called: str = "") -> str:
        """The name of something that is made now and used in every moment; ``called`` alike, it is the same thing."""
        name = f"g_{called}" if called else f"g{len(self._given)}"
        self._given.setdefault(name, thing)
        return name

    def joint(self, field: str, weights: Weights) -> str:
        """The name of a place on the body in a list of a moment: ``places``, ``joints``, ``velocities``..."""
        rows = self.let(f"m.{field}")
        ends = [self.let(f"{rows}[{row}]") for row, _ in weights]
        if len(weights) == 1:
            return ends[0]
        (one, two), ((_, share), (_, rest)) = ends, weights
        mixed = (f"{one}[{axis}] * {share!r} + {two}[{axis}] * {rest!r}" for axis in range(3))
        return self.unless_unknown(f"({', '.join(mixed)})", one, two)

    def function(self, result: str) -> Value:
        """The function that gives what is named ``result``."""
        lines = [f"    {name} = {expression}" for expression, name in self._names.items()]
        source = "\n".join(["def value(m):", *lines, f"    return {result}"])
        exec(source, self._given)
        value: Value = self._given["value"]
        return value
