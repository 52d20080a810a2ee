"""Where things stand in a TOML text: the standard reader gives values only, but errors must name line and column."""

import re

_TABLE = re.compile(r"^[ \t]*\[\[[ \t]*(\w+)[ \t]*\]\]|^[ \t]*\[[ \t]*([\w.]+)[ \t]*\]", re.MULTILINE)


class Positions:
    """Finds tables and keys of a text that has been read without errors."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tables: dict[str, list[tuple[int, int]]] = {}  # by name: begin and end of each
        found = list(_TABLE.finditer(text))
        for match, end in zip(found, [*(one.start() for one in found[1:]), len(text)], strict=False):
            self._tables.setdefault(match[1] or match[2], []).append((match.start(), end))

    def at(self, table: str, number: int, key: str | None = None) -> tuple[int, int]:
        """Line and column, from 1, of the n-th table of this name, or of a key in it."""
        return self._line_and_column(self._offset(table, number, key))

    def inside(self, table: str, number: int, key: str, value: str, line: int, column: int) -> tuple[int, int]:
        """Line and column in the file of a place in a string, which may itself have several lines."""
        begin = self._offset(table, number, key)
        equals = self._text.find("=", begin)
        start = self._text.find(value, equals)
        if equals < 0 or start < 0 or start > self._end(table, number):  # written with escapes: the key must do
            return self._line_and_column(begin)
        lines = value.split("\n")
        return self._line_and_column(start + sum(len(one) + 1 for one in lines[: line - 1]) + column - 1)

    def _end(self, table: str, number: int) -> int:
        known = self._tables.get(table, [])
        return known[number][1] if number < len(known) else len(self._text)

    def _offset(self, table: str, number: int, key: str | None) -> int:
        known = self._tables.get(table, [])
        if number >= len(known):  # written inline
            return 0
        begin, end = known[number]
        begin += len(self._text[begin:end]) - len(self._text[begin:end].lstrip())
        if key is None:
            return begin
        match = re.compile(rf"^[ \t]*[\"']?({re.escape(key)})[\"']?[ \t]*=", re.MULTILINE).search(
            self._text, begin, end
        )
        return match.start(1) if match else begin

    def _line_and_column(self, offset: int) -> tuple[int, int]:
        before = self._text[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
