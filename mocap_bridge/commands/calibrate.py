"""``calibrate``: a performer stands still for three seconds, and is measured for good."""

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import SettingsError
from .live import SourceArgument
from .options import CameraHeight, CameraPitch, Fov, Height, Model, PerformerName, SettingsFile, gathered

if TYPE_CHECKING:
    from ..daemon import Counters
    from ..records import Frame, Scene

Hold = Annotated[float, typer.Option(min=0.5, max=60, metavar="SECONDS", help="How long the pose must be held.")]
Within = Annotated[float, typer.Option(min=1, max=3600, metavar="SECONDS", help="Give up after so long.")]
Girth = Annotated[
    float, typer.Option(min=0.3, max=3.0, metavar="SHARE", help="How thick the body is; 1 is average for its size.")
]


def calibrate(
    source: SourceArgument,
    performer: PerformerName,
    height_m: Height = None,
    girth: Girth = 1.0,
    hold: Hold = 3.0,
    within: Within = 60.0,
    model: Model = None,
    settings: SettingsFile = None,
    fov: Fov = None,
    camera_height: CameraHeight = None,
    camera_pitch: CameraPitch = None,
) -> None:
    """Measure a performer in a T-pose or A-pose, and keep the measures for --performer.

    Example: mocap-bridge calibrate 0 --performer anna --height-m 1.62
    """
    from ..calibration import Calibration
    from ..capture import open_source
    from ..daemon import drive
    from ..interrupts import Interrupts
    from ..performers import performer_file, performer_of, save_performer
    from ..retarget.sizes import stature_m
    from .display import say
    from .networks import load_networks

    chosen = gathered(
        settings,
        model=model,
        fov=fov,
        camera_height=camera_height,
        camera_pitch=camera_pitch,
        height_m=height_m,
        max_people=1,
    )
    file = performer_file(performer, chosen.performers)
    measured = Calibration(hold)
    shares = [0.0]
    with Interrupts() as interrupts, open_source(source, chosen.capture, say) as opened:
        networks = load_networks(chosen.model)
        interrupts.stop_by(opened.stop)
        say(f"For {hold:g} s: upright, head and feet in the picture, arms straight and off the trunk, a T or an A.")

        def after(frame: "Frame", scene: "Scene", counters: "Counters") -> None:
            shares.append(measured(scene))
            if int(shares[-1] * hold) > int(shares[-2] * hold):
                say(f"{hold - int(shares[-1] * hold):.0f} ...")
            if shares[-1] >= 1.0:
                opened.stop()

        drive(opened, networks, chosen.pipeline(), [], after, real_time=False, seconds=within)
    if shares[-1] < 1.0 and interrupts.asked:
        say("stopped by you; nothing is kept")
        return
    if shares[-1] < 1.0:
        raise SettingsError(
            f"nobody held a T-pose or A-pose for {hold:g} s, at best {max(shares) * hold:.1f} s; stand so that head "
            "and feet are in the picture, legs and arms straight, arms at least 20 degrees off the trunk"
        )
    lengths_m = measured.bone_lengths_m(height_m)
    save_performer(performer_of(lengths_m, height_m or stature_m(lengths_m), girth), file)
    say(f"{performer} is {height_m or stature_m(lengths_m):.2f} m tall, kept in {file}")
    say(f"use it with: --performer {shlex.quote(performer)}")
