"""``import``: motion that others recorded as a take, which ``replay`` sends like any other."""

from pathlib import Path
from typing import Annotated

import typer

from .whole_file import Bar, Overwrite, check_free, stoppable, write_take

MotionArgument = Annotated[str, typer.Argument(metavar="FILE", help="A .bvh, a .vrma, or a .glb with an animation.")]
ImportedTake = Annotated[
    str | None,
    typer.Option("-o", "--take", metavar="FILE.take.jsonl", help="The take to write; beside the file if not given."),
]
Unit = Annotated[
    float | None,
    typer.Option("--unit-m", min=1e-6, max=1000, metavar="METRES", help="Length of the file's unit; or it is guessed."),
]
RestPose = Annotated[
    str,
    typer.Option(
        "--rest",
        metavar="auto|skeleton|first",
        help="The pose that rotations are counted from: the skeleton's own, the first frame, or whichever stands.",
    ),
]
ImportFps = Annotated[
    float | None, typer.Option("--fps", min=1, max=1000, metavar="N", help="How densely to read .vrma and .glb.")
]
AnimationName = Annotated[
    str | None, typer.Option("--animation", metavar="NAME", help="Which animation of a .glb; the first if not given.")
]


def import_(
    file: MotionArgument,
    take: ImportedTake = None,
    unit_m: Unit = None,
    rest: RestPose = "auto",
    fps: ImportFps = None,
    animation: AnimationName = None,
    overwrite: Overwrite = False,
) -> None:
    """Make a take of a motion file (.bvh, .vrma, .glb) with any human skeleton whose bones have known names.

    Example: mocap-bridge import walk.bvh && mocap-bridge replay walk.take.jsonl --loop
    """
    from ..errors import SettingsError
    from ..imported import Rest, read_motion, scenes
    from ..imported.scenes import raised_m
    from ..wire.take_json import TakeHeader
    from .display import say

    if rest not in list(Rest):
        raise SettingsError(f"--rest {rest}: choose from {', '.join(Rest)}")
    name = take or str(Path(file).with_suffix(".take.jsonl"))
    check_free(Path(name), overwrite)  # before a minute of reading, not after
    with stoppable(f"{name} was not written"), Bar(f"reading {Path(file).name}") as bar:
        motion = read_motion(file, unit_m, Rest(rest), fps, animation, bar)
    for told in motion.told:
        say(told)
    if up_m := raised_m(motion):
        say(f"everything is moved up by {up_m:.2f} m, so that the soles meet the floor")
    header = TakeHeader(source=Path(file).name, model="imported", model_sha256="")
    count = len(motion.hips_m)
    done = (((scene.frame_index + 1) / count, scene) for scene in scenes(motion, up_m))
    write_take(name, overwrite, header, done, f"writing {Path(name).name}")
    say(f"{count} frames, {count / motion.fps:.1f} s at {motion.fps:g} frames a second, {len(motion.bones)} bones")
    print(name)
