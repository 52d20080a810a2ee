"""``cameras`` and ``bench``: what this machine has, and how fast it is."""

from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import SourceError
from .live import DEMO_CLIP
from .options import MaxPeople, Model, SettingsFile, gathered

if TYPE_CHECKING:
    from rich.table import Table

    from ..bench import Report
    from ..daemon import Networks
    from ..pipeline import PipelineSettings
    from ..records import Frame

BenchSource = Annotated[str | None, typer.Argument(help="A video file or folder of images; the demo clip by default.")]
PagesToo = Annotated[
    bool, typer.Option("--pages", help="What open pages of the dashboard cost, rather than the stages.")
]
Frames = Annotated[int, typer.Option(min=20, max=2000, help="How many frames to decode in advance and run.")]

_PAIRS, _STRETCH = 15, 40


def cameras() -> None:
    """List the cameras of this computer, with the number that the other commands take.

    Example: mocap-bridge cameras
    """
    from ..cameras import list_cameras
    from .display import say

    found = list_cameras()
    for camera in found:
        print(f"{camera.index}  {camera.name}")
    if not found:
        say("no camera was found; a video file or rtsp://... works as well, and so does: mocap-bridge demo")


def bench(
    source: BenchSource = None,
    frames: Frames = 300,
    max_people: MaxPeople = None,
    model: Model = None,
    settings: SettingsFile = None,
    pages: PagesToo = False,
) -> None:
    """Measure the milliseconds of each stage on this machine. Decoding is done before, outputs are left out.

    With --pages: what open pages of the dashboard cost instead, with and without them turn and turn about.

    Example: mocap-bridge bench --frames 200
    """
    from rich.console import Console

    from ..assets import shipped
    from ..bench import bench as measure
    from ..capture import open_source
    from .display import say
    from .networks import load_networks

    chosen = gathered(settings, max_people=max_people, model=model)
    with open_source(source or str(shipped(DEMO_CLIP)), chosen.capture, say) as opened:
        if opened.live:
            raise SourceError("bench needs a file or a folder: a camera gives its own pace")
        decoded = list(islice(opened, frames))
    if not decoded:
        raise SourceError(f"{opened.name} holds no readable frame to measure with")
    networks = load_networks(chosen.model)
    if pages:
        _bench_pages(decoded, networks, chosen.pipeline())
        return
    report = measure(decoded, networks, chosen.pipeline())
    size = "x".join(f"{length:.0f}" for length in decoded[0].camera.size_px)
    print(f"{opened.name}, {size} px, model {networks.name}")
    Console().print(_table(report))
    print(_totals(report, sum(frame.image_rgb.nbytes for frame in decoded)))


def _bench_pages(decoded: "list[Frame]", networks: "Networks", settings: "PipelineSettings") -> None:
    from ..serving.costs import Trial, there_and_back
    from .display import say

    shown = there_and_back(decoded, _STRETCH)
    say(f"{_PAIRS} pairs of {len(shown)} frames, without and with pages: with one, then with ten, three of them slow")
    with Trial(shown, networks, settings) as trial:
        for pages, slow in ((1, 0), (10, 3)):
            costs = trial.costs(pages, slow, _PAIRS, len(shown))
            without, looked_at = costs.without, costs.looked_at
            print(
                f"{pages} {'page' if pages == 1 else 'pages'}, sent {looked_at.scenes:.2f} scenes and "
                f"{looked_at.pictures:.2f} pictures a frame\n"
                f"  processor time of the program   {without.processor_ms:.2f} -> {looked_at.processor_ms:.2f} ms a "
                f"frame ({costs.more_processor}), the dashboard's own {looked_at.dashboard_ms:.2f} ms "
                f"({costs.dashboard})\n"
                f"  the line, were a core its own   {without.line_ms:.2f} -> {looked_at.line_ms:.2f} ms a frame "
                f"({costs.slower})\n"
                f"  as this machine is now          {without.fps:.1f} -> {looked_at.fps:.1f} frames/s "
                f"({costs.fewer_frames} fewer); p50 {without.p50_ms:.1f} -> {looked_at.p50_ms:.1f} ms "
                f"({costs.more_latency}), p95 {without.p95_ms:.1f} -> {looked_at.p95_ms:.1f} ms; "
                f"the pages themselves take {looked_at.pages_ms:.2f} ms of processor a frame"
            )


def _table(report: "Report") -> "Table":
    from rich.table import Table

    table = Table()
    table.add_column("stage")
    for heading in ("p50 ms", "p95 ms", "in frames"):
        table.add_column(heading, justify="right")
    for row in report.rows:
        table.add_row(row.stage, f"{row.p50_ms:.2f}", f"{row.p95_ms:.2f}", f"{row.share_of_frames:.0%}")
    return table


def _totals(report: "Report", decoded_bytes: int) -> str:
    text = f"{report.frames} frames, {report.people_per_frame:.2f} people in each: {report.fps:.1f} frames/s"
    if report.peak_memory_mib is None:
        return text
    return f"{text}, peak memory {report.peak_memory_mib:.0f} MiB ({decoded_bytes / 2**20:.0f} are the decoded frames)"
