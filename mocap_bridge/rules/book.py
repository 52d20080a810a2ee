"""What a rules file holds once it has been read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .compile import Expression
from .terms import Likeness, Names, Zone

Scope = Literal["each", "pair", "room"]


@dataclass(frozen=True)
class Problem:
    """What is wrong with a rules file, and where. Lines and columns count from 1."""

    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"


@dataclass(frozen=True)
class Rule:
    """One event: when it begins and ends, and how strong it is. The expressions only measure."""

    name: str
    when: Expression
    release: Expression | None = None  # ends where this is true; by default where ``when`` is not
    strength: Expression | None = None  # 0..1; by default 1
    anchor: Expression | None = None  # where it happens; by default at the pelvis
    direction: Expression | None = None  # where it points, for those that do
    scope: Scope = "each"
    hold_s: float = 0.1  # ``when`` must have been true for so long
    cooldown_s: float = 0.3  # after its end it cannot begin for so long
    after: str | None = None  # only after this event,
    within_s: float = 1.0  # which was active no longer ago than this
    counted: bool = False  # tells how often it has begun
    about: str = ""


@dataclass(frozen=True)
class Action:
    """What else happens when an event begins or ends: an OSC message or a web request."""

    event: str
    on: Literal["begin", "end", "both"] = "begin"
    osc: str = ""  # host:port
    address: str = ""
    args: tuple[str | float, ...] = ()
    webhook: str = ""  # an http or https address


@dataclass(frozen=True)
class Rules:
    """All of a file, or of several that were put together."""

    rules: tuple[Rule, ...] = ()
    zones: Mapping[str, Zone] = field(default_factory=dict)
    poses: Mapping[str, Likeness] = field(default_factory=dict)
    actions: tuple[Action, ...] = ()

    @property
    def names(self) -> Names:
        """What expressions of further files may refer to."""
        return Names(frozenset(rule.name for rule in self.rules), dict(self.zones), dict(self.poses))


def together(first: Rules, second: Rules) -> Rules:
    """Both; where they use a name alike, the second one counts."""
    renewed = {rule.name for rule in second.rules}
    acted = {action.event for action in second.actions}
    return Rules(
        (*(rule for rule in first.rules if rule.name not in renewed), *second.rules),
        {**first.zones, **second.zones},
        {**first.poses, **second.poses},
        (*(action for action in first.actions if action.event not in acted), *second.actions),
    )
