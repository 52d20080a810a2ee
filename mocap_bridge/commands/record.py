"""``record``: every frame of a source into a take file."""

from pathlib import Path
from typing import Annotated

import typer

from ..errors import OutputError
from .live import SourceArgument
from .options import (
    Body,
    CameraHeight,
    CameraPitch,
    EventFiles,
    FootLock,
    Fov,
    Height,
    MaxPeople,
    Mirror,
    Model,
    Outputs,
    Performer,
    Preview,
    Refine,
    Seconds,
    SettingsFile,
    Smooth,
    VirtualCameraDevice,
    VmcIn,
    ZmqClients,
    gathered,
)

PHOTOS_HZ = 0.1
"""Photos have no rate: put ten seconds apart, nothing that remembers takes one for the next frame of another."""

TakeFile = Annotated[str, typer.Option("-o", "--take", metavar="FILE.take.jsonl", help="The take file to write.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the take file if there is one already.")]
Images = Annotated[
    bool, typer.Option("--images", help="The pictures of a folder have nothing to do with each other: no tracking.")
]


def record(
    source: SourceArgument,
    take: TakeFile,
    overwrite: Overwrite = False,
    images: Images = False,
    seconds: Seconds = None,
    output: Outputs = None,
    preview: Preview = None,
    max_people: MaxPeople = None,
    mirror: Mirror = None,
    model: Model = None,
    settings: SettingsFile = None,
    fov: Fov = None,
    camera_height: CameraHeight = None,
    camera_pitch: CameraPitch = None,
    smooth: Smooth = None,
    refine: Refine = None,
    body: Body = None,
    height_m: Height = None,
    performer: Performer = None,
    foot_lock: FootLock = None,
    events: EventFiles = None,
    vmc_in: VmcIn = None,
    zmq_clients: ZmqClients = None,
    virtual_camera: VirtualCameraDevice = None,
) -> None:
    """Write a take: every frame of a file as fast as it goes, or a camera until Ctrl-C.

    Example: mocap-bridge record dance.mp4 -o dance.take.jsonl --preview dance-seen.mp4
    """
    import msgspec

    from .play import Play, play

    chosen = gathered(
        settings,
        events=events,
        vmc_in=vmc_in,
        zmq_clients=zmq_clients,
        outputs=output,
        max_people=max_people,
        mirror=mirror,
        model=model,
        fov=fov,
        camera_height=camera_height,
        camera_pitch=camera_pitch,
        smooth=smooth,
        refine=refine,
        body=body,
        height_m=height_m,
        performer=performer,
        foot_lock=foot_lock,
        fps=PHOTOS_HZ if images else None,
    )
    if Path(take).exists() and not overwrite:
        raise OutputError(f"{take} exists already; add --overwrite to replace it")
    recording = f"take:{take}?overwrite=true" if overwrite else f"take:{take}"
    recorded = msgspec.structs.replace(chosen, outputs=(*chosen.outputs, recording))
    play(
        Play(
            source,
            recorded,
            seconds=seconds,
            preview=preview,
            every_frame=True,
            independent=images,
            virtual_camera=virtual_camera,
        )
    )
