"""Restore a pack of training files: ``python -m models.training.unpack runs/assets.pack FOLDER``.

``FOLDER/data`` then serves as MOCAP_DATA and ``FOLDER/runs`` as the folder of poses, real people and checkpoints.
"""

import argparse
import sys
from pathlib import Path, PurePosixPath

from mocap_bridge.errors import MocapError
from models.training.gpu.pack_file import PackError, read_pack
from models.training.gpu.shrink import RESTORE


def main() -> None:
    parser = argparse.ArgumentParser(description="Restore the files of a pack; a damaged one is named.")
    parser.add_argument("pack", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    try:
        count = unpack(options.pack, options.folder)
    except (MocapError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    print(f"{count} files in {options.folder}")


def unpack(pack: Path, folder: Path) -> int:
    """Write every member below ``folder``; returns how many. PackError before anything damaged is written."""
    count = 0
    for member, data in read_pack(pack):
        if member.kind not in RESTORE:
            raise PackError(f"{pack}: {member.name} is a {member.kind!r}; this program knows {', '.join(RESTORE)}")
        name = PurePosixPath(member.name)
        if name.is_absolute() or ".." in name.parts:
            raise PackError(f"{pack}: {member.name} would lie outside of {folder}")
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(RESTORE[member.kind](data))
        count += 1
    return count


if __name__ == "__main__":
    main()
