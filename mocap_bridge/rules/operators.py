"""What operators become: arithmetic on numbers and vectors, comparison, and truth with three values (Kleene)."""

import ast
from collections.abc import Sequence

from .measures import DIFFERENCE
from .terms import Kind, Term
from .writer import Writer

COMPARISONS: dict[type[ast.cmpop], str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}

_SCALED = "({a}[0] * {b}, {a}[1] * {b}, {a}[2] * {b})"
ARITHMETIC: dict[type[ast.operator], dict[tuple[Kind, Kind], tuple[Kind, str]]] = {
    ast.Add: {
        ("number", "number"): ("number", "{a} + {b}"),
        ("vector", "vector"): ("vector", "({a}[0] + {b}[0], {a}[1] + {b}[1], {a}[2] + {b}[2])"),
    },
    ast.Sub: {("number", "number"): ("number", "{a} - {b}"), ("vector", "vector"): ("vector", DIFFERENCE)},
    ast.Mult: {
        ("number", "number"): ("number", "{a} * {b}"),
        ("vector", "number"): ("vector", _SCALED),
        ("number", "vector"): ("vector", "({a} * {b}[0], {a} * {b}[1], {a} * {b}[2])"),
    },
    ast.Div: {
        ("number", "number"): ("number", "{a} / {b}"),
        ("vector", "number"): ("vector", "({a}[0] / {b}, {a}[1] / {b}, {a}[2] / {b})"),
    },
}


def combined(write: Writer, op: type[ast.operator], left: Term, right: Term) -> Term | None:
    """Two terms as one; None where they do not go together. What is divided by nothing is unknown."""
    found = ARITHMETIC[op].get((left.kind, right.kind))
    if found is None:
        return None
    kind, text = found
    expression = text.format(a=left.code, b=right.code)
    pieces = [term.code for term in (left, right) if not term.known]
    divides = op is not ast.Div or right.constant
    if not divides:
        expression = f"{expression} if {right.code} else None"
    return Term(
        kind,
        write.unless_unknown(expression, *pieces),
        known=bool(divides) and not pieces,
        remembers=left.remembers or right.remembers,
    )


def compared(write: Writer, op: type[ast.cmpop], a: Term, b: Term) -> Term:
    """A comparison; unknown if a side is."""
    pieces = [term.code for term in (a, b) if not term.known]
    code = write.unless_unknown(f"{a.code} {COMPARISONS[op]} {b.code}", *pieces)
    return Term("truth", code, known=not pieces, remembers=a.remembers or b.remembers)


def both(write: Writer, terms: Sequence[Term]) -> Term:
    """All of them; false as soon as one is, whatever is unknown."""
    return _joined(write, terms, "False", "True", " and ")


def either(write: Writer, terms: Sequence[Term]) -> Term:
    """Any of them; true as soon as one is, whatever is unknown."""
    return _joined(write, terms, "True", "False", " or ")


def _joined(write: Writer, terms: Sequence[Term], decides: str, otherwise: str, word: str) -> Term:
    if len(terms) == 1:
        return terms[0]
    remembers, known = any(term.remembers for term in terms), all(term.known for term in terms)
    if known:
        return Term("truth", write.let(word.join(term.code for term in terms)), known=True, remembers=remembers)
    decided = " or ".join(f"{term.code} is {decides}" for term in terms)
    unknown = " or ".join(f"{term.code} is None" for term in terms if not term.known)
    code = write.let(f"{decides} if {decided} else None if {unknown} else {otherwise}")
    return Term("truth", code, remembers=remembers)
