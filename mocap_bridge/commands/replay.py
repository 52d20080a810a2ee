"""``replay``: a take sent as if it happened now."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .live import DEFAULT_OUTPUT
from .options import AvatarFile, Dashboard, EventFiles, Outputs, Recordings, VmcIn, ZmqClients
from .takes import TakeArgument, tell_torn

if TYPE_CHECKING:
    from ..daemon import Counters
    from ..interrupts import Interrupts
    from ..outputs import Output
    from ..records import Scene
    from ..replay import Take
    from ..serving.dashboard import Dashboard as Page

Speed = Annotated[
    float, typer.Option(min=0.05, max=100, metavar="FACTOR", help="2 is twice as fast, 0.5 half as fast.")
]
_STILL_S = 1 / 30  # that a take of one frame lasts
LoopTake = Annotated[bool, typer.Option("--loop", help="Again and again, until Ctrl-C.")]


def replay(
    take: TakeArgument,
    output: Outputs = None,
    avatar: AvatarFile = None,
    speed: Speed = 1.0,
    loop: LoopTake = False,
    events: EventFiles = None,
    dashboard: Dashboard = None,
    recordings: Recordings = ".",
    vmc_in: VmcIn = None,
    zmq_clients: ZmqClients = None,
) -> None:
    """Send a take as if it happened now; to VMC at 127.0.0.1:39539 unless an output is given.

    Its events are those that were recorded; with --events they are found anew, by these rules and the shipped ones.
    With --vmc-in another program's face and fingers are put in the place of those recorded, while it sends any.

    Example: mocap-bridge replay dance.take.jsonl --speed 0.5 --loop
    """
    from ..daemon import Counters
    from ..guest import GuestMerge, GuestSettings, with_guest
    from ..interrupts import Interrupts
    from ..outputs import begin_recordings, open_outputs
    from ..outputs._actions import Actions
    from ..outputs.vmc import with_avatar
    from ..outputs.zeromq import with_clients
    from ..replay import read_take
    from ..rulebook import SHIPPED, load_rules
    from ..watch import watched
    from .display import Display, say, summary
    from .guests import opened_guest
    from .play import close_all

    recording = read_take(take)  # a file that is no take is told before any port is opened
    rules = load_rules([SHIPPED, *events] if events and "none" not in events else [])
    with Interrupts() as interrupts, ExitStack() as stack:
        urls = with_clients(with_avatar(output or [DEFAULT_OUTPUT], avatar), zmq_clients)
        outputs = open_outputs(urls)
        stack.callback(close_all, outputs)
        begin_recordings(outputs, recording.header)
        guest = opened_guest(GuestSettings(vmc_in or ""), outputs, urls, stack)
        merge = GuestMerge()
        actions = Actions()
        stack.callback(actions.close)
        page = None
        if dashboard is not None:
            page = _opened_page(dashboard, recording, Path(recordings), outputs, urls, stack)
        display = stack.enter_context(Display())
        interrupts.stop_by(lambda: None)  # the loops below look at interrupts.asked themselves
        counters = Counters()

        def after(scene: "Scene") -> float:
            if page:
                page.show(scene, counters)
            actions.send(scene, rules.actions)
            display.troubles([*outputs, actions, guest])
            display.update(counters)
            return page.wait_while_stopped(counters, lambda: interrupts.asked) if page else 0.0

        def scenes() -> "Iterator[Scene]":
            mirror = bool(recording.header.settings.get("mirror", False))
            visited = with_guest(recording.scenes, merge, guest.latest) if vmc_in else recording.scenes
            told = watched(visited, rules, mirror) if events else visited
            return (page.retold(scene) if page else scene for scene in told)

        _send(scenes(), outputs, speed, interrupts, counters, after)
        while loop and counters.frames and not interrupts.asked:
            _send(scenes(), outputs, speed, interrupts, counters, after)
        stack.pop_all().close()
        display.troubles([*outputs, actions])
        tell_torn(recording)
        say(f"{summary(counters, live=False)}; {counters.packets} packets sent")


def _opened_page(
    target: str, recording: "Take", folder: Path, outputs: "list[Output]", urls: tuple[str, ...], stack: ExitStack
) -> "Page":
    from ..rulebook import SHIPPED
    from ..serving.control import REPLAY, Steering
    from ..serving.rule_desk import NEW_RULES, RuleDesk
    from ..watch import Watch
    from .page import open_dashboard

    steering = Steering(recording.path.name, REPLAY, recordings=folder)
    rules = RuleDesk(Watch(), (SHIPPED,), folder / NEW_RULES)
    page = open_dashboard(target, steering, outputs, urls, rules, stack)
    page.begin(recording.header, lambda: None)
    return page


def _send(
    scenes: "Iterator[Scene]",
    outputs: "list[Output]",
    speed: float,
    interrupts: "Interrupts",
    counters: "Counters",
    after: "Callable[[Scene], float]",
) -> None:
    """The whole take once, at its pace; ``after`` tells how long it held up the rest, in seconds."""
    from ..daemon import wait_until

    start_s = first_s = None
    last_s, due_s, step_s = -math.inf, 0.0, _STILL_S
    for scene in scenes:
        if start_s is None or first_s is None:
            start_s, first_s = time.perf_counter(), scene.time_s
        step_s, last_s = (scene.time_s - last_s if last_s > -math.inf else step_s), scene.time_s
        due_s = start_s + (scene.time_s - first_s) / speed
        wait_until(due_s, lambda: interrupts.asked)
        if interrupts.asked:
            return
        for output in outputs:
            output.send(scene)
        now_s = time.perf_counter()
        counters.count(scene, now_s, now_s - due_s)
        counters.packets = sum(output.packets_sent for output in outputs)
        start_s += after(scene)
    wait_until(due_s + step_s / speed, lambda: interrupts.asked)  # the last frame lasts, too, before all begins anew
