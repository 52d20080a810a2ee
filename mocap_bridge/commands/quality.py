"""``quality``: how good a recorded motion is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import OutputError, SourceError
from .takes import TakeArgument, tell_torn

if TYPE_CHECKING:
    from rich.table import Table

    from ..quality import PersonQuality
    from ..records import Image
    from ..replay import Take

TruthFile = Annotated[
    str | None,
    typer.Option(
        "--truth",
        metavar="FILE",
        help="Where people really were: JSON as the demo clip's, or of a calibrated recording; may be gzipped.",
    ),
]
Picture = Annotated[str | None, typer.Option("--out", metavar="FILE.png", help="Also draw the measures over time.")]
Strip = Annotated[
    str | None,
    typer.Option(metavar="FILE.png", help="Also draw moments of the take side by side; needs --video."),
]
Video = Annotated[str | None, typer.Option(metavar="FILE", help="The video that the take was recorded from.")]
Moments = Annotated[int, typer.Option(min=1, max=60, metavar="N", help="How many moments a strip shows.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON in place of a table.")]

ROWS = {
    "frames (unseen)": "frames",
    "frames per second": "fps",
    "jitter, mm/frame^2": "jitter_mm",
    "jitter of bones, degrees/frame^2": "turn_jitter_deg",
    "acceleration error, mm/frame^2": "acceleration_error_mm",
    "position error, mm": "position_error_mm",
    "feet in contact": "contact_share",
    "foot slide in contact, mm/frame": "foot_slide_mm",
    "floor penetration P95, mm": "floor_depth_p95_mm",
    "bone length CV": "bone_length_cv",
    "hinge flips": "hinge_flips",
    "joint limit violations": "limit_violations",
    "furthest beyond a limit, degrees": "limit_excess_max_deg",
    "root yaw step P95, degrees": "yaw_step_p95_deg",
    "root yaw step max, degrees": "yaw_step_max_deg",
    "guessed joints": "guessed_share",
}


def quality(
    take: TakeArgument,
    truth: TruthFile = None,
    out: Picture = None,
    as_json: AsJson = False,
    strip: Strip = None,
    video: Video = None,
    moments: Moments = 12,
) -> None:
    """Measure a take: jitter, sliding feet, flipped elbows, guessed joints, and errors where the truth is known.

    Example: mocap-bridge quality dance.take.jsonl --out dance.png
    """
    import msgspec
    from rich.console import Console

    from ..quality import assessed
    from ..quality import motions as people_of
    from ..quality.plot import plot
    from ..quality.truth import read_truth
    from ..replay import read_take

    recording = read_take(take)
    for option, file in (("--out", out), ("--strip", strip)):
        if file and Path(file).suffix.lower() != ".png":
            raise OutputError(f"{option} {file}: the name must end in .png")
    if bool(strip) != bool(video):
        raise OutputError("--strip FILE.png and --video FILE belong together: one says where to draw, one onto what")
    known = read_truth(Path(truth)) if truth else None
    people = [assessed(motion, known) for motion in people_of(recording.scenes)]
    reports = [report for report, _ in people]
    if as_json:
        print(msgspec.json.encode({"take": str(recording.path), "people": reports}).decode())
    elif reports:
        Console().print(_table(reports))
    else:
        print(f"{recording.path} holds nobody")
    if out:
        curves = [(report.person_id, over_time) for report, over_time in people]
        _write(plot(curves, recording.path.name), Path(out))
    if strip and video:
        _write(_strip(recording, video, moments), Path(strip))
    tell_torn(recording)


def _strip(recording: "Take", video: str, count: int) -> "Image":
    from ..capture import open_source
    from ..strip import moments, strip

    with open_source(video) as source:
        if source.live:
            raise SourceError(f"--video {video}: a camera or stream cannot show again what it showed; name a file")
        return strip(source, moments(list(recording.scenes), count))


def _table(reports: list["PersonQuality"]) -> "Table":
    """Measures down, people across: there are more measures than people."""
    from rich.table import Table

    table = Table()
    table.add_column("measure")
    for report in reports:
        table.add_column(f"person {report.person_id}", justify="right")
    for heading, name in ROWS.items():
        if name in ("acceleration_error_mm", "position_error_mm") and not any(r.frames_with_truth for r in reports):
            continue
        table.add_row(heading, *(_cell(report, name) for report in reports))
    return table


def _cell(report: "PersonQuality", name: str) -> str:
    value = getattr(report, name)
    if value is None:
        return "-"
    if name == "frames":
        return f"{report.frames} ({report.frames_unseen})"
    if name == "hinge_flips" and report.hinge_flip_share is not None:
        return f"{value} ({report.hinge_flip_share:.2%})"
    if name == "limit_excess_max_deg" and report.limit_worst_bone:
        return f"{value} ({report.limit_worst_bone})"
    return f"{value:.1%}" if name in ("bone_length_cv", "guessed_share", "contact_share") else str(value)


def _write(picture: "Image", path: Path) -> None:
    import cv2

    done, coded = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    if not done:
        raise OutputError(f"{path} cannot be written: the picture could not be coded")
    try:
        path.write_bytes(coded.tobytes())
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from error
