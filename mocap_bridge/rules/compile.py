"""Text of an expression -> a closure over moments. Python's parser reads it; only what is listed here may stand in it.

Every piece is always evaluated, also behind an ``and`` that is already false: those that look back must not miss a
moment.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .functions import FUNCTIONS, direction
from .moment import Moment, Vec
from .operators import ARITHMETIC, COMPARISONS, conjunction, disjunction, tested
from .parse import parsed, wrong_at
from .recall import inside, picked, unlike
from .signatures import NOUNS, SPECIAL, WORDS, called, fits, fits_at, what
from .terms import Kind, Names, Term, Value, Wrong
from .vocabulary import CONSTANTS, DIRECTIONS, PLACES, nearest

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
        tree = parsed(text, WORDS)
        term = _Compiler(names, pairs).term(tree)
        if term.kind != wanted:
            raise wrong_at(tree, f"this is {what(term)}, but {NOUNS[wanted]} is needed here")
        if term.remembers and not look_back:
            raise wrong_at(tree, "only when and release may look back in time")
    except Wrong as wrong:
        raise wrong.placed(text) from None
    return Expression(text, term.kind, term.value, term.remembers)


class _Compiler:
    def __init__(self, names: Names, pairs: bool) -> None:
        self._names, self._pairs = names, pairs

    def term(self, node: ast.expr) -> Term:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise wrong_at(node, f"{_SPOKEN.get(type(node), 'this')} cannot stand in a rule")
        term: Term = method(node)
        return term

    def _constant(self, node: ast.Constant) -> Term:
        if isinstance(node.value, bool):
            truth = node.value
            return Term("truth", lambda m: truth)
        if not isinstance(node.value, int | float) or not abs(node.value) <= LARGEST:
            raise wrong_at(node, f"only numbers up to {LARGEST:.0f} may stand here, without quotes")
        value = float(node.value)
        return Term("number", lambda m: value, constant=value)

    def _name(self, node: ast.Name) -> Term:
        name = node.id
        if name in PLACES:
            weights = PLACES[name]
            return Term(
                "vector",
                lambda m: None if (p := m.place(weights)) is None else m.local(p),
                place=lambda m: m.place(weights),
                weights=weights,
                name=name,
            )
        if name in DIRECTIONS:
            return direction(name)
        if name in CONSTANTS:
            return Term("number", _OF_PERSON[name])
        for kind, known in (
            ("event", self._names.events),
            ("zone", self._names.zones),
            ("pose", self._names.poses),
        ):
            if name in known:
                return Term(kind, lambda m: None, name=name)  # type: ignore[arg-type]
        if name in WORDS:
            raise wrong_at(node, f"{name} is a function; write {' or '.join(WORDS[name])}")
        named = (*self._names.events, *self._names.zones, *self._names.poses)
        raise wrong_at(node, f'nothing is called "{name}"{nearest(name, (*PLACES, *DIRECTIONS, *CONSTANTS, *named))}')

    def _unaryop(self, node: ast.UnaryOp) -> Term:
        term = self.term(node.operand)
        value = term.value
        if isinstance(node.op, ast.Not):
            self._need(node.operand, term, "truth")
            return Term("truth", lambda m: None if (v := value(m)) is None else not v, remembers=term.remembers)
        if isinstance(node.op, ast.Invert) or term.kind not in ("number", "vector"):
            self._need(node.operand, term, "number")
            raise wrong_at(node, '"~" cannot stand in a rule; "not" turns truth around')
        if isinstance(node.op, ast.UAdd):
            return Term(term.kind, value, remembers=term.remembers, constant=term.constant)
        if term.kind == "vector":
            return Term("vector", lambda m: None if (v := value(m)) is None else (-v[0], -v[1], -v[2]))
        constant = None if term.constant is None else -term.constant
        return Term(
            "number", lambda m: None if (v := value(m)) is None else -v, constant=constant, remembers=term.remembers
        )

    def _binop(self, node: ast.BinOp) -> Term:
        if type(node.op) not in ARITHMETIC:
            raise wrong_at(node, "the operators are + - * / < <= > >= and or not")
        left, right = self.term(node.left), self.term(node.right)
        for side, term in ((node.left, left), (node.right, right)):
            if term.kind not in ("number", "vector"):
                self._need(side, term, "number")
        found = ARITHMETIC[type(node.op)].get((left.kind, right.kind))
        if found is None:
            raise wrong_at(node, f"{NOUNS[left.kind]} and {NOUNS[right.kind]} do not go together here")
        kind, combine = found
        a, b = left.value, right.value

        def value(m: Moment) -> Any:
            v, w = a(m), b(m)
            return None if v is None or w is None else combine(v, w)

        return Term(kind, value, remembers=left.remembers or right.remembers)

    def _compare(self, node: ast.Compare) -> Term:
        sides = [node.left, *node.comparators]
        terms = [self.term(side) for side in sides]
        for side, term in zip(sides, terms, strict=True):
            self._need(side, term, "number")
        for op in node.ops:
            if type(op) not in COMPARISONS:
                raise wrong_at(node, "numbers of a body are never exactly equal; compare with < <= > >=")
        tests = [COMPARISONS[type(op)] for op in node.ops]
        remembers = any(term.remembers for term in terms)
        values = [term.value for term in terms]
        if len(tests) == 1:
            test, (a, b) = tests[0], values
            return Term("truth", lambda m: tested(test, a(m), b(m)), remembers=remembers)

        def chain(m: Moment) -> bool | None:
            known = [value(m) for value in values]
            return conjunction([tested(test, known[i], known[i + 1]) for i, test in enumerate(tests)])

        return Term("truth", chain, remembers=remembers)

    def _boolop(self, node: ast.BoolOp) -> Term:
        terms = [self.term(side) for side in node.values]
        for side, term in zip(node.values, terms, strict=True):
            self._need(side, term, "truth")
        values = [term.value for term in terms]
        fold = conjunction if isinstance(node.op, ast.And) else disjunction
        return Term("truth", lambda m: fold([value(m) for value in values]), remembers=any(t.remembers for t in terms))

    def _call(self, node: ast.Call) -> Term:
        if not isinstance(node.func, ast.Name):
            raise wrong_at(node, "only the functions of the list may be called")
        name = node.func.id
        if name not in WORDS:
            raise wrong_at(node.func, f'there is no function "{name}"{nearest(name, WORDS)}')
        if node.keywords or any(isinstance(arg, ast.Starred) for arg in node.args):
            raise wrong_at(node, f"write {' or '.join(WORDS[name])}")
        args = [self.term(arg) for arg in node.args]
        fitting = next((form for form in WORDS[name] if fits(form, args)), None)
        if fitting is None:
            raise self._unfit(node, name, args)
        try:
            term = self._special(node, name, args) if name in SPECIAL else FUNCTIONS[name].build(args)
        except Wrong as wrong:
            raise wrong_at(node.args[0] if node.args else node, wrong.message) from None
        if any(arg.remembers for arg in args) and not term.remembers:
            return Term(term.kind, term.value, place=term.place, remembers=True)
        return term

    def _special(self, node: ast.Call, name: str, args: Sequence[Term]) -> Term:
        if name == "inside":
            return inside(self._names.zones[args[0].name], args[1].place if len(args) > 1 else None)
        if name == "unlike":
            return unlike(self._names.poses[args[0].name])
        if name == "pick":
            return picked(*args)
        if not self._pairs:
            raise Wrong('other() needs a partner; give the event scope = "pair"')
        inner = args[0]
        if inner.remembers:
            raise Wrong("other() cannot look back in time; let an event of its own do that, and ask active()")
        if inner.kind == "vector":
            place = inner.place
            assert place is not None

            def theirs(m: Moment) -> Vec | None:
                return None if m.other is None else place(m.other)

            return Term("vector", lambda m: None if (p := theirs(m)) is None else m.local(p), place=theirs)
        value = inner.value
        return Term(inner.kind, lambda m: None if m.other is None else value(m.other))

    def _unfit(self, node: ast.Call, name: str, args: Sequence[Term]) -> Wrong:
        forms = " or ".join(WORDS[name])
        for number, (arg, term) in enumerate(zip(node.args, args, strict=True)):
            if not any(fits_at(form, number, term) for form in WORDS[name]):
                return wrong_at(arg, f"{called(term)} does not fit here; write {forms}")
        return wrong_at(node, f"write {forms}")

    def _need(self, node: ast.expr, term: Term, kind: Kind) -> None:
        if term.kind != kind:
            hint = ", for example y(L_Wrist)" if term.weights and kind == "number" else ""
            raise wrong_at(node, f"{called(term)} is {what(term)}; {NOUNS[kind]} is needed here{hint}")


_OF_PERSON: dict[str, Value] = {
    "height": lambda m: m.height_m / m.torso_m,
    "height_m": lambda m: m.height_m,
    "torso_m": lambda m: m.torso_m,
}
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
