"""``demo`` and ``run``: people in, avatars moving, now."""

from typing import Annotated

import typer

from .options import (
    AvatarFile,
    Body,
    CameraHeight,
    CameraPitch,
    Dashboard,
    EventFiles,
    FootLock,
    Fov,
    Height,
    MaxPeople,
    Mirror,
    Model,
    Outputs,
    Performer,
    PredictMs,
    Preview,
    Recordings,
    Seconds,
    SettingsFile,
    Smooth,
    VirtualCameraDevice,
    VmcIn,
    ZmqClients,
    gathered,
)

DEMO_CLIP = "mocap_bridge/demo/two_people.mp4"
DEFAULT_OUTPUT = "vmc:127.0.0.1:39539"

SourceArgument = Annotated[
    str,
    typer.Argument(
        help="A camera's number (see: mocap-bridge cameras), a video file, rtsp://... or http://..., "
        "or a folder of images."
    ),
]
Loop = Annotated[bool, typer.Option("--loop", help="Play a file or folder again and again.")]


def demo(
    seconds: Seconds = None,
    output: Outputs = None,
    preview: Preview = None,
    max_people: MaxPeople = None,
    mirror: Mirror = None,
    model: Model = None,
    settings: SettingsFile = None,
    smooth: Smooth = None,
    body: Body = None,
    height_m: Height = None,
    performer: Performer = None,
    predict_ms: PredictMs = None,
    foot_lock: FootLock = None,
    avatar: AvatarFile = None,
    dashboard: Dashboard = None,
    recordings: Recordings = ".",
    events: EventFiles = None,
    vmc_in: VmcIn = None,
    zmq_clients: ZmqClients = None,
    virtual_camera: VirtualCameraDevice = None,
) -> None:
    """Play the clip that comes with the program: two people move two avatars. Needs no camera.

    Example: mocap-bridge demo --seconds 20 --preview demo.mp4
    """
    from ..assets import shipped
    from .display import say
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
        smooth=smooth,
        body=body,
        height_m=height_m,
        performer=performer,
        predict_ms=predict_ms,
        foot_lock=foot_lock,
        avatar=avatar,
        fallback=DEFAULT_OUTPUT,
    )
    say(
        f"The demo clip plays in real time and goes to {', '.join(chosen.outputs)}.\n"
        "To see it, start a VMC receiver on this computer (VSeeFace, Warudo, VNyan, VirtualMotionCapture), load an\n"
        "avatar there and switch on its VMC receiver at port 39539; the second person goes to port 39540.\n"
        "Without one, add --preview demo.mp4 and look at that. Ctrl-C ends."
    )
    play(
        Play(
            str(shipped(DEMO_CLIP)),
            chosen,
            seconds=seconds,
            preview=preview,
            loop=True,
            dashboard=dashboard,
            recordings=recordings,
            virtual_camera=virtual_camera,
        )
    )


def run(
    source: SourceArgument,
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
    body: Body = None,
    height_m: Height = None,
    performer: Performer = None,
    predict_ms: PredictMs = None,
    foot_lock: FootLock = None,
    avatar: AvatarFile = None,
    loop: Loop = False,
    dashboard: Dashboard = None,
    recordings: Recordings = ".",
    events: EventFiles = None,
    vmc_in: VmcIn = None,
    zmq_clients: ZmqClients = None,
    virtual_camera: VirtualCameraDevice = None,
) -> None:
    """Move avatars live from a camera, a stream or a file.

    Sends VMC to 127.0.0.1:39539 unless an output is given; cameras that disappear are opened again.

    Example: mocap-bridge run 0 --mirror --output vmc:192.168.0.7:39539
    """
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
        body=body,
        height_m=height_m,
        performer=performer,
        predict_ms=predict_ms,
        foot_lock=foot_lock,
        avatar=avatar,
        fallback=DEFAULT_OUTPUT,
    )
    from .play import Play, play

    play(
        Play(
            source,
            chosen,
            seconds=seconds,
            preview=preview,
            loop=loop,
            dashboard=dashboard,
            recordings=recordings,
            virtual_camera=virtual_camera,
        )
    )
