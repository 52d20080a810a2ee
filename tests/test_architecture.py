"""The import rules that keep the middle of the line pure and the files readable."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "mocap_bridge"

LEVELS = {
    0: {"records", "skeleton", "extra_bones", "rotations", "camera", "errors", "slots"},
    1: {"track", "decode", "lift", "smooth", "retarget", "events", "rules", "wire", "avatar"}
    | {"swaps", "framing", "predict", "floor", "edit", "guest", "gather", "photo"},
    2: {
        "assets",
        "model",
        "cameras",
        "capture",
        "capture_files",
        "capture_live",
        "detect",
        "search",
        "performers",
        "estimate",
        "blazepose",
        "refine",
        "rulebook",
        "guest_port",
        "subscriber",
        "v4l2",
        "outputs",
    }
    | {"export", "imported", "replay", "draw", "mannequin", "render", "quality"},
    3: {"pipeline", "calibration", "watch"},
    4: {
        "api",
        "hub",
        "interrupts",
        "learning",
        "settings",
        "daemon",
        "cli",
        "bench",
        "preview",
        "strip",
        "commands",
        "serving",
        "timeline",
        "virtual_camera",
        "__main__",
    },
}
ALLOWED = {
    0: {0},
    1: {0},  # never each other: a stage knows records, not its neighbours
    2: {0, 1, 2},
    3: {0, 1},
    4: {0, 1, 2, 3, 4},
}
IMPURE = {"time", "os", "logging", "cv2", "socket", "threading", "random", "datetime", "onnxruntime"}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "_shipped" not in path.parts)


def stage_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def level_of(stage: str) -> int:
    found = [level for level, stages in LEVELS.items() if stage in stages]
    assert found, f"{stage} stands on no level; add it to LEVELS"
    return found[0]


def imports(path: Path) -> tuple[set[str], set[str]]:
    """Stages of this package, and outside modules, that a file imports (also inside functions)."""
    ours, outside = set(), set()
    depth = len(path.relative_to(PACKAGE).parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            if node.level == depth:  # reaches the package itself
                ours |= {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            outside.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            outside |= {alias.name.split(".")[0] for alias in node.names}
    return ours - {"__init__"}, outside


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_its_level_may(path: Path) -> None:
    if path == PACKAGE / "__init__.py":
        return
    stage = stage_of(path)
    level = level_of(stage)
    ours, outside = imports(path)
    for other in ours - {stage}:
        assert level_of(other) in ALLOWED[level], f"{stage} (level {level}) may not import {other}"
    if level <= 1:
        assert not outside & IMPURE, f"{stage} must stay pure but imports {sorted(outside & IMPURE)}"
    assert not outside & {"torch", "moderngl", "models"}, "training code stays in models/training"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_can_be_read_in_one_go(path: Path) -> None:
    lines = path.read_text().count("\n")
    assert lines <= 250, f"{lines} lines; split it by idea"


def test_torch_lives_only_in_the_training_folder() -> None:
    for path in [*modules(), ROOT / "main.py"]:
        if path.exists():
            assert "import torch" not in path.read_text(), path
