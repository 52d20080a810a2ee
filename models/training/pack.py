"""All that rendering and training of the pose network need, in one file that fits through a narrow door.

    python -m models.training.pack runs/assets.pack            # from MOCAP_DATA and runs/
    python -m models.training.unpack runs/assets.pack FOLDER   # FOLDER/data is a MOCAP_DATA, FOLDER/runs a runs/

Only what is used travels: no proxy meshes, no normal maps, no motion that became no pose (``--motions`` adds it).
Pictures shrink to the size at which they are used, and real people's pictures as little as the limit allows.
"""

import argparse
import itertools
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mocap_bridge.errors import MocapError
from models.training.gpu import shrink
from models.training.gpu.pack_file import File, PackError, write_pack
from models.training.train import newest_checkpoint

LIMIT_MIB, MANIFEST_BYTES = 48.0, 2**18
TEXTURE_PX, PHOTO_PX, PANORAMA_PX = 512, 512, 1024
TEXTURE_QUALITY, SCENERY_QUALITY = 90, 80
PEOPLE_SIZES = tuple((side_px, quality) for side_px in (320, 256, 208, 176) for quality in (85, 70, 60))
"""Sides and qualities of real people's pictures, the first that fits; half of a crop is the person."""
CHECKPOINT = "mobilehumanpose_xs"

TEXTS = (
    *("LICENSE*.md", "base/base.obj", "base/basemesh_vertex_groups.json"),
    *("rigs/rig.cmu_mb.json", "rigs/weights.cmu_mb.json.gz"),
    *(f"assets/{worn}.{ending}" for worn in ("hair/*/*", "clothes/*/*") for ending in ("mhclo", "obj")),
)
MORPHS, TEXTURES = "targets/macrodetails/**/*.target.gz", "*_diffuse*"


def main() -> None:
    parser = argparse.ArgumentParser(description="Pack what rendering and training need into one file.")
    parser.add_argument("pack", type=Path)
    parser.add_argument("--data", type=Path, default=os.environ.get("MOCAP_DATA"), help="folder with bodies/")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="folder with poses.npz and real/")
    parser.add_argument("--motions", action="store_true", help="also runs/motions.npz, which only the lifter needs")
    parser.add_argument("--mib", type=float, default=LIMIT_MIB, help="how large the pack may become")
    options = parser.parse_args()
    if options.data is None:
        parser.error("name the data folder with --data or MOCAP_DATA")
    try:
        make_pack(options.pack, options.data, options.runs, options.motions, options.mib)
    except (MocapError, OSError) as error:
        sys.exit(_complain(error))


def make_pack(path: Path, data: Path, runs: Path, motions: bool = False, limit_mib: float = LIMIT_MIB) -> None:
    """Write the pack and print what takes how much. PackError if something is missing or it cannot be made to fit."""
    path.parent.mkdir(parents=True, exist_ok=True)
    room_bytes = int(limit_mib * 2**20) - MANIFEST_BYTES
    fixed = itertools.chain(bodies(data), scenery(data), poses(runs, motions))
    written = write_pack(path, fixed, lambda used: real_people(runs, room_bytes - used))
    sizes: Counter[str] = Counter()
    for member, size in written:
        sizes["/".join(member.name.split("/")[:3])] += size
    for name, size in sizes.most_common():
        print(f"{size / 2**20:7.2f} MiB  {name}")
    print(f"{path.stat().st_size / 2**20:7.2f} MiB  {path}, {len(written)} files")


def bodies(data: Path) -> Iterator[File]:
    """Base mesh, rig, garments, morphs and textures."""
    root = data / "bodies"
    for path in _found(root, TEXTS):
        yield _named(path, data), "text", path.read_bytes()
    for path in _found(root, (MORPHS,)):
        yield _named(path, data), "morph", shrink.shrunk_morph(path)
    for path in _found(root / "tex1024", (TEXTURES,)):
        yield _named(path, data), "picture", shrink.shrunk_picture(path, TEXTURE_PX, TEXTURE_QUALITY)


def scenery(data: Path) -> Iterator[File]:
    """What people stand before."""
    for path in _found(data / "backgrounds", ("**/*.jpg",)):
        longest_px = PANORAMA_PX if "pano" in path.parent.name else PHOTO_PX
        yield _named(path, data), "picture", shrink.shrunk_picture(path, longest_px, SCENERY_QUALITY)


def poses(runs: Path, motions: bool) -> Iterator[File]:
    """Poses to render, perhaps all motion, and the weights to begin with."""
    for name in ("poses.npz", *(("motions.npz",) if motions else ())):
        if not (runs / name).is_file():
            raise PackError(f"there is no {runs / name}; python -m models.training.motions makes it")
        yield f"runs/{name}", "rotations", shrink.shrunk_rotations(runs / name)
    own = runs / "checkpoints" / f"{CHECKPOINT}.pt"
    checkpoint = own if own.is_file() else newest_checkpoint(CHECKPOINT)
    if checkpoint is not None:
        yield f"runs/checkpoints/{CHECKPOINT}.pt", "checkpoint", shrink.shrunk_checkpoint(checkpoint)


def real_people(runs: Path, room_bytes: int) -> list[File]:
    """Photographed people with labels, compressed as little as fits. PackError if nothing fits."""
    labelled = [path for path in _found(runs / "real", ("*.npz",)) if shrink.has_joints(path)]
    if not labelled:
        raise PackError(f"nobody in {runs / 'real'} has labelled joints; python -m models.training.teacher labels them")
    for side_px, quality in PEOPLE_SIZES:
        files = [
            (f"runs/real/{path.name}", "people", shrink.shrunk_people(path, quality, side_px)) for path in labelled
        ]
        if (size := sum(len(data) for _, _, data in files)) <= room_bytes:
            print(f"people's pictures of {side_px} px at quality {quality}")
            return files
    raise PackError(
        f"people take {size} bytes at the least, but {room_bytes} are left; allow more with --mib, or leave motions out"
    )


def _found(root: Path, patterns: tuple[str, ...]) -> list[Path]:
    paths: list[Path] = []
    for pattern in patterns:
        found = sorted(path for path in root.glob(pattern) if path not in paths)
        if not found:
            raise PackError(f"nothing in {root} is called {pattern}; the folder is not complete")
        paths += found
    return paths


def _named(path: Path, data: Path) -> str:
    return f"data/{path.relative_to(data).as_posix()}"


def _complain(error: Exception) -> int:
    print(f"error: {error}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
