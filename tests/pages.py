"""The dashboard's page as a user has it: built by npm, served by the installed command, opened in a real Chromium."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "mocap_bridge" / "dashboard"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_S = 60.0


def ensure_built() -> None:
    """Builds the page if it is older than what it is made of; skips the test where that cannot be done."""
    built = PAGE / "dist" / "index.html"
    made_of = [path for folder in ("src", "public") for path in (PAGE / folder).rglob("*") if path.is_file()]
    newest_s = max(path.stat().st_mtime for path in [*made_of, PAGE / "index.html", PAGE / "package-lock.json"])
    if built.is_file() and built.stat().st_mtime > newest_s:
        return
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs npm (Node.js 20 or newer) to build the dashboard's page")
    steps = [] if (PAGE / "node_modules" / "vite").is_dir() else [["ci", "--no-audit", "--no-fund"]]
    for arguments in [*steps, ["run", "build"]]:
        done = subprocess.run([npm, *arguments], cwd=PAGE, capture_output=True, text=True, timeout=600)
        if done.returncode:
            if arguments[0] == "ci":
                pytest.skip(f"npm cannot fetch the page's packages: {done.stderr.strip()[-200:]}")
            pytest.fail(f"the page does not build: {done.stderr[-2000:]}")


def browser_path() -> str:
    """A Chromium of this machine; skips the test where there is none."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"needs one of {', '.join(BROWSERS)}")
    return found


@contextmanager
def replaying(take: Path, folder: Path, *arguments: str, address: str = "127.0.0.1:0") -> Iterator[str]:
    """The command ``replay --dashboard``; yields the address that it prints."""
    command = [sys.executable, str(ROOT / "main.py"), "replay", str(take), "--loop", "--output", "osc:127.0.0.1:39996"]
    command += ["--dashboard", address, "--recordings", str(folder), *arguments]
    log = folder / "replay.log"
    with log.open("w") as told:
        running = subprocess.Popen(command, stderr=told, stdout=told, cwd=folder, env={**os.environ, "NO_COLOR": "1"})
    try:
        yield eventually(lambda: (m := re.search(r"dashboard is at (\S+)", log.read_text())) and m[1], running)
    finally:
        running.terminate()
        running.wait(timeout=20)


def eventually(told: Callable[[], object], running: "subprocess.Popen[bytes] | None" = None) -> str:
    """What ``told`` says as soon as it says something."""
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        if answer := told():
            return answer  # type: ignore[return-value]
        assert running is None or running.poll() is None, "the command has ended"
        time.sleep(0.05)
    raise AssertionError(f"nothing in {PATIENCE_S:.0f} s")
