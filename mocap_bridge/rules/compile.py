"""Text of an expression -> a function of moments.

Python's parser reads it; only what is listed here may stand in it.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from . import operators
from .functions import FUNCTIONS, direction
from .moment import Moment
from .parse import parsed, wrong_at
from .recall import inside, picked, unlike
from .signatures import NOUNS, WORDS, bounds, called, fits, fits_at, instead, what
from .terms import Kind, Names, Term, Wrong
from .vocabulary import CONSTANTS, DIRECTIONS, PLACES, nearest
from .writer import Value, Writer

LARGEST = 1e6
"""No number in a rule need be larger."""


@dataclass(frozen=True)
class Expression:
    """A compiled expression; called with a moment it gives its value, or None for unknown."""

    text: str
    kind: Kind
    value: Value
    remembers: bool

    def __call__(self, moment: Moment) -> Any:
        return self.value(moment)


def compiled(text: str, wanted: Kind, names: Names, pairs: bool = False, look_back: bool = True) -> Expression:
    """Compiles an expression of the ``wanted`` kind. Raises Wrong with line and column."""
    try:
        tree, compiler = parsed(text, WORDS), _Compiler(names, pairs)
        term = compiler.term(tree)
        if term.kind != wanted:
            raise wrong_at(tree, f"this is {what(term)}, but {NOUNS[wanted]} is needed here{instead(term, wanted)}")
        if term.remembers and not look_back:
            raise wrong_at(tree, "only when and release may look back in time")
    except Wrong as wrong:
        raise wrong.placed(text) from None
    return Expression(text, term.kind, compiler.write.function(term.code), term.remembers)


class _Compiler:
    def __init__(self, names: Names, pairs: bool) -> None:
        self._names, self._pairs = names, pairs
        self.write = Writer()

    def term(self, node: ast.expr) -> Term:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise wrong_at(node, f"{_SPOKEN.get(type(node), 'this')} cannot stand in a rule{_meant(node)}")
        term: Term = method(node)
        return term

    def _constant(self, node: ast.Constant) -> Term:
        if isinstance(node.value, bool):
            return Term("truth", repr(node.value), known=True)
        if not isinstance(node.value, int | float) or not abs(node.value) <= LARGEST:
            raise wrong_at(node, f"only numbers up to {LARGEST:.0f} may stand here, without quotes")
        value = float(node.value)
        return Term("number", repr(value), known=True, constant=value)

    def _name(self, node: ast.Name) -> Term:
        name = node.id
        if name in PLACES:
            weights = PLACES[name]
            at = self.write.joint("joints", weights)
            return Term("vector", at, place=lambda: self.write.joint("places", weights), weights=weights, name=name)
        if name in DIRECTIONS:
            return direction(name)
        if name in CONSTANTS:
            return Term("number", self.write.let(_OF_PERSON[name]), known=True)
        for kind, known in (
            ("event", self._names.events),
            ("zone", self._names.zones),
            ("pose", self._names.poses),
        ):
            if name in known:
                return Term(kind, name=name)  # type: ignore[arg-type]
        if name in WORDS:
            raise wrong_at(node, f"{name} is a function; write {' or '.join(WORDS[name])}")
        named = (*self._names.events, *self._names.zones, *self._names.poses)
        raise wrong_at(node, f'nothing is called "{name}"{nearest(name, (*PLACES, *DIRECTIONS, *CONSTANTS, *named))}')

    def _unaryop(self, node: ast.UnaryOp) -> Term:
        term = self.term(node.operand)
        pieces = [] if term.known else [term.code]
        if isinstance(node.op, ast.Not):
            self._need(node.operand, term, "truth")
            code = self.write.unless_unknown(f"not {term.code}", *pieces)
            return Term("truth", code, term.known, remembers=term.remembers)
        if isinstance(node.op, ast.Invert) or term.kind not in ("number", "vector"):
            self._need(node.operand, term, "number")
            raise wrong_at(node, '"~" cannot stand in a rule; "not" turns truth around')
        if isinstance(node.op, ast.UAdd):
            return Term(term.kind, term.code, term.known, remembers=term.remembers, constant=term.constant)
        if term.constant is not None:
            return Term("number", f"({-term.constant!r})", known=True, constant=-term.constant)
        turned = "(-{v}[0], -{v}[1], -{v}[2])" if term.kind == "vector" else "-{v}"
        code = self.write.unless_unknown(turned.format(v=term.code), *pieces)
        return Term(term.kind, code, term.known, remembers=term.remembers)

    def _binop(self, node: ast.BinOp) -> Term:
        if type(node.op) not in operators.ARITHMETIC:
            raise wrong_at(node, "the operators are + - * / < <= > >= and or not")
        left, right = self.term(node.left), self.term(node.right)
        for side, term in ((node.left, left), (node.right, right)):
            if term.kind not in ("number", "vector"):
                self._need(side, term, "number")
        found = operators.combined(self.write, type(node.op), left, right)
        if found is None:
            raise wrong_at(node, f"{NOUNS[left.kind]} and {NOUNS[right.kind]} do not go together here")
        return found

    def _compare(self, node: ast.Compare) -> Term:
        sides = [node.left, *node.comparators]
        terms = [self.term(side) for side in sides]
        for side, term in zip(sides, terms, strict=True):
            self._need(side, term, "number")
        for op in node.ops:
            if type(op) not in operators.COMPARISONS:
                raise wrong_at(node, "numbers of a body are never exactly equal; compare with < <= > >=")
        tests = [
            operators.compared(self.write, type(op), a, b) for op, a, b in zip(node.ops, terms, terms[1:], strict=False)
        ]
        return operators.both(self.write, tests)

    def _boolop(self, node: ast.BoolOp) -> Term:
        terms = [self.term(side) for side in node.values]
        for side, term in zip(node.values, terms, strict=True):
            self._need(side, term, "truth")
        join = operators.both if isinstance(node.op, ast.And) else operators.either
        return join(self.write, terms)

    def _call(self, node: ast.Call) -> Term:
        if not isinstance(node.func, ast.Name):
            raise wrong_at(node, "only the functions of the list may be called")
        name = node.func.id
        if name not in WORDS:
            raise wrong_at(node.func, f'there is no function "{name}"{nearest(name, WORDS)}')
        if node.keywords or any(isinstance(arg, ast.Starred) for arg in node.args):
            raise wrong_at(node, f"write {' or '.join(WORDS[name])}")
        theirs = _Compiler(self._names, self._pairs) if name == "other" else self
        args = [theirs.term(arg) for arg in node.args]
        fitting = next((form for form in WORDS[name] if fits(form, args)), None)
        if fitting is None:
            raise self._unfit(node, name, args)
        try:
            term = self._other(theirs, args[0]) if name == "other" else self._called(name, args)
        except Wrong as wrong:
            raise wrong_at(node.args[0] if node.args else node, wrong.message) from None
        if any(arg.remembers for arg in args) and not term.remembers:
            return replace(term, remembers=True)
        return term

    def _called(self, name: str, args: Sequence[Term]) -> Term:
        if name == "inside":
            return inside(self.write, self._names.zones[args[0].name], args[1:])
        if name == "unlike":
            return unlike(self.write, self._names.poses[args[0].name])
        if name == "pick":
            return picked(self.write, args)
        return FUNCTIONS[name].build(self.write, args)

    def _other(self, theirs: "_Compiler", inner: Term) -> Term:
        """What the partner's own function says of the partner's moment."""
        if not self._pairs:
            raise Wrong('other() needs a partner; give the event scope = "pair"')
        if inner.remembers:
            raise Wrong("other() cannot look back in time; let an event of its own do that, and ask active()")
        ask, other = self.write.given, self.write.let("m.other")
        if inner.kind != "vector":
            asked = ask(theirs.write.function(inner.code))
            return Term(inner.kind, self.write.unless_unknown(f"{asked}({other})", other))
        assert inner.place is not None  # the form asks for a place
        at = self.write.unless_unknown(f"{ask(theirs.write.function(inner.place()))}({other})", other)
        return Term("vector", self.write.unless_unknown(f"m.local({at})", at), place=lambda: at)

    def _unfit(self, node: ast.Call, name: str, args: Sequence[Term]) -> Wrong:
        forms = " or ".join(WORDS[name])
        for number, (arg, term) in enumerate(zip(node.args, args, strict=True)):
            if not any(fits_at(form, number, term) for form in WORDS[name]):
                return wrong_at(
                    arg, f"{called(term)} does not fit here; write {forms}{bounds(WORDS[name][0], number, term)}"
                )
        return wrong_at(node, f"write {forms}")

    def _need(self, node: ast.expr, term: Term, kind: Kind) -> None:
        if term.kind != kind:
            raise wrong_at(node, f"{called(term)} is {what(term)}; {NOUNS[kind]} is needed here{instead(term, kind)}")


def _meant(node: ast.expr) -> str:
    """The right words for what people know from other languages, as the end of an error."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in WORDS:
        return f"; write {node.attr}({node.value.id})"
    return "; pick(truth, number, number) chooses" if isinstance(node, ast.IfExp) else ""


_OF_PERSON = {"height": "m.height_m / m.torso_m", "height_m": "m.height_m", "torso_m": "m.torso_m"}
_SPOKEN: dict[type[ast.expr], str] = {
    ast.Attribute: "a dot",
    ast.Subscript: "a square bracket",
    ast.List: "a list",
    ast.Tuple: "a comma outside of a call",
    ast.IfExp: "if",
    ast.Lambda: "lambda",
    ast.NamedExpr: '":="',
    ast.JoinedStr: "text",
}
