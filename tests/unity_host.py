"""The compiled package and its headless host, for the tests that run it under mono."""

import atexit
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PACKAGE = Path(__file__).parents[1] / "unity_plugin"
_MISSING = [tool for tool in ("bash", "mcs", "mono") if shutil.which(tool) is None]
needs_mono = pytest.mark.skipif(
    bool(_MISSING), reason=f"needs {', '.join(_MISSING)} (Debian: apt install mono-mcs mono-devel)"
)

HAS_NUNIT = shutil.which("nunit-console") is not None
HOST_TARGETS = ("core", "engine", "runtime", "samples", "host") + (
    ("core_tests", "editor", "unity_tests", "editor_tests") if HAS_NUNIT else ()
)
"""What the tests of the Unity layer compile, together and once."""


@cache
def build(*targets: str) -> Path:
    """The folder in which these targets of DotNet~/build.sh lie; compiled once per run of the tests."""
    folder = Path(tempfile.mkdtemp(prefix="mocap-bridge-dotnet-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    command = ["bash", str(PACKAGE / "DotNet~" / "build.sh"), *targets]
    environment = os.environ | {"MOCAP_DOTNET_BUILD": str(folder)}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


def host() -> str:
    """The headless host."""
    return str(build(*HOST_TARGETS) / "MocapBridge.Host.exe")


def run_host(*arguments: str, timeout_s: float = 240.0, **environment: str) -> str:
    """What the host says when it is left alone."""
    command = ["mono", "--debug", host(), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, env=os.environ | environment)
    assert result.returncode == 0, result.stderr
    return result.stdout


class Host:
    """The headless host while it runs. It writes to a file: a full pipe would hold it up."""

    def __init__(self, *arguments: str) -> None:
        command = ["mono", "--debug", host(), *arguments]
        self._said, self._complained = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115  finish closes
        self._process = subprocess.Popen(command, stdout=self._said, stderr=self._complained)
        self._wait_until_it_listens()

    def _wait_until_it_listens(self) -> None:
        deadline_s = time.monotonic() + 30.0
        while not (lines := self._lines()):
            assert self._process.poll() is None, self._complaints()
            assert time.monotonic() < deadline_s, "the host does not begin"
            time.sleep(0.05)
        self.avatars: list[dict[str, Any]] = lines[0]["avatars"]

    def _lines(self) -> list[dict[str, Any]]:
        text = os.pread(self._said.fileno(), 1 << 28, 0)
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith(b"\n")]

    def _complaints(self) -> str:
        return os.pread(self._complained.fileno(), 1 << 20, 0).decode()

    def wait_for(self, enough: Callable[[list[dict[str, Any]]], bool], timeout_s: float = 30.0) -> None:
        """Until ``enough(lines)`` is true."""
        deadline_s = time.monotonic() + timeout_s
        while not enough(self._lines()):
            assert self._process.poll() is None, self._complaints()
            assert time.monotonic() < deadline_s, "it did not happen"
            time.sleep(0.05)

    def kill(self) -> None:
        """Ends it at once, whatever it is at."""
        self._process.kill()
        self._process.wait(timeout=10)
        self._said.close()
        self._complained.close()

    def finish(self, timeout_s: float = 60.0) -> list[dict[str, Any]]:
        """Waits for its end and returns all lines after the first."""
        code = self._process.wait(timeout=timeout_s)
        lines, complaints = self._lines()[1:], self._complaints()
        self._said.close()
        self._complained.close()
        assert code == 0, complaints
        assert "error" not in complaints, complaints
        return lines
