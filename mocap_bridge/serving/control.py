"""What the page may change while the line runs, and what the line tells the page."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..cameras import list_cameras
from ..daemon import Counters
from ..errors import SettingsError
from ..outputs import Output
from ..records import Scene
from ..wire.take_json import TakeHeader
from . import requests as ask
from .between import Between
from .laps import Laps
from .measuring import Measuring
from .rule_desk import Complaint, RuleDesk
from .status import CameraChoice, Status, rounded
from .ways_out import WaysOut

LIVE = ("stop", "record", "mirror", "calibrate", "choose", "outputs", "picture")
REPLAY = ("stop", "record", "calibrate", "outputs")
_STATUS_EVERY_S = 0.2


@dataclass(frozen=True)
class Steering:
    """What the page of this run can do, and where things land."""

    source: str
    can: tuple[str, ...] = LIVE
    mirror: bool = False
    recordings: Path = Path()
    performers: str = ""


class Control:
    """The line calls ``begin`` and ``between_frames``; the server's loop calls ``handle``."""

    def __init__(
        self, steering: Steering, outputs: list[Output], urls: tuple[str, ...], rules: RuleDesk | None = None
    ) -> None:
        self.running = True
        self.again = False  # the line is to begin anew, perhaps with another source or performer
        self.source = steering.source
        self.performer = ""  # measured here; empty for the one the command was given
        self.mirror = steering.mirror
        self.laps = Laps()
        self.notes: deque[str] = deque(maxlen=8)
        self._steering = steering
        self._between = Between()
        self._ways = WaysOut(outputs, urls, steering.recordings, self._between)
        self._rules = rules
        self._measuring = Measuring(steering.performers, self._between)
        self._cameras: tuple[CameraChoice, ...] = ()
        self._stop_line: Callable[[], None] = lambda: None
        self._told_s = -_STATUS_EVERY_S
        self._one_at_a_time = asyncio.Lock()

    def begin(self, header: TakeHeader, stop_line: Callable[[], None]) -> None:
        """In the line's thread: a source is open. ``stop_line`` ends it, from any thread."""
        self._ways.header, self._stop_line = header, stop_line
        self.running, self.again = True, False

    def between_frames(self, scene: Scene | None, counters: Counters) -> Status | None:
        """In the line's thread: makes the changes that wait. A status, if it is time for one."""
        if scene is not None:
            self._measuring.watch(scene)
        changed = self._between.make()
        now_s = time.perf_counter()
        if not changed and now_s < self._told_s + _STATUS_EVERY_S:
            return None
        self._told_s = now_s
        return Status(
            running=self.running,
            source=self.source,
            can=(*self._steering.can, *(["rules"] if self._rules else [])),
            cameras=self._cameras,
            mirror=self.mirror,
            recording=self._ways.recording,
            calibration=self._measuring.status,
            outputs=self._ways.status,
            notes=tuple(self.notes),
            **rounded(counters, self.laps.stages_ms),
        )

    def failed(self, why: str) -> None:
        """In the line's thread: the source could not be opened."""
        self.notes.append(why)
        self.running = self.again = False

    async def handle(self, request: ask.Request) -> str | list[Complaint]:
        """In the server's loop: does what is asked, and says what was done. Raises MocapError."""
        match request:
            case ask.Calibrate():
                self._must("calibrate")
                if not self.running:
                    raise SettingsError("nobody can be measured while everything is stopped; start it first")
                told = await self._measuring.measure(request)
                await self._between.frames(lambda: self._use(request.performer))
                return told
            case ask.EndCalibration():
                return await self._measuring.break_off()
            case ask.CheckRules(text=text):
                return await self._desk.complaints(text)
        async with self._one_at_a_time:
            return await self._change(request)

    async def _change(self, request: ask.Request) -> str:
        match request:
            case ask.Start():
                return await self._restart(self.source)
            case ask.Stop():
                return self._stop()
            case ask.Choose(source=source):
                return await self._choose(source)
            case ask.FindCameras():
                return await self._find_cameras()
            case ask.Mirror(on=on):
                self._must("mirror")
                await self._between.frames(lambda: setattr(self, "mirror", on))
                return "like a mirror image" if on else "not like a mirror image"
            case ask.Record(name=name):
                self._must("record")
                return await self._ways.record(name)
            case ask.EndRecording():
                return await self._ways.end_recording()
            case ask.ReadRules():
                return await self._desk.text()
            case ask.UseRules(text=text, save=save):
                return await (self._desk.save(text) if save else self._desk.use(text))
            case ask.AddOutput(url=url):
                return await self._ways.add(url)
            case ask.EditOutput(key=key, host=host, port=port):
                return await self._ways.edit(key, host, port)
            case ask.RemoveOutput(key=key):
                return await self._ways.remove(key)
        raise SettingsError(f"nothing known is asked for: {request}")

    @property
    def _desk(self) -> RuleDesk:
        if self._rules is None:
            raise SettingsError("there are no rules to edit here")
        return self._rules

    def _must(self, ability: str) -> None:
        if ability not in self._steering.can:
            raise SettingsError(f"{ability!r} cannot be done here; possible: {', '.join(self._steering.can)}")

    def _stop(self) -> str:
        # At once, not between frames: a camera that has fallen silent gives none.
        self.running = False
        self._stop_line()
        return "stopped"

    async def _restart(self, source: str) -> str:
        def change() -> None:
            self.source, self.running, self.again = source, True, True
            self._stop_line()

        if self.running and source == self.source:
            return "running already"
        await self._between.frames(change)
        return f"opening {source}"

    async def _choose(self, source: str) -> str:
        self._must("choose")
        if source not in (self._steering.source, *(camera.source for camera in self._cameras)):
            raise SettingsError(f"{source!r} is none of the cameras that were found")
        return await self._restart(source)

    async def _find_cameras(self) -> str:
        self._must("choose")
        found = await asyncio.to_thread(list_cameras)
        self._cameras = tuple(CameraChoice(str(camera.index), camera.name) for camera in found)
        return f"{len(found)} cameras found"

    def _use(self, performer: str) -> None:
        self.performer = performer
        if "mirror" in self._steering.can:  # a replayed take has its bodies already
            self.again = True
            self._stop_line()
