"""``export``: a take as a file that other programs read. A new format is a new file in ``export/`` and a line here."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import OutputError
from .takes import Fps, Person, TakeArgument, tell_torn
from .whole_file import Bar, stoppable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..records import Scene
    from ..replay import Take


class Format(StrEnum):
    """File formats that other programs read."""

    BVH = "bvh"
    VRMA = "vrma"
    GLB = "glb"
    TRC = "trc"
    CSV = "csv"


ToFile = Annotated[
    str | None,
    typer.Argument(
        metavar="[FILE]", help="The file to write, its ending says the format; beside the take if not given."
    ),
]
To = Annotated[
    Format | None,
    typer.Option(
        "--to",
        help="bvh: for Blender, MotionBuilder, Unreal. vrma: for VRM avatars. glb: a mannequin for any 3D viewer. "
        "trc: for OpenSim. csv: for spreadsheets. By the file's ending.",
    ),
]
ExportFile = Annotated[str | None, typer.Option("-o", "--file", metavar="FILE", help="Another way to name the file.")]
ExportAvatar = Annotated[
    str | None,
    typer.Option(
        "--avatar", metavar="FILE", help="bvh with the bones of this avatar (.vrm, .glb) for the performer's."
    ),
]


def export(
    take: TakeArgument,
    out: ToFile = None,
    to: To = None,
    file: ExportFile = None,
    fps: Fps = None,
    person: Person = None,
    avatar: ExportAvatar = None,
) -> None:
    """Write a take as a file that animation programs read: one per person, each as long as the take.

    Example: mocap-bridge export dance.take.jsonl dance.vrma
    """
    from ..replay import read_take

    recording = read_take(take)
    if out and file and out != file:
        raise OutputError(f"{out} or {file}? name one file")
    name = out or file
    kind = _kind(name, to)
    name = name or str(recording.path).removesuffix(".jsonl").removesuffix(".take") + f".{kind.value}"
    if avatar and kind is not Format.BVH:
        raise OutputError(f"--avatar {avatar} is for bvh; a vrma file fits every avatar as it is")
    with stoppable(f"{name} was not written"):
        for path in _written(kind, recording, Path(name), fps, person, avatar):
            print(path)
    tell_torn(recording)


def _written(
    kind: Format, recording: "Take", path: Path, fps: float | None, person: int | None, avatar: str | None
) -> list[Path]:
    from ..avatar import load_avatar
    from ..edit import resampled
    from ..export.bvh import export_bvh
    from ..export.csv import export_csv
    from ..export.glb import export_glb
    from ..export.trc import export_trc
    from ..export.vrma import export_vrma

    with Bar(f"reading {recording.path.name}") as bar:
        scenes = _watched(recording, bar)
        if kind is Format.BVH:
            return export_bvh(scenes, path, fps, person, load_avatar(avatar) if avatar else None)
        if kind is Format.VRMA:
            return export_vrma(scenes, path, fps, person)
        if kind is Format.GLB:
            return export_glb(scenes, path, fps, person)
        even = resampled(scenes, fps) if fps else scenes
        return export_trc(even, path, fps, person) if kind is Format.TRC else export_csv(even, path, person)


def _watched(recording: "Take", bar: Bar) -> "Iterator[Scene]":
    for scene in recording.scenes:
        yield scene
        bar(recording.read_share)


def _kind(name: str | None, to: Format | None) -> Format:
    """The format asked for, or that of the file's ending; BVH where neither is given."""
    if to:
        return to
    ending = Path(name).suffix.lower().removeprefix(".") if name else Format.BVH.value
    if ending not in [kind.value for kind in Format]:
        endings = ", ".join(f".{kind.value}" for kind in Format)
        raise OutputError(f"{name}: the name must end in {endings}, or say --to bvh")
    return Format(ending)
