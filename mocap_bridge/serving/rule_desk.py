"""The rules that the page edits: read, checked while somebody types, used at once, kept in one file."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from ..errors import SettingsError
from ..records import Scene
from ..rulebook import SHIPPED, load_rules, rules_text
from ..rules import check, load, together
from ..watch import Watch

LONGEST = 48_000
"""Characters that can be edited here: a message must hold them."""
NEW_RULES = "my-events.toml"
"""Where rules land that are written here, beside the takes, if the command was given no file of the user's own."""
_EXAMPLE = """# Your own events, beside the shipped ones; of two with one name yours counts.
# `mocap-bridge events words` tells every word.

[[event]]
name = "left_hand_up"
about = "The left hand above the head."
when = "y(L_Wrist) > y(Head_top) and vis(L_Wrist) > 0.4"
hold_s = 0.15
"""


class Complaint(msgspec.Struct, frozen=True):
    """What is wrong, and where; lines and columns count from 1."""

    line: int
    column: int
    message: str


class RuleDesk:
    """Edits the last of ``files`` that is the user's own, or ``new_file`` if there is none."""

    def __init__(self, watch: Watch, files: Sequence[str], new_file: Path) -> None:
        """Raises SettingsError if a file cannot be read."""
        self.used = False  # whether rules have been used from here
        self._watch = watch
        own = [name for name in files if name != SHIPPED]
        self.file = Path(own[-1]).expanduser() if own else new_file
        before = list(files[: len(files) - 1 - files[::-1].index(own[-1])]) if own else list(files)
        self._known = load_rules(before)

    async def text(self) -> str:
        """What is to be edited. Raises SettingsError."""
        if not self.file.exists():
            return _EXAMPLE
        text = await asyncio.to_thread(rules_text, str(self.file))
        if len(text) > LONGEST:
            raise SettingsError(f"{self.file} has {len(text):,} characters; here {LONGEST:,} can be edited")
        return text

    async def complaints(self, text: str) -> list[Complaint]:
        """Everything that is wrong with it."""
        problems = await asyncio.to_thread(check, text, self._known)
        return [Complaint(problem.line, problem.column, problem.message) for problem in problems]

    async def use(self, text: str) -> str:
        """From the next frame on. Raises SettingsError if there is a problem; the rules of before stay then."""
        rules = await asyncio.to_thread(load, text, self._known)
        self._watch.use(together(self._known, rules))
        self.used = True
        count = len(rules.rules)
        return f"{count} {'rule' if count == 1 else 'rules'} of yours in use"

    async def save(self, text: str) -> str:
        """Uses and keeps it. Raises SettingsError."""
        told = await self.use(text)
        await asyncio.to_thread(_write, self.file, text)
        return f"{told}, kept in {self.file.name}"

    def retold(self, scene: Scene) -> Scene:
        """A recorded scene: with the events that the rules find in it, as soon as some have been used from here."""
        if not self.used:
            return scene
        return replace(scene, events=self._watch(scene.time_s, scene.bodies, scene.poses))


def _write(file: Path, text: str) -> None:
    # Beside it first: a full disk must not cost the rules that were there.
    beside = file.with_name(f"{file.name}.new")
    try:
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, file)
    except OSError as error:
        raise SettingsError(f"cannot write {file}: {error.strerror}") from None
