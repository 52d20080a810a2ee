"""One file that holds many: a zip whose manifest knows the sha256 of every member, so that damage has a name.

Members are written as they are restored or shrunk; the manifest says which (``models.training.gpu.shrink``).
"""

import hashlib
import json
import lzma
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from mocap_bridge.errors import MocapError

MANIFEST, FORMAT = "manifest.json", "mocap-bridge-pack"
_ALREADY_SMALL = ("picture", "people", "checkpoint")


class PackError(MocapError):
    """A pack is missing, cut off, damaged, too large, or lacks a member."""


File = tuple[str, str, bytes]
"""Name, kind and bytes, as in ``Member``."""


@dataclass(frozen=True)
class Member:
    """A file in a pack."""

    name: str  # its path below the folder that is unpacked to, with "/"
    kind: str  # of ``shrink.RESTORE``: how the bytes became small
    sha256: str  # of the bytes in the pack


def write_pack(
    path: Path, files: Iterable[File], fitted: Callable[[int], Iterable[File]] = lambda used_bytes: ()
) -> list[tuple[Member, int]]:
    """Write files so that a reader never sees half a pack; returns members and their sizes in it.

    ``fitted`` gives the last files, once it is known how many bytes the others take.
    """
    half = path.with_suffix(".half")
    with zipfile.ZipFile(half, "w") as archive:
        members: list[Member] = []

        def add(more: Iterable[File]) -> None:
            for name, kind, data in more:
                method = zipfile.ZIP_STORED if kind in _ALREADY_SMALL else zipfile.ZIP_LZMA
                archive.writestr(zipfile.ZipInfo(name), data, compress_type=method)
                members.append(Member(name, kind, hashlib.sha256(data).hexdigest()))

        add(files)
        add(fitted(half.stat().st_size))
        manifest = {"format": FORMAT, "version": 1, "members": [asdict(member) for member in members]}
        archive.writestr(zipfile.ZipInfo(MANIFEST), json.dumps(manifest, indent=1), compress_type=zipfile.ZIP_DEFLATED)
        sizes = [archive.getinfo(member.name).compress_size for member in members]
    os.replace(half, path)
    return list(zip(members, sizes, strict=True))


def read_pack(path: Path) -> Iterator[tuple[Member, bytes]]:
    """Every member, checked. PackError names the first one that is missing or damaged."""
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise PackError(f"there is no pack {path}; write one with python -m models.training.pack {path}") from None
    except (zipfile.BadZipFile, OSError) as error:
        raise PackError(f"{path} is no pack, or is cut off: {error}") from error
    with archive:
        for member in _manifest(path, archive):
            yield member, _checked(path, archive, member)


def _manifest(path: Path, archive: zipfile.ZipFile) -> list[Member]:
    try:
        manifest = json.loads(_bytes(archive, MANIFEST))
    except (KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise PackError(f"{path}: {MANIFEST} is missing or damaged ({error}); write the pack again") from error
    if manifest.get("format") != FORMAT or manifest.get("version") != 1:
        raise PackError(f"{path} is {manifest.get('format')!r}, version {manifest.get('version')}; need {FORMAT!r}, 1")
    return [Member(**member) for member in manifest["members"]]


def _checked(path: Path, archive: zipfile.ZipFile, member: Member) -> bytes:
    try:
        data = _bytes(archive, member.name)
    except KeyError:
        raise PackError(f"{path}: {member.name} is missing; write the pack again") from None
    except (zipfile.BadZipFile, lzma.LZMAError, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise PackError(f"{path}: {member.name} is damaged ({error}); write the pack again") from error
    if (found := hashlib.sha256(data).hexdigest()) != member.sha256:
        raise PackError(f"{path}: {member.name} is damaged: its sha256 is {found}, not {member.sha256}")
    return data


def _bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    return archive.read(name)
