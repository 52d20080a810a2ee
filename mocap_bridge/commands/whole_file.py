"""Files that take long to write: they have their name only when they are whole, and one sees how far they are."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Self

import typer

from ..errors import OutputError

if TYPE_CHECKING:
    from ..records import Scene
    from ..wire.take_json import TakeHeader

OutTake = Annotated[str, typer.Option("-o", "--take", metavar="FILE.take.jsonl", help="The take file to write.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the file if there is one already.")]

_PLAIN_EVERY_S = 5.0


@contextmanager
def whole_file(name: str, overwrite: bool) -> Iterator[Path]:
    """A file beside ``name`` to write to: it gets the name at the end, and vanishes if that is not reached.

    Ctrl-C ends the command there. Raises OutputError if the name is taken, or nothing can be written there.
    """
    from ..export.clips import whole

    path = Path(name)
    check_free(path, overwrite)
    with stoppable(f"{path} was not written"), whole(path) as part:
        yield part


@contextmanager
def stoppable(otherwise: str) -> Iterator[None]:
    """Ctrl-C in here ends the command with a word on what was not done."""
    try:
        yield
    except KeyboardInterrupt:
        from .display import say

        say(f"stopped by you; {otherwise}")
        raise typer.Exit from None


def check_free(path: Path, overwrite: bool) -> None:
    """Raises OutputError if the name is taken, or its folder is not there."""
    if path.is_dir():
        raise OutputError(f"{path} is a folder; name a file in it")
    if path.exists() and not overwrite:
        raise OutputError(f"{path} exists already; add --overwrite to replace it")
    if not path.parent.is_dir():
        raise OutputError(f"{path} cannot be written: there is no folder {path.parent}")


class Bar:
    """How far something is: a bar in a terminal, a line now and then elsewhere. A context manager."""

    def __init__(self, what: str) -> None:
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        from .display import console

        columns = [TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()]
        self._what, self._terminal = what, console.is_terminal
        self._progress = Progress(*columns, console=console, transient=True, refresh_per_second=5)
        self._task = self._progress.add_task(what, total=1.0)
        self._plain_at_s = time.perf_counter() + _PLAIN_EVERY_S

    def __enter__(self) -> Self:
        if self._terminal:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._terminal:
            self._progress.stop()

    def __call__(self, share: float) -> None:
        """So much is done, 0 to 1."""
        if self._terminal:
            self._progress.update(self._task, completed=share)
        elif time.perf_counter() >= self._plain_at_s:
            from .display import say

            self._plain_at_s = time.perf_counter() + _PLAIN_EVERY_S
            say(f"{self._what}: {share:.0%}")


def write_take(
    name: str, overwrite: bool, header: "TakeHeader", scenes: "Iterable[tuple[float, Scene]]", what: str
) -> int:
    """A take of scenes, each with the share of the work that is then done; returns how many there were.

    Raises OutputError, and what ``scenes`` raises.
    """
    from ..outputs.take import TakeOutput

    with whole_file(name, overwrite) as part, Bar(what) as bar:
        output = TakeOutput(part, overwrite=True)
        try:
            output.begin(header)
            for share, scene in scenes:
                output.send(scene)
                if output.trouble:
                    raise OutputError(output.trouble)
                bar(share)
        finally:
            output.close()
    return output.packets_sent
