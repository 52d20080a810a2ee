"""How functions are written, as signatures: ``speed(joint, joint)`` tells what fits where."""

from collections.abc import Sequence

from .functions import FUNCTIONS
from .recall import LONGEST_S
from .terms import Kind, Term

SPECIAL = {
    "pick": ("pick(truth, number, number)", "pick(truth, vector, vector)"),
    "other": ("other(place)", "other(number)", "other(truth)"),
    "inside": ("inside(zone)", "inside(zone, place)"),
    "unlike": ("unlike(pose)",),
}
"""Functions that need the names of a file, or the partner."""
WORDS = {name: function.forms for name, function in FUNCTIONS.items()} | SPECIAL
"""How every function is written."""
NOUNS = {"truth": "something true or false", "number": "a number", "vector": "a place or direction"}
"""What kinds are called in errors."""


def what(term: Term) -> str:
    """What kind of thing a piece is, in words."""
    return NOUNS.get(term.kind, f"the name of {'an' if term.kind == 'event' else 'a'} {term.kind}")


def called(term: Term) -> str:
    """A piece by its word, where it has one."""
    return f'"{term.name}"' if term.name else "this"


def instead(term: Term, kind: Kind) -> str:
    """How a piece is made into what is needed, as the end of an error; nothing where nobody can tell."""
    asks = {"event": "active", "zone": "inside"}.get(term.kind)
    if kind == "truth" and asks:
        return f", for example {asks}({term.name})"
    return ", for example y(L_Wrist)" if kind == "number" and term.weights else ""


def fits(form: str, args: Sequence[Term]) -> bool:
    """Whether arguments are as a form asks."""
    words = _words(form)
    if words and words[-1] == "...":
        words = words[:-1] + [words[-2]] * max(0, len(args) - len(words) + 1)
    return len(words) == len(args) and all(_is(word, arg) for word, arg in zip(words, args, strict=True))


def fits_at(form: str, number: int, term: Term) -> bool:
    """Whether one argument is as a form asks at its place."""
    words = _words(form)
    if words and words[-1] == "..." and number >= len(words) - 1:
        return _is(words[-2], term)
    return number < len(words) and _is(words[number], term)


def bounds(form: str, number: int, term: Term) -> str:
    """What numbers may stand at a place of a form where one does that is of no use there."""
    words = _words(form)
    if term.constant is None or number >= len(words):
        return ""
    return {"seconds": f"; seconds are more than 0, at most {LONGEST_S:g}", "size": "; a size is more than 0"}.get(
        words[number], ""
    )


def _words(form: str) -> list[str]:
    inner = form[form.index("(") + 1 : -1]
    return [word.strip() for word in inner.split(",")] if inner else []


def _is(word: str, term: Term) -> bool:
    if word in ("joint", "foot"):
        return term.weights is not None
    if word == "place":
        return term.place is not None
    if word == "seconds":
        return term.constant is not None and 0.0 < term.constant <= LONGEST_S
    if word == "size":
        return term.constant is not None and term.constant > 0.0
    return term.kind == word
