"""``replay`` and ``export``: what to do with a take once it is recorded."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..daemon import Counters, Interrupts, wait_until
from ..export.bvh import export_bvh
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


EXPORTERS = {Format.BVH: export_bvh}


To = Annotated[Format, typer.Option("--to", help="bvh: skeleton animation for Blender, MotionBuilder, Unreal.")]
ExportFile = Annotated[
    str | None, typer.Option("-o", "--file", metavar="FILE", help="The file to write; beside the take if not given.")
]


Fps = Annotated[float | None, typer.Option(min=1, max=1000, metavar="N", help="Frames per second; those of the take.")]
Person = Annotated[int | None, typer.Option(metavar="ID", help="Only this person of the take.")]


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
    take: TakeArgument, to: To = Format.BVH, file: ExportFile = None, fps: Fps = None, person: Person = None
) -> None:
    """Write a take as a file that animation programs read: one per person, each as long as the take.

    Example: mocap-bridge export dance.take.jsonl --to bvh
    """
    recording = read_take(take)
    beside = recording.path.with_name(recording.path.name.removesuffix(".jsonl").removesuffix(".take") + f".{to.value}")
    for written in EXPORTERS[to](recording.scenes, Path(file) if file else beside, fps, person):
        print(written)
    tell_torn(recording)


def tell_torn(recording: Take) -> None:
    """Says so if the take ended within a line."""
    if recording.torn:
        say(
            f"{recording.path} was cut off in line {recording.torn_line} (the recording was killed, or the disk was "
            "full); everything before it was read"
        )
