"""What the server's loop knows: the newest scene, picture and status, and who listens to each."""

import time
from contextlib import AbstractContextManager

from websockets.asyncio.server import ServerConnection

from ..records import Image, Scene
from ..wire.scene_msgpack import scene_to_msgpack
from ..wire.sendable import sendable
from ..wire.take_json import scene_line
from .audience import Audience, Listener, Pace
from .picture import picture_message
from .ration import Ration
from .status import Status, status_json

PICTURES_HZ = 60.0
"""For all pages together: four get 15 a second each, ten get 6. Poses are never rationed."""


class Hub:
    """Lives in the loop's thread."""

    def __init__(self) -> None:
        self.scenes: Audience[Scene] = Audience(_line)
        self.packed: Audience[Scene] = Audience(_packed)
        self.pictures: Audience[tuple[Scene, Image]] = Audience(_jpeg)
        self.statuses: Audience[Status] = Audience(status_json)
        self._ration = Ration(PICTURES_HZ)
        self.clients = 0
        self.newest: Scene | None = None  # set by the line's thread, whether anybody looks or not
        self._told_s = time.monotonic()

    def tell(self, status: Status) -> None:
        """A status; also the line's sign of life."""
        self._told_s = time.monotonic()
        self.statuses.put(status)

    @property
    def watched(self) -> bool:
        """Whether anybody looks at scenes or pictures."""
        return bool(self.scenes or self.packed or self.pictures)

    def show(self, scene: Scene, image_rgb: Image | None) -> None:
        """A scene and its picture, to whoever looks at them."""
        for audience in (self.scenes, self.packed):
            if audience:
                audience.put(scene)
        if image_rgb is not None and self.pictures and self._ration.allows(scene.time_s, len(self.pictures)):
            self.pictures.put((scene, image_rgb))

    def stream(self, connection: ServerConnection, pace: Pace, packed: bool) -> AbstractContextManager[Listener]:
        """While open, the connection gets scenes: lines of a take, or packed."""
        audience = self.packed if packed else self.scenes
        if not audience and self.newest is not None:
            audience.put(self.newest)  # the line may stand still: this is what it stands at
        return audience.joined(connection, pace)

    def film(self, connection: ServerConnection, pace: Pace) -> AbstractContextManager[Listener]:
        """While open, the connection gets pictures."""
        if not self.pictures:
            self.pictures.forget()
        return self.pictures.joined(connection, pace)

    @property
    def silent_s(self) -> float:
        """How long ago the line gave its last sign of life."""
        return time.monotonic() - self._told_s


def _line(scene: Scene) -> str | None:
    """A scene with broken numbers goes without what is broken."""
    whole, _ = sendable(scene)
    return scene_line(whole).decode() if whole is not None else None


def _packed(scene: Scene) -> bytes | None:
    """A third of the work of a line; what the page itself asks for."""
    whole, _ = sendable(scene)
    return scene_to_msgpack(whole) if whole is not None else None


def _jpeg(shown: tuple[Scene, Image]) -> bytes:
    # Here, and not on a worker thread: to hand it over and back costs a fifth of what encoding does.
    scene, image_rgb = shown
    return picture_message(scene.frame_index, scene.time_s, image_rgb)
