"""The public face of C# sources: types and the signatures of their members, by reading declarations and no more.

Made for two libraries, Unity's published sources and our stand-in: expressions and bodies are passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import csharp_tokens as cs

_NOISE = re.compile(
    r"""//[^\n]*|/\*.*?\*/|^[ \t]*\#[^\n]*|\$?@"(?:[^"]|"")*"|\$?"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\])+'""",
    re.DOTALL | re.MULTILINE,
)
_TOKEN = re.compile(r"[A-Za-z_@]\w*|\d[\w.]*|=>|::|[^\s\w]")
_SEEN = {"public", "protected"}
_MODIFIERS = _SEEN | set(
    "private internal static extern abstract virtual override sealed readonly new unsafe partial async const volatile "
    "fixed required".split()
)
_TYPES = {"class", "struct", "interface", "enum"}


@dataclass(frozen=True)
class Member:
    """What of a member a caller sees. ``names`` are those of its parameters."""

    kind: str  # field, property, method, constructor, operator, event, value
    name: str
    static: bool
    type: str
    parameters: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    accessors: frozenset[str] = frozenset()

    def __str__(self) -> str:
        told = f"({', '.join(self.parameters)})" if self.kind in {"method", "constructor", "operator"} else ""
        static = "static " if self.static else ""
        return f"{static}{self.type} {self.name}{told} {' '.join(sorted(self.accessors))}".strip()


@dataclass
class Type:
    """A type that can be seen; parts in several files are one."""

    name: str  # with namespace and outer types
    kind: str
    bases: set[str] = field(default_factory=set)
    members: list[Member] = field(default_factory=list)
    hidden_constructors: bool = False
    modifiers: set[str] = field(default_factory=set)
    public: bool = False  # a part of a partial type may leave that to another


def read_types(sources: Iterator[str]) -> dict[str, Type]:
    """Public types by full name."""
    types: dict[str, Type] = {}
    for source in sources:
        text = _NOISE.sub(lambda noise: '""' if noise[0][0] in "\"'$@" else " ", source.lstrip("\ufeff"))
        _Reader(_renamed(_TOKEN.findall(text)), types).space("")
    return {name: made for name, made in types.items() if made.public}


def _renamed(tokens: list[str]) -> list[str]:
    """Aliases (using UnityObject = UnityEngine.Object;) by what they stand for."""
    aliases = {}
    for at, token in enumerate(tokens[:-4]):
        if token == "using" and tokens[at + 2] == "=":
            aliases[tokens[at + 1]] = tokens[tokens.index(";", at) - 1]
    return [aliases.get(token, token) for token in tokens]


class _Reader:
    def __init__(self, tokens: list[str], types: dict[str, Type]) -> None:
        self._tokens = tokens
        self._types = types
        self._at = 0

    def space(self, name: str) -> None:
        """A namespace, or the file."""
        while self._at < len(self._tokens) and self._tokens[self._at] != "}":
            head, end = self._head()
            if head[:1] == ["namespace"]:
                inner = ".".join(filter(None, [name, "".join(head[1:])]))
                if end == "{":
                    self.space(inner)
                    self._at += 1
                else:
                    name = inner  # for the rest of the file
            elif end == "{" or "delegate" in head:
                self._type(head, end, name)
            elif end == "=":
                self._past(";")

    def _head(self) -> tuple[list[str], str]:
        """A declaration up to what ends its head: a brace, a semicolon, an arrow or an equals sign."""
        head: list[str] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token == "[" and not (
                head and (head[-1] in {"this", ">"} or (head[-1][0].isalpha() and head[-1] not in _MODIFIERS))
            ):
                self._balanced()  # an attribute
                continue
            if token == "operator":
                stop = self._tokens.index("(", self._at + 1)
                head += ["operator", "".join(self._tokens[self._at + 1 : stop])]
                self._at = stop
                continue
            if token in {"(", "["}:
                begin = self._at
                self._balanced()
                head += self._tokens[begin : self._at]
                continue
            self._at += 1
            if token in {"{", ";", "=>", "=", "}"}:
                return head, token
            head.append(token)
        return head, ""

    def _balanced(self) -> None:
        depth = 0
        while True:
            token = self._tokens[self._at]
            depth += (token in cs.CLOSING) - (token in cs.CLOSING.values())
            self._at += 1
            if depth == 0:
                return

    def _past(self, stop: str) -> None:
        while self._tokens[self._at] != stop:
            if self._tokens[self._at] in cs.CLOSING:
                self._balanced()
            else:
                self._at += 1
        self._at += 1

    def _body(self) -> None:
        """Past a body whose opening brace has been read."""
        self._at -= 1
        self._balanced()

    def _type(self, head: list[str], end: str, outer: str) -> None:
        seen = bool(_SEEN & set(head))
        plain = head[: head.index("where")] if "where" in head else head
        if "delegate" in plain:
            at = plain.index("(")
            name = cs.name_at(plain[:at])
            full = f"{outer}.{cs.generic(plain[name:at])}"
            types, names = cs.parameters(plain[at + 1 : -1])
            returned = cs.type_name(plain[plain.index("delegate") + 1 : name])
            invoke = Member("method", "Invoke", False, returned, types, names)
            self._types[full] = Type(full, "delegate", members=[invoke], public=seen)
            return
        kinds = [at for at, token in enumerate(plain) if token in _TYPES]
        if not kinds:
            self._body()  # nothing that declares a type
            return
        at = kinds[0]
        colon = plain.index(":") if ":" in plain else len(plain)
        full = f"{outer}.{cs.generic(plain[at + 1 : colon])}".lstrip(".")
        bases = {cs.type_name(base) for base in cs.split(plain[colon + 1 :])}
        made = self._types.setdefault(full, Type(full, plain[at]))
        made.public |= seen
        made.bases |= bases
        made.modifiers |= {"abstract", "sealed", "static"} & set(plain[:at])
        if plain[at] == "enum":
            self._values(made)
        else:
            self._members(made)

    def _values(self, made: Type) -> None:
        known: dict[str, int] = {}
        begin = self._at
        self._body()
        last = -1
        for cell in cs.split(self._tokens[begin : self._at - 1], angles=False):
            cell = cs.without_attributes(cell)
            if not cell:
                continue
            value = cs.number("".join(cell[cell.index("=") + 1 :]), known) if "=" in cell else last + 1
            if isinstance(value, int):
                known[cell[0]] = last = value
            made.members.append(Member("value", cell[0], True, str(value)))

    def _members(self, made: Type) -> None:
        short = made.name.rsplit(".", 1)[-1].split("`")[0]
        while self._tokens[self._at] != "}":
            head, end = self._head()
            if not head:
                continue
            where = cs.until(head, {"where", ":"})
            public = bool(_SEEN & set(where[: where.index("(")] if "(" in where else where)) or made.kind == "interface"
            first = next((token for token in where if token not in _MODIFIERS), "")
            if first in _TYPES or first == "delegate":
                self._type(head, end, made.name)
                continue
            accessors: frozenset[str] = frozenset()
            if end == "{":
                begin = self._at
                self._body()
                accessors = cs.accessors(self._tokens[begin : self._at - 1])
                if "(" not in where and self._at < len(self._tokens) and self._tokens[self._at] == "=":
                    self._past(";")
            elif end == "=>":
                accessors = frozenset({"get"})
                self._past(";")
            elif end == "=":
                begin = self._at
                self._past(";")
                more = cs.split(self._tokens[begin : self._at - 1])[1:]  # float x = 1f, y
                where = where + [token for cell in more for token in (",", cell[0])]
            if public:
                made.members += _declared(where, end, accessors, short)
            elif first == short and where[where.index(first) + 1] == "(":
                made.hidden_constructors = True
        self._at += 1


def _declared(head: list[str], end: str, accessors: frozenset[str], short: str) -> Iterator[Member]:
    static = bool({"static", "const"} & set(head))
    readonly = bool({"readonly", "const"} & set(head))
    plain = [token for token in head if token not in _MODIFIERS]
    if plain[0] == "~" or plain[0] == "event":
        if plain[0] == "event":
            yield Member("event", plain[-1], static, cs.type_name(plain[1:-1]))
        return
    if "operator" in plain:
        at, paren = plain.index("operator"), plain.index("(")
        types, names = cs.parameters(plain[paren + 1 : -1])
        conversion = plain[0] in {"implicit", "explicit"}
        name = plain[0] if conversion else plain[at + 1]
        returned = cs.type_name(plain[at + 1 : paren] if conversion else plain[:at])
        yield Member("operator", f"operator {name}", True, returned, types, names)
    elif plain[-1] == "]" and "this" in plain:
        types, names = cs.parameters(plain[plain.index("[") + 1 : -1])
        yield Member("property", "this", static, cs.type_name(plain[: plain.index("this")]), types, names, accessors)
    elif plain[-1] == ")":
        paren = plain.index("(")
        types, names = cs.parameters(plain[paren + 1 : -1])
        at = cs.name_at(plain[:paren])
        name = cs.generic(plain[at:paren])
        kind = "constructor" if name == short and at == 0 else "method"
        yield Member(kind, name, static, cs.type_name(plain[:at]), types, names)
    elif end in {";", "="}:
        cells, known = cs.split(plain), frozenset({"get"}) | (frozenset() if readonly else {"set"})
        yield from (Member("field", cell[-1], static, cs.type_name(cells[0][:-1]), accessors=known) for cell in cells)
    else:
        yield Member("property", plain[-1], static, cs.type_name(plain[:-1]), accessors=accessors)
