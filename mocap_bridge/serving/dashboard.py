"""The dashboard as commands use it: open it, show it every scene, and let it choose what comes next."""

import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

from ..capture import Source
from ..daemon import Counters, Hooks
from ..errors import MocapError
from ..outputs import Output
from ..records import Image, Scene
from ..wire.take_json import TakeHeader
from .control import Control, Steering
from .page import load_page
from .rule_desk import RuleDesk
from .server import Server, bind_from

_NAP_S = 0.05


class Dashboard:
    """A context manager: what listens and what steers."""

    def __init__(
        self,
        target: str,
        steering: Steering,
        outputs: list[Output],
        urls: tuple[str, ...],
        rules: RuleDesk | None = None,
    ) -> None:
        """Listens at ``target``, HOST:PORT. Raises SettingsError if the page is not built, OutputError."""
        page = load_page()
        self._rules = rules
        self.control = Control(steering, outputs, urls, rules)
        self.hooks = Hooks(lambda: self.control.mirror, self.control.laps)
        self._server = Server(bind_from(target), page, self.control.handle)

    @property
    def url(self) -> str:
        """Where to point a browser, with the token where one is needed."""
        return self._server.url

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.__exit__(kind, error, trace)

    def begin(self, header: TakeHeader, stop_line: Callable[[], None]) -> None:
        """A source is open; ``stop_line`` ends it, from any thread."""
        self.control.begin(header, stop_line)

    def show(self, scene: Scene | None, counters: Counters, image_rgb: Image | None = None) -> None:
        """After every frame, and now and then while there are none: shows it, and does what the page asks for."""
        if scene is not None:
            self._server.show(scene, image_rgb)
        if status := self.control.between_frames(scene, counters):
            self._server.tell(status)

    def retold(self, scene: Scene) -> Scene:
        """A recorded scene with the events that the page's rules find in it, if it has set some."""
        return self._rules.retold(scene) if self._rules else scene

    def wait_while_stopped(self, counters: Counters, given_up: Callable[[], bool]) -> float:
        """Returns when the page says start, or nobody wants to go on: after how many seconds."""
        since_s = time.perf_counter()
        while not (self.control.running or given_up()):
            self.show(None, counters)
            time.sleep(_NAP_S)
        return time.perf_counter() - since_s

    def sources(
        self, first: Source, opened: Callable[[str], Source], counters: Counters, given_up: Callable[[], bool]
    ) -> Iterator[Source]:
        """``first``, and whatever the page starts after it; each is closed when its line has ended."""
        source = first
        while True:
            with source:
                yield source
            self.wait_while_stopped(counters, given_up)
            if given_up() or not self.control.again:
                return
            while True:
                try:
                    source = opened(self.control.source)
                    break
                except MocapError as error:
                    self.control.failed(str(error))
                self.wait_while_stopped(counters, given_up)
                if given_up():
                    return
