"""The options that several commands share, each explained once."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from ..settings import Settings

Seconds = Annotated[float | None, typer.Option(min=0.1, metavar="N", help="Stop after so many seconds.")]
Outputs = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        metavar="SCHEME:TARGET",
        help="Where to send, any number of times: vmc:HOST:PORT (avatars; person n gets PORT + n), osc:HOST:PORT, "
        "zeromq:tcp://HOST:PORT, vrchat:HOST:PORT (its OSC trackers, one person), take:FILE.",
    ),
]
MaxPeople = Annotated[int | None, typer.Option(min=1, metavar="N", help="Follow at most so many people.")]
Mirror = Annotated[
    bool | None, typer.Option("--mirror/--no-mirror", help="Move like a mirror image: your left is the avatar's right.")
]
Preview = Annotated[
    str | None,
    typer.Option(metavar="FILE.mp4", help="Also write a video: skeletons over the picture, avatars beside it."),
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="xs (ours), blazepose (pip install 'mocap-bridge[mediapipe]'), or an .onnx file."
    ),
]
SettingsFile = Annotated[
    str | None,
    typer.Option(
        "--settings", metavar="FILE", help="A TOML file, or a shipped example by name: webcam, stage, study, face."
    ),
]
Fov = Annotated[
    float | None, typer.Option(min=10, max=150, metavar="DEGREES", help="Field of view along the longer side.")
]
CameraHeight = Annotated[
    float | None, typer.Option(min=-5, max=20, metavar="METRES", help="Height of the lens above the floor.")
]
CameraPitch = Annotated[
    float | None,
    typer.Option("--camera-pitch-deg", min=-80, max=80, metavar="DEGREES", help="How far the camera looks down."),
]
Smooth = Annotated[bool | None, typer.Option("--smooth/--no-smooth", help="Filter out trembling, or pass it on.")]
Refine = Annotated[
    Literal["live", "offline"] | None,
    typer.Option(help="live: as it would be live; offline: smoothed forwards and backwards, for the best take."),
]

Body = Annotated[
    Literal["auto", "full", "upper"] | None,  # framing.Shown, without what its module imports
    typer.Option(help="What to follow: auto (legs while they are seen), full, or upper (from the waist up)."),
]
Height = Annotated[
    float | None, typer.Option("--height-m", min=0.5, max=2.5, metavar="METRES", help="Height of the performer.")
]
FootLock = Annotated[
    bool | None, typer.Option("--foot-lock/--no-foot-lock", help="Keep standing feet from sliding, or pass them on.")
]
PredictMs = Annotated[
    str | None,
    typer.Option(metavar="auto|N", help="Look ahead by N milliseconds, 0 to 50; auto: by the program's own latency."),
]
AvatarFile = Annotated[
    str | None,
    typer.Option(
        "--avatar",
        metavar="FILE",
        help="The avatar that the VMC receiver shows (.vrm 0.x or 1.0, .glb): its own bones are sent to it.",
    ),
]
EventFiles = Annotated[
    list[str] | None,
    typer.Option(
        "--events",
        metavar="FILE",
        help="Rules of your own beside the shipped ones, any number of times. none: no events.",
    ),
]
PerformerName = Annotated[
    str, typer.Option("--performer", metavar="NAME", help="Whose body it is; measures are kept under this name.")
]
Performer = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Whose body it is: measures kept under this name are used, or learned and kept."),
]

Dashboard = Annotated[
    str | None,
    typer.Option(
        "--dashboard",
        metavar="[HOST:PORT]",
        help="Serve a page to watch and steer by; at 127.0.0.1:8900 unless another address follows.",
    ),
]
VmcIn = Annotated[
    str | None,
    typer.Option(
        "--vmc-in",
        metavar="[HOST:][PORT]",
        help="Take face, fingers and expressions from another program that sends VMC here; at 127.0.0.1:39540 unless "
        "another address follows.",
    ),
]
VirtualCameraDevice = Annotated[
    str | None,
    typer.Option(
        "--virtual-camera",
        metavar="[/dev/videoN]",
        help="Show the preview as a camera to other programs (Linux, v4l2loopback); the first such device unless one "
        "follows.",
    ),
]
ZmqClients = Annotated[
    str | None,
    typer.Option(
        "--zmq-clients",
        metavar="FOLDER",
        help="ZeroMQ outputs with keys admit only those whose public keys (NAME.key, see: mocap-bridge keys) lie here.",
    ),
]
Recordings = Annotated[
    str, typer.Option(metavar="FOLDER", help="Where takes land that are recorded from the dashboard; here by default.")
]


def gathered(
    file: str | None,
    *,
    outputs: list[str] | None = None,
    max_people: int | None = None,
    mirror: bool | None = None,
    model: str | None = None,
    fov: float | None = None,
    camera_height: float | None = None,
    camera_pitch: float | None = None,
    smooth: bool | None = None,
    refine: str | None = None,
    body: str | None = None,
    height_m: float | None = None,
    foot_lock: bool | None = None,
    predict_ms: str | None = None,
    performer: str | None = None,
    fps: float | None = None,
    avatar: str | None = None,
    events: list[str] | None = None,
    vmc_in: str | None = None,
    zmq_clients: str | None = None,
    fallback: str | None = None,
) -> "Settings":
    """Settings from a file with the flags that were given over them. Raises SettingsError, OutputError.

    ``fallback`` is the output where neither names one.
    """
    import msgspec

    from ..outputs.vmc import with_avatar
    from ..outputs.zeromq import with_clients
    from ..settings import load_settings

    flags = {
        "outputs": outputs or None,
        "track.max_people": max_people,
        "mirror": mirror,
        "model": model,
        "capture.fov_deg": fov,
        "capture.camera_height_m": camera_height,
        "capture.camera_pitch_deg": camera_pitch,
        "capture.fps": fps,
        "smoothing": smooth,
        "refine": refine,
        "body": body,
        "lift.height_m": height_m,
        "feet.lock": foot_lock,
        "performer": performer,
        "predict_ms": _number_or_word(predict_ms),
        "guest.listen": vmc_in,
    }
    settings = load_settings(file, flags)
    if events:
        rules = () if "none" in events else (*settings.events.rules, *events)
        settings = msgspec.structs.replace(settings, events=msgspec.structs.replace(settings.events, rules=rules))
    urls = settings.outputs or ((fallback,) if fallback else ())
    return msgspec.structs.replace(settings, outputs=with_clients(with_avatar(urls, avatar), zmq_clients))


def _number_or_word(text: str | None) -> float | str | None:
    """What a settings file would hold; whether it is allowed is for the settings to say."""
    try:
        return None if text is None else float(text)
    except ValueError:
        return text
