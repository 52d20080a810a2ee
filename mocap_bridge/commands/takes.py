"""``replay`` and ``export``: what to do with a take once it is recorded."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..avatar import load_avatar
from ..daemon import Counters, Interrupts, wait_until
from ..errors import OutputError
from ..export.bvh import export_bvh
from ..export.vrma import export_vrma
from ..outputs import Output, begin_recordings, open_outputs
from ..outputs.vmc import with_avatar
from ..replay import Take, read_take
from .display import Display, say, summary
from .live import DEFAULT_OUTPUT
from .options import AvatarFile, Outputs

TakeArgument = Annotated[str, typer.Argument(metavar="TAKE", help="A file that record has written (x.take.jsonl).")]
Speed = Annotated[
    float, typer.Option(min=0.05, max=100, metavar="FACTOR", help="2 is twice as fast, 0.5 half as fast.")
]
LoopTake = Annotated[bool, typer.Option("--loop", help="Again and again, until Ctrl-C.")]


class Format(StrEnum):
    """File formats that other programs read."""

    BVH = "bvh"
    VRMA = "vrma"


ToFile = Annotated[
    str | None,
    typer.Argument(metavar="[FILE]", help="The file to write, x.bvh or x.vrma; beside the take if not given."),
]
To = Annotated[
    Format | None,
    typer.Option("--to", help="bvh: for Blender, MotionBuilder, Unreal. vrma: for VRM avatars. By the file's ending."),
]
ExportFile = Annotated[str | None, typer.Option("-o", "--file", metavar="FILE", help="Another way to name the file.")]
Fps = Annotated[float | None, typer.Option(min=1, max=1000, metavar="N", help="Frames per second; those of the take.")]
Person = Annotated[int | None, typer.Option(metavar="ID", help="Only this person of the take.")]
ExportAvatar = Annotated[
    str | None,
    typer.Option(
        "--avatar", metavar="FILE", help="bvh with the bones of this avatar (.vrm, .glb) for the performer's."
    ),
]


def replay(
    take: TakeArgument,
    output: Outputs = None,
    avatar: AvatarFile = None,
    speed: Speed = 1.0,
    loop: LoopTake = False,
) -> None:
    """Send a take as if it happened now; to VMC at 127.0.0.1:39539 unless an output is given.

    Example: mocap-bridge replay dance.take.jsonl --speed 0.5 --loop
    """
    recording = read_take(take)  # a file that is no take is told before any port is opened
    with Interrupts() as interrupts, ExitStack() as stack:
        outputs = open_outputs(with_avatar(output or [DEFAULT_OUTPUT], avatar))
        for opened in outputs:
            stack.callback(opened.close)
        begin_recordings(outputs, recording.header)
        display = stack.enter_context(Display())
        interrupts.stop_by(lambda: None)  # the loops below look at interrupts.asked themselves
        counters = Counters()
        _send(recording, outputs, speed, interrupts, counters, display)
        while loop and counters.frames and not interrupts.asked:
            _send(recording, outputs, speed, interrupts, counters, display)
        stack.pop_all().close()
        display.troubles(outputs)
        tell_torn(recording)
        say(f"{summary(counters, live=False)}; {counters.packets} packets sent")


def _send(
    recording: Take,
    outputs: Sequence[Output],
    speed: float,
    interrupts: Interrupts,
    counters: Counters,
    display: Display,
) -> None:
    """The whole take once, at its pace."""
    start_s = first_s = None
    for scene in recording.scenes:
        if start_s is None or first_s is None:
            start_s, first_s = time.perf_counter(), scene.time_s
        due_s = start_s + (scene.time_s - first_s) / speed
        wait_until(due_s, lambda: interrupts.asked)
        if interrupts.asked:
            return
        for output in outputs:
            output.send(scene)
        now_s = time.perf_counter()
        counters.count(scene, now_s, now_s - due_s)
        counters.packets = sum(output.packets_sent for output in outputs)
        display.troubles(outputs)
        display.update(counters)


def export(
    take: TakeArgument,
    out: ToFile = None,
    to: To = None,
    file: ExportFile = None,
    fps: Fps = None,
    person: Person = None,
    avatar: ExportAvatar = None,
) -> None:
    """Write a take as a file that animation programs read: one per person, each as long as the take.

    Example: mocap-bridge export dance.take.jsonl dance.vrma
    """
    recording = read_take(take)
    if out and file and out != file:
        raise OutputError(f"{out} or {file}? name one file")
    name = out or file
    kind = _kind(name, to)
    name = name or str(recording.path).removesuffix(".jsonl").removesuffix(".take") + f".{kind.value}"
    if kind is Format.BVH:
        written = export_bvh(recording.scenes, Path(name), fps, person, load_avatar(avatar) if avatar else None)
    elif avatar:
        raise OutputError(f"--avatar {avatar} is for bvh; a vrma file fits every avatar as it is")
    else:
        written = export_vrma(recording.scenes, Path(name), fps, person)
    for path in written:
        print(path)
    tell_torn(recording)


def _kind(name: str | None, to: Format | None) -> Format:
    """The format asked for, or that of the file's ending; BVH where neither is given."""
    if to:
        return to
    ending = Path(name).suffix.lower().removeprefix(".") if name else Format.BVH.value
    if ending not in [kind.value for kind in Format]:
        endings = " or ".join(f".{kind.value}" for kind in Format)
        raise OutputError(f"{name}: the name must end in {endings}, or say --to bvh")
    return Format(ending)


def tell_torn(recording: Take) -> None:
    """Says so if the take ended within a line."""
    if recording.torn:
        say(
            f"{recording.path} was cut off in line {recording.torn_line} (the recording was killed, or the disk was "
            "full); everything before it was read"
        )
