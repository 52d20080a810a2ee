"""``export``: a take as a file that other programs read."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..errors import OutputError
from .takes import Fps, Person, TakeArgument, tell_torn


class Format(StrEnum):
    """File formats that other programs read."""

    BVH = "bvh"
    VRMA = "vrma"


ToFile = Annotated[
    str | None,
    typer.Argument(metavar="[FILE]", help="The file to write, x.bvh or x.vrma; beside the take if not given."),
]
To = Annotated[
    Format | None,
    typer.Option("--to", help="bvh: for Blender, MotionBuilder, Unreal. vrma: for VRM avatars. By the file's ending."),
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
    from ..avatar import load_avatar
    from ..export.bvh import export_bvh
    from ..export.vrma import export_vrma
    from ..replay import read_take

    recording = read_take(take)
    if out and file and out != file:
        raise OutputError(f"{out} or {file}? name one file")
    name = out or file
    kind = _kind(name, to)
    name = name or str(recording.path).removesuffix(".jsonl").removesuffix(".take") + f".{kind.value}"
    if kind is Format.BVH:
        written = export_bvh(recording.scenes, Path(name), fps, person, load_avatar(avatar) if avatar else None)
    elif avatar:
        raise OutputError(f"--avatar {avatar} is for bvh; a vrma file fits every avatar as it is")
    else:
        written = export_vrma(recording.scenes, Path(name), fps, person)
    for path in written:
        print(path)
    tell_torn(recording)


def _kind(name: str | None, to: Format | None) -> Format:
    """The format asked for, or that of the file's ending; BVH where neither is given."""
    if to:
        return to
    ending = Path(name).suffix.lower().removeprefix(".") if name else Format.BVH.value
    if ending not in [kind.value for kind in Format]:
        endings = " or ".join(f".{kind.value}" for kind in Format)
        raise OutputError(f"{name}: the name must end in {endings}, or say --to bvh")
    return Format(ending)
