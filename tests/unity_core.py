"""Core of the Unity package alone, compiled and run under mono."""

import json
import os
import subprocess
import tempfile
import time
from types import TracebackType
from typing import Any

from unity_host import build
from unity_truth import Line


class CoreHost:
    """The console host while it runs; it writes to a file, so that nothing holds it up."""

    def __init__(self, *arguments: str) -> None:
        command = ["mono", "--debug", str(build("core", "core_host") / "MocapBridge.CoreHost.exe"), *arguments]
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  closed when the test is over
        self._complained = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=self._said, stderr=self._complained)

    def __enter__(self) -> "CoreHost":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._said.close()
        self._complained.close()

    def lines(self) -> list[Line]:
        """All whole lines so far."""
        text = os.pread(self._said.fileno(), 1 << 30, 0)
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith(b"\n")]

    def wait_for(self, what: str, enough: Any, timeout_s: float = 40.0) -> list[Line]:
        """The lines as soon as ``enough(lines)`` is true."""
        deadline_s = time.monotonic() + timeout_s
        while not enough(lines := self.lines()):
            assert self._process.poll() is None, self.complaints()
            assert time.monotonic() < deadline_s, f"{what} did not happen; the last lines: {lines[-2:]}"
            time.sleep(0.05)
        return lines

    def wait_until_connected(self) -> list[Line]:
        """Until its port is open, or its publisher found."""
        return self.wait_for("a connection", lambda lines: any(line.get("connected") for line in lines))

    def complaints(self) -> str:
        return os.pread(self._complained.fileno(), 1 << 20, 0).decode()

    def finish(self) -> list[Line]:
        """Asks it to end, and returns all that it said."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(timeout=20) == 0, self.complaints()
        assert not self.complaints()
        return self.lines()
