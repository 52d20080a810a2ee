"""Cameras and streams: one thread reads, a slot keeps the newest frame, a lost device is opened again."""

import threading
import time
from collections.abc import Callable, Iterator

import cv2

from .errors import SourceError
from .records import Image

BACK_OFF_S = (0.5, 1.0, 2.0, 4.0, 8.0, 10.0)
"""Waits between attempts to open a lost device; the last one repeats."""
_POLL_S = 0.1  # how soon a waiting reader sees that it was stopped

Stamped = tuple[float, Image]  # time_s of the grab, bgr


class NewestSlot:
    """Room for one frame. An unread frame is replaced, never queued, so latency cannot grow."""

    def __init__(self) -> None:
        self.dropped = 0
        self._frame: Stamped | None = None
        self._arrived = threading.Condition()

    def put(self, frame: Stamped) -> None:
        """Makes ``frame`` the one to take; an unread one before it counts as dropped."""
        with self._arrived:
            self.dropped += self._frame is not None
            self._frame = frame
            self._arrived.notify()

    def take(self, timeout_s: float) -> Stamped | None:
        """The newest frame, once; None when nothing new came within ``timeout_s``."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._frame is not None, timeout_s)
            frame, self._frame = self._frame, None
            return frame


class LiveReader:
    """Reads a device in its own thread for as long as it is wanted; iterate it for (time_s, bgr).

    ``capture`` has its first picture grabbed, and so has every one that ``connect`` returns; ``connect`` raises
    SourceError while the device is away, which is told to ``notice`` and tried again.
    """

    def __init__(
        self,
        capture: cv2.VideoCapture,
        connect: Callable[[], cv2.VideoCapture],
        name: str,
        notice: Callable[[str], None],
    ) -> None:
        self._connect = connect
        self._name = name
        self._notice = notice
        self._slot = NewestSlot()
        self._stopped = False  # a plain flag: a signal handler may set it without waiting for a lock
        self._trouble: Exception | None = None
        self._thread = threading.Thread(target=self._work, args=(capture,), name="capture", daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """Frames that were replaced before anybody took them."""
        return self._slot.dropped

    def stop(self) -> None:
        """Ends the iteration within a tenth of a second."""
        self._stopped = True

    def close(self) -> None:
        """Stops and waits for the thread; a driver that hangs in a read is left behind."""
        self.stop()
        self._thread.join(timeout=2.0)

    def __iter__(self) -> Iterator[Stamped]:
        while not self._stopped:
            if (frame := self._slot.take(_POLL_S)) is not None:
                yield frame
            elif self._trouble:
                raise self._trouble

    def _work(self, capture: cv2.VideoCapture | None) -> None:
        try:
            while capture is not None:
                self._read(capture)
                capture.release()
                capture = self._reconnected()
        except Exception as trouble:  # a thread has no caller: it is raised where the frames are asked for
            self._trouble = trouble

    def _read(self, capture: cv2.VideoCapture) -> None:
        grabbed = True
        while grabbed and not self._stopped:
            # perf_counter: monotonic() is the same clock but ticks only every 16 ms on Windows before Python 3.13.
            time_s = time.perf_counter()
            ok, bgr = capture.retrieve()
            if ok:
                self._slot.put((time_s, bgr))
            grabbed = capture.grab()

    def _reconnected(self) -> cv2.VideoCapture | None:
        lost_s, attempt = time.perf_counter(), 0
        while self._wait(BACK_OFF_S[min(attempt, len(BACK_OFF_S) - 1)]):
            try:
                capture = self._connect()
            except SourceError as error:
                attempt += 1
                again_s = BACK_OFF_S[min(attempt, len(BACK_OFF_S) - 1)]
                self._notice(f"lost {self._name}: {error}; trying again in {again_s:g} s")
            else:
                self._notice(f"{self._name} is back after {time.perf_counter() - lost_s:.1f} s")
                return capture
        return None

    def _wait(self, seconds: float) -> bool:
        """Whether the reader is still wanted after ``seconds``."""
        until_s = time.perf_counter() + seconds
        while not self._stopped and (left_s := until_s - time.perf_counter()) > 0:
            time.sleep(min(left_s, _POLL_S))
        return not self._stopped
