"""Writes the .meta that Unity wants beside every asset and folder, where one is missing.

A GUID is made from the path once and then stays: a file that moves takes its .meta along. Folders that end in ~ and
hidden files are not Unity's; but samples are copied out of theirs, and their .meta with them.

    python unity_plugin/DotNet~/metas.py          writes what is missing
    python unity_plugin/DotNet~/metas.py --check  only names it (exit code 1 if anything is)
"""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[1]

_IMPORTERS = {
    ".cs": "MonoImporter:\n  externalObjects: {}\n  serializedVersion: 2\n  defaultReferences: []\n"
    "  executionOrder: 0\n  icon: {instanceID: 0}",
    ".asmdef": "AssemblyDefinitionImporter:\n  externalObjects: {}",
    ".shader": "ShaderImporter:\n  externalObjects: {}\n  defaultTextures: []\n  nonModifiableTextures: []",
    ".hlsl": "ShaderIncludeImporter:\n  externalObjects: {}",
    ".cginc": "ShaderIncludeImporter:\n  externalObjects: {}",
    ".md": "TextScriptImporter:\n  externalObjects: {}",
    ".json": "TextScriptImporter:\n  externalObjects: {}",
    ".txt": "TextScriptImporter:\n  externalObjects: {}",
    ".mat": "NativeFormatImporter:\n  externalObjects: {}\n  mainObjectFileID: 2100000",
    ".prefab": "PrefabImporter:\n  externalObjects: {}",
}
_MANIFEST = "PackageManifestImporter:\n  externalObjects: {}"
_OTHER = "DefaultImporter:\n  externalObjects: {}"


def assets(package: Path = PACKAGE) -> Iterator[Path]:
    """Every file and folder that Unity would import, in a fixed order; what is in the samples last."""
    yield from _below(package)
    for sample in sorted((package / "Samples~").glob("*/")):
        yield from _below(sample)


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name.endswith("~") or path.suffix == ".meta":
            continue
        yield path
        if path.is_dir():
            yield from _below(path)


def meta_of(asset: Path) -> Path:
    """Where the .meta of an asset lies."""
    return asset.with_name(asset.name + ".meta")


def meta_text(asset: Path, package: Path = PACKAGE) -> str:
    """A new .meta: a GUID from the path, and the importer that the kind of asset has."""
    guid = hashlib.md5(f"com.mocapbridge.unity/{asset.relative_to(package).as_posix()}".encode()).hexdigest()
    kind = _MANIFEST if asset.name == "package.json" else _IMPORTERS.get(asset.suffix, _OTHER)
    folder = "folderAsset: yes\n" if asset.is_dir() else ""
    tail = "  userData: \n  assetBundleName: \n  assetBundleVariant: \n"
    return f"fileFormatVersion: 2\nguid: {guid}\n{folder}{kind}\n{tail}"


def main() -> int:
    missing = [asset for asset in assets() if not meta_of(asset).exists()]
    for asset in missing:
        print(asset.relative_to(PACKAGE))
        if "--check" not in sys.argv[1:]:
            meta_of(asset).write_text(meta_text(asset), encoding="utf-8", newline="\n")
    return 1 if missing and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
