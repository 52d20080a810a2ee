"""Text -> Python's syntax tree, within limits, before anything is looked at more closely."""

import ast
import warnings
from collections.abc import Container

from .terms import Wrong

LONGEST, DEEPEST, MOST_NODES = 512, 16, 64
"""Characters, levels of nesting, and names, numbers, operators and calls together."""


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
    line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    return Wrong(message, line, max(1, column + (0 if line == 1 else 1)))  # a bracket stands before the first line


def _tree(text: str) -> ast.expr:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(f"({text}\n)", mode="eval").body
    except SyntaxError as error:
        line = min(error.lineno or 1, text.count("\n") + 1)
        column = (error.offset or 1) - (1 if line == 1 else 0)
        column = max(1, min(column, len(text.split("\n")[line - 1]) + 1))
        what = error.msg if error.msg != "invalid syntax" else "this is no expression"
        raise Wrong(what.replace("'('", '"("'), line, column) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Wrong(f"this cannot be read: {error or 'nested too deeply'}") from None


def _depth(node: ast.AST) -> int:
    # Not by recursion: the tree may be as deep as the text is long.
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(child, depth + 1) for child in ast.iter_child_nodes(one) if isinstance(child, ast.expr)]
    return deepest
