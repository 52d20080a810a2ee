"""``replay``: a take sent as if it happened now."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from .live import DEFAULT_OUTPUT
from .options import AvatarFile, Outputs
from .takes import TakeArgument, tell_torn

if TYPE_CHECKING:
    from ..daemon import Counters, Interrupts
    from ..outputs import Output
    from ..replay import Take
    from .display import Display

Speed = Annotated[
    float, typer.Option(min=0.05, max=100, metavar="FACTOR", help="2 is twice as fast, 0.5 half as fast.")
]
LoopTake = Annotated[bool, typer.Option("--loop", help="Again and again, until Ctrl-C.")]


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
    from ..daemon import Counters, Interrupts
    from ..outputs import begin_recordings, open_outputs
    from ..outputs.vmc import with_avatar
    from ..replay import read_take
    from .display import Display, say, summary

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
    recording: "Take",
    outputs: "Sequence[Output]",
    speed: float,
    interrupts: "Interrupts",
    counters: "Counters",
    display: "Display",
) -> None:
    """The whole take once, at its pace."""
    from ..daemon import wait_until

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
