"""Zones, learned poses and actions of a rules file."""

import re
from collections.abc import Sequence
from typing import Any

from ..skeleton import JOINT
from .book import Action
from .tables import Tables, is_numbers
from .terms import Likeness, Names, Zone
from .vocabulary import nearest

ARGS = ("$name", "$person", "$other", "$strength", "$count", "$active", "$x", "$y", "$z")
"""What stands for itself in the arguments of an OSC message."""


def zone(tables: Tables, number: int, row: dict[str, Any]) -> Zone | None:
    if ("box_m" in row) == ("radius_m" in row or "center_m" in row):
        where = tables.positions.at("zone", number)
        tables.tell(*where, "a zone is box_m = [x0, z0, x1, z1], or center_m = [x, z] with radius_m")
        return None
    if "box_m" in row:
        x0, z0, x1, z1 = tables.numbers("zone", number, row, "box_m", 4)
        return Zone(str(row.get("name")), box_m=(min(x0, x1), min(z0, z1), max(x0, x1), max(z0, z1)))
    x, z = tables.numbers("zone", number, row, "center_m", 2)
    return Zone(str(row.get("name")), (x, z), tables.number("zone", number, row, "radius_m", 0.01, 1000.0))


def pose(tables: Tables, number: int, row: dict[str, Any]) -> Likeness | None:
    joints, examples = row.get("joints"), row.get("examples")
    if not isinstance(joints, list) or not 1 <= len(joints) <= len(JOINT):
        tables.tell(*tables.positions.at("pose", number, "joints"), 'joints is a list such as ["L_Wrist", "R_Wrist"]')
        return None
    for joint in joints:
        if joint not in JOINT:
            where = tables.positions.at("pose", number, "joints")
            tables.tell(*where, f'there is no joint "{joint}"{nearest(str(joint), JOINT)}')
    right = isinstance(examples, list) and 1 <= len(examples) <= 32
    if not right or not all(is_numbers(one, 3 * len(joints)) for one in examples or ()):
        where = tables.positions.at("pose", number, "examples")
        tables.tell(*where, f"examples is a list of 1 to 32 lists of {3 * len(joints)} numbers, x y z of each joint")
        return None
    rows = tuple(JOINT[joint] for joint in joints if joint in JOINT)
    return Likeness(str(row.get("name")), rows, tuple(_triples(one) for one in examples or ()))


def action(tables: Tables, number: int, row: dict[str, Any], names: Names) -> Action | None:
    before = len(tables.problems)
    event = tables.event("action", number, row, "event", names)
    on = tables.choice("action", number, row, "on", ("begin", "end", "both"))
    here = tables.positions.at("action", number)
    if ("osc" in row) == ("webhook" in row):
        tables.tell(*here, 'an action has osc = "127.0.0.1:9000" with address = "/path", or webhook = "http://..."')
        return None
    webhook, osc, address = (row.get(key, "") for key in ("webhook", "osc", "address"))
    if not isinstance(webhook, str) or ("webhook" in row and not re.match(r"https?://[^\s/]+", webhook)):
        tables.tell(*tables.positions.at("action", number, "webhook"), "webhook is an address such as http://...")
    if "osc" in row and not (isinstance(osc, str) and re.fullmatch(r"[^\s:]+:\d{1,5}", osc)):
        tables.tell(*tables.positions.at("action", number, "osc"), 'osc is a receiver such as "127.0.0.1:9000"')
    if "osc" in row and not (isinstance(address, str) and re.fullmatch(r"/[!-~]{1,200}", address)):
        tables.tell(*tables.positions.at("action", number, "address"), 'address begins with "/", such as "/effect/1"')
    args = _args(tables, number, row)
    if len(tables.problems) > before:
        return None
    return Action(event or "", on, osc, address, args, webhook)


def _args(tables: Tables, number: int, row: dict[str, Any]) -> tuple[str | float, ...]:
    args = row.get("args", [])
    where = tables.positions.at("action", number, "args")
    if not isinstance(args, list) or len(args) > 16 or not all(isinstance(a, str | int | float) for a in args):
        tables.tell(*where, f"args is a list of up to 16 numbers and words, or {', '.join(ARGS)}")
        return ()
    for arg in args:
        if isinstance(arg, str) and (arg[:1] == "$" and arg not in ARGS):
            tables.tell(*where, f'nothing is called "{arg}"{nearest(arg, ARGS)}; there are {", ".join(ARGS)}')
        elif (isinstance(arg, str) and (len(arg) > 200 or not arg.isprintable())) or (
            not isinstance(arg, str) and not abs(arg) <= 2**31 - 1
        ):
            tables.tell(*where, "words have up to 200 printable characters, numbers fit into 32 bits")
    return tuple(args)


def _triples(flat: Sequence[float]) -> tuple[tuple[float, float, float], ...]:
    return tuple((float(flat[at]), float(flat[at + 1]), float(flat[at + 2])) for at in range(0, len(flat), 3))
