"""Several bridges, one stream: listens to all of them, sends one scene of everybody, notices who has fallen silent."""

import re
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import zmq

from .errors import SourceError
from .gather import MOST_SOURCES, Heard, Place, foreign, gathered
from .outputs import Output
from .records import Camera, Scene
from .subscriber import KEYS, Address, Subscriber, parsed
from .wire.sendable import sendable

STALE_S = 1.0
"""Who says nothing for so long is not there; an empty room is told as one, and is no silence."""
MOST_AT_ONCE = 64
_SIGN_OF_LIFE_S = 0.2


@dataclass
class Source:
    """One bridge: who it is, where its world lies, what was heard of it."""

    number: int
    name: str
    address: Address
    place: Place
    scenes: int = 0
    refused: int = 0
    trouble: str | None = None
    scene: Scene | None = None  # the newest, in the common world
    heard_s: float = 0.0
    _recent: deque[float] = field(default_factory=lambda: deque(maxlen=240))

    def hear(self, scene: Scene, now_s: float) -> None:
        """One more scene. Raises ValueError if it is none that could be handed on."""
        whole, broken = sendable(scene)
        if broken:
            self.refuse(f"{broken} of its people or events had broken numbers")
        if whole is None:
            return
        self.scene = foreign(whole, self.number, self.place)
        self.scenes += 1
        self.heard_s = now_s
        self._recent.append(now_s)

    def refuse(self, reason: str) -> None:
        """Something else than a scene, or a part of one that must not be handed on."""
        self.refused += 1
        self.trouble = reason

    def live(self, now_s: float) -> bool:
        """Whether it is there."""
        return self.scene is not None and now_s - self.heard_s < STALE_S

    def status(self, now_s: float) -> str:
        """One line about it."""
        if self.scene is None:
            how = "nothing heard yet"
        elif not self.live(now_s):
            how = f"silent for {now_s - self.heard_s:.0f} s"
        else:
            seconds = [one for one in self._recent if now_s - one < 2.0]
            people = len(self.scene.poses)
            how = f"{len(seconds) / 2.0:5.1f} scenes/s  {people} {'person' if people == 1 else 'people'}"
        refused = f"  {self.refused} refused: {self.trouble}" if self.refused else ""
        return f"{self.number}  {self.name}  {how}{refused}"


class Hub:
    """A context manager. ``turn`` again and again: hears what has come, and sends when there is something new."""

    def __init__(self, sources: Sequence[Source], outputs: Sequence[Output], most_hz: float = 60.0) -> None:
        """Raises SourceError if a source's keys cannot be used."""
        self.sources, self.frames = sources, 0
        self._outputs, self._step_s = outputs, 1.0 / most_hz
        self._sent_s, self._sent_of, self._new = float("-inf"), frozenset[int](), False
        self._camera: Camera | None = None
        self._context = zmq.Context()
        self._poller = zmq.Poller()
        self._ways: list[Subscriber] = []
        try:
            for source in sources:
                self._ways.append(Subscriber(self._context, source.address))
                self._poller.register(self._ways[-1].socket, zmq.POLLIN)
        except SourceError:
            self.close()
            raise

    def turn(self, wait_s: float) -> Scene | None:
        """Waits for news at most so long; the scene that was sent, if it was time for one."""
        if self._new:  # heard already, but too soon to be sent; what comes meanwhile is heard below
            time.sleep(min(max(0.0, self._sent_s + self._step_s - time.perf_counter()), wait_s))
        else:
            self._poller.poll(round(wait_s * 1e3))
        for source, way in zip(self.sources, self._ways, strict=True):
            self._hear(source, way)
        now_s = time.perf_counter()
        live = [source for source in self.sources if source.live(now_s)]
        changed = self._new or frozenset(source.number for source in live) != self._sent_of
        due_s = self._step_s if changed else _SIGN_OF_LIFE_S
        return self._send(live, now_s) if now_s - self._sent_s >= due_s else None

    def _hear(self, source: Source, way: Subscriber) -> None:
        for _ in range(MOST_AT_ONCE):  # one who floods must not keep the others waiting
            try:
                scene = way.scene()
                if scene is None:
                    return
                source.hear(scene, time.perf_counter())
                self._new = True
            except ValueError as error:
                source.refuse(str(error))

    def _send(self, live: Sequence[Source], now_s: float) -> Scene | None:
        heard = [Heard(one.number, one.scene, now_s - one.heard_s) for one in live if one.scene]
        if heard:
            scene = gathered(heard, self.frames, now_s)
            self._camera = scene.camera
        elif self._camera:  # nobody is left: an empty room is told, not silence
            scene = Scene(self.frames, now_s, self._camera)
        else:
            return None
        for output in self._outputs:
            output.send(scene)
        self.frames += 1
        self._sent_s, self._new = now_s, False
        self._sent_of = frozenset(source.number for source in live)
        return scene

    def close(self) -> None:
        """Hangs up."""
        for way in self._ways:
            way.close()
        self._context.term()


def source_from(text: str, number: int) -> Source:
    """``[NAME=]tcp://HOST:PORT``, with ``?at=X,Z`` and ``turn_deg=A`` for where its world lies. Raises SourceError."""
    named = re.fullmatch(r"([\w.-]{1,32})=(.*)", text, re.DOTALL)
    parts = parsed(named[2] if named else text, (*KEYS, "at", "turn_deg"))
    at = re.fullmatch(r"(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)", parts.options.get("at", "0,0"))
    turn = re.fullmatch(r"-?\d+(?:\.\d+)?", parts.options.get("turn_deg", "0"))
    if not at or not turn or max(abs(float(at[1])), abs(float(at[2]))) > 1000:
        raise SourceError(f"{text!r} does not say where its world lies; write ?at=X,Z&turn_deg=A in metres and degrees")
    place = Place(float(at[1]), float(at[2]), float(turn[0]))
    return Source(number, named[1] if named else parts.endpoint.removeprefix("tcp://"), parts, place)


def sources_from(texts: Sequence[str]) -> list[Source]:
    """All of them, numbered from 1 in their order. Raises SourceError if two are the same or share a name."""
    if len(texts) > MOST_SOURCES:
        raise SourceError(f"{len(texts)} sources; a hub hears {MOST_SOURCES} at most")
    sources = [source_from(text, number) for number, text in enumerate(texts, 1)]
    for one in sources:
        for other in sources[: one.number - 1]:
            if one.name == other.name:
                raise SourceError(
                    f"two sources are called {one.name!r}; give each a name of its own: NAME={one.address.endpoint}"
                )
            if one.address.endpoint == other.address.endpoint:
                raise SourceError(f"{one.name!r} and {other.name!r} are the same bridge, {one.address.endpoint}")
    return sources
