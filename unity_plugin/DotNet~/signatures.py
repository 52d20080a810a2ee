"""Is the stand-in for UnityEngine and UnityEditor a subset of Unity? Every public type and member of it, against
Unity's published C# sources (github.com/Unity-Technologies/UnityCsReference, to be read only; nothing of it lies here).

    python unity_plugin/DotNet~/signatures.py CHECKOUT 2021.3.0f1 2022.3.0f1 6000.0.23f1

CHECKOUT is a clone with these tags, with or without a work tree. Prints one line a version, and one for each type or
member that Unity does not have or has with another signature (then the exit code is 1).
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from csharp_api import Member, Type, read_types

HERE = Path(__file__).parent
ELSEWHERE = {"UnityEngine.TestTools": "com.unity.test-framework, a package whose sources are not among these"}
"""Namespaces that Unity's sources do not have, and where they come from."""
_LARGEST = 1 << 22  # bytes of a source


def stand_in() -> dict[str, Type]:
    """What ours shows."""
    sources = [path for folder in ("UnityEngine", "UnityEditor") for path in sorted((HERE / folder).glob("*.cs"))]
    return read_types(path.read_text(encoding="utf-8") for path in sources)


def unity(checkout: Path, version: str, names: set[str]) -> dict[str, Type]:
    """Unity's types of these names (without namespace), and those that they are based on."""
    types: dict[str, Type] = {}
    wanted, seen = set(names), set[str]()
    while wanted:
        for name, made in read_types(_sources(checkout, version, wanted)).items():
            types.setdefault(name, made)
        seen |= wanted
        wanted = {_short(base) for made in types.values() if _short(made.name) in seen for base in made.bases} - seen
    return types


def _sources(checkout: Path, version: str, names: set[str]) -> Iterator[str]:
    declares = rf"\b(class|struct|interface|enum|delegate \S+) ({'|'.join(sorted(map(re.escape, names)))})\b"
    found = _git(checkout, "grep", "-lE", declares, version, "--", "*.cs", ":!Tests", ":!External")
    for line in found.splitlines():
        text = _git(checkout, "show", line)
        if len(text) < _LARGEST:
            yield text


def _git(checkout: Path, *arguments: str) -> str:
    command = ["git", "-C", str(checkout), *arguments]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", timeout=600)
    if result.returncode > 1 or (result.returncode == 1 and arguments[0] != "grep"):
        raise SystemExit(f"{' '.join(command)}: {result.stderr.strip()}")
    return result.stdout


def _short(name: str) -> str:
    return re.split(r"[.<`]", name.split("<")[0].split("`")[0])[-1]


def differences(ours: dict[str, Type], theirs: dict[str, Type]) -> Iterator[str]:
    """What ours has and theirs has not, or not so."""
    for name, made in ours.items():
        if name.rsplit(".", 1)[0] in ELSEWHERE:
            continue
        if name not in theirs:
            yield f"{name}: no such type"
            continue
        line = _line(name, theirs)
        if made.kind != theirs[name].kind:
            yield f"{name}: a {theirs[name].kind}, not a {made.kind}"
        # Interfaces that Unity adds are its own matter; what ours is based on must be among what its is.
        known = {_short(base) for one in line for base in one.bases}
        yield from (f"{name}: not based on {base}" for base in made.bases if _short(base) not in known)
        for member in _with_implicit_constructor(made):
            if not any(_same(member, other) for other in _like(member, line)):
                shown = "; ".join(map(str, _like(member, line))) or "nothing of that name"
                yield f"{name}: {member}  --  Unity: {shown}"


def _with_implicit_constructor(made: Type) -> Iterator[Member]:
    yield from made.members
    constructors = [member for member in made.members if member.kind == "constructor"]
    if made.kind == "class" and not constructors and not made.hidden_constructors and "static" not in made.modifiers:
        yield Member("constructor", _short(made.name), False, "")


def _line(name: str, types: dict[str, Type]) -> list[Type]:
    """A type and all that it is based on."""
    line, at = [types[name]], 0
    while at < len(line):
        for base in line[at].bases:
            line += [
                one
                for full, one in types.items()
                if full.split(".")[-1].split("`")[0] == _short(base)
                and one not in line
                and one.kind in {"class", "interface"}
            ]
        at += 1
    return line


def _like(member: Member, line: list[Type]) -> list[Member]:
    if member.kind == "constructor":
        own = [other for other in line[0].members if other.kind == "constructor"]
        implicit = (not own and not line[0].hidden_constructors) or line[0].kind == "struct"
        return own + ([Member("constructor", member.name, False, "")] if implicit else [])
    return [other for one in line for other in one.members if other.name == member.name]


def _same(ours: Member, theirs: Member) -> bool:
    kinds = {ours.kind, theirs.kind}
    # Who writes transform.position cannot tell a field from a property; but it is compiled otherwise, so that counts.
    return (
        len(kinds) == 1
        and (ours.static, ours.type, ours.parameters, ours.names)
        == (theirs.static, theirs.type, theirs.parameters, theirs.names)
        and ours.accessors <= theirs.accessors
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path, help="a clone of UnityCsReference")
    parser.add_argument("versions", nargs="+", help="tags of it, for instance 2021.3.0f1")
    given = parser.parse_args()
    ours = stand_in()
    compared = {name: made for name, made in ours.items() if name.rsplit(".", 1)[0] not in ELSEWHERE}
    members = sum(len(list(_with_implicit_constructor(made))) for made in compared.values())
    wrong = 0
    for version in given.versions:
        found = list(differences(ours, unity(given.checkout, version, {_short(name) for name in compared})))
        wrong += len(found)
        print(f"{version}: {len(compared)} types, {members} members, {len(found)} that Unity does not have so")
        print("".join(f"    {line}\n" for line in found), end="")
    for name in sorted(set(ours) - set(compared)):
        print(f"not compared: {name} ({ELSEWHERE[name.rsplit('.', 1)[0]]})")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
