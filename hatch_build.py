"""Builds the dashboard's page into the wheel, where npm is there; without it the package is whole but for the page."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PATIENCE_S = 600


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs ``npm ci && npm run build`` in ``mocap_bridge/dashboard``; never fails a build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a wheel is put together; an editable one takes the page from where it lies."""
        page = Path(self.root) / "mocap_bridge" / "dashboard"
        built = page / "dist"
        if version == "standard" and _stale(page, built / "index.html"):
            self._build(page)
        if version == "standard" and (built / "index.html").is_file():
            build_data["force_include"][str(built)] = "mocap_bridge/dashboard/dist"

    def _build(self, page: Path) -> None:
        npm = shutil.which("npm")
        if npm is None:
            self.app.display_warning("npm is not there: the package is built without the dashboard's page")
            return
        for arguments in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            try:
                done = subprocess.run([npm, *arguments], cwd=page, capture_output=True, text=True, timeout=PATIENCE_S)
            except (OSError, subprocess.TimeoutExpired) as error:
                self.app.display_warning(f"the dashboard's page could not be built: {error}")
                return
            if done.returncode:
                self.app.display_warning(f"the dashboard's page could not be built: {done.stderr.strip()[-500:]}")
                return


def _stale(page: Path, built: Path) -> bool:
    """Whether the page has to be built: not yet, or before something that it is made of."""
    made_of = [path for path in (page / "src", page / "public") for path in path.rglob("*")]
    made_of += [page / name for name in ("index.html", "vite.config.js", "package-lock.json")]
    return not built.is_file() or max(path.stat().st_mtime for path in made_of) > built.stat().st_mtime
