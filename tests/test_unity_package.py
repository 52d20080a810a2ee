"""The Unity package as Unity imports it: every asset has a .meta of its own, every reference leads somewhere.

A package from a git URL cannot be written to: an asset without a .meta is not there at all.
"""

import importlib.util
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

PACKAGE = Path(__file__).parents[1] / "unity_plugin"
GUID = re.compile(r"^guid: ([0-9a-f]{32})$", re.MULTILINE)
UNITYS_OWN = {"UnityEngine.TestRunner", "UnityEditor.TestRunner"}


def _metas() -> ModuleType:
    spec = importlib.util.spec_from_file_location("metas", PACKAGE / "DotNet~" / "metas.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


METAS = _metas()


def assets() -> list[Path]:
    return list(METAS.assets())


def meta_files() -> Iterator[Path]:
    return (path for path in PACKAGE.rglob("*.meta") if not _is_hidden(path))


def _is_hidden(path: Path) -> bool:
    """In a folder that Unity does not import: it ends in ~ (samples are copied out of theirs and count)."""
    folders = path.relative_to(PACKAGE).parts[:-1]
    return any(name.startswith(".") or (name.endswith("~") and name != "Samples~") for name in folders)


def asmdefs() -> dict[str, dict[str, object]]:
    files = [path for path in PACKAGE.rglob("*.asmdef") if not _is_hidden(path)]
    return {path.relative_to(PACKAGE).as_posix(): json.loads(path.read_text(encoding="utf-8")) for path in files}


def test_every_asset_and_folder_has_a_meta() -> None:
    missing = [asset.relative_to(PACKAGE).as_posix() for asset in assets() if not METAS.meta_of(asset).exists()]
    assert not missing, "run python unity_plugin/DotNet~/metas.py"


def test_no_meta_is_left_without_its_asset() -> None:
    orphans = [path.relative_to(PACKAGE).as_posix() for path in meta_files() if not path.with_suffix("").exists()]
    assert not orphans


def test_every_guid_is_there_once() -> None:
    found: Counter[str] = Counter()
    for path in meta_files():
        guids = GUID.findall(path.read_text(encoding="utf-8"))
        assert len(guids) == 1, f"{path} names {len(guids)} GUIDs"
        found[guids[0]] += 1
    assert not [guid for guid, times in found.items() if times > 1]


def test_a_new_meta_is_the_same_at_every_run_and_knows_folders(tmp_path: Path) -> None:
    folder = tmp_path / "Runtime"
    folder.mkdir()
    script = folder / "Thing.cs"
    script.touch()
    texts = [METAS.meta_text(asset, tmp_path) for asset in METAS.assets(tmp_path)]
    assert texts == [METAS.meta_text(asset, tmp_path) for asset in METAS.assets(tmp_path)]
    assert "folderAsset: yes" in texts[0]
    assert "MonoImporter" in texts[1]
    assert GUID.search(texts[0]).group(1) != GUID.search(texts[1]).group(1)  # type: ignore[union-attr]


def test_every_asset_and_its_meta_are_committed() -> None:
    git = ["git", "-C", str(PACKAGE), "ls-files", "-z", "--", "."]
    try:
        result = subprocess.run(git, capture_output=True, text=True, timeout=60)
    except FileNotFoundError:
        pytest.skip("needs git")
    if result.returncode != 0:
        pytest.skip("not a git checkout")
    known = set(result.stdout.split("\0"))
    files = [path for asset in assets() for path in (asset, METAS.meta_of(asset)) if path.is_file()]
    forgotten = [name for path in files if (name := path.relative_to(PACKAGE).as_posix()) not in known]
    assert not forgotten, "git add them: what is not committed is not in the package"


def test_the_scenes_of_the_samples_are_what_their_program_writes() -> None:
    command = [sys.executable, str(PACKAGE / "DotNet~" / "scenes.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stdout


def test_every_guid_in_a_scene_is_that_of_an_asset_of_the_package_or_of_this_sample() -> None:
    """Somebody may import one sample alone."""
    guids = {GUID.search(path.read_text(encoding="utf-8")).group(1): path for path in meta_files()}  # type: ignore[union-attr]
    scenes = sorted((PACKAGE / "Samples~").glob("*/*.unity"))
    assert scenes
    for scene in scenes:
        for guid in set(re.findall(r"guid: ([0-9a-f]{32})", scene.read_text(encoding="utf-8"))):
            if not guid.startswith("0" * 16):  # Unity's own
                parts = guids[guid].relative_to(PACKAGE).parts
                assert parts[0] != "Samples~" or parts[1] == scene.parent.name, guids[guid]


def test_assemblies_have_names_of_their_own_that_match_their_files() -> None:
    names = [str(asmdef["name"]) for asmdef in asmdefs().values()]
    assert len(set(names)) == len(names)
    assert all(Path(file).stem == asmdef["name"] for file, asmdef in asmdefs().items())


def test_references_between_assemblies_lead_somewhere() -> None:
    names = {asmdef["name"] for asmdef in asmdefs().values()} | UNITYS_OWN
    guids = {GUID.search(path.read_text(encoding="utf-8")).group(1) for path in meta_files()}  # type: ignore[union-attr]
    for file, asmdef in asmdefs().items():
        references = asmdef.get("references", [])
        assert isinstance(references, list)
        for reference in references:
            known = reference.removeprefix("GUID:") in guids if reference.startswith("GUID:") else reference in names
            assert known, f"{file} refers to {reference}, which is nowhere"


def test_core_sees_no_engine_and_no_dll() -> None:
    core = asmdefs()["Runtime/Core/MocapBridge.Core.asmdef"]
    assert core["noEngineReferences"] is True
    assert core["references"] == []
    assert core["allowUnsafeCode"] is False
    sources = (PACKAGE / "Runtime" / "Core").rglob("*.cs")
    named = [path.name for path in sources if re.search(r"\bUnity(Engine|Editor)\s*[.;]", _code(path))]
    assert not named
    assert not [path for path in PACKAGE.rglob("*.dll") if not _is_hidden(path)]


def _code(path: Path) -> str:
    """Without comments and strings."""
    return re.sub(r"//[^\n]*|\"[^\"\n]*\"", "", path.read_text(encoding="utf-8"))


def test_only_one_file_of_core_turns_handedness() -> None:
    pattern = re.compile(r"new Vec3\(-\w+\.X, \w+\.Y, \w+\.Z\)|new Quat\(\w+\.X, -\w+\.Y, -\w+\.Z, \w+\.W\)")
    core = PACKAGE / "Runtime" / "Core"
    assert [path.name for path in core.rglob("*.cs") if pattern.search(_code(path))] == ["UnityAxes.cs"]


def test_packets_reach_no_file_and_no_reflection() -> None:
    """Only takes touch files, and only where a user names one."""
    core = PACKAGE / "Runtime" / "Core"
    with_files = {path.name for path in core.rglob("*.cs") if re.search(r"\bSystem\.IO\b", _code(path))}
    assert with_files <= {"TakeReader.cs", "TakeWriter.cs", "LineReader.cs"}
    reflecting = re.compile(r"\bSystem\.Reflection\b|\bActivator\b|\bType\.GetType\b|\bProcess\.Start\b")
    assert not [path.name for path in core.rglob("*.cs") if reflecting.search(_code(path))]


PAGES = [PACKAGE / "README.md", *sorted((PACKAGE / "Documentation~").glob("*.md"))]
OTHERS = {"PlayableDirector", "VisualEffect", "WebCamTexture", "Play", "Push"}
"""Of Unity, and words that are also names."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_or_links_to_is_there(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text)]
    assert not [link for link in links if link and not (page.parent / link).exists()]
    folders = [PACKAGE / "Runtime", PACKAGE / "Editor", PACKAGE / "Samples~"]
    code = " ".join(_code(path) for folder in folders for path in folder.rglob("*.cs"))
    words = set(re.findall(r"\w+", code))
    named = {part for span in re.findall(r"`([A-Z][\w.]*)`", text) for part in span.split(".") if part[:1].isupper()}
    assert not named - words - OTHERS - {"Documentation", "Tests"}


def test_tests_of_the_package_are_only_compiled_where_they_are_asked_for() -> None:
    tests = {file: asmdef for file, asmdef in asmdefs().items() if file.startswith("Tests/")}
    assert tests
    for file, asmdef in tests.items():
        assert asmdef["defineConstraints"] == ["UNITY_INCLUDE_TESTS"], file
        assert asmdef["autoReferenced"] is False, file
        assert asmdef["precompiledReferences"] == ["nunit.framework.dll"], file


def test_bones_are_numbered_as_unity_numbers_them() -> None:
    enum = (PACKAGE / "DotNet~" / "UnityEngine" / "HumanBodyBones.cs").read_text(encoding="utf-8")
    unity = {name: int(value) for name, value in re.findall(r"(\w+) = (\d+)", enum)}
    table = (PACKAGE / "Runtime" / "Core" / "Skeleton.cs").read_text(encoding="utf-8")
    ours = re.findall(r'"(\w+)"', table.split("HumanBones =")[1].split(";")[0])
    assert unity.pop("LastBone") == len(ours)
    assert unity == {name: value for value, name in enumerate(ours)}
