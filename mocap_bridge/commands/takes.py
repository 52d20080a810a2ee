"""What the commands that read a take share."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..replay import Take

TakeArgument = Annotated[str, typer.Argument(metavar="TAKE", help="A file that record has written (x.take.jsonl).")]
Fps = Annotated[float | None, typer.Option(min=1, max=1000, metavar="N", help="Frames per second; those of the take.")]
Person = Annotated[int | None, typer.Option(metavar="ID", help="Only this person of the take.")]


def tell_torn(recording: "Take") -> None:
    """Says so if the take ended within a line."""
    if recording.torn:
        from .display import say

        say(
            f"{recording.path} was cut off in line {recording.torn_line} (the recording was killed, or the disk was "
            "full); everything before it was read"
        )
