"""Small changes that the line makes itself, between two frames: the only way from the server's thread into it."""

import asyncio
import queue
from collections.abc import Callable
from concurrent.futures import Future

from ..errors import SettingsError

PATIENCE_S = 10.0


class Between:
    """A queue of changes."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[tuple[Callable[[], None], Future[None]]] = queue.SimpleQueue()

    def make(self) -> bool:
        """In the line's thread: makes every change that waits. Whether there was one."""
        made = False
        while True:
            try:
                change, done = self._waiting.get_nowait()
            except queue.Empty:
                return made
            if done.set_running_or_notify_cancel():
                made = True
                try:
                    change()
                except Exception as error:  # it belongs to whoever asked; the line goes on
                    done.set_exception(error)
                else:
                    done.set_result(None)

    async def frames(self, change: Callable[[], None]) -> None:
        """In the server's loop: returns when the line has made the change.

        Raises SettingsError if the line does not come to it; the change is then never made.
        """
        done: Future[None] = Future()
        self._waiting.put((change, done))
        try:
            await asyncio.wait_for(asyncio.wrap_future(done), PATIENCE_S)
        except TimeoutError:
            raise SettingsError(
                f"the line has not moved for {PATIENCE_S:.0f} s; does the camera give a picture?"
            ) from None
