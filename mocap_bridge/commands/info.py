"""``info``: what a take holds, at a glance."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .takes import TakeArgument, tell_torn

if TYPE_CHECKING:
    from ..records import Scene
    from ..replay import Take

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON in place of a table.")]


@dataclass
class _Person:
    frames: int = 0
    first_s: float = 0.0
    last_s: float = 0.0
    lengths_m: list[Any] = field(default_factory=list)
    walked_m: float = 0.0
    at: Any = None


def info(take: TakeArgument, as_json: AsJson = False) -> None:
    """Say what a take holds: length, rate, gaps, people, events, and who recorded it.

    Example: mocap-bridge info dance.take.jsonl
    """
    import msgspec

    from ..replay import read_take

    recording = read_take(take)
    found = looked_through(recording)
    if as_json:
        print(msgspec.json.encode(found).decode())
    else:
        _print(found)
    tell_torn(recording)


def looked_through(recording: "Take") -> dict[str, Any]:
    """All that ``info`` tells, as plain numbers and names. Raises TakeError at a damaged line."""
    import numpy as np

    from ..export.clips import median_fps
    from ..retarget.sizes import stature_m

    times_s: list[float] = []
    people: dict[int, _Person] = {}
    events: dict[str, int] = {}
    active: set[tuple[str, int]] = set()
    size_px: list[int] = []
    for scene in recording.scenes:
        times_s.append(scene.time_s)
        size_px = [round(side) for side in scene.camera.size_px.tolist()]
        _add_people(people, scene)
        now = {(event.name, event.person_id) for event in scene.events}
        for name, _ in now - active:
            events[name] = events.get(name, 0) + 1
        active = now
    steps_s = np.diff(times_s)
    return {
        "take": str(recording.path),
        "bytes": recording.path.stat().st_size,
        "source": recording.header.source,
        "model": recording.header.model,
        "frames": len(times_s),
        "first_s": times_s[0] if times_s else None,
        "seconds": times_s[-1] - times_s[0] if times_s else 0.0,
        "fps": median_fps(times_s) if len(times_s) > 1 and np.median(steps_s) > 0 else None,
        "longest_gap_s": float(steps_s.max()) if len(steps_s) else None,
        "picture_px": size_px,
        "people": [
            {
                "id": number,
                "frames": person.frames,
                "first_s": person.first_s - times_s[0],
                "last_s": person.last_s - times_s[0],
                "height_m": round(float(stature_m(np.median(person.lengths_m, axis=0))), 2)
                if person.lengths_m
                else None,
                "walked_m": round(person.walked_m, 2),
            }
            for number, person in sorted(people.items())
        ],
        "events": events,
        "torn": recording.torn,
    }


def _add_people(people: dict[int, _Person], scene: "Scene") -> None:
    import numpy as np

    poses = {pose.person_id: pose for pose in scene.poses}
    for number in {body.person_id for body in scene.bodies} | set(poses):
        person = people.setdefault(number, _Person(first_s=scene.time_s))
        person.frames += 1
        person.last_s = scene.time_s
        if number in poses:
            person.lengths_m.append(poses[number].bone_lengths_m)
            at = poses[number].hips_world_m[[0, 2]]
            # Steps shorter than this are trembling.
            if person.at is None or np.linalg.norm(at - person.at) > 0.05:
                person.walked_m += 0.0 if person.at is None else float(np.linalg.norm(at - person.at))
                person.at = at


def _print(found: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    rate = f"{found['fps']:.4g} frames a second" if found["fps"] else "one moment"
    gap = f", longest gap {found['longest_gap_s'] * 1e3:.0f} ms" if found["longest_gap_s"] else ""
    by = f", seen by {found['model']}" if found["model"] else ""
    size = "x".join(map(str, found["picture_px"])) + " px" if found["picture_px"] else "no picture"
    for line in (
        f"{found['take']}, {found['bytes'] / 1e6:.1f} MB",
        f"of {found['source']}{by}, {size}",
        f"{found['frames']} frames, {found['seconds']:.2f} s, {rate}{gap}",
    ):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    if found["people"]:
        table = Table()
        for heading in ("person", "frames", "from s", "to s", "height m", "walked m"):
            table.add_column(heading, justify="right")
        for person in found["people"]:
            height = "-" if person["height_m"] is None else f"{person['height_m']:.2f}"
            table.add_row(
                str(person["id"]),
                str(person["frames"]),
                f"{person['first_s']:.2f}",
                f"{person['last_s']:.2f}",
                height,
                f"{person['walked_m']:.2f}",
            )
        console.print(table)
    else:
        console.print("nobody is in it")
    if found["events"]:
        console.print(
            "events: " + ", ".join(f"{name} {count}x" for name, count in sorted(found["events"].items())),
            highlight=False,
            markup=False,
        )
