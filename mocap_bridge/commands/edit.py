"""``trim`` and ``resample``: a take made of another take."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import OutputError, SettingsError
from .takes import TakeArgument, tell_torn
from .whole_file import OutTake, Overwrite, write_take

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..records import Scene
    from ..replay import Take

FromS = Annotated[float, typer.Option("--from", min=0, metavar="SECONDS", help="Where it begins; 0 is the start.")]
ToS = Annotated[
    float | None, typer.Option("--to", min=0, metavar="SECONDS", help="Where it ends; the end if not given.")
]
NewFps = Annotated[float, typer.Option("--fps", min=0.1, max=1000, metavar="N", help="Frames per second to make.")]


def trim(take: TakeArgument, out: OutTake, from_s: FromS = 0.0, to_s: ToS = None, overwrite: Overwrite = False) -> None:
    """Cut a piece out of a take. Frames keep their numbers and times; seconds are counted from its first frame.

    Example: mocap-bridge trim dance.take.jsonl --from 3 --to 8 -o chorus.take.jsonl
    """
    from ..edit import trimmed
    from ..replay import read_take

    if to_s is not None and to_s < from_s:
        raise SettingsError(f"--from {from_s:g} --to {to_s:g} ends before it begins")
    recording = read_take(take)
    _write(recording, trimmed(recording.scenes, from_s, to_s), out, overwrite, f"from {from_s:g} s on")


def resample(take: TakeArgument, out: OutTake, fps: NewFps, overwrite: Overwrite = False) -> None:
    """Give a take an even rate: rotations turn on between frames, and events that were active are kept.

    Example: mocap-bridge resample dance.take.jsonl --fps 60 -o dance60.take.jsonl
    """
    from ..edit import resampled
    from ..replay import read_take

    recording = read_take(take)
    _write(recording, resampled(recording.scenes, fps), out, overwrite, "in it")


def _write(recording: "Take", scenes: "Iterable[Scene]", out: str, overwrite: bool, where: str) -> None:
    from .display import say

    if Path(out).resolve() == recording.path.resolve():
        raise OutputError(f"{out} is the take itself; name another file")
    done = ((recording.read_share, scene) for scene in scenes)
    count = write_take(out, overwrite, recording.header, done, f"writing {Path(out).name}")
    tell_torn(recording)
    say(f"{count} frames" if count else f"{recording.path} has no frame {where}: {out} is a take without frames")
    print(out)
