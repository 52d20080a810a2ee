"""Text -> Python's syntax tree, within limits, before anything is looked at more closely."""

import ast
import re
import warnings
from collections.abc import Container

from .terms import Wrong

LONGEST, DEEPEST, MOST_NODES = 512, 16, 64
"""Characters, levels of nesting, and names, numbers, operators and calls together."""


_MEANT = (
    (r"&&", '"and"'),
    (r"\|\|", '"or"'),
    (r"!(?!=)", '"not"'),
    (r"(?<![<>=!:])=(?!=)", '"<=" or ">="'),
)
"""What people write who know other languages, and the right words; asked only where there is no expression."""
_PYTHONS = {"invalid syntax": "this is no expression", "invalid decimal literal": "numbers are written without a unit"}
"""What Python says, in the words of rules."""


def parsed(text: str, functions: Container[str]) -> ast.expr:
    """The tree of one expression. Raises Wrong if it is none, or beyond a limit."""
    if len(text) > LONGEST:
        raise Wrong(f"{len(text)} characters; an expression may have {LONGEST}")
    tree = _tree(text)
    callees = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    count = sum(isinstance(node, ast.expr) and id(node) not in callees for node in ast.walk(tree))
    if count > MOST_NODES:
        raise Wrong(f"{count} names, numbers, operators and calls; an expression may have {MOST_NODES}")
    if _depth(tree) > DEEPEST:
        raise Wrong(f"nested deeper than {DEEPEST} levels")
    return tree


def wrong_at(node: ast.AST, message: str) -> Wrong:
    """An error with the place where a piece begins."""
    return Wrong(message, getattr(node, "col_offset", 0))


def _tree(text: str) -> ast.expr:
    # One line, whatever the file had: then a place is a number, and lines need no brackets to belong together.
    flat = re.sub(r"\s", " ", text)
    bare = flat.lstrip()
    indent = len(flat) - len(bare)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(bare, mode="eval").body
    except SyntaxError as error:
        for pattern, word in _MEANT:
            if found := re.search(pattern, flat):
                before = flat[: found.start()]
                raise Wrong(
                    f'"{found[0]}" cannot stand in a rule; write {word}', len(before.encode(errors="replace"))
                ) from None
        offset = error.offset or 0  # 0: after the end
        before = flat[: indent + offset - 1 if 0 < offset <= len(bare.rstrip()) else len(flat)]
        what = _PYTHONS.get(error.msg, error.msg)
        raise Wrong(what.replace("'('", '"("'), len(before.encode(errors="replace"))) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Wrong(f"this cannot be read: {error or 'nested too deeply'}") from None
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.col_offset += len(flat[:indent])
    return tree


def _depth(node: ast.AST) -> int:
    # Not by recursion: the tree may be as deep as the text is long.
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(child, depth + 1) for child in ast.iter_child_nodes(one) if isinstance(child, ast.expr)]
    return deepest
