"""The body that demo, run and record share: open both ends, load the networks, drive, say what happened."""

import math
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from ..capture import Source, open_source
from ..daemon import Counters, Interrupts, Networks, drive
from ..outputs import begin_recordings, open_outputs
from ..records import Frame, Scene
from ..settings import Settings
from ..wire.take_json import TakeHeader
from .acquaintance import Acquaintance
from .display import Display, say, summary
from .networks import load_networks

if TYPE_CHECKING:
    from ..preview import Preview


@dataclass(frozen=True)
class Play:
    """What is to be played, and how. ``every_frame`` records instead of keeping pace."""

    source: str
    settings: Settings
    seconds: float | None = None
    preview: str | None = None
    loop: bool = False
    every_frame: bool = False
    independent: bool = False


def play(order: Play) -> None:
    """Runs one source through the line and prints a summary.

    Both ends open before the networks load, so a wrong path or port is told at once. Raises MocapError.
    """
    with Interrupts() as interrupts, ExitStack() as stack:
        performer = Acquaintance(order.settings)
        source = stack.enter_context(open_source(order.source, order.settings.capture, say, order.loop))
        preview = _opened_preview(order, source.fps, stack)
        outputs = open_outputs(order.settings.outputs)
        for output in outputs:
            stack.callback(output.close)
        networks = load_networks(order.settings.model, order.independent)
        begin_recordings(outputs, _header(source.name, networks, order.settings))
        display = stack.enter_context(Display(_frames_to_come(order, source)))
        interrupts.stop_by(source.stop)

        def after(frame: Frame, scene: Scene, counters: Counters) -> None:
            if preview:
                preview.add(frame, scene)
            performer.watch(scene)
            display.troubles(outputs)
            display.update(counters)

        pipeline = performer.applied(order.settings.pipeline(order.independent))
        ahead_s = 0.0 if order.every_frame else order.settings.ahead_s
        counters = drive(source, networks, pipeline, outputs, after, not order.every_frame, order.seconds, ahead_s)
        stack.pop_all().close()  # so that everything told below has been delivered
        display.troubles(outputs)
        performer.keep()
        say(summary(counters, not order.every_frame, order.independent))
    if interrupts.asked:
        say("stopped by you; everything up to the last frame has been sent and written")


def _opened_preview(order: Play, fps: float, stack: ExitStack) -> "Preview | None":
    if order.preview is None:
        return None
    from ..preview import Preview  # here, because the line needs nothing of what draws

    return stack.enter_context(Preview(order.preview, None if order.independent else fps))


def _frames_to_come(order: Play, source: Source) -> int | None:
    """For a bar; None where the end is open."""
    if not order.every_frame or source.promised is None or order.loop:
        return None
    return min(source.promised, math.ceil(order.seconds * source.fps)) if order.seconds else source.promised


def _header(source: str, networks: Networks, settings: Settings) -> TakeHeader:
    return TakeHeader(
        source=source, model=networks.name, model_sha256=networks.sha256, settings=msgspec.to_builtins(settings)
    )
