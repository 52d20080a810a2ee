"""Rows of C# tokens: cutting them at commas and brackets, and naming types in one way. For ``csharp_api``."""

import re

CLOSING = {"{": "}", "(": ")", "[": "]"}
_INTEGER = re.compile(r"-?(0x[0-9a-fA-F]+|\d+)")
_KEYWORDS = {"Single": "float", "Int32": "int", "Boolean": "bool", "String": "string", "UInt32": "uint", "Byte": "byte"}


def number(told: str, known: dict[str, int]) -> int | None:
    """A value of an enum: numbers, shifts and names that stand above it; None for anything else."""
    total = 0
    for term in re.split(r"[|+]", told.replace("(", "").replace(")", "")):
        values = [_value(part, known) for part in term.split("<<")]
        shifted = [value for value in values if value is not None]
        if len(shifted) != len(values) or len(values) > 2:
            return None
        total |= shifted[0] << shifted[1] if len(shifted) == 2 else shifted[0]
    return total


def _value(part: str, known: dict[str, int]) -> int | None:
    bare = re.sub(r"(?<=\d)[uUlL]+$", "", part)
    return int(bare, 0) if _INTEGER.fullmatch(bare) else known.get(bare.rsplit(".", 1)[-1])


def until(tokens: list[str], stops: set[str]) -> list[str]:
    """Up to the first of these that stands in no brackets."""
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token in CLOSING) - (token in CLOSING.values())
        if depth == 0 and token in stops:
            return tokens[:at]
    return tokens


def closing(tokens: list[str], at: int) -> int:
    """Where the bracket that opens at ``at`` closes."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place] in CLOSING) - (tokens[place] in CLOSING.values())
        if depth == 0:
            return place
    raise ValueError(f"no end: {' '.join(tokens)}")


def accessors(body: list[str]) -> frozenset[str]:
    """Those of a property that can be seen: neither private nor internal."""
    found, depth, last = set(), 0, ""
    for token in body:
        depth += (token in CLOSING) - (token in CLOSING.values())
        if depth == 0 and token in {"get", "set"} and last not in {"private", "internal", "protected"}:
            found.add(token)
        last = token
    return frozenset(found)


def name_at(tokens: list[str]) -> int:
    """Where the declared name begins: the last word before type parameters."""
    at = len(tokens) - 1
    if tokens[at] == ">":
        depth = 0
        while True:
            depth += (tokens[at] == ">") - (tokens[at] == "<")
            at -= 1
            if depth == 0:
                break
    return at


def generic(tokens: list[str]) -> str:
    """A name, and how many type parameters it has: ``List`1``."""
    return tokens[0] + (f"`{len(split(tokens[2:-1]))}" if len(tokens) > 1 else "")


def split(tokens: list[str], angles: bool = True) -> list[list[str]]:
    """At commas that stand in no brackets; angles: those of type parameters count too (and nothing is shifted)."""
    cells: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token in CLOSING) - (token in CLOSING.values()) + angles * ((token == "<") - (token == ">"))
        if token == "," and depth == 0:
            cells.append([])
        else:
            cells[-1].append(token)
    return [cell for cell in cells if cell]


def without_attributes(tokens: list[str]) -> list[str]:
    """What follows the attributes at the beginning."""
    while tokens[:1] == ["["]:
        tokens = tokens[closing(tokens, 0) + 1 :]
    return tokens


def parameters(tokens: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Types and names."""
    types, names = [], []
    for cell in split(tokens):
        cell = without_attributes(cell)
        cell = cell[: cell.index("=")] if "=" in cell else cell
        types.append(type_name([token for token in cell[:-1] if token != "this"]))
        names.append(cell[-1])
    return tuple(types), tuple(names)


def type_name(tokens: list[str]) -> str:
    """Without namespaces, in C#'s own words."""
    kept: list[str] = []
    for token in tokens:
        if token in {".", "::"}:
            kept.pop()
        else:
            kept.append(_KEYWORDS.get(token, token))
    return "".join(f"{token} " if token in {"ref", "out", "in", "params"} else token for token in kept)
