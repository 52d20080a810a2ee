"""The body that demo, run and record share: open both ends, load the networks, drive, say what happened."""

import math
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ..capture import Source, open_source
from ..daemon import Counters, Hooks, Networks, drive
from ..errors import SettingsError
from ..interrupts import Interrupts
from ..outputs import Output, begin_recordings, open_outputs
from ..outputs._actions import Actions
from ..records import Frame, Scene
from ..rulebook import load_rules
from ..settings import Settings
from ..watch import Watch
from ..wire.take_json import TakeHeader
from .acquaintance import Acquaintance
from .display import Display, say, summary
from .guests import opened_guest
from .networks import load_networks

if TYPE_CHECKING:
    from ..preview import Preview
    from ..serving.dashboard import Dashboard
    from ..virtual_camera import VirtualCamera


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
    dashboard: str | None = None
    recordings: str = "."
    virtual_camera: str | None = None


def play(order: Play) -> None:
    """Runs one source through the line and prints a summary.

    Both ends open before the networks load, so a wrong path or port is told at once. Raises MocapError.
    """
    if order.settings.refine == "offline" and not order.every_frame:
        raise SettingsError('refine = "offline" is for record: what is played live cannot wait for what comes next')
    with Interrupts() as interrupts, ExitStack() as stack:
        performer = Acquaintance(order.settings)
        watch = Watch(load_rules(() if order.independent else order.settings.events.rules))

        def opened(name: str) -> Source:
            return open_source(name, order.settings.capture, say, order.loop)

        source = stack.enter_context(opened(order.source))
        preview = _opened_preview(order, source.fps, stack)
        virtual_camera = _opened_virtual_camera(order, stack)
        outputs = open_outputs(order.settings.outputs)
        stack.callback(close_all, outputs)
        guest = opened_guest(order.settings.guest, outputs, order.settings.outputs, stack)
        dashboard = _opened_dashboard(order, outputs, watch, stack)
        networks = load_networks(order.settings.model, order.independent)
        begin_recordings(outputs, _header(source.name, networks, order.settings))
        actions = Actions()
        stack.callback(actions.close)
        display = stack.enter_context(Display(_frames_to_come(order, source)))
        counters = Counters()

        def after(frame: Frame, scene: Scene, counters: Counters) -> None:
            if preview:
                preview.add(frame, scene)
            for camera in virtual_camera:
                camera.add(frame, scene)
            performer.watch(scene)
            if dashboard:
                dashboard.show(scene, counters, frame.image_rgb)
            actions.send(scene, watch.rules.actions)
            display.troubles([*outputs, actions, guest, *virtual_camera])
            display.update(counters)

        ahead_s = 0.0 if order.every_frame else order.settings.ahead_s
        for line in dashboard.sources(source, opened, counters, lambda: interrupts.asked) if dashboard else [source]:
            interrupts.stop_by(line.stop)
            if dashboard:
                dashboard.begin(_header(line.name, networks, order.settings), line.stop)
                performer = _measured(dashboard.control.performer, order, performer)
            drive(
                line,
                networks,
                performer.applied(order.settings.pipeline(order.independent)),
                outputs,
                after,
                not order.every_frame,
                order.seconds,
                ahead_s,
                counters,
                replace(dashboard.hooks if dashboard else Hooks(), events=watch, guest=guest.latest),
            )
        stack.pop_all().close()  # so that everything told below has been delivered
        display.troubles([*outputs, actions])
        performer.keep()
        say(summary(counters, not order.every_frame, order.independent))
    if interrupts.asked:
        say("stopped by you; everything up to the last frame has been sent and written")


def close_all(outputs: list[Output]) -> None:
    """All that are open by then; the page may have changed them."""
    for output in outputs:
        output.close()


def _opened_dashboard(order: Play, outputs: list[Output], watch: Watch, stack: ExitStack) -> "Dashboard | None":
    if order.dashboard is None:
        return None
    from ..serving.control import Steering
    from ..serving.rule_desk import NEW_RULES, RuleDesk
    from .page import open_dashboard

    settings, folder = order.settings, Path(order.recordings)
    steering = Steering(order.source, mirror=settings.mirror, recordings=folder, performers=settings.performers)
    rules = RuleDesk(watch, settings.events.rules, folder / NEW_RULES)
    return open_dashboard(order.dashboard, steering, outputs, settings.outputs, rules, stack)


def _measured(name: str, order: Play, before: Acquaintance) -> Acquaintance:
    """Whoever the page has measured; the performer of before where it has measured nobody."""
    return Acquaintance(msgspec.structs.replace(order.settings, performer=name)) if name else before


def _opened_preview(order: Play, fps: float, stack: ExitStack) -> "Preview | None":
    if order.preview is None:
        return None
    from ..preview import Preview  # here, because the line needs nothing of what draws

    return stack.enter_context(Preview(order.preview, None if order.independent else fps))


def _opened_virtual_camera(order: Play, stack: ExitStack) -> "list[VirtualCamera]":
    """None or one. Raises SettingsError."""
    if order.virtual_camera is None:
        return []
    from ..virtual_camera import VirtualCamera

    camera = stack.enter_context(VirtualCamera(order.virtual_camera))
    say(f"Other programs see the preview in the camera {camera.name!r} ({camera.path})")
    return [camera]


def _frames_to_come(order: Play, source: Source) -> int | None:
    """For a bar; None where the end is open."""
    if not order.every_frame or source.promised is None or order.loop:
        return None
    return min(source.promised, math.ceil(order.seconds * source.fps)) if order.seconds else source.promised


def _header(source: str, networks: Networks, settings: Settings) -> TakeHeader:
    return TakeHeader(
        source=source, model=networks.name, model_sha256=networks.sha256, settings=msgspec.to_builtins(settings)
    )
