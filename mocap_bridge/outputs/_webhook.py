"""Web requests that never hold anybody up: a short queue, one thread, a few tries; what finds no room is counted."""

import contextlib
import json
import queue
import threading
import time
import urllib.error
import urllib.request
from typing import Any

TIMEOUT_S, TRIES, PAUSE_S = 3.0, 3, 0.5
MOST_WAITING = 64
_FAREWELL_S = 2.0


class Webhooks:
    """Posts JSON. What cannot be delivered is counted and told in ``trouble``."""

    def __init__(self) -> None:
        self.sent = 0
        self.lost = 0
        self.trouble: str | None = None
        self._waiting: queue.Queue[tuple[str, bytes] | None] = queue.Queue(MOST_WAITING)
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def post(self, url: str, told: dict[str, Any]) -> None:
        """Hands a request to the thread; returns at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="webhooks", daemon=True)
            self._thread.start()
        try:
            self._waiting.put_nowait((url, json.dumps(told).encode()))
        except queue.Full:
            self._tell(url, f"{MOST_WAITING} requests are waiting already")

    def close(self) -> None:
        """Gives what is waiting a moment to leave."""
        if self._thread is None:
            return
        until_s = time.monotonic() + _FAREWELL_S
        while not self._waiting.empty() and time.monotonic() < until_s:
            time.sleep(0.02)
        self._closing.set()
        with contextlib.suppress(queue.Full):  # the thread looks at _closing before each request
            self._waiting.put_nowait(None)
        self._thread.join(max(0.1, until_s - time.monotonic()))

    def _work(self) -> None:
        while (waiting := self._waiting.get()) is not None and not self._closing.is_set():
            self._deliver(*waiting)

    def _deliver(self, url: str, body: bytes) -> None:
        for attempt in range(TRIES):
            try:
                request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method="POST")
                with urllib.request.urlopen(request, timeout=TIMEOUT_S):
                    self.sent += 1
                    return
            except urllib.error.HTTPError as error:
                reason = f"it answered {error.code}"
                error.close()
                if error.code < 500:  # it will not like it better a second time
                    break
            except (OSError, ValueError) as error:  # URLError is an OSError; ValueError: no address at all
                reason = str(getattr(error, "reason", error))
            if attempt + 1 < TRIES and self._closing.wait(PAUSE_S * (attempt + 1)):
                break
        self._tell(url, reason)

    def _tell(self, url: str, reason: str) -> None:
        self.lost += 1
        self.trouble = f"{url}: {self.lost} requests could not be delivered, the last because: {reason}"
