"""``render``: a take as a film or a picture."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import OutputError, SettingsError, SourceError
from .takes import TakeArgument, tell_torn
from .whole_file import Bar, Overwrite, check_free, stoppable

if TYPE_CHECKING:
    from ..records import Frame, Image, Scene
    from ..render import View
    from ..replay import Take

OutFile = Annotated[str, typer.Option("-o", "--out", metavar="FILE.mp4|FILE.png", help="The film or picture to write.")]
Video = Annotated[
    str | None, typer.Option("--video", metavar="FILE", help="The video the take was recorded from: paint over it.")
]
At = Annotated[
    float | None, typer.Option(min=0, metavar="SECONDS", help="The moment of a picture; the middle if not given.")
]
RenderFps = Annotated[float | None, typer.Option("--fps", min=1, max=120, metavar="N", help="Pictures per second.")]
Size = Annotated[str, typer.Option(metavar="WxH", help="Pixels; over a video, the video's own.")]
Skeleton = Annotated[
    bool | None, typer.Option("--skeleton/--no-skeleton", help="Lines over the body; on over a video.")
]

_LARGEST_PX, _MOST_FPS = 4096, 60.0


@dataclass(frozen=True)
class _Job:
    """Pictures to be made: ``paint`` is only called for those that are not there yet."""

    fps: float
    count: int
    pictures: Callable[[], "Iterator[Callable[[], Image]]"]


def render(
    take: TakeArgument,
    out: OutFile,
    video: Video = None,
    at: At = None,
    fps: RenderFps = None,
    size: Size = "1280x720",
    skeleton: Skeleton = None,
    overwrite: Overwrite = False,
) -> None:
    """Paint a take: mannequins on a floor, or over the video. Ctrl-C breaks off; the same command goes on.

    Example: mocap-bridge render dance.take.jsonl -o dance.mp4
    """
    from ..replay import read_take

    recording, path = read_take(take), Path(out)
    if path.suffix.lower() not in (".mp4", ".png"):
        raise OutputError(f"{out}: the name must end in .mp4 or .png")
    check_free(path, overwrite)
    if at is not None and path.suffix.lower() == ".mp4":
        raise SettingsError("--at is for a picture (.png); cut a film with trim")
    with stoppable(f"{path} was not written"):
        if path.suffix.lower() == ".png":
            _picture(recording, path, video, at, _pixels(size), skeleton)
            return
        job = _over_video(recording, video, skeleton) if video else _on_floor(recording, fps, _pixels(size), skeleton)
    _film(job, path, _about(recording, out, video, fps, size, skeleton))
    tell_torn(recording)


def _film(job: _Job, path: Path, about: str) -> None:
    from ..render.film import Film
    from .display import say

    film = Film(path, about)
    if film.done:
        say(f"{film.done} of {job.count} pictures are there already")
    try:
        with Bar(f"painting {path.name}") as bar:
            for number, paint in enumerate(job.pictures()):
                if number >= film.done:
                    film.add(paint())
                    bar(film.done / job.count)
        with Bar(f"writing {path.name}") as bar:
            film.finish(job.fps, bar)
    except KeyboardInterrupt:
        say(f"stopped by you after {film.done} of {job.count} pictures; the same command goes on from there")
        raise typer.Exit from None
    print(path)


def _on_floor(recording: "Take", fps: float | None, size_px: tuple[int, int], skeleton: bool | None) -> _Job:
    import numpy as np

    from ..edit import resampled
    from ..export.clips import median_fps
    from ..render import view_of

    times_s = [scene.time_s for scene in recording.scenes]
    if not times_s:
        raise OutputError(f"{recording.path} has no frame to paint")
    rate = fps or min(median_fps(times_s), _MOST_FPS)
    view = view_of(recording.scenes, size_px)
    count = int(np.floor((times_s[-1] - times_s[0]) * rate + 1e-6)) + 1

    def pictures() -> "Iterator[Callable[[], Image]]":
        for scene in resampled(recording.scenes, rate):
            yield partial(_painted, scene, view, bool(skeleton))

    return _Job(rate, count, pictures)


def _painted(scene: "Scene", view: "View", skeleton: bool) -> "Image":
    from ..render import on_floor

    return on_floor(scene, view.camera(scene.time_s), skeleton)


def _over_video(recording: "Take", video: str, skeleton: bool | None) -> _Job:
    import numpy as np

    from ..capture import open_source
    from ..render import over_video
    from ..settings import load_settings
    from .display import say

    capture = load_settings(None, {}).capture
    with open_source(video, capture, say) as source:
        if source.live or source.promised is None:
            raise SourceError(f"--video {video}: a video file is needed, the one that the take was recorded from")
        rate, count = source.fps, source.promised

    def pictures() -> "Iterator[Callable[[], Image]]":
        with open_source(video, capture, say) as frames:
            for frame, scene in _together(recording, frames):
                if scene is None:
                    yield partial(np.copy, frame.image_rgb)
                else:
                    yield partial(over_video, frame.image_rgb, scene, skeleton is not False)

    return _Job(rate, count, pictures)


def _together(recording: "Take", frames: "Iterable[Frame]") -> "Iterator[tuple[Frame, Scene | None]]":
    """Each frame with the scene of its moment, if there is one within half a frame."""
    scenes, waiting = iter(recording.scenes), None
    last_s = step_s = None
    for frame in frames:
        step_s = 1 / 30 if last_s is None else frame.time_s - last_s
        last_s = frame.time_s
        waiting = waiting or next(scenes, None)
        while waiting is not None and waiting.time_s < frame.time_s - step_s / 2:
            waiting = next(scenes, None)
        if waiting is not None and waiting.time_s <= frame.time_s + step_s / 2:
            yield frame, waiting
            waiting = None
        else:
            yield frame, None


def _picture(
    recording: "Take", path: Path, video: str | None, at: float | None, size_px: tuple[int, int], skeleton: bool | None
) -> None:
    from ..capture import open_source
    from ..render import on_floor, over_video, view_of
    from ..render.film import write_image
    from ..settings import load_settings
    from .display import say

    scene = _scene_at(recording, at)
    if video is None:
        image = on_floor(scene, view_of([scene], size_px).camera(scene.time_s), bool(skeleton))
    else:
        with open_source(video, load_settings(None, {}).capture, say) as source:
            found = next((frame for frame in source if frame.time_s >= scene.time_s - 1e-3), None)
        if found is None:
            raise SourceError(f"--video {video} ends before the moment {scene.time_s:.2f} s of the take")
        image = over_video(found.image_rgb, scene, skeleton is not False)
    write_image(path, image, ".png")
    print(path)


def _scene_at(recording: "Take", at: float | None) -> "Scene":
    times_s = [scene.time_s for scene in recording.scenes]
    if not times_s:
        raise OutputError(f"{recording.path} has no frame to paint")
    wanted_s = times_s[len(times_s) // 2] if at is None else times_s[0] + at
    if wanted_s > times_s[-1] + 1.0:
        raise SettingsError(f"--at {at:g}: the take is {times_s[-1] - times_s[0]:.2f} s long")
    nearest = min(range(len(times_s)), key=lambda row: abs(times_s[row] - wanted_s))
    return next(scene for row, scene in enumerate(recording.scenes) if row == nearest)


def _pixels(size: str) -> tuple[int, int]:
    width, _, height = size.lower().partition("x")
    if not (width.isascii() and width.isdigit() and height.isascii() and height.isdigit()):
        raise SettingsError(f"--size {size} is no size; write 1280x720")
    sides = int(width[:6]), int(height[:6])
    if min(sides) < 64 or max(sides) > _LARGEST_PX or any(side % 2 for side in sides):
        raise SettingsError(f"--size {size}: sides are even and from 64 to {_LARGEST_PX}")
    return sides


def _about(recording: "Take", *options: object) -> str:
    """All that the pictures depend on; a take that has grown is another one."""
    found = recording.path.stat()
    return "\n".join(map(str, (recording.path.resolve(), found.st_size, found.st_mtime_ns, *options)))
