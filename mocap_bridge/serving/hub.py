"""What the server's loop knows: the newest scene, picture and status, and who is connected."""

import asyncio
import time

from ..records import Image, Scene
from ..wire.sendable import sendable
from ..wire.take_json import scene_line
from .newest import Newest
from .picture import picture_message
from .status import Status


class Hub:
    """Lives in the loop's thread. What is sent to many is encoded once, and only when somebody asks."""

    def __init__(self) -> None:
        self.scenes: Newest[Scene] = Newest()
        self.pictures: Newest[tuple[Scene, Image]] = Newest()
        self.statuses: Newest[Status] = Newest()
        self.clients = 0
        self._told_s = time.monotonic()
        self._line: tuple[int, str] = (0, "")
        self._jpeg: tuple[int, asyncio.Future[bytes] | None] = (0, None)

    def tell(self, status: Status) -> None:
        """A status; also the line's sign of life."""
        self._told_s = time.monotonic()
        self.statuses.put(status)

    @property
    def silent_s(self) -> float:
        """How long ago the line gave its last sign of life."""
        return time.monotonic() - self._told_s

    async def line_after(self, number: int) -> tuple[int, str]:
        """The newest scene past ``number`` as JSON; one with broken numbers goes without what is broken."""
        while True:
            number, scene = await self.scenes.after(number)
            if self._line[0] != number:
                whole, _ = sendable(scene)
                self._line = number, scene_line(whole).decode() if whole is not None else ""
            if self._line[1]:
                return self._line

    async def jpeg_after(self, number: int) -> tuple[int, bytes]:
        """The newest picture past ``number``; encoded on a worker thread, so that scenes need not wait for it."""
        number, (scene, image_rgb) = await self.pictures.after(number)
        begun_number, jpeg = self._jpeg
        if jpeg is None or begun_number != number:
            jpeg = asyncio.ensure_future(asyncio.to_thread(picture_message, scene.frame_index, scene.time_s, image_rgb))
            self._jpeg = number, jpeg
        # Others wait for the same picture: it must not go because one of them does.
        return number, await asyncio.shield(jpeg)
