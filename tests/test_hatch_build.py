"""The build hook: the page goes into a wheel where it can be built, and never costs anybody a wheel."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("hatchling", reason="needs hatchling, which builds the wheel")
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Told:
    """Stands in for hatchling's own display."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def display_warning(self, text: str) -> None:
        self.warnings.append(text)


def checkout(root: Path) -> Path:
    """A page that has not been built."""
    page = root / "mocap_bridge" / "dashboard"
    (page / "src").mkdir(parents=True)
    for name in ("src/main.js", "index.html", "vite.config.js", "package-lock.json"):
        (page / name).write_text("")
    return page


def built_data(hook: ModuleType, root: Path, told: Told, version: str = "standard") -> dict[str, str]:
    data: dict[str, dict[str, str]] = {"force_include": {}}
    made = hook.CustomBuildHook(str(root), {}, None, None, str(root), "wheel", app=told)
    made.initialize(version, data)
    return data["force_include"]


def npm_that(folder: Path, does: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of that name, found first."""
    if sys.platform == "win32":
        pytest.skip("stands in for npm by a shell script")
    folder.mkdir(exist_ok=True)
    (folder / "npm").write_text(f"#!/bin/sh\n{does}\n")
    (folder / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_without_npm_the_wheel_has_no_page_and_says_so(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout(tmp_path)
    monkeypatch.setenv("PATH", "")
    told = Told()
    assert built_data(hook, tmp_path, told) == {}
    assert "npm is not there" in told.warnings[0]


def test_a_build_that_fails_costs_the_page_alone(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout(tmp_path)
    npm_that(tmp_path / "bin", "echo no network >&2; exit 1", monkeypatch)
    told = Told()
    assert built_data(hook, tmp_path, told) == {}
    assert "no network" in told.warnings[0]


def test_what_npm_builds_goes_into_the_wheel_and_is_not_built_twice(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = checkout(tmp_path)
    npm_that(tmp_path / "bin", 'echo "$@" >> calls; mkdir -p dist; echo page > dist/index.html', monkeypatch)
    told = Told()
    for _ in range(2):
        assert built_data(hook, tmp_path, told) == {str(page / "dist"): "mocap_bridge/dashboard/dist"}
    assert (page / "calls").read_text().splitlines() == ["ci --no-audit --no-fund", "run build"]
    os.utime(page / "src" / "main.js", (2e9, 2e9))  # it is worked on
    built_data(hook, tmp_path, told)
    assert len((page / "calls").read_text().splitlines()) == 4
    assert told.warnings == []


def test_an_editable_install_takes_the_page_from_where_it_lies(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout(tmp_path)
    npm_that(tmp_path / "bin", "touch called", monkeypatch)
    assert built_data(hook, tmp_path, Told(), "editable") == {}
    assert not (tmp_path / "mocap_bridge" / "dashboard" / "called").exists()
